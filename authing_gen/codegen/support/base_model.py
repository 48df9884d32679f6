"""What every model has in common, and the value that stands for "left out"."""

from collections.abc import Generator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from enum import Enum
from typing import Any, Final, Literal

from pydantic import BaseModel as PydanticBaseModel
from pydantic import ConfigDict


class UnsetType(Enum):
    """Type of `UNSET`."""

    UNSET = "UNSET"

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final[Literal[UnsetType.UNSET]] = UnsetType.UNSET
"""Default of every optional argument: the variable is not sent at all, unlike None,
which is sent as null."""


class _Keeping:
    """Whether a block is open; it ends for those too that have begun inside of it."""

    is_open = True


_KEEPING: ContextVar[_Keeping | None] = ContextVar("keeping_secrets", default=None)


def _is_keeping() -> bool:
    keeping = _KEEPING.get()
    return keeping is not None and keeping.is_open


@contextmanager
def keeping_secrets() -> Generator[None]:
    """Keep within a `with` block what is otherwise left out of what is written.

    Fields that the schema marks as secret, such as tokens and passwords, are in no
    `model_dump`, no JSON and no pickle of a model, unless it is made in such a block.
    A generator should yield nothing inside of one: it would hold for who is given that.
    """
    keeping = _Keeping()
    token = _KEEPING.set(keeping)
    try:
        yield
    finally:
        keeping.is_open = False
        with suppress(ValueError):  # A generator may be closed by another task.
            _KEEPING.reset(token)


def unless_keeping_secrets(value: object) -> bool:
    """Say whether the value of a secret field is left out: `exclude_if` of a field."""
    return not _is_keeping()


class BaseModel(PydanticBaseModel):
    """Base of every generated model.

    Fields can be given by their Python name or by their name in the schema. Values
    never appear in the text of a validation error, since they may be secret.
    """

    model_config = ConfigDict(
        populate_by_name=True,
        protected_namespaces=(),
        hide_input_in_errors=True,
        arbitrary_types_allowed=True,  # A scalar's may be any class.
        defer_build=True,  # Until it is first used: a program needs few of them.
    )

    def __getstate__(self) -> dict[Any, Any]:
        """Leave secrets out of a pickle: where it is read, they are None."""
        state = super().__getstate__()
        if _is_keeping():
            return state
        secrets = {
            name
            for name, field in type(self).model_fields.items()
            if field.exclude_if is unless_keeping_secrets
        }
        return {
            **state,
            "__dict__": state["__dict__"]
            | dict.fromkeys(secrets & self.__dict__.keys()),
            "__pydantic_fields_set__": self.model_fields_set - secrets,
        }
