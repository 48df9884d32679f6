"""Whole pools, and many users, out and in."""

import io
from collections.abc import Generator
from contextlib import contextmanager
from typing import IO

from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError

from ..calls.call import Server
from ..endpoints.endpoint import Endpoint, RefusedError
from ..endpoints.of_pool import OfPool
from ..endpoints.transfer import Download, Upload
from ..seeding import user_file
from ..storage.database import Unit
from ..storage.export import Misfit, export_pool, pool_file, read_document
from ..storage.rows import STRICT


class UserFile(OfPool):
    """Which pool the users of a file come to, and how it is written."""

    form: user_file.Form = "jsonl"


class Named(BaseModel):
    """The identifier of something."""

    model_config = STRICT

    id: str


class Added(BaseModel):
    """How many there are more."""

    model_config = STRICT

    added: int


class Pools:
    """Answers the endpoints."""

    def __init__(self, server: Server, pool_id: str) -> None:
        self._server, self._pool_id = server, pool_id

    async def export_pool(self, file: IO[bytes], query: OfPool) -> None:
        """A whole pool: its rules, users, apps, providers and all that they have."""
        async with self._server.database.unit(write=False) as unit:
            pool = await query.find(unit, self._pool_id)
            await export_pool(unit.session, pool.id, file)

    async def import_pool(self, file: IO[bytes]) -> Named:
        """Bring an exported pool back, in place of the one with its identifier."""
        with _text(file) as text:
            try:
                document = await read_document(text)

                async def write(unit: Unit) -> None:
                    await document.write(unit.session)

                await self._server.database.run(write, write=True)
            except Misfit as misfit:
                raise RefusedError(422, misfit.problems) from None
            except IntegrityError as error:
                raise RefusedError(409, str(error.orig)) from None
        return Named(id=document.pool_id)

    async def import_users(self, file: IO[bytes], query: UserFile) -> Added:
        """Add the users of a file, CSV or JSON Lines, to a pool.

        Each has what a user of a seed has, and either a password or its hash by
        Argon2, as an export has it.
        """
        now = self._server.clock.now()

        async def add(unit: Unit) -> int:
            pool = await query.find(unit, self._pool_id)
            with _text(file) as text:
                return await user_file.add_users(
                    unit.session, pool.id, text, query.form, now
                )

        try:
            return Added(added=await self._server.database.run(add, write=True))
        except user_file.MisfitError as error:
            raise RefusedError(422, str(error)) from None


@contextmanager
def _text(file: IO[bytes]) -> Generator[IO[str]]:
    """A file as text, from its beginning, which stays open."""
    file.seek(0)
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    try:
        yield text
    except UnicodeDecodeError:
        raise RefusedError(422, "it is not UTF-8") from None
    finally:
        text.detach()


def endpoints(server: Server, pool_id: str) -> list[Endpoint]:
    """All of them."""
    pools = Pools(server, pool_id)
    return [
        Download(
            "GET", "/export", pools.export_pool, query=OfPool, returns=pool_file()
        ),
        Upload("POST", "/import", pools.import_pool, body=pool_file(), returns=Named),
        Upload(
            "POST", "/users/import", pools.import_users, query=UserFile, returns=Added
        ),
    ]
