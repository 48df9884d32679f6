"""A class for each kind of business error, and which code or HTTP status it has."""

from .api import ERROR_CLASSES, AuthingAPIError


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


class GroupNotFoundError(NotFoundError, codes=(3901,)):
    """There is no such group or organisation."""


class RoleNotFoundError(NotFoundError, codes=(3903,)):
    """There is no such role."""


class PermissionNotFoundError(NotFoundError, codes=(3905,)):
    """There is no such permission."""


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
