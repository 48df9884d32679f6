"""The keys of a new database, made beside everything else that a start has to do."""

from concurrent.futures import ThreadPoolExecutor

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

_VENDOR_KEY_SIZE = 1024  # what the service uses, and what its clients expect
_SIGNING_KEY_SIZE = 2048


class NewKeys:
    """RSA keys that are being made: `result()` of each is a private key, as PEM.

    OpenSSL needs a twentieth of a second for them, or several, and lets other threads
    run meanwhile. In a database that has keys, these are not wanted, and cost nobody
    any time.
    """

    def __init__(self) -> None:
        threads = ThreadPoolExecutor(2, thread_name_prefix="authing-sandbox-keys")
        self.password = threads.submit(_new_rsa_key, _VENDOR_KEY_SIZE)
        self.oidc = threads.submit(_new_rsa_key, _SIGNING_KEY_SIZE)
        threads.shutdown(wait=False)


def _new_rsa_key(size: int) -> str:
    return (
        rsa.generate_private_key(public_exponent=65537, key_size=size)
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )
