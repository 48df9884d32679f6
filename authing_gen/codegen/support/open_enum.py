"""Enums to which the server may add values before the schema does."""

from enum import Enum
from typing import Any, Final, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError
from pydantic_core.core_schema import no_info_before_validator_function


class OpenEnum(str, Enum):
    """An enum that may hold a value which it does not name.

    An answer with such a value is read like any other: the value is a member of the
    enum, equal to its text, and its `is_known` is false. So a `match` over all values
    needs a last case for all others.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        unknown = str.__new__(cls, value)
        unknown._name_ = unknown._value_ = value
        return unknown

    @property
    def is_known(self) -> bool:
        """Whether the schema names the value."""
        return self._name_ in type(self).__members__


class Known:
    """Lets an input take what the enum names, and what an answer held; no other text.

    What is misspelt is refused before it is sent; what was read can be written back.
    """

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        values = [member.value for member in source]

        def check(value: object) -> object:
            if isinstance(value, source) or value in values:
                return value
            expected = " or ".join(map(repr, values))
            raise PydanticCustomError(
                "enum", "Input should be {expected}", {"expected": expected}
            )

        return no_info_before_validator_function(check, handler(source))


KNOWN: Final = Known()
