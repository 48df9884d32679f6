"""The engines, each as a function that asks for a URL and returns the text.

Each has as many places as said, and a timeout of its own kind. Modules are imported
where they are used: no engine shall notice another one.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

Ask = Callable[[str], str]
AsyncAsk = Callable[[str], Awaitable[str]]

PLACES = 10
TIMEOUT = 2.0
"""Seconds, as each engine understands them."""


async def ours() -> AsyncAsk:
    """The engines of `AsyncAuthing`: aiohttp, or httpcore where the loop is trio's."""
    from authing_gen._async.engine import EngineOptions
    from authing_gen._async.engines import AsyncEngines
    from authing_gen.deadlines import Deadline
    from authing_gen.exchange import Request

    engines = AsyncEngines(EngineOptions(PLACES, 1 << 20))

    async def ask(url: str) -> str:
        answer = await engines.exchange(Request("GET", url, {}), Deadline(TIMEOUT))
        return answer.content.decode()

    return ask


async def aiohttp() -> AsyncAsk:
    """A session of aiohttp."""
    import aiohttp

    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=PLACES),
        timeout=aiohttp.ClientTimeout(total=TIMEOUT),
    )

    async def ask(url: str) -> str:
        async with session.get(url) as response:
            return await response.text()

    return ask


async def httpx_aiohttp() -> AsyncAsk:
    """The client of httpx-aiohttp: one of httpx, with aiohttp below."""
    import httpx
    from httpx_aiohttp import HttpxAiohttpClient  # type: ignore[import-not-found]

    limits = httpx.Limits(max_connections=PLACES)
    client: httpx.AsyncClient = HttpxAiohttpClient(limits=limits, timeout=TIMEOUT)

    async def ask(url: str) -> str:
        return (await client.get(url)).text

    return ask


async def httpx_async() -> AsyncAsk:
    """A client of httpx as it comes."""
    import httpx

    limits = httpx.Limits(max_connections=PLACES)
    client = httpx.AsyncClient(limits=limits, timeout=TIMEOUT)

    async def ask(url: str) -> str:
        return (await client.get(url)).text

    return ask


async def httpx2_async() -> AsyncAsk:
    """A client of httpx2 as it comes."""
    import httpx2

    limits = httpx2.Limits(max_connections=PLACES)
    client = httpx2.AsyncClient(limits=limits, timeout=TIMEOUT)

    async def ask(url: str) -> str:
        return (await client.get(url)).text

    return ask


async def pyreqwest_async() -> AsyncAsk:
    """A client of pyreqwest."""
    from pyreqwest.client import ClientBuilder  # type: ignore[import-not-found]

    timeout = timedelta(seconds=TIMEOUT)
    client = ClientBuilder().max_connections(PLACES).timeout(timeout).build()

    async def ask(url: str) -> str:
        response = await client.get(url).build().send()
        return str(await response.text())

    return ask


def ours_blocking() -> Ask:
    """The engine of `Authing`: httpcore."""
    from authing_gen._sync.engine import EngineOptions
    from authing_gen._sync.engines import Engines
    from authing_gen.deadlines import Deadline
    from authing_gen.exchange import Request

    engines = Engines(EngineOptions(PLACES, 1 << 20))

    def ask(url: str) -> str:
        answer = engines.exchange(Request("GET", url, {}), Deadline(TIMEOUT))
        return answer.content.decode()

    return ask


def httpx_blocking() -> Ask:
    """A client of httpx."""
    import httpx

    limits = httpx.Limits(max_connections=PLACES)
    client = httpx.Client(limits=limits, timeout=TIMEOUT)
    return lambda url: client.get(url).text


def httpx2_blocking() -> Ask:
    """A client of httpx2."""
    import httpx2

    limits = httpx2.Limits(max_connections=PLACES)
    client = httpx2.Client(limits=limits, timeout=TIMEOUT)
    return lambda url: client.get(url).text


def urllib3() -> Ask:
    """A pool manager of urllib3."""
    import urllib3

    pools = urllib3.PoolManager(maxsize=PLACES, block=True, timeout=TIMEOUT)
    return lambda url: pools.request("GET", url, retries=False).data.decode()


def requests() -> Ask:
    """A session of requests."""
    import requests  # type: ignore[import-untyped, unused-ignore]
    from requests.adapters import (  # type: ignore[import-untyped, unused-ignore]
        HTTPAdapter,
    )

    session = requests.Session()
    session.mount("http://", HTTPAdapter(pool_maxsize=PLACES, pool_block=True))

    def ask(url: str) -> str:
        return str(session.get(url, timeout=TIMEOUT).text)

    return ask


def pyreqwest_blocking() -> Ask:
    """A client of pyreqwest."""
    from pyreqwest.client import SyncClientBuilder

    timeout = timedelta(seconds=TIMEOUT)
    client = SyncClientBuilder().max_connections(PLACES).timeout(timeout).build()
    return lambda url: str(client.get(url).build().send().text())


ASYNC: dict[str, Callable[[], Awaitable[AsyncAsk]]] = {
    "AsyncAuthing": ours,
    "aiohttp": aiohttp,
    "httpx-aiohttp": httpx_aiohttp,
    "httpx.AsyncClient": httpx_async,
    "httpx2.AsyncClient": httpx2_async,
    "pyreqwest": pyreqwest_async,
}
BLOCKING: dict[str, Callable[[], Ask]] = {
    "Authing": ours_blocking,
    "httpx.Client": httpx_blocking,
    "httpx2.Client": httpx2_blocking,
    "urllib3": urllib3,
    "requests": requests,
    "pyreqwest, sync": pyreqwest_blocking,
}
