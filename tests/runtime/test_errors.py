"""The errors themselves: one tree, and objects that can be copied and pickled."""

import copy
import pickle
from collections.abc import Callable

import pytest

import authing_gen
from authing_client import OPERATIONS
from authing_gen import (
    ERROR_CLASSES,
    AuthingAPIError,
    AuthingClosedError,
    AuthingConfigurationError,
    AuthingError,
    AuthingPoolTimeoutError,
    AuthingRateTimeoutError,
    AuthingResponseError,
    AuthingTimeoutError,
    AuthingTransportError,
    DocumentError,
    MissingTokenError,
    OAuthError,
    PasswordTooLongError,
    UnsendableArgumentError,
    UnsendableTextError,
    errors,
)
from authing_gen.errors import copied, error_class

API_CLASSES: list[type[AuthingAPIError]] = sorted(
    {
        AuthingAPIError,
        errors.InvalidOperationError,
        errors.NotFoundError,
        *ERROR_CLASSES.values(),
    },
    key=lambda kind: kind.__name__,
)

EXAMPLES: list[AuthingError] = [
    AuthingError("oops"),
    AuthingConfigurationError("no pool"),
    DocumentError("no such field"),
    MissingTokenError("users takes the OwnerToken"),
    PasswordTooLongError(117),
    UnsendableArgumentError("phone is no phone number"),
    UnsendableTextError(),
    AuthingTransportError("no answer", "login"),
    AuthingTimeoutError("no answer in time", "login"),
    AuthingPoolTimeoutError("100 calls are under way", "login"),
    AuthingRateTimeoutError("its turn comes too late", "login"),
    AuthingClosedError("the client is closed", "login"),
    AuthingResponseError("null", "users", status_code=200, path="users.list.0._id"),
    OAuthError("invalid_grant", "no such user", "oidc.login", 400),
    *(
        kind("因为", code=2004, operation="login", data={"left": 3}, status_code=200)
        for kind in API_CLASSES
    ),
]

JOURNEYS: list[Callable[[AuthingError], AuthingError]] = [
    copy.copy,
    copy.deepcopy,
    lambda error: pickle.loads(pickle.dumps(error)),
]


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_an_error_can_be_copied_and_pickled(error: AuthingError) -> None:
    for journey in JOURNEYS:
        arrived = journey(error)
        assert type(arrived) is type(error)
        assert repr(arrived) == repr(error)
        assert arrived.args == error.args
        assert vars(arrived) == vars(error)


def test_there_is_an_example_of_every_public_error() -> None:
    named = {name for name in errors.__all__ if name != "ERROR_CLASSES"}
    assert {type(error).__name__ for error in EXAMPLES} == named


def test_every_error_is_one_of_ours() -> None:
    for name in errors.__all__:
        kind = getattr(authing_gen, name)
        if isinstance(kind, type):
            assert issubclass(kind, AuthingError)
            assert kind.__doc__
            assert kind.__module__ == "authing_gen.errors"


def test_what_errors_say() -> None:
    said = {str(PasswordTooLongError(117)), str(UnsendableTextError())}
    assert said == {
        "The password is too long: the public key carries at most 117 bytes of UTF-8",
        "An argument holds half a character (a lone surrogate)",
    }
    lost = AuthingTransportError("the connection was lost", "login")
    assert (str(lost), lost.operation) == ("login: the connection was lost", "login")


def test_an_oauth_error_has_headers() -> None:
    headers = [(b"x-request-id", b"r-1")]
    error = OAuthError("invalid_grant", "", "oidc.login", 400, headers=headers)
    assert error.request_id == "r-1"


def test_a_copy_is_not_raised_where_the_original_was() -> None:
    error = AuthingTransportError("the connection was lost", "login")
    error.__context__ = ValueError("secret")
    copy = copied(error)
    assert copy is not error
    assert (type(copy), str(copy), copy.__context__) == (type(error), str(error), None)
    stranger = KeyError("of somebody else")
    assert copied(stranger) is stranger


def test_a_password_that_is_too_long_is_a_value_error_too() -> None:
    with pytest.raises(ValueError, match="117"):
        raise PasswordTooLongError(117)


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        (2004, 500, errors.UserNotFoundError),
        (9999, None, AuthingAPIError),
        (9999, 200, AuthingAPIError),
        (None, None, AuthingAPIError),
        (None, 401, errors.NotLoggedInError),
        (None, 403, errors.PermissionDeniedError),
        (None, 404, errors.NotFoundError),
        (None, 429, errors.RateLimitError),
        (None, 503, errors.ServiceError),
    ],
)
def test_the_code_decides_and_else_the_status(
    code: int | None, status: int | None, expected: type[AuthingAPIError]
) -> None:
    assert error_class(code, status) is expected


def test_an_error_knows_the_method_that_was_called() -> None:
    operation = OPERATIONS["loginByPhoneCode"].called
    error = AuthingTransportError("the connection was lost", operation)
    for either in (error, copied(error), pickle.loads(pickle.dumps(error))):
        assert either.operation == "loginByPhoneCode"
        assert either.method == "login_by_phone_code"
        assert str(either) == (
            "login_by_phone_code (loginByPhoneCode): the connection was lost"
        )
    assert str(AuthingTransportError("lost", OPERATIONS["login"].called)) == (
        "login: lost"
    )
    assert AuthingTransportError("lost", "mine").method is None


def test_a_note_stays_with_its_copy() -> None:
    error = AuthingTransportError("lost", "login")
    error.add_note("before")
    copy = copied(error)
    copy.add_note("of one caller")
    assert (error.__notes__, copy.__notes__) == (
        ["before"],
        ["before", "of one caller"],
    )
