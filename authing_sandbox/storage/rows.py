"""Rows of the tables as data from outside: their models follow from the tables."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    create_model,
)
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Integer,
    RowMapping,
    Select,
    Table,
    Text,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session
from sqlalchemy.util import await_only

from .tables import Base, Instant, Phone, Pool, table_of

STRICT = ConfigDict(extra="forbid")


def _check_text(text: str) -> str:
    if "\0" in text:
        raise ValueError("text must not contain NUL")
    return text


Number = Annotated[StrictInt, Field(ge=-(1 << 31), lt=1 << 31)]
"""What any database takes for a number."""
String = Annotated[StrictStr, AfterValidator(_check_text)]
"""What any database takes for a text."""
# Anywhere on earth a moment of the calendar, which not all of them are.
_Moment = Annotated[
    AwareDatetime,
    Field(
        ge=datetime(1, 1, 3, tzinfo=UTC),
        le=datetime(9999, 12, 29, tzinfo=UTC),
    ),
]
_KINDS: dict[type, Any] = {
    Boolean: StrictBool,
    Integer: Number,
    Text: String,
    Phone: String,
    Instant: _Moment,
    JSON: Any,
}


def row_model(
    table: Table,
    name: str,
    *,
    without: Collection[str] = (),
    partial: bool = False,
    **more: Any,
) -> type[BaseModel]:
    """A model of a table's rows; what has a default, or all of it, may be left out."""
    fields: dict[str, Any] = {
        column.name: (
            _kind(column),
            None if partial or column.nullable or column.default is not None else ...,
        )
        for column in table.columns
        if column.name not in without
    }
    return create_model(name, __config__=STRICT, **{**fields, **more})


def given(row: BaseModel) -> dict[str, Any]:
    """The columns that a row names."""
    return {name: getattr(row, name) for name in row.model_fields_set}


def row_of(model: Any, record: Base) -> BaseModel:
    """A record as a row of the model."""
    values = {name: getattr(record, name) for name in model.model_fields}
    row: BaseModel = model.model_validate(values)
    return row


async def read_rows(
    session: AsyncSession, query: Select[tuple[Any, ...]]
) -> list[dict[str, Any]]:
    """Read rows as they are, without making objects of them."""

    def read(inner: Session) -> list[dict[str, Any]]:
        return [dict(row) for row in inner.execute(query).mappings()]

    return await session.run_sync(read)


async def pass_on_rows(
    session: AsyncSession,
    query: Select[tuple[Any, ...]],
    take: Callable[[Sequence[RowMapping]], None],
    size: int,
) -> None:
    """Hand rows over, so many at a time: never are all of them in memory."""

    def read(inner: Session) -> None:
        found = inner.execute(query, execution_options={"yield_per": size})
        for rows in found.mappings().partitions():
            take(rows)
            await_only(asyncio.sleep(0))  # Others are answered meanwhile.

    await session.run_sync(read)


def _kind(column: Column[Any]) -> Any:
    kind = _KINDS[type(column.type)]
    return kind | None if column.nullable and kind is not Any else kind


_NO_RULES = {
    # What a pool is, and when it came to be; every other column is a rule.
    *("id", "name", "owner_id", "app_secret", "created_at", "descriptions", "logo"),
    *("client_type", "is_deleted"),
    *("whitelist_created_at", "whitelist_updated_at"),
}
RULES = row_model(table_of(Pool), "Rules", without=_NO_RULES, partial=True)
"""The rules of a pool; who changes some names only those."""
