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

from .api import (
    ERROR_CLASSES,
    AuthingAPIError,
    AuthingResponseError,
    InvalidOperationError,
    OAuthError,
)
from .base import (
    AuthingConfigurationError,
    AuthingError,
    DocumentError,
    MissingTokenError,
    PasswordTooLongError,
    UnsendableArgumentError,
    UnsendableTextError,
)
from .base import copied as copied
from .business import (
    AppNotFoundError,
    BadEncryptionError,
    BadInputError,
    ConflictError,
    ExpiredError,
    GroupNotFoundError,
    MailError,
    NoPasswordError,
    NotBoundError,
    NotFoundError,
    NotLoggedInError,
    PermissionDeniedError,
    PermissionNotFoundError,
    QuotaExceededError,
    RateLimitError,
    RegistrationClosedError,
    RoleNotFoundError,
    ServiceBusyError,
    ServiceConfigurationError,
    ServiceError,
    UserLockedError,
    UserNotFoundError,
    UserPoolNotFoundError,
    VerificationRequiredError,
    VerifyCodeRequiredError,
    WrongPasswordError,
    WrongVerifyCodeError,
)
from .business import error_class as error_class
from .transport import (
    AuthingClosedError,
    AuthingPoolTimeoutError,
    AuthingRateTimeoutError,
    AuthingTimeoutError,
    AuthingTransportError,
)

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
    "GroupNotFoundError",
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
    "PermissionNotFoundError",
    "QuotaExceededError",
    "RateLimitError",
    "RegistrationClosedError",
    "RoleNotFoundError",
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

for _name in set(__all__) - {"ERROR_CLASSES"}:
    # As tracebacks and pickles call them, in whatever module they stand.
    globals()[_name].__module__ = __name__
