"""How long a token is good for."""

import base64
import json

import pytest

from authing_gen.lifetimes import token_lifetime

from .scripted import jwt


@pytest.mark.parametrize(
    "token", ["opaque", "a.b.c", "a.!!.c", "..", jwt("x", 60).rsplit(".", 2)[0]]
)
def test_a_token_that_does_not_say_lives_for_ever(token: str) -> None:
    assert token_lifetime(token) == float("inf")


def test_a_lifetime_is_read_off_the_claims() -> None:
    claims = base64.urlsafe_b64encode(json.dumps({"iat": 100, "exp": 160}).encode())
    assert token_lifetime(f"head.{claims.decode()}.signature") == 60
    assert token_lifetime(jwt("expired", -5)) == 0
