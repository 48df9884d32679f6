"""What is asked as soon as the server is there: whether it is, and its public key."""

from typing import Literal

from sqlalchemy import select
from typing_extensions import TypedDict

from ..calls.call import Server
from ..endpoints.endpoint import Endpoint


class Health(TypedDict):
    """That the server answers, and where it stores."""

    status: Literal["ok"]
    database: str


class Ready:
    """Answers the endpoints."""

    def __init__(self, server: Server) -> None:
        self._server = server

    async def read_public_key(self) -> str:
        """The key that encrypts passwords, as PEM."""
        return self._server.keys.passwords.public_key

    async def read_health(self) -> Health:
        """Answers once the server and its database do."""
        async with self._server.database.unit(write=False) as unit:
            await unit.session.scalar(select(1))
            return Health(status="ok", database=unit.session.get_bind().dialect.name)


def endpoints(server: Server) -> list[Endpoint]:
    """All of them; none has a form, so that they need no library for forms."""
    ready = Ready(server)
    return [
        Endpoint(
            "GET",
            "/public-key",
            ready.read_public_key,
            returns=str,
            media_type="text/plain",
        ),
        Endpoint("GET", "/health", ready.read_health, returns=Health),
    ]
