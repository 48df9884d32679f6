"""Users from a file: CSV with a heading, or JSON Lines, one user a line."""

import asyncio
import csv
import functools
import json
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby, islice
from typing import IO, Annotated, Any, Literal

from argon2 import extract_parameters
from argon2.exceptions import InvalidHashError
from pydantic import (
    AfterValidator,
    BaseModel,
    StrictStr,
    TypeAdapter,
    ValidationError,
)
from sqlalchemy import Boolean, Integer
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from ..storage.rows import given
from ..storage.tables import User, table_of
from .additions import user_columns
from .seed_file import user_model

Form = Literal["csv", "jsonl"]
_BATCH = 100
_LONGEST = 1 << 20
"""Characters that a line may have."""
_TRUTHS = {"true": True, "false": False}


class MisfitError(ValueError):
    """A line that cannot be a user, or is one that is there already."""


async def add_users(
    session: AsyncSession, pool_id: str, file: IO[str], form: Form, now: datetime
) -> int:
    """Add the users of a file to a pool; how many they are.

    Raises MisfitError, which says in which line.
    """
    table, count = table_of(User), 0
    rows = _rows(file, form)
    while batch := [*islice(rows, _BATCH)]:
        users = [user_columns(pool_id, row, now) for _, row in batch]
        try:
            for _, alike in groupby(users, key=sorted):
                await session.execute(table.insert(), [*alike])
        except IntegrityError as error:
            lines = f"lines {batch[0][0]} to {batch[-1][0]}"
            reason = str(error.orig).partition("\n")[0]
            raise MisfitError(f"{lines}: {reason}") from None
        count += len(batch)
        await asyncio.sleep(0)  # Others are answered meanwhile.
    return count


def _known(password_hash: str | None) -> str | None:
    try:
        _ = password_hash and extract_parameters(password_hash)
    except InvalidHashError:
        raise ValueError("it is no hash by Argon2: $argon2id$…") from None
    return password_hash


@functools.cache
def _user() -> TypeAdapter[BaseModel]:
    known = Annotated[StrictStr | None, AfterValidator(_known)]
    return TypeAdapter(user_model(password_hash=(known, None)))


def _rows(file: IO[str], form: Form) -> Iterator[tuple[int, dict[str, Any]]]:
    """Number of the line, and columns, of each user."""
    lines = _csv(file) if form == "csv" else _json_lines(file)
    for number, row in lines:
        try:
            yield number, given(_user().validate_python(row))
        except ValidationError as error:
            problems = "; ".join(
                f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
                for problem in error.errors(include_url=False, include_input=False)
            )
            raise MisfitError(f"line {number}: {problems}") from None


def _lines(file: IO[str]) -> Iterator[str]:
    number = 0
    while line := file.readline(_LONGEST + 1):
        number += 1
        if len(line) > _LONGEST:
            raise MisfitError(f"line {number} is longer than {_LONGEST} characters")
        yield line


def _json_lines(file: IO[str]) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(_lines(file), 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError):
                raise MisfitError(f"line {number} is not JSON") from None


def _csv(file: IO[str]) -> Iterator[tuple[int, Any]]:
    reader = csv.DictReader(_lines(file), strict=True)
    try:
        for row in reader:
            if None in row or None in row.values():
                raise MisfitError(f"line {reader.line_num}: not as long as the first")
            cells = {name: cell for name, cell in row.items() if cell}
            yield reader.line_num, {n: _read(n, cell) for n, cell in cells.items()}
    except csv.Error as error:
        raise MisfitError(f"line {reader.line_num}: {error}") from None


def _read(name: str, cell: str) -> Any:
    """A cell by the type of its column."""
    column = table_of(User).c.get(name)
    kind = None if column is None else column.type
    if isinstance(kind, Boolean):
        return _TRUTHS.get(cell.lower(), cell)
    return int(cell) if isinstance(kind, Integer) and cell.isdecimal() else cell
