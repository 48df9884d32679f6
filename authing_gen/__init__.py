"""A typed async client for the Authing v1 identity API.

`AsyncAuthing` is the client, `authing_gen.errors` lists what it raises, and the models
that it returns are in `authing_client`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from . import errors
from .errors import *  # noqa: F403 (its `__all__` is part of ours)

if TYPE_CHECKING:
    from .client import AsyncAuthing, SignedIn
    from .oidc import TokenSet
    from .sms import SmsReceipt

__all__ = ["AsyncAuthing", "SignedIn", "SmsReceipt", "TokenSet"]
__all__ += errors.__all__

_LAZY = {
    "AsyncAuthing": ".client",
    "SignedIn": ".client",
    "SmsReceipt": ".sms",
    "TokenSet": ".oidc",
}


def __getattr__(name: str) -> object:
    # The generator belongs to this package and must run where the generated client,
    # which these names need, does not exist yet.
    if name in _LAZY:
        return getattr(import_module(_LAZY[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
