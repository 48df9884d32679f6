"""Errors that an answer came with."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .base import OperationError, shown

if TYPE_CHECKING:
    import httpx

    from ..exchange import RawHeaders

ERROR_CLASSES: dict[int, type["AuthingAPIError"]] = {}
"""The class of each business error code, as the classes name them."""

_SECRET_NAME = re.compile(
    rb"(cookie2?|token|secret|password|authorization|credentials?|api-?key"
    rb"|authentication-info)$",
    re.IGNORECASE,
)


class _AnsweredError(OperationError):
    """An error that an answer came with."""

    _headers: "RawHeaders"

    @property
    def headers(self) -> "httpx.Headers":
        """Headers of the answer, without cookies, tokens and the like."""
        from httpx import Headers

        return Headers([*self._headers])

    @property
    def request_id(self) -> str | None:
        """What the service calls the request, for its support to find it by."""
        from ..exchange import request_id

        return request_id(self._headers)


class AuthingResponseError(_AnsweredError):
    """The answer is not JSON, or does not have the shape that the schema promises."""

    def __init__(
        self,
        message: str,
        operation: str,
        status_code: int | None = None,
        path: str | None = None,
        *,
        headers: "RawHeaders" = (),
    ) -> None:
        super().__init__(f"{shown(operation)}: {message}")
        self.operation = operation
        """Name of the operation that was sent."""
        self.status_code = status_code
        """HTTP status of the answer, where the body could not be read."""
        self.path = path
        """The field that is wrong, as `users.list.0._id`."""
        self._headers = _kept(headers)


class AuthingAPIError(_AnsweredError):
    """The service refused. The subclass says what kind of refusal it is."""

    def __init_subclass__(cls, codes: Iterable[int] = ()) -> None:
        ERROR_CLASSES.update(dict.fromkeys(codes, cls))

    def __init__(
        self,
        message: str,
        *,
        code: int | None,
        operation: str,
        data: Any = None,
        status_code: int | None = None,
        headers: "RawHeaders" = (),
    ) -> None:
        name = shown(operation)
        prefix = name if code is None else f"{name}: {code}"
        super().__init__(f"{prefix}: {message}")
        self.code = code
        """The vendor's business error code, where there is one."""
        self.message = message
        """The explanation, in the words of the service."""
        self.data = data
        """What the service adds to the explanation."""
        self.operation = operation
        """Name of the operation that was sent."""
        self.status_code = status_code
        """HTTP status of the answer."""
        self._headers = _kept(headers)


class InvalidOperationError(AuthingAPIError):
    """The operation does not fit the service's schema: a plain GraphQL error."""


class OAuthError(AuthingAPIError):
    """The OpenID Connect token endpoint refused, by an OAuth 2 error."""

    def __init__(
        self,
        error: str,
        description: str,
        operation: str,
        status_code: int,
        *,
        headers: "RawHeaders" = (),
    ) -> None:
        super().__init__(
            f"{error}: {description}" if description else error,
            code=None,
            operation=operation,
            status_code=status_code,
            headers=headers,
        )
        self.error = error
        """The OAuth 2 error code, for example `invalid_grant`."""


def _kept(headers: "RawHeaders") -> "RawHeaders":
    return [item for item in headers if not _SECRET_NAME.search(item[0])]
