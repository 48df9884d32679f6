"""What clients asked last, and what they were answered."""

from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, Field

from ..calls.call import Server
from ..calls.recent import Exchange
from ..endpoints.endpoint import Endpoint, RefusedError
from ..storage.rows import STRICT
from .redaction import readable


class Later(BaseModel):
    """Which requests are wanted."""

    model_config = STRICT

    after: int = 0
    """Only those that came later than the one with this id."""
    count: Annotated[int, Field(ge=1, le=500)] = 100
    """At most so many, the newest."""


class Request(BaseModel):
    """A request, as the log on the terminal tells of it."""

    id: int
    at: AwareDatetime
    method: str
    path: str
    """Without what is in it; of the gateways, without `/graphql`."""
    operation: str
    token: str
    """`owner`, `user`, or `-` where none decided."""
    status: int
    milliseconds: float
    error: str | int | None


class Opened(Request):
    """A request with what it carried, secrets hidden."""

    sent: Any
    answered: Any
    sent_bytes: int
    answered_bytes: int


class Requests:
    """Answers the endpoints."""

    def __init__(self, server: Server) -> None:
        self._recent = server.recent

    async def read_requests(self, query: Later) -> list[Request]:
        """The last requests of clients, the newest last."""
        found = self._recent.after(query.after)[-query.count :]
        return [Request(**_line(exchange)) for exchange in found]

    async def read_request(self, id: str) -> Opened:
        """One request, opened: what was sent and answered, secrets hidden."""
        for exchange in self._recent.after(0):
            if str(exchange.id) == id:
                sent, answered = readable(exchange)
                return Opened(
                    **_line(exchange),
                    sent=sent,
                    answered=answered,
                    sent_bytes=exchange.sent.size,
                    answered_bytes=exchange.answered.size,
                )
        raise RefusedError(404, "no such request, or it is too long ago")

    async def clear_requests(self) -> None:
        """Forget the requests so far."""
        self._recent.clear()


def endpoints(server: Server) -> list[Endpoint]:
    """All of them."""
    requests = Requests(server)
    return [
        Endpoint(
            "GET",
            "/requests",
            requests.read_requests,
            query=Later,
            returns=list[Request],
        ),
        Endpoint("GET", "/requests/{id}", requests.read_request, returns=Opened),
        Endpoint("DELETE", "/requests", requests.clear_requests),
    ]


def _line(exchange: Exchange) -> dict[str, Any]:
    entry = exchange.entry
    return {
        "id": exchange.id,
        "at": exchange.at,
        "method": exchange.method,
        **vars(entry),
    }
