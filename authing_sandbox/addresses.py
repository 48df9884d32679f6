"""By which names a sandbox may be called, and which only this machine can reach."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s:@/?#\[\]\\]+)(?::(\d{1,5}))?", re.ASCII)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its name or its address."""
    name = host.lower().removesuffix(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def is_foreign(method: str, headers: Mapping[str, str], *, by_click: bool) -> bool:
    """Whether a browser says that a page of another site has it send a request.

    A page may lead people here, and no page can write these headers.

    Args:
        method: Of the request.
        headers: By their names in lower case.
        by_click: Whether a page leads people here only where they follow a link.
    """
    leads_here = (
        method == "GET"
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") == "document"
        and (not by_click or headers.get("sec-fetch-user") == "?1")
    )
    return headers.get("sec-fetch-site") == "cross-site" and not leads_here


@dataclass(frozen=True)
class Hosts:
    """The names and addresses that a sandbox answers to.

    A page of another site can have its own name lead to this machine (DNS rebinding),
    and its browser then takes the sandbox for that site. It cannot do so with a name
    that is not its own, nor with an address.
    """

    listening: str = "127.0.0.1"
    """What the server listens at."""
    public_url: str | None = None
    """Where clients reach it, if that is elsewhere."""

    def answers_to(self, header: str) -> bool:
        """Whether a `Host` header names this sandbox."""
        if not (match := _HOST.fullmatch(header)):
            return False
        name = _plain(match[1])
        return is_loopback(name) or name in self._known or self._has(name)

    def is_public(self, header: str) -> bool:
        """Whether a `Host` header is that of the public URL."""
        return bool(self.public_url) and header.lower() == self._public.netloc.lower()

    def is_own_page(self, origin: str, host: str) -> bool:
        """Whether an `Origin` is a page of the sandbox that the `Host` header names."""
        page = urlsplit(origin.lower())
        if page.scheme not in ("http", "https") or origin.count("/") != len("//"):
            return False
        public = self._public.scheme, self._public.netloc.lower()
        return page.netloc == host.lower() or page[:2] == public

    @property
    def _known(self) -> set[str]:
        return {_plain(self.listening), _plain(self._public.hostname or "")}

    @property
    def _public(self) -> SplitResult:
        return urlsplit(self.public_url or "")

    def _has(self, name: str) -> bool:
        """Whether an address may be one of the machine's."""
        try:
            return ip_address(self.listening).is_unspecified and bool(ip_address(name))
        except ValueError:
            return False


def _plain(host: str) -> str:
    """The one spelling of a host."""
    name = host.strip("[]").lower().removesuffix(".")
    try:
        return str(ip_address(name))
    except ValueError:
        return name


def check_public_url(url: str) -> str:
    """Refuse, by a ValueError, what is no URL that clients could be given."""
    try:
        parts = urlsplit(url)
        more = parts.query or parts.fragment or parts.username is not None
        named = parts.scheme in ("http", "https") and parts.hostname and not more
        if named and parts.port != 0:
            return url.rstrip("/")
    except ValueError:
        pass  # The port is no number.
    raise ValueError("expected a URL like https://sandbox.example.com")
