"""What the tests of the web kit share: both kits, requests, and calls to count."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from anyio.to_thread import run_sync

from authing_gen import AsyncAuthing
from authing_gen.web import AsyncKit, CurrentUser, Incoming, Kit
from authing_gen.web.presented import read
from authing_sandbox import Sandbox

PASSWORD = "correct horse"


class EitherKit:
    """A kit, awaited or not, behind one interface."""

    def __init__(self, kit: AsyncKit | Kit) -> None:
        self.kit = kit

    async def current_user(self, incoming: Incoming) -> CurrentUser:
        if isinstance(self.kit, Kit):
            return await run_sync(self.kit.current_user, incoming)
        return await self.kit.current_user(incoming)

    async def optional_user(self, incoming: Incoming) -> CurrentUser | None:
        if isinstance(self.kit, Kit):
            return await run_sync(self.kit.optional_user, incoming)
        return await self.kit.optional_user(incoming)

    async def check_role(self, user: CurrentUser, role: str) -> None:
        if isinstance(self.kit, Kit):
            await run_sync(self.kit.check_role, user, role)
        else:
            await self.kit.check_role(user, role)

    async def of_token(self, token: str) -> CurrentUser:
        """Whom a bearer token speaks for."""
        return await self.current_user(incoming({"authorization": f"Bearer {token}"}))

    async def account(self, name: str, *arguments: Any) -> Any:
        """Call a method of its accounts."""
        method = getattr(self.kit.accounts, name)
        if isinstance(self.kit, Kit):
            return await run_sync(method, *arguments)
        return await method(*arguments)

    async def aclose(self) -> None:
        if isinstance(self.kit, Kit):
            await run_sync(self.kit.close)
        else:
            await self.kit.aclose()


MakeKit = Callable[..., EitherKit]


@pytest.fixture(params=["async", "sync"])
async def make_kit(
    request: pytest.FixtureRequest, sandbox: Sandbox
) -> AsyncIterator[MakeKit]:
    """Makes kits that ask the sandbox."""
    kind = AsyncKit if request.param == "async" else Kit
    async with AsyncExitStack() as kits:

        def make(**settings: object) -> EitherKit:
            kit = EitherKit(kind({**sandbox.settings, **settings}))
            kits.push_async_callback(kit.aclose)
            return kit

        yield make


class Calls:
    """The calls that the sandbox has answered, since it was last asked."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self._last = 0
        self.new()

    def new(self) -> list[str]:
        """Their operations, oldest first."""
        answer = self._http.get("/sandbox/requests", params={"after": self._last})
        found = answer.raise_for_status().json()
        self._last = max([self._last, *(each["id"] for each in found)])
        return [each["operation"] or each["path"].split("/")[-1] for each in found]


@pytest.fixture
def calls(sandbox: Sandbox) -> Iterator[Calls]:
    with httpx.Client(base_url=sandbox.url) as http:
        yield Calls(http)


@pytest.fixture
async def ada(authing: AsyncAuthing, email: str) -> CurrentUser:
    """Somebody who has just registered."""
    user = await authing.register(email=email, password=PASSWORD)
    assert user.token
    return read(user.token).user()


def incoming(
    headers: Mapping[str, str] | None = None,
    *,
    method: str = "GET",
    cookies: Mapping[str, str] | None = None,
    peer: str | None = "127.0.0.1",
) -> Incoming:
    """A request with these headers, by their names in lower case."""
    return Incoming(method, (headers or {}).get, cookies or {}, peer)
