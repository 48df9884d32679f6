"""Tokens that nobody has signed, or not for us: refused here, and without a call."""

import base64
import hmac
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from authing_gen.web import InvalidTokenError, Kit
from authing_gen.web.presented import LONGEST
from authing_gen.web.signatures import public_keys

POOL = "5f0e1d2c3b4a59687786950a"
KEY = "the key of the pool, which is long enough"
NOWHERE = {
    "user_pool_id": POOL,
    "users_url": "http://127.0.0.1:9/users/graphql",
    "max_retries": 0,
    "token_key": KEY,
}
"""A service that does not answer: whatever asks it fails in another way."""

RSA = generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def find() -> Iterator[Callable[[str], Any]]:
    kit = Kit(NOWHERE)
    yield kit._all().users.find
    kit.close()


def claims(**other: object) -> dict[str, Any]:
    now = int(time.time())
    data = {"id": "ada", "email": "ada@example.com", "clientId": POOL}
    found = {"data": data, "iat": now, "exp": now + 3600, **other}
    return {name: value for name, value in found.items() if value is not None}


def part(value: object) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def test_good(find: Callable[[str], Any]) -> None:
    assert find(jwt.encode(claims(), KEY)).id == "ada"


def public_pem() -> str:
    form = PublicFormat.SubjectPublicKeyInfo
    return RSA.public_key().public_bytes(Encoding.PEM, form).decode()


def signed(body: object, key: str = KEY, **header: object) -> str:
    """A token whose signature is right, whatever it says."""
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return jwt.PyJWS().encode(text, key, "HS256", headers=header)


def unsigned(header: object, body: object, signature: str = "AAAA") -> str:
    return f"{part(header)}.{part(body)}.{signature}"


def by_the_empty_key() -> str:
    start = f"{part({'alg': 'HS256'})}.{part(claims())}"
    return f"{start}.{part(hmac.digest(b'', start.encode(), 'sha256'))}"


now = time.time()
INFINITE = json.dumps(claims(exp=1.5)).replace("1.5", "1e999").encode()
REFUSED = {
    "nothing": "",
    "no JWT": "eyJhb",
    "alg none": unsigned({"alg": "none"}, claims(), ""),
    "alg None": unsigned({"alg": "None"}, claims(), ""),
    "alg none with a signature": unsigned({"alg": "none"}, claims()),
    "no alg": unsigned({}, claims(), ""),
    "alg is no text": unsigned({"alg": ["HS256"]}, claims()),
    "no signature": signed(claims()).rpartition(".")[0] + ".",
    "another key": signed(claims(), "another " * 8),
    "the empty key": by_the_empty_key(),
    "HS384": jwt.encode(claims(), KEY * 2, algorithm="HS384"),
    "HS512": jwt.encode(claims(), KEY * 2, algorithm="HS512"),
    "RS256": jwt.encode(claims(), RSA, algorithm="RS256"),
    "expired": signed(claims(exp=now - 11)),
    "from the future": signed(claims(iat=now + 7200, exp=now + 9000)),
    "no exp": signed(claims(exp=None)),
    "no iat": signed(claims(iat=None)),
    "exp is text": signed(claims(exp="4102444800")),
    "exp is true": signed(claims(exp=True)),
    "exp is infinite": signed(INFINITE),
    "exp is no number": signed(claims(exp=float("nan"))),
    "exp is huge": signed(claims(exp=10**30)),
    "iat is negative": signed(claims(iat=-1)),
    "another pool": signed(claims(data={"id": "ada", "clientId": "another"})),
    "no pool": signed(claims(data={"id": "ada"})),
    "no user": signed(claims(data={"id": "", "clientId": POOL})),
    "user is no text": signed(claims(data={"id": 7, "clientId": POOL})),
    "data is no object": signed(claims(data=[POOL])),
    "claims are no object": signed([1]),
    "an access token of the same key": signed(claims(iss="x", sub="ada")),
    "what must be understood": signed(claims(), crit=["exp"]),
    "JWE": ".".join([part({"alg": "dir", "enc": "A128GCM"}), "", "A", "A", "A"]),
    "not ASCII": signed(claims()) + "ä",
    "a blank": signed(claims()) + " ",
    "huge": signed(claims(x="x" * LONGEST)),
    "deep": unsigned(b"[" * 4000, claims()),
    "many digits": unsigned(b'{"a":' + b"9" * 5000 + b"}", claims()),
}


@pytest.mark.parametrize("token", REFUSED.values(), ids=REFUSED)
def test_refused(find: Callable[[str], Any], token: str) -> None:
    with pytest.raises(InvalidTokenError) as caught:
        find(token)
    assert len(token) < 20 or token not in str(caught.value)


def test_clocks_may_differ_a_little(find: Callable[[str], Any]) -> None:
    assert find(jwt.encode(claims(iat=time.time() + 5), KEY))
    assert find(jwt.encode(claims(exp=time.time() - 5), KEY))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
OBJECTS = st.dictionaries(
    st.sampled_from(["data", "iat", "exp", "iss", "sub", "aud", "alg", "kid", "typ"]),
    JSON,
)
FEW = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@FEW
@given(token=st.text(max_size=200))
def test_any_text(find: Callable[[str], Any], token: str) -> None:
    with pytest.raises(InvalidTokenError):
        find(token)


@pytest.mark.heavy
@FEW
@given(header=OBJECTS, body=OBJECTS, signature=st.binary(max_size=64))
def test_any_objects(
    find: Callable[[str], Any],
    header: dict[str, Any],
    body: dict[str, Any],
    signature: bytes,
) -> None:
    token = f"{part(header)}.{part(body)}.{part(signature)}"
    with pytest.raises(InvalidTokenError):
        find(token)


@pytest.mark.heavy
@FEW
@given(body=OBJECTS)
def test_any_claims_that_are_signed(
    find: Callable[[str], Any], body: dict[str, Any]
) -> None:
    """Even who has the key gets no further than a refusal without the right claims."""
    with pytest.raises(InvalidTokenError):
        find(signed(body))


@FEW
@given(data=st.data())
def test_one_bit_is_enough(find: Callable[[str], Any], data: st.DataObject) -> None:
    token = jwt.encode(claims(), KEY)
    place = data.draw(st.integers(0, len(token) - 2))  # The last has unused bits.
    letter = data.draw(st.characters(codec="ascii").filter(lambda c: c != token[place]))
    with pytest.raises(InvalidTokenError):
        find(token[:place] + letter + token[place + 1 :])


def test_the_key_is_no_public_key() -> None:
    from authing_gen import AuthingConfigurationError

    with pytest.raises(AuthingConfigurationError, match="token_key") as caught:
        _ = Kit({**NOWHERE, "token_key": public_pem()}).settings
    assert "MII" not in str(caught.value)


def test_keys_that_may_sign() -> None:
    own = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(RSA.public_key()))
    short = generate_private_key(65537, 1024).public_key()
    keys = [
        {**own, "kid": "good"},
        {**own, "kid": "said", "use": "sig", "alg": "RS256"},
        {**own, "kid": "encrypts", "use": "enc"},
        {**own, "kid": "another", "alg": "RS512"},
        {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(short)), "kid": "short"},
        {"kty": "oct", "k": "AAAA", "kid": "shared"},
        {"kty": "RSA", "n": "?", "e": 7, "kid": "broken"},
        {"kty": "RSA", "kid": "empty"},
        {},
    ]
    assert {*public_keys(keys)} == {"good", "said"}
    private = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(RSA))
    assert public_keys([{**private, "kid": "private"}]) == {}
