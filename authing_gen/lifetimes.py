"""How long a token is valid, as it says itself."""

import json
import time
from base64 import urlsafe_b64decode
from typing import Any, cast


def token_lifetime(token: str) -> float:
    """Seconds that a fresh token is valid for; infinite where it does not say.

    It is read off the token's own clock, so that a wrong clock here does no harm.
    """
    payload = _payload(token)
    expires, issued = payload.get("exp"), payload.get("iat", time.time())
    if not isinstance(expires, (int, float)) or not isinstance(issued, (int, float)):
        return float("inf")
    try:
        return max(0.0, float(expires) - float(issued))
    except OverflowError:
        return float("inf")


def _payload(token: str) -> dict[str, Any]:
    try:
        part = token.split(".")[1]
        payload = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (IndexError, ValueError, RecursionError):
        return {}
    return cast(dict[str, Any], payload) if isinstance(payload, dict) else {}
