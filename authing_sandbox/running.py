"""Running a sandbox beside the code that uses it."""

import asyncio
import threading
from dataclasses import dataclass, field
from types import TracebackType
from typing import TypedDict

import anyio.to_thread
import httpx

from .clock import Clock
from .seed import (
    AD_CONNECTOR_ID,
    DIRECTORY_PASSWORD,
    LDAP_DIRECTORY_ID,
    OAUTH_APP_ID,
    OIDC_APP_ID,
    OIDC_APP_SECRET,
    OIDC_RS256_APP_ID,
    OWNER_ID,
    Seed,
)


class Message(TypedDict):
    """A mail or SMS in the outbox."""

    id: str
    kind: str
    to: str
    subject: str | None
    text: str
    code: str | None
    createdAt: str


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox: where it is, and what is in its first world."""

    url: str
    public_key: str
    pool_id: str
    secret: str = field(repr=False)
    clock: Clock = field(repr=False)
    """The server's clock; advancing it makes codes and tokens expire."""
    owner_id: str = OWNER_ID
    oidc_app_id: str = OIDC_APP_ID
    oidc_app_secret: str = field(default=OIDC_APP_SECRET, repr=False)
    oidc_rs256_app_id: str = OIDC_RS256_APP_ID
    oauth_app_id: str = OAUTH_APP_ID
    ldap_directory_id: str = LDAP_DIRECTORY_ID
    ad_connector_id: str = AD_CONNECTOR_ID
    directory_password: str = field(default=DIRECTORY_PASSWORD, repr=False)
    """Password of `fry`, `leela` and `professor` in the LDAP directory and the AD."""

    @property
    def users_url(self) -> str:
        """The users gateway."""
        return f"{self.url}/users/graphql"

    @property
    def oauth_url(self) -> str:
        """The oauth gateway."""
        return f"{self.url}/oauth/graphql"

    def _http(self) -> httpx.AsyncClient:
        # Plain HTTP: there is no certificate to verify, and loading the trusted ones
        # takes longer than the call.
        return httpx.AsyncClient(base_url=self.url, trust_env=False, verify=False)  # noqa: S501

    async def outbox(self, to: str | None = None) -> list[Message]:
        """The mail and SMS so far, newest last, to one address or to all."""
        parameters = {} if to is None else {"to": to}
        async with self._http() as http:
            answer = await http.get("/sandbox/outbox", params=parameters)
        messages: list[Message] = answer.raise_for_status().json()
        return messages

    async def last_code(self, to: str) -> str:
        """The code of the newest message to an address that holds one."""
        for message in reversed(await self.outbox(to)):
            if message["code"] is not None:
                return message["code"]
        raise LookupError(f"no code has been sent to {to}")

    async def reset(self) -> None:
        """Bring the first world back."""
        async with self._http() as http:
            (await http.post("/sandbox/reset")).raise_for_status()


class running:
    """Run a sandbox, on a free port of 127.0.0.1, for as long as a `with` block lasts.

    It has a thread and an event loop of its own, so that synchronous code, or any event
    loop, can call it: both `with` and `async with` work.

        async with authing_sandbox.running() as sandbox:
            print(sandbox.users_url)
    """

    def __init__(
        self,
        *,
        seed: Seed | None = None,
        database_url: str = "sqlite://",
        clock: Clock | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self._address = host, port
        self._seed = seed or Seed()
        self._database_url = database_url
        self._clock = clock or Clock()

    def __enter__(self) -> Sandbox:
        self._started = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="authing-sandbox")
        self._thread.start()
        self._started.wait()
        if self._failure is not None:
            self._thread.join()
            raise self._failure
        return self._sandbox

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def __aenter__(self) -> Sandbox:
        return await anyio.to_thread.run_sync(self.__enter__)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(self.__exit__, kind, error, traceback)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            self._failure = error
        finally:
            self._started.set()

    async def _serve(self) -> None:
        # Here, so that `import authing_sandbox` does not wait for a server's libraries.
        from .serving import serving

        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        async with serving(
            *self._address, self._database_url, self._seed, self._clock
        ) as served:
            self._sandbox = Sandbox(
                url=served.url,
                public_key=served.public_key,
                pool_id=self._seed.pool_id,
                secret=self._seed.secret,
                clock=self._clock,
            )
            self._started.set()
            await self._stop.wait()
