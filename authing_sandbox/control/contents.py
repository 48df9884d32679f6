"""What a pool has besides its rules, users and directories."""

from typing import Any

from pydantic import BaseModel, StrictBool, StrictStr
from sqlalchemy import func, select

from ..calls.call import Call, Server
from ..endpoints.endpoint import Endpoint, RefusedError
from ..endpoints.of_pool import OfPool
from ..endpoints.owner import AsOwner
from ..resolvers import social, whitelist
from ..storage.rows import STRICT, row_model, row_of
from ..storage.tables import App, SocialProvider, User, WhitelistEntry, table_of

APP: Any = row_model(table_of(App), "App", without={"pool_id", "is_deleted"})
PROVIDER: Any = row_model(table_of(SocialProvider), "Provider", without={"pool_id"})
LISTED: Any = row_model(
    table_of(WhitelistEntry), "Listed", without={"pool_id", "is_deleted"}
)


class PoolFacts(BaseModel):
    """What a pool is, with the secret that clients are given."""

    id: str
    name: str
    secret: str
    users: int
    """How many accounts it has."""


class Switch(BaseModel):
    """Whether a social provider is enabled."""

    model_config = STRICT

    enabled: StrictBool


class Phone(BaseModel):
    """A phone that may register where the whitelist is in force."""

    model_config = STRICT

    phone: StrictStr


class Contents(AsOwner):
    """Answers the endpoints."""

    async def read_pool(self, query: OfPool) -> PoolFacts:
        """What the pool is, and how many accounts it has."""

        async def read(call: Call) -> PoolFacts:
            pool = call.pool
            of_pool = select(func.count()).where(User.pool_id == pool.id)
            users = await call.session.scalar(of_pool) or 0
            return PoolFacts(
                id=pool.id, name=pool.name, secret=pool.app_secret, users=users
            )

        return await self._run(query, read)

    async def read_apps(self, query: OfPool) -> list[BaseModel]:
        """The apps of single sign-on, with their secrets."""

        async def read(call: Call) -> list[BaseModel]:
            of_pool = select(App).where(App.pool_id == call.pool.id).order_by(App.id)
            return [row_of(APP, app) for app in await call.session.scalars(of_pool)]

        return await self._run(query, read)

    async def read_providers(self, query: OfPool) -> list[BaseModel]:
        """The social providers."""

        async def read(call: Call) -> list[BaseModel]:
            return [row_of(PROVIDER, each) for each in await social.providers(call)]

        return await self._run(query, read)

    async def switch_provider(
        self, alias: str, query: OfPool, body: Switch
    ) -> BaseModel:
        """Enable or disable a social provider."""

        async def switch(call: Call) -> BaseModel:
            for provider in await social.providers(call):
                if provider.alias == alias:
                    provider.enabled = body.enabled
                    return row_of(PROVIDER, provider)
            raise RefusedError(404, "no such provider")

        return await self._run(query, switch, write=True)

    async def read_whitelist(self, query: OfPool) -> list[BaseModel]:
        """The phones that may register where the rule `whitelist_enabled` is on."""

        async def read(call: Call) -> list[BaseModel]:
            entries = await whitelist.query_invitation(call)
            return [row_of(LISTED, entry) for entry in entries]

        return await self._run(query, read)

    async def add_to_whitelist(self, query: OfPool, body: Phone) -> BaseModel:
        """Let a phone register."""

        async def add(call: Call) -> BaseModel:
            entry = await whitelist.add_to_invitation(call, phone=body.phone)
            await call.session.flush()
            return row_of(LISTED, entry)

        return await self._run(query, add, write=True)

    async def remove_from_whitelist(self, phone: str, query: OfPool) -> None:
        """Let a phone register no longer."""

        async def remove(call: Call) -> None:
            await whitelist.remove_from_invitation(call, phone=phone)

        await self._run(query, remove, write=True)


def endpoints(server: Server, pool_id: str) -> list[Endpoint]:
    """All of them; `pool_id` says which pool is meant where none is named."""
    contents = Contents(server, pool_id)
    of_pool: dict[str, Any] = {"query": OfPool}
    return [
        Endpoint(
            "PATCH",
            "/providers/{alias}",
            contents.switch_provider,
            body=Switch,
            **of_pool,
            returns=PROVIDER,
        ),
        Endpoint("GET", "/pool", contents.read_pool, **of_pool, returns=PoolFacts),
        Endpoint("GET", "/apps", contents.read_apps, **of_pool, returns=list[APP]),
        Endpoint(
            "GET",
            "/providers",
            contents.read_providers,
            **of_pool,
            returns=list[PROVIDER],
        ),
        Endpoint(
            "GET",
            "/whitelist",
            contents.read_whitelist,
            **of_pool,
            returns=list[LISTED],
        ),
        Endpoint(
            "POST",
            "/whitelist",
            contents.add_to_whitelist,
            body=Phone,
            **of_pool,
            returns=LISTED,
        ),
        Endpoint(
            "DELETE", "/whitelist/{phone}", contents.remove_from_whitelist, **of_pool
        ),
    ]
