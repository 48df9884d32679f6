"""Real directories: LDAP (RFC 4511) and, through it, Active Directory."""

import contextlib
import re
import ssl
import warnings
from collections.abc import Generator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from anyio.to_thread import run_sync

from ..calls.errors import BusinessError, ErrorCode
from .person import PROFILE, Person
from .settings import DirectorySettings

with warnings.catch_warnings():
    # Its present release calls parts of pyasn1 by their former names.
    warnings.simplefilter("ignore", DeprecationWarning)
    import ldap3
    from ldap3.core.exceptions import LDAPException
    from ldap3.core.results import (
        RESULT_INVALID_CREDENTIALS,
        RESULT_SIZE_LIMIT_EXCEEDED,
        RESULT_SUCCESS,
    )
    from ldap3.utils.conv import escape_filter_chars

_CONNECT_TIMEOUT = 3
_RECEIVE_TIMEOUT = 5
_NAMES = ("uid", "sAMAccountName")
# Named one by one: `*` would bring password hashes along where the bind account sees
# them.
_ATTRIBUTES = (*PROFILE, *_NAMES, "userPrincipalName", "title", "department")
_AD_REASONS = {
    # The Windows error behind a refused bind, which AD puts into the message.
    "525": ErrorCode.NO_SUCH_USER,
    "533": ErrorCode.LOCKED,  # disabled
    "775": ErrorCode.LOCKED,
}


class _VerifiedTls(ldap3.Tls):
    """Has OpenSSL verify certificate and host; ldap3 by itself verifies neither."""

    def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:
        connection.socket = ssl.create_default_context().wrap_socket(
            connection.socket, server_hostname=connection.server.host
        )


class LDAPDirectory:
    """A directory that is reached over the network."""

    def __init__(self, settings: DirectorySettings) -> None:
        self._settings = settings
        address = urlsplit(settings.url)
        self._server = ldap3.Server(
            address.hostname or "",
            port=address.port,
            use_ssl=address.scheme == "ldaps",
            tls=_VerifiedTls(),
            get_info=ldap3.NONE,
            mode=ldap3.IP_V4_PREFERRED,
            connect_timeout=_CONNECT_TIMEOUT,
        )

    async def bind(self, username: str, password: str) -> Person:
        """Recognise somebody; refused where name or password is wrong."""
        try:
            return await run_sync(
                self._recognise, username, password, abandon_on_cancel=True
            )
        except (LDAPException, LookupError) as error:
            # At answers that are not LDAP, ldap3 stumbles over its own tables.
            raise _unavailable(str(error)) from error

    def _recognise(self, username: str, password: str) -> Person:
        settings = self._settings
        if settings.upn_suffix and not settings.bind_dn:
            with self._bound(self._upn(username), password) as own:
                _check_person(own.result)
                return self._find(own, username)
        with self._bound(settings.bind_dn, settings.bind_password) as service:
            if service.result["result"] != RESULT_SUCCESS:
                raise _unavailable(f"绑定账号被拒绝（{service.result['description']}）")
            person = self._find(service, username)
        with self._bound(person.dn, password) as own:
            _check_person(own.result)
        return person

    @contextlib.contextmanager
    def _bound(self, name: str | None, password: str | None) -> Generator[Any]:
        """A connection that has asked to be bound; its `result` says whether it is."""
        # As bytes: of a text ldap3 would drop characters, at worst all of them, and so
        # bind as nobody.
        secret: Any = password and password.encode()
        connection: Any = ldap3.Connection(
            self._server,
            name,
            secret,
            authentication=ldap3.SIMPLE if name else ldap3.ANONYMOUS,
            receive_timeout=_RECEIVE_TIMEOUT,
            auto_referrals=False,  # would take the password to other servers
            read_only=True,
        )
        try:
            connection.bind(read_server_info=False)
            yield connection
        finally:
            connection.unbind()
            if connection.socket is not None:
                # ldap3 forgets a socket that could not connect.
                connection.socket.close()

    def _find(self, connection: Any, username: str) -> Person:
        """Find the one entry that the filter means."""
        parts = {"username": username, "upn": self._upn(username)}
        wanted = re.sub(
            r"\{(username|upn)\}",
            lambda place: escape_filter_chars(parts[place[1]]),
            self._settings.user_filter or "",
        )
        connection.search(
            self._settings.base_dn, wanted, attributes=_ATTRIBUTES, size_limit=2
        )
        result = connection.result
        if result["result"] not in (RESULT_SUCCESS, RESULT_SIZE_LIMIT_EXCEEDED):
            raise _unavailable(f"搜索失败（{result['description']}）")
        found = [one for one in connection.response if one["type"] == "searchResEntry"]
        if not found:
            raise BusinessError(ErrorCode.NO_SUCH_USER)
        if len(found) > 1:
            raise _unavailable("过滤器匹配到多个用户")
        attributes = _texts(found[0]["raw_attributes"])
        person = Person(found[0]["dn"], username, attributes)
        names = [person.first(name) for name in _NAMES if name in attributes]
        return replace(person, username=names[0]) if names else person

    def _upn(self, username: str) -> str:
        suffix = (self._settings.upn_suffix or "").lstrip("@")
        return username if "@" in username or not suffix else f"{username}@{suffix}"


def _check_person(result: Mapping[str, Any]) -> None:
    """Refuse somebody whom the directory has not let in."""
    if result["result"] == RESULT_INVALID_CREDENTIALS:
        reason = re.search(r"\bdata (\w+)", result["message"])
        code = _AD_REASONS.get(reason[1]) if reason else None
        raise BusinessError(code or ErrorCode.WRONG_PASSWORD)
    if result["result"] != RESULT_SUCCESS:
        raise _unavailable(f"目录拒绝登录（{result['description']}）")


def _texts(raw: Mapping[str, list[bytes]]) -> dict[str, str | list[str]]:
    """The attributes that are texts; several values of one stay a list."""
    attributes: dict[str, str | list[str]] = {}
    for name, values in raw.items():
        with contextlib.suppress(UnicodeDecodeError):
            texts = [value.decode() for value in values]
            if texts:
                attributes[name] = texts if len(texts) > 1 else texts[0]
    return attributes


def _unavailable(reason: str) -> BusinessError:
    return BusinessError(ErrorCode.BUSY, f"目录服务不可用：{reason}")
