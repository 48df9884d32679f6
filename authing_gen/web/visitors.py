"""Who asks, as the network knows them: their address and their browser."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)

UNIX = "unix"
"""Stands, among trusted proxies, for whoever asks by a Unix socket."""

MOST = 32
"""Hops of a request that are looked at."""

LONGEST = 512
"""Characters of a user agent that are passed on."""

Address = IPv4Address | IPv6Address


@dataclass(frozen=True)
class Visitor:
    """What the service is told of a visitor when they sign in."""

    ip: str | None = None
    """Their IP address (`last_ip`)."""
    browser: str | None = None
    """Their user agent (`browser`)."""


def address_of(
    peer: str | None,
    forwarded: str | None,
    trusted: Iterable[IPv4Network | IPv6Network | str],
) -> str | None:
    """The address of whoever sent a request, past the proxies that are trusted.

    Anybody can write `X-Forwarded-For`; each proxy adds to its end whom it got the
    request from. So it is read from the end, for as long as proxies are trusted.

    Args:
        peer: Who has connected; None or something else than an address where that was
            by a Unix socket.
        forwarded: The value of `X-Forwarded-For`; several with commas, in their order.
        trusted: Proxies that are believed.
    """
    proxies = list(trusted)
    found = _address(peer or "")
    believed = UNIX in proxies if found is None else _is_one(found, proxies)
    for hop in _hops(forwarded or ""):
        if not believed:
            break
        address = _address(hop)
        if address is None:  # "unknown", or nonsense: whoever is known so far.
            break
        found, believed = address, _is_one(address, proxies)
    return None if found is None else str(found)


def browser_of(user_agent: str | None) -> str | None:
    """A user agent as it is passed on: what is printable, and not too long."""
    text = "".join(filter(str.isprintable, user_agent or ""))[:LONGEST].strip()
    return text or None


def _hops(forwarded: str) -> Iterator[str]:
    return reversed(forwarded[-4096:].split(",")[-MOST:])


def _is_one(
    address: Address, networks: Iterable[IPv4Network | IPv6Network | str]
) -> bool:
    return any(
        address in network for network in networks if not isinstance(network, str)
    )


def _address(text: str) -> Address | None:
    """Read an address; some proxies add a port, and write `[::1]:443`."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
