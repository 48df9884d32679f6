"""The generator: a plugin for ariadne-codegen.

Needs the extra `codegen`. `python -m authing_gen.codegen` generates what `codegen.toml`
describes.
"""

from typing import TYPE_CHECKING

from .errors import CodegenError

if TYPE_CHECKING:
    from .plugin import AuthingPlugin

__all__ = ["AuthingPlugin", "CodegenError"]


def __getattr__(name: str) -> object:
    # The modules that only read documents work without ariadne-codegen.
    if name == "AuthingPlugin":
        from .plugin import AuthingPlugin

        return AuthingPlugin
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
