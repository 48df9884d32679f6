"""Users: the table, and one of them."""

from collections.abc import Iterable
from functools import partial

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from ..calls.call import Server
from ..control.users import STATES, Users, Wanted
from ..endpoints.endpoint import RefusedError
from ..endpoints.of_pool import OfPool
from ..rights.held import Tag
from ..rights.roles import Rights
from .choice import Choice
from .rendering import page

_A_PAGE = 20
_ASKED = ("search", "state", "role", "group", "page")
PROFILE = (
    *("nickname", "name", "given_name", "family_name", "company", "gender"),
    *("birthdate", "website", "locale", "zoneinfo", "country", "region"),
)
"""What can be edited besides identifiers."""


class UserPages:
    """The pages."""

    def __init__(self, server: Server, pool_id: str) -> None:
        self._users, self._rights = Users(server, pool_id), Rights(server, pool_id)
        self._choose = partial(Choice.of, server=server, first=pool_id)

    async def table(self, request: Request) -> Response:
        """The table, with what is searched for."""
        given, choice = request.query_params, await self._choose(request)
        asked = {name: given[name] for name in _ASKED if given.get(name)}
        about = {"count": _A_PAGE, "pool": choice.id}
        try:
            wanted = Wanted.model_validate(asked | about)
        except ValidationError:
            wanted = Wanted.model_validate(about)
        found = await self._users.read_users(wanted)
        pages = max(-(-found.total // _A_PAGE), 1)
        return page(
            request,
            "users.html",
            choice=choice,
            found=found,
            wanted=wanted,
            pages=pages,
            first=(wanted.page - 1) * _A_PAGE + 1,
            only=await self._chosen(wanted),
            states=STATES,
        )

    async def one(self, request: Request) -> Response:
        """One user, and what happened to them."""
        choice = await self._choose(request)
        try:
            told = await self._users.read_user(request.path_params["id"], choice.wanted)
        except RefusedError as error:
            return page(request, "missing.html", error.status, choice=choice)
        return page(
            request,
            "user.html",
            choice=choice,
            told=told,
            roles=await self._rights.read_roles(choice.wanted),
            groups=await self._rights.read_groups(choice.wanted),
            user=told.user,
            profile=PROFILE,
        )

    async def _chosen(self, wanted: Wanted) -> dict[str, str]:
        """The names of the role and the group that users are to have."""
        of_pool, found = OfPool(pool=wanted.pool), dict[str, str]()
        if wanted.role is not None:
            found["role"] = _named(wanted.role, await self._rights.read_roles(of_pool))
        if wanted.group is not None:
            groups = await self._rights.read_groups(of_pool)
            found["group"] = _named(wanted.group, groups)
        return found


def _named(wanted: str, known: Iterable[Tag]) -> str:
    return next((one.name for one in known if one.id == wanted), wanted)
