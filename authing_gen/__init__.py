"""A typed client for the Authing v1 identity API.

`AsyncAuthing` is the client and `Authing` its twin that blocks; `authing_gen.errors`
lists what they raise, and the models that they return are in `authing_client`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from . import errors, logs
from .errors import *  # noqa: F403 (its `__all__` is part of ours)

if TYPE_CHECKING:
    from authing_client.base_model import keeping_secrets

    from ._async.client import AsyncAuthing
    from ._async.runtime import AsyncRuntime
    from ._async.stores import AsyncTokenStore
    from ._sync.client import Authing
    from ._sync.runtime import Runtime
    from ._sync.stores import TokenStore
    from .rest import SmsReceipt, TokenSet
    from .retry_policy import RetryState
    from .signed_in import SignedIn

__version__ = "0.2.0"

__all__ = [
    "AsyncAuthing",
    "AsyncRuntime",
    "AsyncTokenStore",
    "Authing",
    "RetryState",
    "Runtime",
    "SignedIn",
    "SmsReceipt",
    "TokenSet",
    "TokenStore",
    "keeping_secrets",
]
__all__ += errors.__all__

_LAZY = {
    "AsyncAuthing": "._async.client",
    "AsyncRuntime": "._async.runtime",
    "AsyncTokenStore": "._async.stores",
    "Authing": "._sync.client",
    "RetryState": ".retry_policy",
    "Runtime": "._sync.runtime",
    "SignedIn": ".signed_in",
    "SmsReceipt": ".rest",
    "TokenSet": ".rest",
    "TokenStore": "._sync.stores",
    "keeping_secrets": "authing_client.base_model",
}


def __getattr__(name: str) -> object:
    # The generator belongs to this package and must run where the generated client,
    # which these names need, does not exist yet.
    if name in _LAZY:
        return getattr(import_module(_LAZY[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    # As prompts complete names, which have not imported them yet.
    return sorted({*globals(), *__all__})


logs.begin()
