"""Options that several commands have in common, given to each as one argument."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import typer

from .exits import OK
from .failures import WrongUsage, fail
from .option import SETTING_OPTIONS, Option, Values

Settings = Mapping[str, Any]
"""Arguments of the client; those that are None come from the environment."""


@dataclass(frozen=True)
class Bundle:
    """Some options, and the one argument that is made of them."""

    parameter: str
    """The parameter of the command that takes it."""
    options: Sequence[Option]
    make: Callable[[Values], Any]

    def parameters(self) -> list[inspect.Parameter]:
        """The options, as typer reads them off a function."""
        made = [each.as_parameter(place) for place, each in enumerate(self.options)]
        return [each.replace(name=f"{self.parameter}_{each.name}") for each in made]


def with_bundles(
    command: Callable[..., int | None], *bundles: Bundle
) -> Callable[..., None]:
    """Give a command the options of bundles; those that it takes, after its own.

    Args:
        command: Returns its exit status. What it raises is said as all errors are.
        bundles: The options, and what is made of them.
    """
    signature = inspect.signature(command)
    taken = [each for each in bundles if each.parameter in signature.parameters]
    names = {each.parameter for each in taken}
    own = [each for each in signature.parameters.values() if each.name not in names]
    added = [each.parameters() for each in taken]

    def run(**given: Any) -> None:
        from ..errors import AuthingError

        try:
            for bundle, items in zip(taken, added, strict=True):
                pairs = zip(bundle.options, items, strict=True)
                values = {option.name: given.pop(item.name) for option, item in pairs}
                given[bundle.parameter] = bundle.make(values)
            status = command(**given)
        except (WrongUsage, AuthingError) as error:
            fail(error, as_json=False)
        raise typer.Exit(status or OK)

    parameters = [*own, *(item for items in added for item in items)]
    run.__annotations__ = {item.name: item.annotation for item in parameters}
    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [item.replace(kind=inspect.Parameter.KEYWORD_ONLY) for item in parameters]
    )
    return run


def _settings(values: Values) -> Settings:
    from .caller import settings_of
    from .standard_input import StandardInput

    return settings_of(values, StandardInput())


SETTINGS = Bundle("settings", SETTING_OPTIONS, _settings)
"""The client's."""
