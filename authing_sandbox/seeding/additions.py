"""What a seed adds to the demo: users, providers, apps, a whitelist, roles, groups."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ..identity.accounts import REGISTER_METHODS
from ..identity.contacts import is_email
from ..identity.passwords import hashed
from ..storage.tables import (
    App,
    SocialProvider,
    User,
    UserMetadata,
    WhitelistEntry,
    new_id,
)
from .access import add_access
from .seed import Seed, SeedError


async def add_to_demo(session: AsyncSession, seed: Seed, now: datetime) -> None:
    """Add what the seed names; an app or provider of the demo is changed by it."""
    for one in seed.users:
        columns = {"id": new_id()} | user_columns(seed.pool_id, one, now)
        session.add(User(**columns))
        await session.flush()
        for key, value in one.get("metadata", {}).items():
            session.add(UserMetadata(user_id=columns["id"], key=key, value=value))
    for given in seed.providers:
        provider = await session.scalar(
            select(SocialProvider).filter_by(pool_id=seed.pool_id, alias=given["alias"])
        )
        if provider is None:
            url = f"https://{given['alias']}.invalid/authorize"
            provider = SocialProvider(
                pool_id=seed.pool_id,
                name=given["alias"],
                enabled=True,
                authorize_url=url,
            )
            session.add(provider)
        _set(provider, given)
    for given in seed.apps:
        app = await session.get(App, given["id"])
        if app is None:
            app = App(
                pool_id=seed.pool_id,
                kind="oidc",
                name=given["id"],
                domain=given["id"],
                secret=secrets.token_hex(16),
                grants=["authorization_code", "password", "refresh_token"],
                redirect_uris=[],
                created_at=now,
            )
            session.add(app)
        _set(app, given)
    for phone in seed.whitelist:
        session.add(
            WhitelistEntry(
                pool_id=seed.pool_id, phone=phone, created_at=now, updated_at=now
            )
        )
    await session.flush()
    await add_access(session, seed, now)


def user_columns(pool_id: str, given: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The columns of a new account; raises ValueError where nothing identifies it."""
    password = given.get("password")
    identified = (
        method for name, method in REGISTER_METHODS.items() if given.get(name)
    )
    method = next(identified, None)
    if method is None:
        raise SeedError("a user of the seed has no email, phone, username or unionid")
    if (email := given.get("email")) and not is_email(email):
        raise SeedError("a user of the seed has an email that is none")
    columns = {
        "pool_id": pool_id,
        "register_method": method,
        "signed_up": now,
        "updated_at": now,
        **given,
    }
    for not_a_column in ("password", "metadata"):
        columns.pop(not_a_column, None)
    if password is not None:
        columns["password_hash"] = hashed(password)
    return columns


def _set(record: object, given: dict[str, Any]) -> None:
    for name, value in given.items():
        setattr(record, name, value)
