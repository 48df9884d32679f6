"""Faults on request."""

from typing import Annotated

from pydantic import BaseModel, Field

from ..calls.call import Server
from ..calls.fault import Fault
from ..endpoints.endpoint import Endpoint
from ..storage.rows import STRICT


class Wanted(BaseModel):
    """What shall go wrong, and by which dice."""

    model_config = STRICT

    faults: Annotated[list[Fault], Field(max_length=1000)]
    seed: int | None = None


class Counted(BaseModel):
    """A fault, and how many calls it has struck."""

    model_config = STRICT

    fault: Fault
    hits: int


class Armed(BaseModel):
    """What is in force."""

    model_config = STRICT

    faults: list[Counted]
    seed: int
    """With it, the same calls meet the same faults again."""


class Control:
    """Answers the endpoints."""

    def __init__(self, server: Server) -> None:
        self._faults = server.faults

    async def read_faults(self) -> Armed:
        """The faults in force, and how many calls each has struck."""
        hits = self._faults.hits
        return Armed(
            faults=[Counted(fault=fault, hits=count) for fault, count in hits],
            seed=self._faults.seed,
        )

    async def put_faults(self, body: Wanted) -> Armed:
        """Let calls of clients go wrong, by these faults in place of those before.

        The first fault that strikes a call is the only one. Without a seed for the
        dice one is drawn, and answered.
        """
        self._faults.arm(body.faults, body.seed)
        return await self.read_faults()

    async def clear_faults(self) -> None:
        """Let every call go well again."""
        self._faults.arm([])


def endpoints(server: Server) -> list[Endpoint]:
    """All of them."""
    control = Control(server)
    return [
        Endpoint("GET", "/faults", control.read_faults, returns=Armed),
        Endpoint("POST", "/faults", control.put_faults, body=Wanted, returns=Armed),
        Endpoint("DELETE", "/faults", control.clear_faults),
    ]
