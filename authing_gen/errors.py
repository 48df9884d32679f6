"""Everything that can go wrong, as one tree.

```text
AuthingError
├── AuthingConfigurationError     settings are missing or wrong
├── DocumentError                 a document of the caller's own does not fit the schema
├── MissingTokenError             the call needs a token that this client does not have
├── PasswordTooLongError          the public key cannot carry the password
├── UnsendableArgumentError       an argument cannot travel
│   └── UnsendableTextError       … since it holds half a character
├── AuthingTransportError         no answer arrived
│   ├── AuthingTimeoutError       … in time
│   │   ├── AuthingPoolTimeoutError   … since too many calls were under way
│   │   └── AuthingRateTimeoutError   … since too many had started, by `max_rate`
│   └── AuthingClosedError        the client is closed
├── AuthingResponseError          the answer is not what the schema promises
└── AuthingAPIError               the service refused: code, message, data
    ├── InvalidOperationError     the operation does not fit the service's schema
    ├── OAuthError                the OpenID Connect token endpoint refused
    └── …                         one class for each kind of business error
```

No message, repr or argument of these errors holds a password, a token, a secret or a
verification code. Source: the vendor's table of business error codes.
"""

import copy
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    from .exchange import RawHeaders

__all__ = [
    "ERROR_CLASSES",
    "AppNotFoundError",
    "AuthingAPIError",
    "AuthingClosedError",
    "AuthingConfigurationError",
    "AuthingError",
    "AuthingPoolTimeoutError",
    "AuthingRateTimeoutError",
    "AuthingResponseError",
    "AuthingTimeoutError",
    "AuthingTransportError",
    "BadEncryptionError",
    "BadInputError",
    "ConflictError",
    "DocumentError",
    "ExpiredError",
    "InvalidOperationError",
    "MailError",
    "MissingTokenError",
    "NoPasswordError",
    "NotBoundError",
    "NotFoundError",
    "NotLoggedInError",
    "OAuthError",
    "PasswordTooLongError",
    "PermissionDeniedError",
    "QuotaExceededError",
    "RateLimitError",
    "RegistrationClosedError",
    "ServiceBusyError",
    "ServiceConfigurationError",
    "ServiceError",
    "UnsendableArgumentError",
    "UnsendableTextError",
    "UserLockedError",
    "UserNotFoundError",
    "UserPoolNotFoundError",
    "VerificationRequiredError",
    "VerifyCodeRequiredError",
    "WrongPasswordError",
    "WrongVerifyCodeError",
]

ERROR_CLASSES: dict[int, type["AuthingAPIError"]] = {}
"""The class of each business error code, as the classes below name them."""


class AuthingError(Exception):
    """Base of every error that this package raises."""

    def __reduce__(self) -> tuple[Any, ...]:
        # The arguments of the classes below are not what `args` holds.
        return _restored, (type(self), self.args), vars(self)


class AuthingConfigurationError(AuthingError):
    """A setting is missing or wrong."""


class DocumentError(AuthingError):
    """A GraphQL document of the caller's own cannot be sent; its message names the
    place.
    """


class MissingTokenError(AuthingError):
    """The call needs a token that this client does not have; nothing was sent."""


class PasswordTooLongError(AuthingError, ValueError):
    """The password has more bytes than the public key carries; nothing was sent."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            "The password is too long: the public key carries at most"
            f" {limit} bytes of UTF-8"
        )
        self.limit = limit
        """Bytes that the key can carry."""


class UnsendableArgumentError(AuthingError, ValueError):
    """An argument cannot travel, for example an object that is no JSON, or text where
    there must be a phone number; nothing was sent.
    """


class UnsendableTextError(UnsendableArgumentError):
    """An argument holds a lone surrogate, half a character, which no text that travels
    can hold; nothing was sent.
    """

    def __init__(self) -> None:
        super().__init__("An argument holds half a character (a lone surrogate)")


class AuthingTransportError(AuthingError):
    """No answer arrived: the connection failed, or could not be made."""

    def __init__(self, message: str, operation: str) -> None:
        super().__init__(f"{operation}: {message}")
        self.operation = operation
        """Name of the operation that was sent."""


class AuthingTimeoutError(AuthingTransportError):
    """No answer arrived in time."""


class AuthingPoolTimeoutError(AuthingTimeoutError):
    """As many calls as `max_connections` allows were under way until the deadline;
    nothing was sent.
    """


class AuthingRateTimeoutError(AuthingTimeoutError):
    """The call's turn, by `max_rate`, comes after its deadline; nothing was sent."""


class AuthingClosedError(AuthingTransportError):
    """The client has been closed; nothing was sent."""


class _AnsweredError(AuthingError):
    """An error that an answer came with."""

    _headers: "RawHeaders"

    @property
    def headers(self) -> "httpx.Headers":
        """Headers of the answer, without its cookies; empty where there are none."""
        from httpx import Headers

        secret = b"set-cookie"
        return Headers([item for item in self._headers if item[0].lower() != secret])

    @property
    def request_id(self) -> str | None:
        """What the service calls the request, for its support to find it by."""
        from .exchange import request_id

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
        super().__init__(f"{operation}: {message}")
        self.operation = operation
        """Name of the operation that was sent."""
        self.status_code = status_code
        """HTTP status of the answer, where the body could not be read."""
        self.path = path
        """The field that is wrong, as `users.list.0._id`."""
        self._headers = headers


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
        prefix = operation if code is None else f"{operation}: {code}"
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
        self._headers = headers


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


# fmt: off
class BadInputError(AuthingAPIError, codes=(
    2003, 2007, 2009, 2010, 2013, 2014, 2015, 2024, 2028, 2029,
    2030, 2032, 2037, 2038, 2101, 2201, 2204, 2205, 2211, 2231,
)):
    # fmt: on
    """An argument is missing or malformed."""


class BadEncryptionError(BadInputError, codes=(2016,)):
    """The service cannot decrypt the password: the public key is not its own."""


# fmt: off
class ConflictError(AuthingAPIError, codes=(
    2008, 2026, 2034, 2035, 2200, 2208, 2213, 2215, 2217, 2218,
)):
    # fmt: on
    """The change contradicts what is stored, for example a name that is taken."""


class NotFoundError(AuthingAPIError):
    """What the call names does not exist."""


class UserNotFoundError(NotFoundError, codes=(2004, 2210)):
    """There is no such user."""


class AppNotFoundError(NotFoundError, codes=(2011, 4212)):
    """There is no such app."""


class UserPoolNotFoundError(NotFoundError, codes=(2224,)):
    """There is no such user pool."""


class NotBoundError(NotFoundError, codes=(2216, 2219)):
    """The social login or the e-mail address is not bound to the user."""


class PermissionDeniedError(
    AuthingAPIError, codes=(1001, 2018, 2036, 2202, 2209, 2212)
):
    """The caller may not do this."""


class NotLoggedInError(AuthingAPIError, codes=(2020, 2206, 2207)):
    """The call came with no token, an expired one or a wrong one."""


class WrongPasswordError(AuthingAPIError, codes=(2006, 2203)):
    """The password is wrong."""


class NoPasswordError(AuthingAPIError, codes=(2027,)):
    """The user has no password and signs in another way."""


class UserLockedError(AuthingAPIError, codes=(2005,)):
    """The account is locked."""


class VerifyCodeRequiredError(AuthingAPIError, codes=(2000,)):
    """Signing in needs a verification code now."""


class WrongVerifyCodeError(AuthingAPIError, codes=(2001,)):
    """The verification code is wrong."""


class VerificationRequiredError(AuthingAPIError, codes=(2019,)):
    """The change needs a verification first."""


class ExpiredError(AuthingAPIError, codes=(2023, 2300)):
    """The code or the link has expired."""


class RegistrationClosedError(AuthingAPIError, codes=(2031,)):
    """The user pool takes no new users."""


class RateLimitError(AuthingAPIError, codes=(2100,)):
    """Too many calls; try again later."""


class QuotaExceededError(AuthingAPIError, codes=(2002, 2040)):
    """The user pool has used up what its plan allows."""


class ServiceError(AuthingAPIError, codes=(2214,)):
    """The fault lies with the service."""


class ServiceBusyError(ServiceError, codes=(1000,)):
    """The service is busy; try again later."""


class ServiceConfigurationError(ServiceError, codes=(2012,)):
    """The user pool is not configured for this."""


class MailError(ServiceError, codes=(2017, 2021, 2022, 2025)):
    """The service could not send a mail."""


def _restored(kind: type[AuthingError], args: tuple[Any, ...]) -> AuthingError:
    return kind.__new__(kind, *args)


def copied(error: BaseException) -> BaseException:
    """Copy an error of ours, without where it was raised: each caller adds their own.

    It leaves behind what it holds of the calls that failed. Others stay as they are.
    """
    return copy.copy(error) if isinstance(error, AuthingError) else error


def error_class(
    code: int | None, status_code: int | None = None
) -> type[AuthingAPIError]:
    """Choose the class for a refusal: by its code, or else by its HTTP status."""
    if code is not None and code in ERROR_CLASSES:
        return ERROR_CLASSES[code]
    if status_code is not None and status_code >= 500:
        return ServiceError
    return _STATUS_CLASSES.get(status_code, AuthingAPIError)


_STATUS_CLASSES: dict[int | None, type[AuthingAPIError]] = {
    401: NotLoggedInError,
    403: PermissionDeniedError,
    404: NotFoundError,
    429: RateLimitError,
}
