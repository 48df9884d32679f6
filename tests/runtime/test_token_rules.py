"""What is said to who has no token, or one that is none."""

import pytest

from authing_client import OPERATIONS
from authing_client.enums import TokenKind
from authing_gen import MissingTokenError
from authing_gen.token_rules import checked_token, how_to_get_a_token

OWNER = (
    "the OwnerToken: give the client the secret of the user pool, or set AUTHING_SECRET"
)
USER = "a UserToken: call it on as_user(…) with what login returned"
EITHER = (
    "the OwnerToken (give the client the secret of the user pool, or set"
    " AUTHING_SECRET) or a UserToken (call it on as_user(…) with what login returned)"
)


@pytest.mark.parametrize(
    ("operation", "kind", "needed"),
    [
        ("users", None, OWNER),
        ("checkLoginStatus", None, USER),
        ("user", None, EITHER),
        (
            "checkLoginStatus",
            TokenKind.OWNER,
            "a UserToken, and this client manages the user pool: call it on as_user(…)"
            " with what login returned",
        ),
        (
            "users",
            TokenKind.USER,
            "the OwnerToken, and this client acts as a user: call it on the client that"
            " has the secret",
        ),
    ],
)
def test_how_to_get_a_token(
    operation: str, kind: TokenKind | None, needed: str
) -> None:
    said = how_to_get_a_token(OPERATIONS[operation], kind)
    names = {"checkLoginStatus": "check_login_status (checkLoginStatus)"}
    assert said == f"{names.get(operation, operation)} takes {needed}"


def test_a_token_that_can_travel() -> None:
    assert checked_token("a.b-c_d~1") == "a.b-c_d~1"


@pytest.mark.parametrize("token", ["a b", "a\n", "é", "\0", "a\tb", "\x7f"])
def test_a_token_that_cannot_travel(token: str) -> None:
    with pytest.raises(MissingTokenError) as caught:
        checked_token(token)
    assert str(caught.value) == (
        "The token holds characters that no token has, for example a line break"
    )


@pytest.mark.parametrize("token", ["", None, 5, b"token"])
def test_none_at_all(token: object) -> None:
    with pytest.raises(MissingTokenError) as caught:
        checked_token(token)
    assert str(caught.value) == "The token is empty, or no text"
