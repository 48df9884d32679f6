"""The pool: what clients need to know, its rules, and what it has."""

import shlex
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from ..calls.call import Server
from ..control.contents import Contents
from ..control.directories import Directories
from ..control.endpoints import Control
from ..control.of_pool import OfPool
from .rendering import page, root_of

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
        environment: Callable[[str, str], dict[str, str]],
    ) -> None:
        self._contents = Contents(server, pool_id)
        self._directories = Directories(server, pool_id)
        self._control = control
        self._public_key = server.keys.passwords.public_key
        self._environment = environment

    async def show(self, request: Request) -> Response:
        """Everything about the pool but its users."""
        first, contents = OfPool(), self._contents
        pool = await contents.read_pool(first)
        rules = (await self._control.read_config(first)).model_dump()
        origin = f"{request.url.scheme}://{request.url.netloc}{root_of(request)}"
        return page(
            request,
            "pool.html",
            pool=pool,
            public_key=self._public_key,
            lines=[
                f"export {name}={shlex.quote(value)}"
                for name, value in self._environment(origin, pool.secret).items()
            ],
            groups=grouped(rules),
            apps=await contents.read_apps(first),
            providers=await contents.read_providers(first),
            whitelist=await contents.read_whitelist(first),
            directories=await self._directories.read_directories(),
        )


def grouped(rules: dict[str, object]) -> dict[str, dict[str, object]]:
    """The rules, by what they are about."""
    groups: dict[str, dict[str, object]] = {name: {} for name in (*_GROUPS, "others")}
    for rule, value in rules.items():
        about = (name for name, begins in _GROUPS.items() if rule.startswith(begins))
        groups[next(about, "others")][rule] = value
    return {name: group for name, group in groups.items() if group}
