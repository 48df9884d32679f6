"""The pool: what clients need to know, its rules, and what it has."""

import shlex
from collections.abc import Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from ..calls.call import Server
from ..control.contents import Contents
from ..control.directories import Directories
from ..control.endpoints import Control
from .choice import Choice
from .rendering import page, root_of

Environment = Callable[[str, str, str], dict[str, str]]
"""By the sandbox's URL, a pool and its secret, what points a client at it."""
_GROUPS = {
    "registering": ("register_", "whitelist_"),
    "signing_in": ("login_", "email_", "jwt_", "signature_"),
    "codes": ("verify_", "code_", "sms_", "mail_", "fixed_"),
}
"""Which rules stand together, by how their names begin; the others come last."""


class PoolPage:
    """The page."""

    def __init__(
        self,
        server: Server,
        pool_id: str,
        control: Control,
        environment: Environment,
    ) -> None:
        self._contents = Contents(server, pool_id)
        self._directories = Directories(server, pool_id)
        self._choose = partial(Choice.of, server=server, first=pool_id)
        self._control = control
        self._public_key = server.keys.passwords.public_key
        self._environment = environment

    async def show(self, request: Request) -> Response:
        """Everything about the pool but its users."""
        choice, contents = await self._choose(request), self._contents
        wanted = choice.wanted
        pool = await contents.read_pool(wanted)
        rules = (await self._control.read_config(wanted)).model_dump()
        origin = f"{request.url.scheme}://{request.url.netloc}{root_of(request)}"
        return page(
            request,
            "pool.html",
            choice=choice,
            pool=pool,
            public_key=self._public_key,
            lines=[
                f"export {name}={shlex.quote(value)}"
                for name, value in self._environment(
                    origin, pool.id, pool.secret
                ).items()
            ],
            groups=grouped(rules),
            apps=await contents.read_apps(wanted),
            providers=await contents.read_providers(wanted),
            whitelist=await contents.read_whitelist(wanted),
            directories=[
                each
                for each in await self._directories.read_directories()
                if each.model_dump()["pool_id"] == pool.id
            ],
        )


def grouped(rules: dict[str, object]) -> dict[str, dict[str, object]]:
    """The rules, by what they are about."""
    groups: dict[str, dict[str, object]] = {name: {} for name in (*_GROUPS, "others")}
    for rule, value in rules.items():
        about = (name for name, begins in _GROUPS.items() if rule.startswith(begins))
        groups[next(about, "others")][rule] = value
    return {name: group for name, group in groups.items() if group}
