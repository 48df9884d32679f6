"""Which HTTP status an error is, and what the visitor is told of it."""

from dataclasses import dataclass
from http import HTTPStatus
from math import ceil

from .. import errors
from ..deadlines import LONGEST
from ..errors import AuthingAPIError, AuthingError
from ..retrying import seconds_asked
from .errors import (
    CrossSiteError,
    MissingRoleError,
    NotSignedInError,
    UnreadableFormError,
)

STATUSES: dict[type[AuthingError], HTTPStatus] = {
    # What the visitor can do something about.
    NotSignedInError: HTTPStatus.UNAUTHORIZED,
    CrossSiteError: HTTPStatus.FORBIDDEN,
    MissingRoleError: HTTPStatus.FORBIDDEN,
    UnreadableFormError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.NotLoggedInError: HTTPStatus.UNAUTHORIZED,
    errors.WrongPasswordError: HTTPStatus.UNAUTHORIZED,
    errors.NoPasswordError: HTTPStatus.UNAUTHORIZED,
    errors.VerifyCodeRequiredError: HTTPStatus.UNAUTHORIZED,
    errors.WrongVerifyCodeError: HTTPStatus.UNAUTHORIZED,
    errors.ExpiredError: HTTPStatus.UNAUTHORIZED,
    errors.BadInputError: HTTPStatus.BAD_REQUEST,
    errors.UserLockedError: HTTPStatus.FORBIDDEN,
    errors.PermissionDeniedError: HTTPStatus.FORBIDDEN,
    errors.RegistrationClosedError: HTTPStatus.FORBIDDEN,
    errors.VerificationRequiredError: HTTPStatus.FORBIDDEN,
    errors.NotFoundError: HTTPStatus.NOT_FOUND,
    errors.ConflictError: HTTPStatus.CONFLICT,
    errors.UnsendableArgumentError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.PasswordTooLongError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.RateLimitError: HTTPStatus.TOO_MANY_REQUESTS,
    # What the application has to be changed for.
    errors.AuthingConfigurationError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.DocumentError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.MissingTokenError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.BadEncryptionError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.InvalidOperationError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.OAuthError: HTTPStatus.BAD_GATEWAY,
    # What lies with the service, or on the way to it.
    errors.AuthingAPIError: HTTPStatus.BAD_GATEWAY,
    errors.AuthingResponseError: HTTPStatus.BAD_GATEWAY,
    errors.ServiceError: HTTPStatus.BAD_GATEWAY,
    errors.ServiceBusyError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.QuotaExceededError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.AuthingTransportError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.AuthingTimeoutError: HTTPStatus.GATEWAY_TIMEOUT,
    errors.AuthingPoolTimeoutError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.AuthingRateTimeoutError: HTTPStatus.SERVICE_UNAVAILABLE,
    AuthingError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""The status of each kind of error; of a kind that is not here, that of its base."""


@dataclass(frozen=True)
class Refusal:
    """What a visitor is answered in place of what they have asked for."""

    status: int
    body: dict[str, object]
    """As JSON: `detail` in words, `code` of the service where there is one."""
    headers: dict[str, str]


def refusal_of(error: AuthingError) -> Refusal:
    """What a visitor is told of an error.

    What is not theirs to mend is told by its status alone: how the application is made
    is no concern of theirs.
    """
    kinds = (kind for kind in type(error).__mro__ if kind in STATUSES)
    status = STATUSES[next(kinds)]
    body: dict[str, object] = {"detail": status.phrase}
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        body["detail"] = str(error)
        if isinstance(error, AuthingAPIError):
            body |= {"detail": error.message, "code": error.code}
        if isinstance(error, UnreadableFormError):
            body["problems"] = error.problems
    return Refusal(int(status), body, _headers(error, status))


def _headers(error: AuthingError, status: HTTPStatus) -> dict[str, str]:
    headers = {"Cache-Control": "no-store"}
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"  # RFC 9110, 15.5.2: some challenge must.
    if isinstance(error, AuthingAPIError):
        after = seconds_asked(error)
        if after is not None and status in (
            HTTPStatus.TOO_MANY_REQUESTS,
            HTTPStatus.SERVICE_UNAVAILABLE,
        ):
            # Not as it came, which may be no text that a server sends.
            headers["Retry-After"] = str(ceil(min(after, LONGEST)))
    return headers
