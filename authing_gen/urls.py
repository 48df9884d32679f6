"""URLs: what can be connected to, and what passwords and tokens may travel to."""

import re
from ipaddress import IPv6Address, ip_address

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


def check_url(value: str, *, allow_insecure_http: bool) -> str:
    """Return the URL of a gateway as it is.

    Raises:
        ValueError: It is not one of HTTP; or says who asks: HTTP has one place for
            that, and it belongs to the token; or others can read what is sent to it.
    """
    url = parsed_url(value)
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError("it is not an http or https URL")
    if url.userinfo:
        raise ValueError(
            "it has a user name or a password, which would travel in place of the"
            " token; let what stands before the service take them in another way"
        )
    if url.query or url.fragment:
        raise ValueError("it has a query or a fragment")
    if not allow_insecure_http and is_insecure(url):
        raise ValueError(
            f"plain http to {url.host} shows passwords and tokens to everybody on the"
            " way; use https, or, in a network that you trust,"
            " allow_insecure_http=True (AUTHING_ALLOW_INSECURE_HTTP=1)"
        )
    return value


def is_insecure(url: httpx.URL) -> bool:
    """Whether others can read what is sent to a URL: plain HTTP to another machine."""
    return url.scheme == "http" and not is_loopback(url.host)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its name or its address.

    What a name server would say of other names does not count: it may lie.
    """
    name = host.lower().removesuffix(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    # Python before 3.13 does not see that ::ffff:127.0.0.1 is 127.0.0.1.
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback
