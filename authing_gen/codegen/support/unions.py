"""What may be one of several models: `__typename` says which."""

from collections.abc import Mapping
from typing import Any, Final, Literal, cast, get_args, get_origin

from pydantic import BaseModel as PydanticBaseModel
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema
from pydantic_core.core_schema import tagged_union_schema

_OTHER = ""


class ByTypename:
    """Takes the model whose `typename__` the answer has, of those in a union.

    The one whose `typename__` is any text takes all others, so that a type which only
    the server knows fails no answer.
    """

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        choices: dict[str, CoreSchema] = {
            name: handler.generate_schema(model)
            for model in get_args(source)
            for name in _typenames(model)
        }

        def choose(value: object) -> str | None:
            name = _typename(value)
            return name if name is None or name in choices else _OTHER

        return tagged_union_schema(cast(dict[Any, CoreSchema], choices), choose)


BY_TYPENAME: Final = ByTypename()


def _typenames(model: type[PydanticBaseModel]) -> tuple[str, ...]:
    type_ = model.model_fields["typename__"].annotation
    return get_args(type_) if get_origin(type_) is Literal else (_OTHER,)


def _typename(value: object) -> str | None:
    if isinstance(value, Mapping):
        found = cast(Mapping[str, object], value)
        name = found.get("__typename", found.get("typename__"))
    else:
        name = getattr(value, "typename__", None)
    return name if isinstance(name, str) else None
