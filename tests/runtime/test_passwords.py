"""Passwords: who encrypts them, how, and how long they may be."""

from base64 import b64decode
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from authing_gen import (
    AsyncAuthing,
    AuthingError,
    PasswordTooLongError,
    UnsendableTextError,
)
from authing_gen.passwords import PasswordCipher, cipher_for
from authing_gen.settings import PUBLIC_KEY

from .conftest import Connect
from .scripted import ScriptedServer, refused

Pem = Callable[[RSAPrivateKey], str]


def _decrypt(key: RSAPrivateKey, text: str) -> str:
    return key.decrypt(b64decode(text), PKCS1v15()).decode()


@pytest.mark.parametrize("password", ["correct horse", "", "密码🐎", "x" * 117])
def test_the_private_key_reads_it_back(short_key: RSAPrivateKey, password: str) -> None:
    cipher = PasswordCipher(short_key.public_key())
    assert _decrypt(short_key, cipher.encrypt(password)) == password


def test_no_two_encryptions_are_alike() -> None:
    cipher = cipher_for(PUBLIC_KEY)
    assert cipher.encrypt("correct horse") != cipher.encrypt("correct horse")


def test_one_cipher_a_key(long_key: RSAPrivateKey, pem: Pem) -> None:
    assert cipher_for(PUBLIC_KEY) is cipher_for(PUBLIC_KEY)
    assert cipher_for(pem(long_key)) is not cipher_for(PUBLIC_KEY)


def test_the_vendors_key_carries_117_bytes() -> None:
    cipher = cipher_for(PUBLIC_KEY)
    cipher.encrypt("x" * 117)
    with pytest.raises(PasswordTooLongError, match="117") as caught:
        cipher.encrypt("x" * 118)
    assert caught.value.limit == 117
    assert "xxx" not in str(caught.value)


def test_bytes_count_and_not_characters() -> None:
    cipher = cipher_for(PUBLIC_KEY)
    cipher.encrypt("密" * 39)
    with pytest.raises(PasswordTooLongError):
        cipher.encrypt("密" * 40)


def test_a_longer_key_carries_more(long_key: RSAPrivateKey) -> None:
    cipher = PasswordCipher(long_key.public_key())
    assert _decrypt(long_key, cipher.encrypt("x" * 245)) == "x" * 245
    with pytest.raises(PasswordTooLongError, match="245"):
        cipher.encrypt("x" * 246)


def test_half_a_character_is_no_password() -> None:
    with pytest.raises(UnsendableTextError) as caught:
        cipher_for(PUBLIC_KEY).encrypt("correct\udc80horse")
    assert "horse" not in repr(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.anyio
async def test_too_long_a_password_is_not_sent(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    with pytest.raises(AuthingError, match="117 bytes"):
        await client.login(email="ada@example.com", password="密" * 40)
    assert server.seen == []


@pytest.mark.anyio
async def test_update_user_encrypts_both_passwords(
    server: ScriptedServer, connect: Connect, short_key: RSAPrivateKey, pem: Pem
) -> None:
    server.answer("UpdateUser", refused(1001))
    client = connect(public_key=pem(short_key))
    with pytest.raises(AuthingError):
        await client.update_user(id="ada", password="the new", old_password="the old")
    (seen,) = server.calls("UpdateUser")
    assert _decrypt(short_key, seen.variables["password"]) == "the new"
    assert _decrypt(short_key, seen.variables["oldPassword"]) == "the old"


@pytest.mark.anyio
async def test_login_register_and_change_password_encrypt(
    server: ScriptedServer, connect: Connect, short_key: RSAPrivateKey, pem: Pem
) -> None:
    client = connect(public_key=pem(short_key))
    for name in ("login", "register", "changePassword"):
        server.answer(name, refused(1001))
    email, password = "ada@example.com", "correct horse"
    with pytest.raises(AuthingError):
        await client.login(email=email, password=password)
    with pytest.raises(AuthingError):
        await client.register(email=email, password=password)
    with pytest.raises(AuthingError):
        await client.change_password(email=email, password=password, verify_code="1")
    assert len(server.seen) == 3
    for seen in server.seen:
        assert _decrypt(short_key, seen.variables["password"]) == password


@pytest.mark.anyio
async def test_sign_in_and_directories_take_it_as_it_is(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("SignIn", refused(2006))
    server.answer("LoginByLDAP", refused(2006))
    server.answer("LoginByAd", refused(2006))
    with pytest.raises(AuthingError):
        await client.sign_in(email="ada@example.com", password="as it is")
    with pytest.raises(AuthingError):
        await client.login_by_ldap(username="fry", password="as it is")
    with pytest.raises(AuthingError):
        await client.login_by_ad(
            ad_connector_id="ad", username="fry", password="as it is"
        )
    sent = [seen.variables["password"] for seen in server.seen]
    assert sent == ["as it is"] * 3
