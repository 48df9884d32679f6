"""The fields of a user as columns: their names, and their values as text or JSON."""

from collections.abc import Mapping
from types import NoneType
from typing import Any, get_args

from pydantic import BaseModel

from authing_client.instants import Instant

Cell = str | int | float | bool | None
"""A value of a column."""

_PLAIN = {str, int, float, bool, Instant, NoneType}


def columns_of(model: type[BaseModel]) -> dict[str, str]:
    """Names of the schema, and Python's, of what a user has in single values.

    Secrets are none of them: tokens and the hashes of passwords are neither shown nor
    exported, whatever the options.
    """
    return {
        field.serialization_alias or name: name
        for name, field in model.model_fields.items()
        if field.repr
        and {*(get_args(field.annotation) or [field.annotation])} <= _PLAIN
    }


def cells(user: BaseModel, columns: Mapping[str, str]) -> dict[str, Cell]:
    """The values of a user, by the names of the schema; times as ISO 8601."""
    return {name: _plain(getattr(user, own)) for name, own in columns.items()}


def normal(name: str) -> str:
    """A name by which the schema's and Python's are the same: `_id`, `id`."""
    return name.strip().replace("_", "").casefold()


def _plain(value: Any) -> Cell:
    if isinstance(value, Instant):
        try:
            return value.datetime.isoformat()
        except ValueError:  # As the service writes it, whatever it means.
            return str(value)
    plain: Cell = value
    return plain
