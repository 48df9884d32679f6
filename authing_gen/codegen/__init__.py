"""The generator: a plugin for ariadne-codegen.

Needs the extra `codegen`. `python -m authing_gen.codegen` generates what `codegen.toml`
describes.
"""

from .errors import CodegenError
from .plugin import AuthingPlugin

__all__ = ["AuthingPlugin", "CodegenError"]
