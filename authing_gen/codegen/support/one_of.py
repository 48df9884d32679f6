"""Inputs of which exactly one field is given: `@oneOf` in the schema."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from pydantic import ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from .base_model import BaseModel


class OneOf(BaseModel):
    """Base of these inputs; none can be changed into one that a server refuses."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        # Not `getattr`: it would warn of a field that is deprecated.
        if [self.__dict__[name] is None for name in self.model_fields_set] != [False]:
            names = ", ".join(type(self).model_fields)
            message = "Exactly one of these must be given, and not None: {names}"
            raise PydanticCustomError("one_of", message, {"names": names})
        return self

    def model_copy(
        self, *, update: Mapping[str, Any] | None = None, deep: bool = False
    ) -> Self:
        """Copy it; `update` too leaves exactly one field."""
        copy = super().model_copy(update=update, deep=deep)
        given = {name: copy.__dict__[name] for name in copy.model_fields_set}
        return self.model_validate(given)

    if not TYPE_CHECKING:  # To type checkers it would have every attribute.

        def __setattr__(self, name: str, value: object) -> None:
            # What pydantic says of this quotes the value, which may be secret.
            kind = type(self).__name__
            raise AttributeError(f"a {kind} cannot be changed; make another one")
