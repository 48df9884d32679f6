"""httpcore as our client uses it: the engine alone, with all that it checks."""

from authing_gen._sync.engine import EngineOptions
from authing_gen._sync.httpcore_engine import HttpcoreEngine
from authing_gen.deadlines import Deadline
from authing_gen.exchange import Request

from ...meter import Call
from ...setup import Setup
from .repeated import PATIENCE, read, repeated


def prepare(setup: Setup) -> Call:
    """Make the engine; the call sends the request again."""
    engine = HttpcoreEngine(EngineOptions(100, 1 << 26))
    url, headers, body = repeated(setup)

    def call() -> object:
        request = Request("POST", url, headers, body)
        return read(engine.exchange(request, Deadline(PATIENCE)).content)

    return call
