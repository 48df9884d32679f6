"""What every model has in common, and the value that stands for "left out"."""

from enum import Enum
from typing import Final, Literal

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


class BaseModel(PydanticBaseModel):
    """Base of every generated model.

    Fields can be given by their Python name or by their name in the schema. Values
    never appear in the text of a validation error, since they may be secret.
    """

    model_config = ConfigDict(
        populate_by_name=True,
        protected_namespaces=(),
        hide_input_in_errors=True,
        defer_build=True,  # Until it is first used: a program needs few of them.
    )
