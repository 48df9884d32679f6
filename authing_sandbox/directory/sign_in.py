"""Enterprise directories: whom LDAP and AD know, and signing such people in."""

import json
from dataclasses import fields

from sqlalchemy import select

from ..calls.call import Call, find_pool
from ..calls.errors import BusinessError, ErrorCode
from ..identity import accounts, captcha, sign_in
from ..identity.passwords import matches
from ..identity.sign_in import Circumstances
from ..storage.tables import Directory, DirectoryEntry, User
from .person import PROFILE, Person
from .settings import DirectorySettings


async def sign_in_by_directory(
    call: Call,
    connector_id: str | None,
    username: str,
    password: str,
    details: Circumstances = sign_in.NO_DETAILS,
) -> User:
    """Sign somebody in against an AD connector or, without one, the pool's LDAP.

    The password may be encrypted.
    """
    if connector_id is None:
        directory = await _ldap_of_pool(call)
    else:
        directory = await _find_connector(call, connector_id)
        # The documented operation names only the connector.
        call = call.about(await find_pool(call.session, directory.pool_id))
    password = call.server.keys.passwords.decrypt_or_keep(password)
    if not username or not password:
        # To a directory, a bind without a password is anonymous, and succeeds
        # (RFC 4513, 5.1.2).
        raise BusinessError(ErrorCode.MISSING_PARAMETER)
    user = await accounts.find(call, "username", username)
    try:
        if user is not None:
            await captcha.check(call, user, username, None)
        person = await _recognise(call, directory, username, password)
    except BusinessError as error:
        # Where the directory has failed to answer, nobody has failed to sign in.
        if user is not None and error.error is not ErrorCode.BUSY:
            sign_in.record_refusal(call, user, error, details)
        raise
    user = await _local_account(call, directory.kind, person)
    await sign_in.admit(call, user, details)
    return user


async def _ldap_of_pool(call: Call) -> Directory:
    directory = await call.session.scalar(
        select(Directory)
        .where(Directory.pool_id == call.pool.id, Directory.kind == "ldap")
        # A real directory takes the place of the embedded one.
        .order_by(Directory.url.is_(None), Directory.id)
        .limit(1)
    )
    if directory is None:
        raise BusinessError(ErrorCode.NO_SUCH_APP, "此用户池没有配置 LDAP")
    return directory


async def _find_connector(call: Call, connector_id: str) -> Directory:
    query = select(Directory).where(Directory.id == connector_id)
    if call.named_pool is not None:
        query = query.where(Directory.pool_id == call.named_pool.id)
    connector = await call.session.scalar(query.where(Directory.kind == "ad"))
    if connector is None:
        raise BusinessError(ErrorCode.NO_SUCH_APP, "AD 连接器不存在")
    return connector


async def _recognise(
    call: Call, directory: Directory, username: str, password: str
) -> Person:
    """Ask a directory who somebody is; refused where name or password is wrong."""
    if directory.url is None:
        entry = await call.session.get(DirectoryEntry, (directory.id, username))
        if entry is None:
            raise BusinessError(ErrorCode.NO_SUCH_USER)
        if not matches(password, entry.password_hash):
            raise BusinessError(ErrorCode.WRONG_PASSWORD)
        return Person(entry.dn, entry.username, entry.attributes)
    settings = DirectorySettings(
        **{one.name: getattr(directory, one.name) for one in fields(DirectorySettings)}
    )

    async def bind() -> Person:
        # Here, because ldap3 takes a fifth of a second to import, and few need it.
        from .ldap import LDAPDirectory

        return await LDAPDirectory(settings).bind(username, password)

    return call.unit.outside((settings, username, password), bind)


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
