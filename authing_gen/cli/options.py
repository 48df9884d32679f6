"""The command-line options of an operation, made from its arguments."""

import inspect
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, cast

from .arguments import BOOLEAN, INTEGER, NUMBER, Argument
from .examples import examples
from .option import ARGUMENTS, OUTPUT, SECRETS, SETTING_OPTIONS, Option, Values

CALL_OPTIONS = (
    Option("json", bool, "Answer and error as JSON, secrets included.", OUTPUT),
    Option("show-secrets", bool, "Show secrets in the table.", OUTPUT),
    Option(
        "json-input",
        str | None,
        "File with arguments as a JSON object, by their names in the schema or in"
        " Python; - is standard input. Options win.",
        OUTPUT,
        metavar="FILE",
    ),
    Option(
        "null",
        list[str] | None,
        "Argument to send as null, unlike one that is left out. Repeatable.",
        OUTPUT,
        metavar="NAME",
    ),
)
USER_OPTIONS = (
    Option(
        "as-user-stdin",
        bool,
        "Act as a user whose UserToken is on standard input. Else AUTHING_USER_TOKEN.",
        SECRETS,
    ),
)
_OURS = {"help", *(option.name for option in (*CALL_OPTIONS, *USER_OPTIONS))}


def options_of(arguments: Sequence[Argument], *, as_user: bool) -> list[Option]:
    """All options of one operation.

    An argument that has the name of a setting takes its place: one option, both uses.

    Args:
        arguments: What the operation takes.
        as_user: Whether it takes a UserToken.
    """
    own = [option for argument in arguments for option in _of_argument(argument)]
    taken = {option.name for option in own}
    settings = [option for option in SETTING_OPTIONS if option.name not in taken]
    return [*own, *(USER_OPTIONS if as_user else ()), *CALL_OPTIONS, *settings]


def name_of(argument: Argument) -> str:
    """The name of an argument's option; `argument-json` where `json` is one of ours."""
    name = argument.option
    return f"argument-{name}" if name in _OURS else name


def example(name: str, arguments: Sequence[Argument]) -> str:
    """Write a call with what is required, or else with what is usual."""
    shown = [item for item in arguments if item.required]
    if not any(item.secret for item in shown):
        shown += [item for item in arguments if item.secret and not item.required][:1]
    if all(item.secret for item in shown):
        shown[:0] = [item for item in arguments if item.option in _usual()][:1]
    return " ".join([name, *(_written(item, first=shown) for item in shown)])


def function_of(
    options: Sequence[Option], call: Callable[[Values], None]
) -> Callable[..., None]:
    """Make a function that typer can read the options off."""

    def command(**given: Any) -> None:
        values = [_plain(given[f"option_{place}"]) for place in range(len(options))]
        names = [option.name for option in options]
        call(dict(zip(names, values, strict=True)))

    parameters = [option.as_parameter(place) for place, option in enumerate(options)]
    command.__annotations__ = {item.name: item.annotation for item in parameters}
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return command


def _usual() -> dict[str, str]:
    """Arguments that an example can show, and values for them."""
    known = examples()
    person, count = known["person"], known["values"]["count"]
    return {"email": person["email"], "phone": person["phone"], "count": str(count)}


def _written(argument: Argument, first: Sequence[Argument]) -> str:
    name = name_of(argument)
    if argument.secret:
        secrets = [item for item in first if item.secret]
        if argument is secrets[0]:
            return f"--{name}-stdin"
        return f"--{name}-env {name.upper().replace('-', '_')}"
    if argument.kind == BOOLEAN:
        return f"--{name}"
    return f"--{name} {_usual().get(name, '…')}"


def _of_argument(argument: Argument) -> list[Option]:
    name = name_of(argument)
    text = _for_markdown(argument.help)
    if argument.secret:
        return _of_secret(argument, name, text)
    if argument.required:
        text = f"{text} **Required.**".strip()
    type_, declaration = _type(argument), None
    if type_ is bool and not argument.many:
        declaration = f"--{name}/--no-{name}"
    if argument.many:
        text = f"{text} Repeatable.".strip()
    option_type = list.__class_getitem__(type_) if argument.many else type_
    return [Option(name, option_type | None, text, ARGUMENTS, declaration)]


def _type(argument: Argument) -> Any:
    if argument.choices:
        # Typer knows the values of an argument by the members of an enum.
        return cast(Any, Enum)("Choice", {value: value for value in argument.choices})
    return {BOOLEAN: bool, INTEGER: int, NUMBER: float}.get(argument.kind, str)


def _of_secret(argument: Argument, name: str, text: str) -> list[Option]:
    required = " **Required.**" if argument.required else ""
    return [
        Option(
            f"{name}-stdin",
            bool,
            f"{text}{required} Read from standard input; asked for on a terminal.",
            SECRETS,
        ),
        Option(
            f"{name}-env",
            str | None,
            "The same from an environment variable.",
            SECRETS,
            metavar="VARIABLE",
        ),
        Option(
            f"insecure-{name}",
            str | None,
            "The same in plain sight: process lists and the shell's history show it.",
            SECRETS,
            metavar="VALUE",
        ),
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list):
        return [_plain(item) for item in cast(list[object], value)] or None
    return value


def _for_markdown(text: str) -> str:
    """Keep `_id` outside of code from becoming emphasis."""
    return text.replace("_", r"\_") if "`" not in text else text
