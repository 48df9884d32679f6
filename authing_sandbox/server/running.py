"""Running a sandbox beside the code that uses it."""

import asyncio
import contextlib
import threading
from types import TracebackType

import anyio.to_thread

from ..addresses import check_public_url
from ..calls.clock import Clock
from ..seeding.seed import Seed
from .loop import RealTimeLoop
from .sandbox import Sandbox


class running:
    """Run a sandbox, on a free port of 127.0.0.1, for as long as a `with` block lasts.

    It has a thread and an event loop of its own, so that synchronous code, or any event
    loop, can call it: both `with` and `async with` work.

        async with authing_sandbox.running() as sandbox:
            print(sandbox.users_url)

    Args:
        seed: What it starts with, besides the demo.
        database_url: Where its state is; in memory by default.
        clock: Its clock; a new one, in real time, by default.
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
        public_url: Where clients reach it, if not there: `Sandbox` says so.
        smtp: Mail server, as a URL, which its mail is handed to.
        sms_webhook: URL which its SMS are posted to.
    """

    def __init__(
        self,
        *,
        seed: Seed | None = None,
        database_url: str = "sqlite://",
        clock: Clock | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        public_url: str | None = None,
        smtp: str | None = None,
        sms_webhook: str | None = None,
    ) -> None:
        self._public_url = public_url and check_public_url(public_url)
        self._address = host, port
        self._seed = seed or Seed()
        self._database_url = database_url
        self._given_clock = clock
        self._channels = smtp, sms_webhook
        self._ending = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_entered = False

    def __enter__(self) -> Sandbox:
        if self._is_entered:
            raise RuntimeError("it runs already: make another `running()`")
        self._is_entered = True
        self._clock = self._given_clock or Clock()
        self._started = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(
            target=self._run, name="authing-sandbox", daemon=True
        )
        self._thread.start()
        try:
            self._started.wait()
        except BaseException:  # Ctrl-C: nobody will leave what is not entered.
            self.__exit__(None, None, None)
            raise
        if self._failure is not None:
            self._join()
            raise self._failure
        return self._sandbox

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end()
        self._join()

    async def __aenter__(self) -> Sandbox:
        try:
            return await anyio.to_thread.run_sync(self.__enter__)
        except BaseException:  # Cancelled: nobody will leave what is not entered.
            self._end()
            raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end()  # Now, for the waiting may be cancelled.
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(self._join)

    def _join(self) -> None:
        self._thread.join()
        # It may be run again.
        self._ending, self._loop, self._is_entered = threading.Event(), None, False

    def _end(self) -> None:
        """Let the server end, also if it has not begun yet."""
        self._ending.set()
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # It has ended already.
                self._loop.call_soon_threadsafe(self._stop.set)

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=RealTimeLoop) as runner:
                runner.run(self._serve())
        except BaseException as error:
            self._failure = error
        finally:
            self._started.set()

    async def _serve(self) -> None:
        # Here, so that `import authing_sandbox` does not wait for a server's libraries,
        # and in two steps, so that the keys are made while the rest is imported.
        from ..calls.new_keys import NewKeys

        new_keys = NewKeys()
        from ..messages.delivery import Delivery
        from .serving import serving

        self._stop = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        if self._ending.is_set():
            raise RuntimeError("it was ended before it had started")
        async with serving(
            *self._address,
            self._database_url,
            self._seed,
            self._clock,
            Delivery(*self._channels),
            new_keys,
            self._public_url,
            self._ending,
        ) as served:
            self._sandbox = Sandbox(
                url=served.url,
                public_key=served.public_key,
                pool_id=self._seed.pool_id,
                secret=served.secret,
                token_key=served.token_key,
                clock=self._clock,
                host=self._address[0],
            )
            self._started.set()
            await self._stop.wait()
