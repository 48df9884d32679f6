"""Which directories the pools have."""

from typing import Any

from pydantic import BaseModel
from sqlalchemy import select

from ..calls.call import Server
from ..directory.settings import DirectorySettings
from ..endpoints.endpoint import Endpoint, RefusedError
from ..endpoints.of_pool import OfPool
from ..storage.database import Unit
from ..storage.rows import row_model, row_of
from ..storage.tables import Directory, table_of

SHOWN: Any = row_model(table_of(Directory), "Directory", without={"bind_password"})
"""A directory, without the password of its bind account."""


class Directories:
    """Answers the endpoints."""

    def __init__(self, server: Server, pool_id: str) -> None:
        self._server, self._pool_id = server, pool_id

    async def read_directories(self) -> list[BaseModel]:
        """The directories of all pools; those without a `url` are embedded ones."""
        async with self._server.database.unit(write=False) as unit:
            found = await unit.session.scalars(select(Directory).order_by(Directory.id))
            return [row_of(SHOWN, directory) for directory in found]

    async def put_directory(
        self, id: str, query: OfPool, body: DirectorySettings
    ) -> BaseModel:
        """Connect a pool to a real LDAP directory or Active Directory.

        An LDAP directory takes the place of the embedded one; an AD connector is named
        by its id.
        """

        async def put(unit: Unit) -> BaseModel:
            pool = await query.find(unit, self._pool_id)
            directory = Directory(id=id, pool_id=pool.id, **body.columns)
            return row_of(SHOWN, await unit.session.merge(directory))

        return await self._server.database.run(put, write=True)

    async def remove_directory(self, id: str) -> None:
        """Take a directory away, be it real or embedded."""

        async def remove(unit: Unit) -> None:
            directory = await unit.session.get(Directory, id)
            if directory is None:
                raise RefusedError(404, "no such directory")
            await unit.session.delete(directory)

        await self._server.database.run(remove, write=True)


def endpoints(server: Server, pool_id: str) -> list[Endpoint]:
    """All of them; `pool_id` says which pool is meant where none is named."""
    directories, one = Directories(server, pool_id), "/directories/{id}"
    replace: dict[str, Any] = {"query": OfPool, "body": DirectorySettings}
    return [
        Endpoint(
            "GET", "/directories", directories.read_directories, returns=list[SHOWN]
        ),
        Endpoint("PUT", one, directories.put_directory, **replace, returns=SHOWN),
        Endpoint("DELETE", one, directories.remove_directory),
    ]
