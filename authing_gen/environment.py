"""What the environment says about the network: proxies and certificates."""

import os
import re
import ssl
from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.request import getproxies, proxy_bypass

import httpx

from .errors import AuthingConfigurationError
from .urls import is_loopback, parsed_url

_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_USUAL_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, repr=False)
class Proxy:
    """A proxy, and the variable that names it."""

    url: str
    variable: str

    @property
    def scheme(self) -> str:
        """How it is spoken to: `http` or `https`."""
        return self.url.partition("://")[0].lower()

    @property
    def place(self) -> str:
        """Its URL without the user name and the password that it may have."""
        return str(httpx.URL(self.url).copy_with(username=None, password=None))

    @property
    def authorization(self) -> str | None:
        """The `Proxy-Authorization` that it gets, in UTF-8."""
        url = httpx.URL(self.url)
        if not url.userinfo:
            return None
        pair = f"{url.username}:{url.password}".encode()
        return f"Basic {b64encode(pair).decode()}"

    def __str__(self) -> str:
        return f"the proxy {self.place} ({self.variable})"


def proxy_for(url: str) -> Proxy | None:
    """Say which proxy the environment, or the system, names for a URL.

    `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` count, in either case of
    letters. What is on this machine is never asked for through a proxy.

    Raises:
        AuthingConfigurationError: It is none that can be used; names the variable.
    """
    parts = httpx.URL(url)
    proxies = getproxies()
    scheme = parts.scheme if parts.scheme in proxies else "all"
    proxy = proxies.get(scheme)
    if not proxy or is_loopback(parts.host) or proxy_bypass(_place(parts)):
        return None
    if _is_exempt(parts.host, proxies.get("no", "")):
        return None
    variable = f"{scheme.upper()}_PROXY"
    found = Proxy(proxy if "://" in proxy else f"http://{proxy}", variable)
    try:
        _check(found)
    except ValueError as problem:
        raise AuthingConfigurationError(f"{variable}: {problem}") from None
    return found


def _check(proxy: Proxy) -> None:
    url = parsed_url(proxy.url)
    if url.scheme not in ("http", "https"):
        raise AuthingConfigurationError(
            f"{proxy.variable} names a proxy of the kind {url.scheme!r}: give the"
            " client an http_client of httpx that speaks to it, or name an http proxy"
        )
    if not url.host:
        raise AuthingConfigurationError(f"{proxy.variable} names no host")


def _is_exempt(host: str, exceptions: str) -> bool:
    """Whether `NO_PROXY` names a host in one of the forms that Python does not know.

    Those are networks, addresses of IPv6 without brackets, names that begin with `*.`
    or end with a dot, and lists with blanks between.
    """
    return any(_covers(entry, host) for entry in re.split(r"[\s,]+", exceptions))


def _covers(entry: str, host: str) -> bool:
    if entry == "*":
        return True
    try:
        return ip_address(host) in ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        pass
    name = entry.lower().removeprefix("*").strip(".")
    return bool(name) and f".{host.lower().rstrip('.')}".endswith(f".{name}")


def _place(url: httpx.URL) -> str:
    """Host and port, as `NO_PROXY` may name them."""
    place = url.netloc.decode()
    return place if url.port else f"{place}:{_USUAL_PORTS.get(url.scheme)}"


def tls_context() -> ssl.SSLContext:
    """Return the certificates to trust: certifi's, or those that the environment names.

    Raises:
        AuthingConfigurationError: `SSL_CERT_FILE` or `SSL_CERT_DIR` cannot be read.
    """
    return _tls_context(*(os.environ.get(name) for name in _CERTIFICATES))


@lru_cache(maxsize=8)
def _tls_context(file: str | None, folder: str | None) -> ssl.SSLContext:
    # Reading them takes longer than many calls.
    for variable, path in zip(_CERTIFICATES, (file, folder), strict=True):
        if path and not Path(path).exists():
            raise AuthingConfigurationError(f"{variable}: there is no such file")
    try:
        return httpx.create_ssl_context()
    except (OSError, ValueError):
        named = " or ".join(_CERTIFICATES)
        raise AuthingConfigurationError(
            f"{named}: the certificates cannot be read"
        ) from None


if hasattr(os, "register_at_fork"):
    # A thread of the parent may hold a lock within it that nobody would release.
    os.register_at_fork(after_in_child=_tls_context.cache_clear)
