"""The commands `block`, `unblock` and `remove`: what is done to users who are named."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from authing_client.models import Account

from ... import AsyncAuthing
from ...errors import AuthingError, UserNotFoundError
from ..failures import printable
from ..output import write_line
from .naming import Named
from .parallel import Stop, in_parallel, patiently
from .report import Report

_AT_ONCE = 50
"""Users that are removed by one call."""

User = tuple[Named, str]
"""A user as named, and the identifier."""


class Change:
    """Does something to users, some calls at a time.

    Args:
        authing: Does it.
        report: Collects failures.
        stop: Ends it.
    """

    def __init__(self, authing: AsyncAuthing, report: Report, stop: Stop) -> None:
        self.done = 0
        self._authing = authing
        self._report = report
        self._stop = stop

    async def block(
        self, users: Iterable[Named], concurrency: int, *, blocked: bool
    ) -> None:
        """Lock accounts, or open them again."""

        async def change(user: Named) -> None:
            if (user_id := await self._identifier(user)) is not None:
                await self._each(
                    [(user, user_id)],
                    lambda ids: self._authing.update_user(id=ids[0], blocked=blocked),
                )

        await in_parallel(users, change, concurrency, self._stop)

    async def remove(self, users: Iterable[Named], concurrency: int) -> None:
        """Remove accounts, many by one call."""

        async def change(some: Sequence[Named]) -> None:
            found = [(user, await self._identifier(user)) for user in some]
            known = {user_id: user for user, user_id in found if user_id is not None}
            if known:
                await self._each(
                    [(user, user_id) for user_id, user in known.items()],
                    lambda ids: self._authing.remove_users(ids=ids),
                )

        await in_parallel(_chunks(users, _AT_ONCE), change, concurrency, self._stop)

    async def rehearse(
        self, users: Iterable[Named], concurrency: int, verb: str
    ) -> None:
        """Say whom it would be done to; nothing is written anywhere."""

        async def ask(user: Named) -> None:
            if (found := await self._account(user)) is not None:
                self._stop.answered()
                self.done += 1
                called = found.email or found.username or found.nickname or str(user)
                write_line(f"would {verb} {printable(called)} ({found.id})")

        await in_parallel(users, ask, concurrency, self._stop)

    async def _identifier(self, user: Named) -> str | None:
        """The identifier of a user; None where there is nobody, which is reported."""
        if user.kind == "id":
            return user.value
        found = await self._account(user)
        return None if found is None else found.id

    async def _account(self, user: Named) -> Account | None:
        """Read a user; None where there is nobody, which is reported."""
        known: dict[str, Any] = {user.kind: user.value}
        found: Account | None
        try:
            if user.kind == "id":
                found = next(iter(await self._authing.users_by_ids([user.value])), None)
            else:
                found = await self._authing.find_user(**known)
        except (AuthingError, ValueError) as error:
            self._failed(user, error)
            return None
        if found is None:
            self._failed(user, "there is no such user")
        return found

    async def _each(
        self,
        users: Sequence[User],
        change: Callable[[list[str]], Awaitable[object]],
    ) -> None:
        """Change users by one call; one by one where some of them are not there."""
        ids = [user_id for _, user_id in users]
        try:
            await patiently(lambda: change(ids), self._stop)
        except UserNotFoundError as error:
            if len(users) == 1:
                self._failed(users[0][0], error)
                return
            for each in users:
                await self._each([each], change)
        except AuthingError as error:
            for user, _ in users:
                self._failed(user, error)
        else:
            self._stop.answered()
            self.done += len(users)

    def _failed(self, user: Named, why: Exception | str) -> None:
        if isinstance(why, AuthingError):
            self._stop.failed(why)
        self._report.add(user.number, str(user), why)


def _chunks(users: Iterable[Named], size: int) -> Iterator[list[Named]]:
    coming = iter(users)
    while some := list(islice(coming, size)):
        yield some
