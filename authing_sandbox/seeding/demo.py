"""The world a sandbox starts with, and comes back to after a reset."""

import hashlib
import logging
from dataclasses import fields, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ..identity.passwords import hashed
from ..storage.tables import (
    App,
    Directory,
    DirectoryEntry,
    Pool,
    SeedRecord,
    SocialProvider,
    User,
)
from .additions import add_to_demo
from .seed import (
    AD_CONNECTOR_ID,
    DIRECTORY_PASSWORD,
    LDAP_DIRECTORY_ID,
    OAUTH_APP_ID,
    OAUTH_APP_SECRET,
    OIDC_APP_ID,
    OIDC_APP_SECRET,
    OIDC_PUBLIC_APP_ID,
    OIDC_RS256_APP_ID,
    OWNER_ID,
    POOL_SECRET,
    REDIRECT_URI,
    RELAXED,
    Seed,
)

_log = logging.getLogger(__name__)
_REDIRECT_URIS = [REDIRECT_URI]
_PROVIDERS = {
    # alias: name, where a sign-in starts, whether it is enabled
    "github": ("GitHub", "https://github.com/login/oauth/authorize", True),
    "wechat": ("微信", "https://open.weixin.qq.com/connect/qrconnect", True),
    "google": ("Google", "https://accounts.google.com/o/oauth2/v2/auth", True),
    "qq": ("QQ", "https://graph.qq.com/oauth2.0/authorize", True),
    "weibo": ("微博", "https://api.weibo.com/oauth2/authorize", False),
    "alipay": (
        "支付宝",
        "https://openauth.alipay.com/oauth2/publicAppAuthorize.htm",
        False,
    ),
}
_CREW = {
    # user name: given name, family name, title
    "fry": ("Philip J.", "Fry", "Delivery boy"),
    "leela": ("Turanga", "Leela", "Captain"),
    "professor": ("Hubert J.", "Farnsworth", "Professor"),
}


class WrongPoolError(RuntimeError):
    """The database holds other pools than the one that is wanted."""


async def create_demo(session: AsyncSession, seed: Seed, now: datetime) -> Seed:
    """Create the first world in an empty database; leave any other one as it is.

    Returns the seed that is in force: of a pool that was there its secret is.
    """
    pool = await session.get(Pool, seed.pool_id)
    if pool is not None:
        await _say_what_is_ignored(session, seed, pool)
        return replace(seed, secret=pool.app_secret)
    if (await session.scalars(select(Pool.id).limit(1))).first() is not None:
        raise WrongPoolError(f"the database holds other pools, but not {seed.pool_id}")
    session.add(_pool(seed, "Planet Express", seed.pool_id, seed.secret, now))
    for number, (pool_id, secret) in enumerate(seed.other_pools.items(), 2):
        session.add(_pool(seed, f"Planet Express {number}", pool_id, secret, now))
    session.add(
        User(
            id=OWNER_ID,
            email="owner@planetexpress.com",
            username="owner",
            register_method="default:email",
            signed_up=now,
            updated_at=now,
        )
    )
    await session.flush()
    session.add_all(_apps(seed.pool_id, now))
    for pool_id in (seed.pool_id, *seed.other_pools):
        session.add_all(_providers(pool_id))
    for directory in _directories(seed.pool_id):
        session.add(directory)
        await session.flush()
        session.add_all([await _person(directory, username) for username in _CREW])
    for id, settings in seed.directories.items():
        await session.merge(Directory(id=id, pool_id=seed.pool_id, **settings.columns))
    await add_to_demo(session, seed, now)
    session.add(SeedRecord(id=1, digests=_digests(seed)))
    return seed


async def _say_what_is_ignored(session: AsyncSession, seed: Seed, pool: Pool) -> None:
    record = await session.get(SeedRecord, 1)
    given, known = _digests(seed), record.digests if record else {}
    ignored = [name for name in given if record and known.get(name) != given[name]]
    if seed.secret not in (POOL_SECRET, pool.app_secret):
        ignored.insert(0, "secret")
    if ignored:
        _log.warning(
            "the database holds the pool %s already, made with another seed; ignored: "
            "%s",
            pool.id,
            ", ".join(ignored),
        )


def _digests(seed: Seed) -> dict[str, str]:
    """What was given besides the pool's identifier and secret, recognisable."""
    given = {one.name: getattr(seed, one.name) for one in fields(seed)}
    return {
        name: hashlib.sha256(repr(value).encode()).hexdigest()
        for name, value in given.items()
        if value and name not in ("pool_id", "secret")
    }


def _pool(seed: Seed, name: str, id: str, secret: str, now: datetime) -> Pool:
    return Pool(
        id=id,
        app_secret=secret,
        owner_id=OWNER_ID,
        descriptions="authing-sandbox 的演示用户池",
        created_at=now,
        allowed_origins="http://127.0.0.1:3000",
        client_type={
            "id": "5f0e1d2c3b4a596877869511",
            "name": "Web",
            "description": "网站",
            "image": None,
            "example": "https://authing.cn",
        },
        **({"name": name} | RELAXED | seed.pool_rules),
    )


def _providers(pool_id: str) -> list[SocialProvider]:
    return [
        SocialProvider(
            pool_id=pool_id,
            alias=alias,
            name=name,
            description=f"使用 {name} 账号登录",
            enabled=enabled,
            authorize_url=url,
        )
        for alias, (name, url, enabled) in _PROVIDERS.items()
    ]


def _apps(pool_id: str, now: datetime) -> list[App]:
    oidc = {
        "pool_id": pool_id,
        "kind": "oidc",
        "redirect_uris": _REDIRECT_URIS,
        "created_at": now,
    }
    return [
        App(
            id=OIDC_APP_ID,
            name="Planet Express OIDC",
            domain="planet-express",
            secret=OIDC_APP_SECRET,
            grants=["authorization_code", "password", "refresh_token"],
            is_default=True,
            **oidc,
        ),
        App(
            id=OIDC_RS256_APP_ID,
            name="Planet Express OIDC (RS256)",
            domain="planet-express-rs256",
            secret=OIDC_APP_SECRET,
            grants=["authorization_code", "password", "refresh_token"],
            id_token_signed_response_alg="RS256",
            **oidc,
        ),
        App(
            id=OIDC_PUBLIC_APP_ID,
            name="Planet Express Mobile",
            domain="planet-express-mobile",
            secret="",
            grants=["authorization_code", "refresh_token"],
            token_endpoint_auth_method="none",
            id_token_signed_response_alg="RS256",
            **oidc,
        ),
        App(
            id=OAUTH_APP_ID,
            pool_id=pool_id,
            kind="oauth",
            name="Planet Express OAuth",
            domain="planet-express-oauth",
            secret=OAUTH_APP_SECRET,
            grants=["authorization_code", "implicit", "refresh_token"],
            redirect_uris=_REDIRECT_URIS,
            created_at=now,
        ),
    ]


def _directories(pool_id: str) -> list[Directory]:
    return [
        Directory(
            id=LDAP_DIRECTORY_ID,
            pool_id=pool_id,
            kind="ldap",
            name="Planet Express LDAP",
            base_dn="ou=people,dc=planetexpress,dc=com",
        ),
        Directory(
            id=AD_CONNECTOR_ID,
            pool_id=pool_id,
            kind="ad",
            name="Planet Express AD",
            base_dn="CN=Users,DC=ad,DC=planetexpress,DC=com",
        ),
    ]


async def _person(directory: Directory, username: str) -> DirectoryEntry:
    given, family, title = _CREW[username]
    ldap = directory.kind == "ldap"
    name = username if ldap else f"{given} {family}"
    host = "planetexpress.com" if ldap else "ad.planetexpress.com"
    return DirectoryEntry(
        directory_id=directory.id,
        username=username,
        dn=f"{'uid' if ldap else 'CN'}={name},{directory.base_dn}",
        password_hash=hashed(DIRECTORY_PASSWORD),
        attributes={
            "uid" if ldap else "sAMAccountName": username,
            "mail": f"{username}@{host}",
            "cn": f"{given} {family}",
            "givenName": given,
            "sn": family,
            "title": title,
            "o": "Planet Express",
        },
    )
