"""The signature that stands in for the secret when the OwnerToken is fetched.

Source: 初始化.
"""

import secrets
import time
from hashlib import sha1
from typing import TypedDict


class Signature(TypedDict):
    """Variables that prove who asks for the OwnerToken."""

    timestamp: str
    nonce: int
    signature: str


def sign() -> Signature:
    """Sign with the present time and a number that is used once."""
    timestamp, nonce = str(int(time.time() * 1000)), secrets.randbelow(2**31)
    text = f"{timestamp}{nonce}"
    # What the vendor asks for; it proves nothing that SHA-1 would have to protect.
    signature = sha1(text.encode(), usedforsecurity=False).hexdigest()
    return {"timestamp": timestamp, "nonce": nonce, "signature": signature}
