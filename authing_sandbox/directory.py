"""Enterprise directories: whom LDAP and AD know, and signing such people in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from . import accounts, sign_in, tables
from .call import Call
from .errors import BusinessError, ErrorCode
from .passwords import matches
from .sign_in import Circumstances
from .tables import DirectoryEntry, User

PROFILE = {
    # attribute of the directory: column of the account
    "mail": "email",
    "telephoneNumber": "phone",
    "mobile": "phone",
    "cn": "name",
    "displayName": "nickname",
    "givenName": "given_name",
    "sn": "family_name",
    "o": "company",
    "company": "company",
}
"""Where of two attributes a person has both, the latter counts."""


@dataclass(frozen=True)
class Person:
    """Somebody whom a directory has recognised."""

    dn: str
    username: str
    attributes: Mapping[str, str | list[str]]

    def first(self, name: str) -> str:
        """The value of an attribute, or the first of its values."""
        value = self.attributes[name]
        return value[0] if isinstance(value, list) else value


class Directory(Protocol):
    """A directory that can say whether a password is somebody's."""

    async def bind(self, username: str, password: str) -> Person:
        """Recognise somebody; refused where name or password is wrong."""
        ...


class EmbeddedDirectory:
    """A directory in the sandbox's own database."""

    def __init__(self, session: AsyncSession, directory_id: str) -> None:
        self._session = session
        self._id = directory_id

    async def bind(self, username: str, password: str) -> Person:
        entry = await self._session.get(DirectoryEntry, (self._id, username))
        if entry is None:
            raise BusinessError(ErrorCode.NO_SUCH_USER)
        if not await matches(password, entry.password_hash):
            raise BusinessError(ErrorCode.WRONG_PASSWORD)
        return Person(entry.dn, entry.username, entry.attributes)


async def sign_in_by_ldap(
    call: Call, username: str, password: str, details: Circumstances
) -> User:
    """Sign somebody in against the LDAP directory of the pool."""
    record = await call.session.scalar(
        select(tables.Directory)
        .where(tables.Directory.pool_id == call.pool.id)
        .where(tables.Directory.kind == "ldap")
        # A real directory takes the place of the embedded one.
        .order_by(tables.Directory.url.is_(None), tables.Directory.id)
        .limit(1)
    )
    if record is None:
        raise BusinessError(ErrorCode.NO_SUCH_APP, "此用户池没有配置 LDAP")
    return await _sign_in(call, record, username, password, details)


async def find_connector(session: AsyncSession, connector_id: str) -> tables.Directory:
    """Find an AD connector; refused where there is none."""
    record = await session.get(tables.Directory, connector_id)
    if record is None or record.kind != "ad":
        raise BusinessError(ErrorCode.NO_SUCH_APP, "AD 连接器不存在")
    return record


async def sign_in_by_ad(
    call: Call,
    connector: tables.Directory,
    username: str,
    password: str,
    details: Circumstances,
) -> User:
    """Sign somebody in against the Active Directory behind a connector."""
    if connector.pool_id != call.pool.id:
        raise BusinessError(ErrorCode.NO_SUCH_APP, "AD 连接器不存在")
    return await _sign_in(call, connector, username, password, details)


def _open(session: AsyncSession, record: tables.Directory) -> Directory:
    """The directory that a record describes."""
    if record.url is None:
        return EmbeddedDirectory(session, record.id)
    # Here, because ldap3 takes a fifth of a second to import, and few need it.
    from .ldap import LDAPDirectory

    return LDAPDirectory(record)


async def _sign_in(
    call: Call,
    record: tables.Directory,
    username: str,
    password: str,
    details: Circumstances,
) -> User:
    if not username or not password:
        # To a directory, a bind without a password is anonymous, and succeeds
        # (RFC 4513, 5.1.2).
        raise BusinessError(ErrorCode.MISSING_PARAMETER)
    try:
        person = await _open(call.session, record).bind(username, password)
    except BusinessError as error:
        if error.error is ErrorCode.BUSY:
            # Nobody has failed to sign in; the directory has failed to answer.
            raise
        if user := await accounts.find(call, "username", username):
            sign_in.record_refusal(call, user, error, details)
        raise
    user = await _local_account(call, record.kind, person)
    await sign_in.admit(call, user, details)
    return user


async def _local_account(call: Call, kind: str, person: Person) -> User:
    """The account that stands for a person here, brought up to date."""
    user = await accounts.find(call, "unionid", person.dn)
    if user is None:
        user = User(
            pool_id=call.pool.id,
            unionid=person.dn,
            register_method=kind,
            signed_up=call.now,
            token_series=1,
            logins_count=0,
        )
    profile = {
        column: person.first(name)
        for name, column in PROFILE.items()
        if name in person.attributes
    }
    for column, value in {"username": person.username, **profile}.items():
        if column in ("username", "email", "phone"):
            other = await accounts.find(call, column, value)
            if other is not None and other is not user:
                # The directory cannot take an identifier away from somebody else.
                continue
        setattr(user, column, value)
    user.oauth = json.dumps(dict(person.attributes), ensure_ascii=False)
    user.updated_at = call.now
    call.session.add(user)
    await call.session.flush()
    return user
