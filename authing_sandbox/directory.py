"""Enterprise directories: whom LDAP and AD know, and signing such people in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from . import accounts, sign_in, tables
from .call import Call
from .errors import BusinessError, ErrorCode
from .passwords import matches
from .sign_in import Circumstances
from .tables import DirectoryEntry, User

_PROFILE = {
    # attribute of the directory: column of the account
    "mail": "email",
    "telephoneNumber": "phone",
    "cn": "name",
    "displayName": "nickname",
    "givenName": "given_name",
    "sn": "family_name",
    "o": "company",
}


@dataclass(frozen=True)
class Person:
    """Somebody whom a directory has recognised."""

    dn: str
    username: str
    attributes: Mapping[str, Any]


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
        select(tables.Directory).where(
            tables.Directory.pool_id == call.pool.id, tables.Directory.kind == "ldap"
        )
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


async def _sign_in(
    call: Call,
    record: tables.Directory,
    username: str,
    password: str,
    details: Circumstances,
) -> User:
    directory: Directory = EmbeddedDirectory(call.session, record.id)
    try:
        person = await directory.bind(username, password)
    except BusinessError as error:
        if user := await accounts.find(call, "username", username):
            sign_in.record_refusal(call, user, error, details)
        raise
    user = await _local_account(call, record.kind, person)
    try:
        sign_in.check_not_blocked(user)
    except BusinessError as error:
        sign_in.record_refusal(call, user, error, details)
        raise
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
        column: person.attributes[name]
        for name, column in _PROFILE.items()
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
