"""What all tables share: identifiers, the types of columns, whose a record is."""

import itertools
import secrets
import time
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, Table, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

from ..phones import spelled

_process = secrets.token_hex(5)
_serial = itertools.count(secrets.randbelow(1 << 20))


def new_id() -> str:
    """A fresh identifier in the service's form: 24 hex digits, growing in time."""
    return (
        f"{int(time.time()) & 0xFFFFFFFF:08x}{_process}{next(_serial) & 0xFFFFFF:06x}"
    )


class Instant(TypeDecorator[datetime]):
    """An aware instant; SQLite forgets time zones, so every database is given UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        return value and value.replace(tzinfo=UTC)


class Phone(TypeDecorator[str]):
    """A phone number: stored, and compared, in its one spelling."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value and spelled(value)


class Base(DeclarativeBase):
    """What all tables share."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text,
        datetime: Instant,
        dict[str, Any]: JSON,
        list[str]: JSON,
    }

    def as_dict(self) -> dict[str, Any]:
        """The columns' values, by their names."""
        keys = (column.key for column in self.__mapper__.column_attrs)
        return {key: getattr(self, key) for key in keys}


def table_of(record: type[Base]) -> Table:
    """The table behind a class: what names nothing but it makes no records of rows."""
    return record.metadata.tables[record.__tablename__]


class Identified:
    """A record with an identifier of its own."""

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)


class OfPool:
    """A record that belongs to a user pool and goes with it."""

    @declared_attr
    def pool_id(cls) -> Mapped[str]:
        return mapped_column(ForeignKey("pool.id", ondelete="CASCADE"), index=True)


class OfUser:
    """A record that belongs to a user and goes with it."""

    @declared_attr
    def user_id(cls) -> Mapped[str]:
        return mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
