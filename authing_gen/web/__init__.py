"""What a web application needs around a login, whatever its framework.

`fastapi`, `flask` and `django` in this package fit it to these frameworks; each needs
the extra of its name. Nothing here is imported, and no setting is read, before it is
used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._async.kit import AsyncKit
    from ._sync.kit import Kit
    from .current_user import CurrentUser
    from .errors import (
        CrossSiteError,
        InvalidTokenError,
        MissingRoleError,
        NotSignedInError,
        UnreadableFormError,
        WrongCredentialsError,
    )
    from .forms import Form, read_form
    from .incoming import Incoming
    from .settings import WebSettings
    from .statuses import STATUSES, Refusal
    from .visitors import Visitor

_LAZY = {
    "STATUSES": ".statuses",
    "AsyncKit": "._async.kit",
    "CrossSiteError": ".errors",
    "CurrentUser": ".current_user",
    "Form": ".forms",
    "Incoming": ".incoming",
    "InvalidTokenError": ".errors",
    "Kit": "._sync.kit",
    "MissingRoleError": ".errors",
    "NotSignedInError": ".errors",
    "Refusal": ".statuses",
    "UnreadableFormError": ".errors",
    "Visitor": ".visitors",
    "WebSettings": ".settings",
    "WrongCredentialsError": ".errors",
    "read_form": ".forms",
}

__all__ = [
    "STATUSES",
    "AsyncKit",
    "CrossSiteError",
    "CurrentUser",
    "Form",
    "Incoming",
    "InvalidTokenError",
    "Kit",
    "MissingRoleError",
    "NotSignedInError",
    "Refusal",
    "UnreadableFormError",
    "Visitor",
    "WebSettings",
    "WrongCredentialsError",
    "read_form",
]


def __getattr__(name: str) -> object:
    if name in _LAZY:
        return getattr(import_module(_LAZY[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
