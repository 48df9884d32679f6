"""What the developer can see and do under `/sandbox`."""

import asyncio
import functools
from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    Field,
    TypeAdapter,
    model_validator,
)
from sqlalchemy import delete
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router

from ..calls.call import Server
from ..calls.clock import REAL_TIME
from ..endpoints.endpoint import Endpoint, RefusedError
from ..endpoints.of_pool import OfPool
from ..endpoints.openapi import describe
from ..messages import outbox
from ..messages.message import Message
from ..rights import held, organisations, roles
from ..seeding.demo import create_demo
from ..seeding.seed import Seed
from ..storage import snapshots
from ..storage.database import Unit
from ..storage.rows import RULES, STRICT, given
from ..storage.rows import String as Text
from ..storage.tables import Message as Sent
from ..storage.tables import Pool, new_id
from . import contents, directories, faults, pools, ready, requests, users
from .pools import Named

_POLL = 0.02


class _Form(BaseModel):
    model_config = STRICT


class Wanted(_Form):
    """Which messages are wanted."""

    to: Text | None = None
    kind: Literal["mail", "sms", "captcha"] | None = None
    after: Annotated[int, Field(ge=0, lt=1 << 31)] = 0
    """Only messages newer than the one with this id."""


class Awaited(Wanted):
    """Which messages are wanted, and how long to wait where there is none."""

    wait: Annotated[float, Field(ge=0, le=60)] = 0


class Time(_Form):
    """The time, and how many seconds it is ahead of real time."""

    now: AwareDatetime
    ahead: float


class Move(_Form):
    """Where the clock shall be put, or by how many seconds it shall advance."""

    now: AwareDatetime | None = None
    advance: Annotated[float, Field(allow_inf_nan=False)] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.now is None) is (self.advance is None):
            raise ValueError("give either now or advance")
        return self


class ShownKeys(_Form):
    """Keys of the server."""

    token_key: str
    """The text that signs UserTokens and OwnerTokens, and the access tokens of apps
    that do not say RS256: HS256."""
    public_key: str
    """Encrypts passwords: PEM."""
    jwks: dict[str, Any]
    """What an app's RS256 tokens are checked against, as at its `jwks_uri`."""


class Taken(Named):
    """A snapshot: when it was taken, by real time, and how far the clock was ahead."""

    at: AwareDatetime
    ahead: float


class Control:
    """Answers the endpoints."""

    def __init__(self, server: Server, seed: Seed) -> None:
        self._server = server
        self._seed = seed
        self._snapshots: dict[str, tuple[snapshots.Snapshot, timedelta, Taken]] = {}
        server.at_end.callback(self._close_snapshots)

    async def read_outbox(self, query: Awaited) -> list[Message]:
        """Mail and SMS, the newest last.

        With `wait`, the answer comes as soon as there is a message, or after so many
        seconds without one.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + query.wait
        while True:
            async with self._server.database.unit(write=False) as unit:
                found = await outbox.messages(
                    unit.session, query.to, query.kind, query.after
                )
            if found or loop.time() >= end or self._server.stopping.is_set():
                return [_shown(message) for message in found]
            await asyncio.sleep(_POLL)

    async def clear_outbox(self) -> None:
        """Forget every message."""

        async def clear(unit: Unit) -> None:
            await unit.session.execute(delete(Sent))

        await self._server.database.run(clear, write=True)

    async def read_clock(self) -> Time:
        """What time it is for the sandbox."""
        clock = self._server.clock
        return Time(now=clock.now(), ahead=clock.offset.total_seconds())

    async def move_clock(self, body: Move) -> Time:
        """Set or advance the clock, so that tokens and codes expire on command."""
        clock = self._server.clock
        before = clock.offset
        try:
            if body.now is not None:
                clock.set(body.now)
            else:
                clock.advance(timedelta(seconds=body.advance or 0))
            # A century is added to it, and taken off.
            _ = clock.now() + timedelta(days=36525), clock.now() - timedelta(days=36525)
        except OverflowError:
            clock.offset = before
            raise RefusedError(422, "that is no time") from None
        return await self.read_clock()

    async def reset_clock(self) -> Time:
        """Go back to real time."""
        self._server.clock.offset = REAL_TIME
        return await self.read_clock()

    async def read_keys(self) -> ShownKeys:
        """The keys by which tokens can be verified, and passwords are encrypted."""
        keys = self._server.keys
        use = {"use": "sig", "alg": "RS256"}
        return ShownKeys(
            token_key=keys.token_secret,
            public_key=keys.passwords.public_key,
            jwks={"keys": [keys.oidc.as_dict(private=False) | use]},
        )

    async def read_config(self, query: OfPool) -> BaseModel:
        """The rules of a pool."""
        async with self._server.database.unit(write=False) as unit:
            return _rules(await query.find(unit, self._seed.pool_id))

    async def change_config(self, query: OfPool, body: BaseModel) -> BaseModel:
        """Change rules of a pool; those that are not named stay."""

        async def change(unit: Unit) -> BaseModel:
            pool = await query.find(unit, self._seed.pool_id)
            for name, value in given(body).items():
                setattr(pool, name, value)
            return _rules(pool)

        return await self._server.database.run(change, write=True)

    async def take_snapshot(self) -> Named:
        """Keep the whole state, the clock's too, until the server ends."""
        name = new_id()
        server = self._server
        content, offset = await snapshots.take(server.database), server.clock.offset
        at, ahead = server.clock.now() - offset, offset.total_seconds()
        self._snapshots[name] = content, offset, Taken(id=name, at=at, ahead=ahead)
        return Named(id=name)

    async def read_snapshots(self) -> list[Taken]:
        """The snapshots that are kept, the newest last."""
        return [taken for _, _, taken in self._snapshots.values()]

    async def restore_snapshot(self, id: str) -> None:
        """Bring back the state that a snapshot holds, as often as wanted."""
        if id not in self._snapshots:
            raise RefusedError(404, "no such snapshot")
        snapshot, offset, _ = self._snapshots[id]
        await snapshots.restore(self._server.database, snapshot)
        self._server.clock.offset = offset

    async def drop_snapshot(self, id: str) -> None:
        """Forget a snapshot."""
        if id not in self._snapshots:
            raise RefusedError(404, "no such snapshot")
        self._snapshots.pop(id)[0].close()

    def _close_snapshots(self) -> None:
        for snapshot, _, _ in self._snapshots.values():
            snapshot.close()

    async def reset(self) -> None:
        """Start over with the first world, in real time and without faults."""
        server = self._server
        server.faults.arm([])

        async def start_over(unit: Unit) -> None:
            await unit.clear()
            server.clock.offset = REAL_TIME
            await create_demo(unit.session, self._seed, server.clock.now())

        await server.database.run(start_over, write=True)


def endpoints(control: Control) -> list[Endpoint]:
    """All of them."""
    rules: dict[str, Any] = {"query": OfPool, "returns": RULES}
    return [
        Endpoint(
            "GET", "/outbox", control.read_outbox, query=Awaited, returns=list[Message]
        ),
        Endpoint("DELETE", "/outbox", control.clear_outbox),
        Endpoint("GET", "/clock", control.read_clock, returns=Time),
        Endpoint("POST", "/clock", control.move_clock, body=Move, returns=Time),
        Endpoint("DELETE", "/clock", control.reset_clock, returns=Time),
        Endpoint("GET", "/keys", control.read_keys, returns=ShownKeys),
        Endpoint("GET", "/config", control.read_config, **rules),
        Endpoint("PATCH", "/config", control.change_config, body=RULES, **rules),
        Endpoint("GET", "/snapshots", control.read_snapshots, returns=list[Taken]),
        Endpoint("POST", "/snapshots", control.take_snapshot, returns=Named),
        Endpoint("POST", "/snapshots/{id}/restore", control.restore_snapshot),
        Endpoint("DELETE", "/snapshots/{id}", control.drop_snapshot),
        Endpoint("POST", "/reset", control.reset),
    ]


def build(server: Server, seed: Seed, control: Control) -> Router:
    """The endpoints as an application, and a description of all that there are."""
    of_pools = (contents, directories, held, organisations, pools, roles, users)
    found = [
        *endpoints(control),
        *faults.endpoints(server),
        *requests.endpoints(server),
        *(one for part in of_pools for one in part.endpoints(server, seed.pool_id)),
    ]
    # Once, and not before it is asked for: it takes a tenth of a second.
    described = functools.cache(
        functools.partial(describe, [*found, *ready.endpoints(server)])
    )

    async def openapi(request: Request) -> Response:
        servers = [{"url": f"{request.base_url}sandbox"}]
        return JSONResponse(described() | {"servers": servers})

    return Router(
        [
            Route("/openapi.json", openapi),
            *(endpoint.route for endpoint in found),
        ]
    )


def _rules(pool: Pool) -> BaseModel:
    values = {name: getattr(pool, name) for name in RULES.model_fields}
    return TypeAdapter(RULES).validate_python(values)


def _shown(message: Sent) -> Message:
    return {
        "id": str(message.id),
        "kind": message.kind,
        "to": message.to,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "code": message.code,
        "createdAt": message.created_at.isoformat(),
    }
