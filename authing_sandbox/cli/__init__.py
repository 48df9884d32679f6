"""The command `authing-sandbox`."""

from .command import main

__all__ = ["main"]
