"""What httpcore is told of a request besides what it is to send."""

import logging
from typing import Any

from ..deadlines import Deadline

_LOGGER = logging.getLogger("httpcore.http11")


def extensions(deadline: Deadline) -> dict[str, Any]:
    """Return how long its phases may take, and what keeps secrets out of its log.

    At DEBUG httpcore logs the headers of answers, which may set cookies, and what h11
    says of a header that it refuses.
    """
    phases = {"connect": deadline.connect, "read": deadline.read}
    found: dict[str, Any] = {"timeout": phases}
    if _LOGGER.isEnabledFor(logging.DEBUG):
        found["trace"] = _discreet
    return found


async def _discreet(step: str, details: dict[str, Any]) -> None:
    """Is shown the details of a step before they are logged."""
    if step.endswith(("headers.complete", "headers.failed")):
        details.clear()
