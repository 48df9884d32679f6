"""aiohttp as our client uses it: the engine alone, with all that it checks."""

from authing_gen._async.engine import EngineOptions
from authing_gen.aiohttp_engine import AiohttpEngine
from authing_gen.deadlines import Deadline
from authing_gen.exchange import Request

from ...meter import AsyncCall
from ...setup import Setup
from .repeated import PATIENCE, read, repeated

OPTIONS = EngineOptions(max_connections=1000, max_response_bytes=1 << 26)


async def prepare(setup: Setup) -> AsyncCall:
    """Make the engine; the call sends the request again."""
    engine = AiohttpEngine(OPTIONS)
    url, headers, body = repeated(setup)

    async def call() -> object:
        request = Request("POST", url, headers, body)
        answer = await engine.exchange(request, Deadline(PATIENCE))
        return read(answer.content)

    return call
