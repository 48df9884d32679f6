"""Who may do what: roles, permissions, groups, and organisations as trees."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from ..calls.call import Server
from ..rights.organisations import Organisations
from ..rights.roles import Rights
from .choice import Choice
from .rendering import page


class AccessPage:
    """The page."""

    def __init__(self, server: Server, pool_id: str) -> None:
        self._rights = Rights(server, pool_id)
        self._organisations = Organisations(server, pool_id)
        self._choose = partial(Choice.of, server=server, first=pool_id)

    async def show(self, request: Request) -> Response:
        """All of it."""
        choice = await self._choose(request)
        wanted, rights = choice.wanted, self._rights
        return page(
            request,
            "access.html",
            choice=choice,
            roles=await rights.read_roles(wanted),
            permissions=await rights.read_permissions(wanted),
            groups=await rights.read_groups(wanted),
            organisations=await self._organisations.read_organisations(wanted),
        )
