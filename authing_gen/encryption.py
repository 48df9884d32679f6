"""How passwords are encrypted, once one has to be."""

from collections.abc import Callable
from functools import cache

from .forks import importing
from .settings import PUBLIC_KEY


def encryption(public_key: str) -> Callable[[str], str]:
    """Return what encrypts under a key in PEM form.

    The vendor's key is loaded, and the library with it, when it is first needed.

    Raises:
        AuthingConfigurationError: It is not an RSA public key.
    """
    if public_key == PUBLIC_KEY:
        return _encrypt_for_vendor
    from .passwords import cipher_for

    return cipher_for(public_key).encrypt


def _encrypt_for_vendor(password: str) -> str:
    return _vendors_cipher()(password)


@cache
def _vendors_cipher() -> Callable[[str], str]:
    with importing:
        from .passwords import cipher_for

    return cipher_for(PUBLIC_KEY).encrypt
