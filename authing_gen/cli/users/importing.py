"""The command `import`: users of a file, created one by one, some at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from authing_client.instants import Instant

from ... import AsyncAuthing
from ...errors import AuthingError, AuthingTransportError
from .journal import Begun, Journal
from .parallel import Stop, in_parallel, patiently
from .report import Report
from .rows import Row

_EXISTS = 2026
"""The account is there: named by its unionid, e-mail address, phone or user name."""
_CLOCKS_DIFFER = 120
"""Seconds by which the clocks of the service and of this computer may differ."""
_DOCUMENTED = {
    "email_verified", "company", "logins_count", "last_login", "last_ip", "signed_up",
    "blocked", "is_deleted",
}  # fmt: skip
"""What `update_user` can set; `update_full_user` sets the rest, which not every service
knows."""


@dataclass
class Counts:
    """What has become of the users of a file."""

    added: int = 0
    """Created; in a rehearsal, those who would be."""
    existing: int = 0
    """There already, and left as they are."""
    before: int = 0
    """Done by an earlier run."""
    failed: int = 0

    def as_json(self) -> dict[str, int]:
        """For programs."""
        return asdict(self)


class Import:
    """One run of an import.

    Args:
        authing: Creates the users.
        journal: Remembers them; None for a run that cannot be gone on with.
        report: Collects failures.
        stop: Ends it.
        skip_existing: Whether users who are there already are no failure.
    """

    def __init__(
        self,
        authing: AsyncAuthing,
        journal: Journal | None,
        report: Report,
        stop: Stop,
        skip_existing: bool,
    ) -> None:
        self.counts = Counts()
        self._authing = authing
        self._journal = journal
        self._report = report
        self._stop = stop
        self._skip_existing = skip_existing

    async def run(self, rows: Iterable[Row], concurrency: int) -> None:
        """Create the users of all rows that no earlier run has created."""
        await in_parallel(self._left(rows), self._add, concurrency, self._stop)

    async def rehearse(self, rows: Iterable[Row], concurrency: int) -> None:
        """Say of all rows what would become of them; nothing is written anywhere."""
        self._seen: set[bytes] = set()
        await in_parallel(self._left(rows), self._ask, concurrency, self._stop)

    def _left(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            if row.problem is not None:
                self._fail(row, row.problem)
            elif self._journal is not None and self._journal.is_done(row.digest):
                self.counts.before += 1
            else:
                yield row

    async def _add(self, row: Row) -> None:
        try:
            user_id = await self._created(row)
            if user_id is None:
                self.counts.existing += 1
                self._stop.answered()
                return
            if row.changes:
                await self._change(row, user_id)
        except AuthingError as error:
            self._stop.failed(error)
            self._fail(row, error)
            return
        self._stop.answered()
        self.counts.added += 1
        if self._journal is not None:
            self._journal.done(row.digest, user_id)

    async def _created(self, row: Row) -> str | None:
        """The identifier of a new user; None where there was one, who is left alone."""
        journal = self._journal
        begun = None if journal is None else journal.unfinished.get(row.digest)
        if begun is not None and begun.user_id:
            return begun.user_id
        if journal is not None:
            journal.begin(row.digest)
        try:
            user = await patiently(
                lambda: self._authing.register(**row.given), self._stop
            )
        except AuthingError as error:
            exists = getattr(error, "code", None) == _EXISTS
            if exists and begun is not None and (ours := await self._found(row, begun)):
                return ours
            # Without an answer nobody knows whether there is a user now.
            if journal is not None and not isinstance(error, AuthingTransportError):
                journal.refused(row.digest)
            if exists and self._skip_existing:
                return None
            raise
        if journal is not None and row.changes:
            journal.created(row.digest, user.id)
        return user.id

    async def _found(self, row: Row, begun: Begun) -> str | None:
        """The user that an earlier run has created before it was cut off, if it has.

        Somebody who was there before is another one, whom nothing is done to.
        """
        for name in ("email", "phone", "username"):
            if value := row.given.get(name):
                try:
                    user = await self._authing.find_user(**{name: value})
                except AuthingError:
                    return None
                return user.id if user and _is_since(user.signed_up, begun.at) else None
        return None

    async def _change(self, row: Row, user_id: str) -> None:
        """Set what `register` does not know."""
        documented = row.changes.keys() <= _DOCUMENTED
        update = (
            self._authing.update_user if documented else self._authing.update_full_user
        )
        try:
            await patiently(lambda: update(id=user_id, **row.changes), self._stop)
        except AuthingError as error:
            error.add_note("The user is created; the next run sets the rest")
            raise

    async def _ask(self, row: Row) -> None:
        if row.digest in self._seen:
            self._fail(row, "the file has this user before")
            return
        self._seen.add(row.digest)
        names = ("email", "phone", "username")
        known = {name: row.given[name] for name in names if row.given.get(name)}
        try:
            exists = bool(known) and await self._authing.user_exist(**known)
        except AuthingError as error:
            self._stop.failed(error)
            self._fail(row, error)
            return
        self._stop.answered()
        if not exists:
            self.counts.added += 1
        elif self._skip_existing:
            self.counts.existing += 1
        else:
            self._fail(row, "there is such a user already")

    def _fail(self, row: Row, why: AuthingError | str) -> None:
        self.counts.failed += 1
        self._report.add(row.number, row.identity, why)


def _is_since(signed_up: Instant | None, at: float) -> bool:
    try:
        when = signed_up.datetime.timestamp() if signed_up else 0
    except ValueError:
        return False
    return when >= at - _CLOCKS_DIFFER
