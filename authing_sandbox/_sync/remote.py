# Made from its twin in _async by authing_gen.codegen.unasync; do not edit.

"""What a test asks of a running sandbox besides what clients ask."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..calls.clock import monotonic
from ..calls.fault import Fault
from ..messages.message import Message

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True)
class Remote:
    """Controls a running sandbox."""

    url: str
    """Where the sandbox is."""

    def _http(self) -> "httpx.Client":
        # Here, so that the command does not wait for what it does not need.
        import httpx

        # Plain HTTP: there is no certificate to verify, and loading the trusted ones
        # takes longer than the call.
        return httpx.Client(base_url=self.url, trust_env=False, verify=False)  # noqa: S501

    def _ask(self, method: str, path: str, **options: Any) -> Any:
        with self._http() as http:
            answer = http.request(method, f"/sandbox/{path}", **options)
        if answer.status_code == 422:
            raise ValueError(answer.json()["detail"])
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def outbox(
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
        messages: list[Message] = self._ask(
            "GET", "outbox", params=given, timeout=wait + 10
        )
        return messages

    def last_code(self, to: str) -> str:
        """The code of the newest message to an address that holds one."""
        for message in reversed(self.outbox(to)):
            if message["code"] is not None:
                return message["code"]
        raise LookupError(f"no code has been sent to {to}")

    def wait_for_code(
        self, to: str, *, after: str | int = 0, timeout: float = 5
    ) -> str:
        """The newest code sent to an address, waiting for it where there is none yet.

        With `after`, the id of a message, an older code does not count.
        """
        end = monotonic() + timeout
        while True:
            wait = min(max(end - monotonic(), 0), 60)
            found = self.outbox(to, after=after, wait=wait)
            for message in reversed(found):
                if message["code"] is not None:
                    return message["code"]
            if found:
                after = found[-1]["id"]
            elif monotonic() >= end:
                raise TimeoutError(f"no code has been sent to {to}")

    def advance(self, *, seconds: float) -> None:
        """Move the clock forward, so that codes and tokens expire."""
        self._ask("POST", "clock", json={"advance": seconds})

    def configure(self, **rules: Any) -> None:
        """Change rules of the pool, for example `configure(sms_interval=60)`."""
        self._ask("PATCH", "config", json=rules)

    def create_role(
        self,
        name: str,
        *,
        permissions: Iterable[str] = (),
        users: Iterable[str] = (),
    ) -> str:
        """Add a role to the pool; its id is returned.

        Permissions are named as an application asks for them, and made where there are
        none. Users are meant by an e-mail address, a phone, a user name, a unionid or
        an id.
        """
        about = {"name": name, "permissions": [*permissions], "users": [*users]}
        created: dict[str, str] = self._ask("POST", "roles", json=about)
        return created["id"]

    def create_group(
        self, name: str, *, roles: Iterable[str] = (), users: Iterable[str] = ()
    ) -> str:
        """Add a group to the pool, with roles by name or id; its id is returned."""
        about = {"name": name, "roles": [*roles], "users": [*users]}
        created: dict[str, str] = self._ask("POST", "groups", json=about)
        return created["id"]

    def create_organisation(self, root: Mapping[str, Any]) -> str:
        """Add an organisation to the pool; its id is returned.

        A node has a `name`, which a group has or gets, and may have `children`; a group
        that there is not may have `roles` and `users`, too.
        """
        created: dict[str, str] = self._ask("POST", "organisations", json=root)
        return created["id"]

    def assign_role(self, role: str, user: str) -> None:
        """Assign a role, by its name or id, to a user."""
        self._ask("PUT", _path("roles", role, "users", user))

    def revoke_role(self, role: str, user: str) -> None:
        """Revoke a role from a user, who need not have it."""
        self._ask("DELETE", _path("roles", role, "users", user))

    def add_to_group(self, group: str, user: str) -> None:
        """Put a user into a group, which is meant by its name or id."""
        self._ask("PUT", _path("groups", group, "users", user))

    def remove_from_group(self, group: str, user: str) -> None:
        """Take a user out of a group; it need not be in it."""
        self._ask("DELETE", _path("groups", group, "users", user))

    def faults(self, *faults: Fault, seed: int | None = None) -> int:
        """Let calls of clients go wrong, by these faults in place of those before.

        The first fault that strikes a call is the only one; without any, all goes well
        again. Returns the seed of the dice: with it, the same calls meet the same
        faults again.
        """
        wanted = {"faults": [asdict(fault) for fault in faults], "seed": seed}
        drawn: int = (self._ask("POST", "faults", json=wanted))["seed"]
        return drawn

    def fault_hits(self) -> list[int]:
        """How many calls each of the faults has struck, in their order."""
        armed = self._ask("GET", "faults")
        return [fault["hits"] for fault in armed["faults"]]

    def snapshot(self) -> str:
        """Keep the whole state, the clock's too; the name is for `restore`."""
        name: str = (self._ask("POST", "snapshots"))["id"]
        return name

    def restore(self, snapshot: str) -> None:
        """Bring back the state that a snapshot holds."""
        self._ask("POST", f"snapshots/{snapshot}/restore")

    def reset(self) -> None:
        """Bring the first world back, in real time and without faults."""
        self._ask("POST", "reset")


def _path(*parts: str) -> str:
    return "/".join(quote(part, safe="") for part in parts)
