"""What is around the commands that change users: files, bars, and what is said."""

import asyncio
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import typer

from ... import AsyncAuthing
from ..bundles import Settings
from ..exits import DIFFERENT, OK
from ..failures import WrongUsage, described
from ..output import write_error, write_json, write_line
from ..usage import STOPPED
from .changing import Change
from .formats import Format, Line, is_stdin, lines_of
from .importing import Counts, Import
from .journal import Journal
from .naming import Named, Whom, opened
from .options import How
from .parallel import Stop
from .progress import Advance, progress
from .report import Report
from .rows import Reader, Row

_PAST = {"block": "blocked", "unblock": "unblocked", "remove": "removed"}
"""What is done to users, and how it is said afterwards."""
_ASKED = 5
"""Users who are named where somebody is asked."""
_SOME = 100
"""Lines between two moves of the progress bar."""


@dataclass(frozen=True)
class Source:
    """The file of an import, and how it is read."""

    file: Path
    format: Format
    encoding: str
    ignored: Sequence[str]
    random_passwords: bool


def import_users(
    settings: Settings,
    how: How,
    source: Source,
    journal: Path | None,
    *,
    skip_existing: bool,
    as_json: bool,
) -> int:
    """Create the users of a file; return the exit status."""

    async def run() -> int:
        stop = Stop(how.concurrency)
        with ExitStack() as opening:
            authing = _client(settings, how)
            text = opening.enter_context(closing(opened(source.file, source.encoding)))
            notes = _journal(journal, authing.user_pool_id, dry_run=how.dry_run)
            if notes is not None:
                opening.callback(notes.close)
            report = opening.enter_context(closing(Report(how.failures)))
            key = os.urandom(16) if notes is None else notes.key
            reader = Reader(key, source.ignored, source.random_passwords)
            total = None if is_stdin(source.file) else source.file.stat().st_size
            advance = opening.enter_context(progress("Importing", total))
            rows = _rows(reader, lines_of(text, source.format))
            if total is not None:
                rows = _measured(rows, text, advance)
            task = Import(authing, notes, report, stop, skip_existing)
            async with authing:
                work = task.rehearse if how.dry_run else task.run
                await work(rows, how.concurrency)
        report.show()
        _sum_up(task.counts, dry_run=how.dry_run, as_json=as_json)
        again = "" if notes is None else "the same command goes on from here"
        return _end(stop, report, again)

    return asyncio.run(run())


def change_users(settings: Settings, how: How, users: Whom, verb: str) -> int:
    """Block, unblock or remove users; return the exit status."""
    total = sum(1 for _ in users) if users.is_countable else None

    async def run() -> int:
        stop = Stop(how.concurrency)
        with (
            closing(Report(how.failures)) as report,
            progress(verb.capitalize(), total, shown=not how.dry_run) as advance,
        ):
            authing = _client(settings, how)
            change = Change(authing, report, stop)
            named = _counted(users, advance)
            async with authing:
                if how.dry_run:
                    await change.rehearse(named, how.concurrency, verb)
                elif verb == "remove":
                    await change.remove(named, how.concurrency)
                else:
                    await change.block(named, how.concurrency, blocked=verb == "block")
        report.show()
        what = "would be " if how.dry_run else ""
        write_line(f"{change.done:,} {what}{_PAST[verb]}")
        return _end(stop, report)

    return asyncio.run(run())


def confirm(users: Whom, verb: str) -> None:
    """Ask whether it is meant.

    Raises:
        WrongUsage: There is nobody to ask.
    """
    if not (users.is_countable and sys.stdin.isatty()):
        raise WrongUsage(
            "nobody can be asked here: --yes does it, --dry-run shows whom"
        )
    first = [str(user) for user in islice(users, _ASKED + 1)]
    count = sum(1 for _ in users)
    more = " …" if len(first) > _ASKED else ""
    names = f"{', '.join(first[:_ASKED])}{more}"
    end = " This cannot be undone." if verb == "remove" else ""
    question = f"{verb.capitalize()} {count:,} user{'s' * (count != 1)}: {names}?{end}"
    typer.confirm(question, abort=True, err=True)


def _client(settings: Settings, how: How) -> AsyncAuthing:
    return AsyncAuthing(**settings, max_rate=how.max_rate)


def _journal(path: Path | None, pool: str, *, dry_run: bool) -> Journal | None:
    if path is None or (dry_run and not path.exists()):
        return None
    return Journal(path, pool)


def _rows(reader: Reader, lines: Iterable[Line]) -> Iterator[Row]:
    for number, line in enumerate(lines):
        if number == 0:
            reader.check_columns(line)
        yield reader.row(line)


def _measured(rows: Iterable[Row], text: TextIO, advance: Advance) -> Iterator[Row]:
    """Tell the bar how much of the file has been read."""
    raw: Any = text.buffer
    for row in rows:
        if row.number % _SOME == 0:
            advance(raw.tell())
        yield row


def _counted(users: Iterable[Named], advance: Advance) -> Iterator[Named]:
    for number, user in enumerate(users):
        advance(number)
        yield user


def _sum_up(counts: Counts, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        write_json({**counts.as_json(), "dry_run": dry_run})
        return
    said = [f"{counts.added:,} {'would be ' if dry_run else ''}added"]
    if counts.existing:
        said.append(f"{counts.existing:,} there already")
    if counts.before:
        said.append(f"{counts.before:,} done by an earlier run")
    if counts.failed:
        said.append(f"{counts.failed:,} {'would fail' if dry_run else 'failed'}")
    write_line(", ".join(said))


def _end(stop: Stop, report: Report, again: str = "") -> int:
    hints = [again] if again else []
    if stop.error is not None:
        write_error(f"stopped: {described(stop.error)}", hints)
        return DIFFERENT
    if stop.by_signal:
        write_error("stopped by a signal", hints)
        return STOPPED
    return DIFFERENT if report.count else OK
