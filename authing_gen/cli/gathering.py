"""The arguments of a call, put together from options, input and environment."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from .arguments import JSON, Argument
from .client_source import Entry
from .failures import WrongUsage
from .option import Values
from .options import name_of
from .standard_input import StandardInput


def gather(
    entry: Entry,
    arguments: Sequence[Argument],
    values: Values,
    standard_input: StandardInput,
) -> dict[str, Any]:
    """Return the keyword arguments of the method, not yet converted to its types.

    Raises:
        WrongUsage: Something is missing, unknown or given twice.
    """
    given = _from_json(entry, values.get("json-input"), standard_input)
    for argument in arguments:
        value = _value(argument, values, standard_input)
        if value is not None:
            _put(given, argument.path, value)
    for name in values.get("null") or ():
        _put(given, _named(name, arguments).path, None)
    for argument in arguments:
        if argument.required and argument.path[0] not in given:
            given[argument.path[0]] = _ask(argument, standard_input)
    return given


def environment(name: str) -> str | None:
    """A variable of the environment; an empty one is none."""
    return os.environ.get(name) or None


def _value(
    argument: Argument, values: Values, standard_input: StandardInput
) -> object | None:
    name = name_of(argument)
    if argument.secret:
        value = _secret(argument, name, values, standard_input)
    else:
        value = values[name]
    if argument.kind == JSON and isinstance(value, str):
        return _json_or_text(value)
    return value


def _secret(
    argument: Argument, name: str, values: Values, standard_input: StandardInput
) -> str | None:
    ways = (f"{name}-stdin", f"{name}-env", f"insecure-{name}")
    chosen = [way for way in ways if values[way]]
    if len(chosen) > 1:
        raise WrongUsage(f"--{chosen[0]} and --{chosen[1]} are the same argument")
    if values[f"{name}-stdin"]:
        return standard_input.secret(_title(argument), f"--{name}-stdin")
    if variable := values[f"{name}-env"]:
        if (value := environment(variable)) is None:
            raise WrongUsage(f"--{name}-env: {variable} is not set")
        return value
    plain: str | None = values[f"insecure-{name}"]
    return plain


def _ask(argument: Argument, standard_input: StandardInput) -> str:
    name = name_of(argument)
    if not argument.secret:
        raise WrongUsage(f"--{name} is missing")
    if not standard_input.is_terminal:
        raise WrongUsage(f"--{name}-stdin or --{name}-env is missing")
    return standard_input.secret(_title(argument), f"--{name}-stdin")


def _title(argument: Argument) -> str:
    return argument.option.replace("-", " ").capitalize()


def _named(name: str, arguments: Sequence[Argument]) -> Argument:
    for argument in arguments:
        if name in (argument.option, ".".join(argument.path)):
            return argument
    raise WrongUsage(f"--null: there is no argument {name}")


def _from_json(
    entry: Entry, file: str | None, standard_input: StandardInput
) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        text = (
            standard_input.text("--json-input")
            if file == "-"
            else Path(file).read_text(encoding="utf-8")
        )
        read: object = json.loads(text)
    except OSError as error:
        raise WrongUsage(f"--json-input: {error.strerror}: {file}") from None
    except ValueError:  # Its message may quote a secret.
        raise WrongUsage("--json-input: it is not JSON") from None
    if not isinstance(read, dict):
        raise WrongUsage("--json-input: it is not a JSON object")
    return _by_parameter(entry, cast(dict[str, Any], read))


def _by_parameter(entry: Entry, read: Mapping[str, Any]) -> dict[str, Any]:
    names = {item.variable: item.name for item in entry.parameters}
    names |= {item.name: item.name for item in entry.parameters}
    unknown = [name for name in read if name not in names]
    if unknown:
        raise WrongUsage(f"--json-input: {entry.name} has no argument {unknown[0]}")
    return {names[name]: value for name, value in read.items()}


def _put(given: dict[str, Any], path: Sequence[str], value: object) -> None:
    *outer, last = path
    place = given
    for name in outer:
        if not isinstance(place.get(name), dict):
            place[name] = {}
        place = place[name]
    place[last] = value


def _json_or_text(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:  # A scalar of the schema's own, written without quotes.
        return text
