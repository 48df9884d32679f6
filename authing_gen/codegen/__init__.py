"""The generator: a plugin for ariadne-codegen.

Needs the extra `codegen`. `python -m authing_gen.codegen` generates what `codegen.toml`
describes.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .errors import CodegenError
    from .plugin import AuthingPlugin

__all__ = ["AuthingPlugin", "CodegenError"]


def __getattr__(name: str) -> object:
    # The modules that only read documents work without ariadne-codegen, and some
    # without graphql-core.
    if name == "AuthingPlugin":
        from .plugin import AuthingPlugin

        return AuthingPlugin
    if name == "CodegenError":
        from .errors import CodegenError

        return CodegenError
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
