"""URLs that can be connected to."""

import re

import httpx

_NAME = re.compile(rb"[\w.-]*")
_LAST_PORT = 65535


def parsed_url(value: str) -> httpx.URL:
    """Parse a URL.

    Raises:
        ValueError: It is none, or has a host or a port that cannot be.
    """
    try:
        url = httpx.URL(value)
        url.host.encode("idna")
    except (httpx.InvalidURL, UnicodeError):
        raise ValueError("it is not a URL") from None
    if ":" not in url.host and not _NAME.fullmatch(url.raw_host):
        raise ValueError("it has a host that cannot be")
    if url.port is not None and not 0 < url.port <= _LAST_PORT:
        raise ValueError("it has a port that cannot be")
    return url
