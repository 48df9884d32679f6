"""A running sandbox, as the code beside it sees it."""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from typing_extensions import TypedDict

from .clock import Clock
from .seed import (
    AD_CONNECTOR_ID,
    DIRECTORY_PASSWORD,
    LDAP_DIRECTORY_ID,
    OAUTH_APP_ID,
    OAUTH_APP_SECRET,
    OIDC_APP_ID,
    OIDC_APP_SECRET,
    OIDC_PUBLIC_APP_ID,
    OIDC_RS256_APP_ID,
    OWNER_ID,
    REDIRECT_URI,
)

if TYPE_CHECKING:
    import httpx


class Message(TypedDict):
    """A mail or SMS in the outbox."""

    id: str
    kind: str
    to: str
    subject: str | None
    text: str
    html: str | None
    code: str | None
    createdAt: str


class ClientSettings(TypedDict):
    """What a client of the sandbox has to know, by the names of its arguments."""

    user_pool_id: str
    secret: str
    users_url: str
    oauth_url: str
    public_key: str


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox: where it is, and what is in its first world."""

    url: str
    public_key: str
    pool_id: str
    secret: str = field(repr=False)
    clock: Clock = field(repr=False)
    """The server's clock; advancing it makes codes and tokens expire."""
    owner_id: str = OWNER_ID
    oidc_app_id: str = OIDC_APP_ID
    oidc_app_secret: str = field(default=OIDC_APP_SECRET, repr=False)
    oidc_rs256_app_id: str = OIDC_RS256_APP_ID
    oidc_public_app_id: str = OIDC_PUBLIC_APP_ID
    """An app without a secret, as a mobile app or a page is one."""
    oauth_app_id: str = OAUTH_APP_ID
    oauth_app_secret: str = field(default=OAUTH_APP_SECRET, repr=False)
    redirect_uri: str = REDIRECT_URI
    """Where the apps have people sent back to."""
    ldap_directory_id: str = LDAP_DIRECTORY_ID
    ad_connector_id: str = AD_CONNECTOR_ID
    directory_password: str = field(default=DIRECTORY_PASSWORD, repr=False)
    """Password of `fry`, `leela` and `professor` in the LDAP directory and the AD."""

    @property
    def oidc_issuer(self) -> str:
        """The OpenID Connect provider, below which its discovery document is."""
        return f"{self.url}/users/oauth/oidc"

    @property
    def users_url(self) -> str:
        """The users gateway."""
        return f"{self.url}/users/graphql"

    @property
    def oauth_url(self) -> str:
        """The oauth gateway."""
        return f"{self.url}/oauth/graphql"

    @property
    def settings(self) -> ClientSettings:
        """What points a client at the sandbox: `AsyncAuthing(**sandbox.settings)`."""
        return {
            "user_pool_id": self.pool_id,
            "secret": self.secret,
            "users_url": self.users_url,
            "oauth_url": self.oauth_url,
            "public_key": self.public_key,
        }

    @property
    def environment(self) -> dict[str, str]:
        """The same as variables, for a client that takes its settings from there."""
        return {
            f"AUTHING_{name.upper()}": str(value)
            for name, value in self.settings.items()
        }

    def _http(self) -> "httpx.AsyncClient":
        # Here, so that the command does not wait for what it does not need.
        import httpx

        # Plain HTTP: there is no certificate to verify, and loading the trusted ones
        # takes longer than the call.
        return httpx.AsyncClient(base_url=self.url, trust_env=False, verify=False)  # noqa: S501

    async def _ask(self, method: str, path: str, **options: Any) -> Any:
        async with self._http() as http:
            answer = await http.request(method, f"/sandbox/{path}", **options)
        if answer.status_code == 422:
            raise ValueError(answer.json()["detail"])
        answer.raise_for_status()
        return answer.json() if answer.content else None

    async def outbox(
        self,
        to: str | None = None,
        *,
        kind: str | None = None,
        after: str | int = 0,
        wait: float = 0,
    ) -> list[Message]:
        """The mail and SMS so far, newest last: to one address or to all.

        `kind` is `mail` or `sms`; `after` the id of a message, of which only newer ones
        are wanted; `wait` says for how many seconds to wait where there is none.
        """
        wanted = {"to": to, "kind": kind, "after": after, "wait": wait}
        given = {name: value for name, value in wanted.items() if value is not None}
        messages: list[Message] = await self._ask(
            "GET", "outbox", params=given, timeout=wait + 10
        )
        return messages

    async def last_code(self, to: str) -> str:
        """The code of the newest message to an address that holds one."""
        for message in reversed(await self.outbox(to)):
            if message["code"] is not None:
                return message["code"]
        raise LookupError(f"no code has been sent to {to}")

    async def wait_for_code(
        self, to: str, *, after: str | int = 0, timeout: float = 5
    ) -> str:
        """The newest code sent to an address, waiting for it where there is none yet.

        With `after`, the id of a message, an older code does not count.
        """
        end = time.monotonic() + timeout
        while True:
            wait = min(max(end - time.monotonic(), 0), 60)
            found = await self.outbox(to, after=after, wait=wait)
            for message in reversed(found):
                if message["code"] is not None:
                    return message["code"]
            if not found:
                raise TimeoutError(f"no code has been sent to {to}")
            after = found[-1]["id"]

    async def advance(self, *, seconds: float) -> None:
        """Move the clock forward, so that codes and tokens expire."""
        await self._ask("POST", "clock", json={"advance": seconds})

    async def configure(self, **rules: Any) -> None:
        """Change rules of the pool, for example `configure(sms_interval=60)`."""
        await self._ask("PATCH", "config", json=rules)

    async def snapshot(self) -> str:
        """Keep the whole state, the clock's too; the name is for `restore`."""
        name: str = (await self._ask("POST", "snapshots"))["id"]
        return name

    async def restore(self, snapshot: str) -> None:
        """Bring back the state that a snapshot holds."""
        await self._ask("POST", f"snapshots/{snapshot}/restore")

    async def reset(self) -> None:
        """Bring the first world back, in real time."""
        await self._ask("POST", "reset")
