"""Editors complete, explain and find every operation, parameter and field."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

import pytest

from authing_client import OPERATIONS

from .editors import CARET, Basedpyright, Editor, Place
from .installations import Installation
from .surface import Definition, Type, definitions, members, names_in, type_of

PAGED = "iter_"
"""Begins the names of methods that go through all that is read page by page."""


@dataclass(frozen=True)
class Twin:
    """One of the two clients."""

    name: str
    base: str
    """The generated class that has the methods."""
    module: str
    """The generated module that defines the base."""
    define: str
    wait: str

    def caller(self, body: str) -> str:
        """A module with a function that uses the client.

        Args:
            body: What the function does with `authing`, and with `arguments`, of which
                nothing is known.
        """
        return (
            f"from typing import Any\n\nfrom authing_gen import {self.name}\n\n\n"
            f"{self.define} main(authing: {self.name}, arguments: Any) -> None:\n"
            f"{indent(body, '    ')}\n"
        )


TWINS = (
    Twin(
        "AsyncAuthing",
        "AsyncClient",
        "client.py",
        "async def",
        "await ",
    ),
    Twin("Authing", "Client", "sync_client.py", "def", ""),
)


@pytest.fixture(params=TWINS, ids=lambda twin: twin.name)
def twin(request: pytest.FixtureRequest) -> Twin:
    """Each client in turn."""
    twin: Twin = request.param
    return twin


@pytest.fixture
def package(installation: Installation) -> Path:
    """The folder of the generated package."""
    return installation.packages / "authing_client"


@pytest.fixture
def methods(package: Path, twin: Twin) -> dict[str, Definition]:
    """The methods of the operations, by name."""
    found = members(definitions(package / twin.module), twin.base)
    operations = {
        name: found[name]
        for name in found
        if found[name].is_operation and not name.startswith(PAGED)
    }
    assert len(operations) == len(OPERATIONS)
    return operations


@pytest.fixture
def options(package: Path) -> dict[str, dict[str, Definition]]:
    """The options of the calls, by the class that defines them."""
    found = definitions(package / "options.py")
    tokenless = members(found, "TokenlessOptions")
    request = tokenless | members(found, "RequestOptions")
    return {"TokenlessOptions": tokenless, "RequestOptions": request}


@pytest.fixture
def models(package: Path) -> dict[str, Definition]:
    """The models and their fields."""
    return definitions(package / "models.py")


def test_every_operation_is_completed_with_its_docstring(
    editor: Editor, twin: Twin, methods: Mapping[str, Definition]
) -> None:
    (place,) = editor.open(twin.caller(f"authing.{CARET}"))
    offered = editor.completions(place)
    for name, method in methods.items():
        assert method.documentation in offered[name]()


def test_what_reads_all_pages_is_completed_and_yields_models(
    editor: Editor, twin: Twin, package: Path, models: dict[str, Definition]
) -> None:
    found = members(definitions(package / twin.module), twin.base)
    paged = {name: each for name, each in found.items() if name.startswith(PAGED)}
    assert len(paged) == 10
    (place,) = editor.open(twin.caller(f"authing.{CARET}"))
    offered = editor.completions(place)
    for name, method in paged.items():
        if name != "iter_users":  # Its own docstring tells of phones, too.
            assert method.documentation in offered[name]()
    loop = (
        f"{twin.define.removesuffix('def')}for role in authing.iter_rbac_role_list():"
    )
    (place,) = editor.open(twin.caller(f"{loop}\n    role.{CARET}"))
    assert members(models, "RBACRole").keys() <= editor.completions(place).keys()


def test_every_client_is_completed_wherever_it_comes_from(
    editor: Editor, twin: Twin, methods: Mapping[str, Definition]
) -> None:
    opened = f"{twin.define.removesuffix('def')}with {twin.name}() as opened:\n"
    bodies = (
        f"{opened}    opened.{CARET}",
        f"authing.as_user(arguments).{CARET}",
        f"user = authing.with_options(timeout=1).as_user(arguments)\nuser.{CARET}",
        f"{opened}    opened.as_user(arguments).{CARET}",
    )
    for body in bodies:
        (place,) = editor.open(twin.caller(body))
        assert methods.keys() <= editor.completions(place).keys(), body


def test_hover_shows_the_docstring_and_the_section_of_the_documentation(
    editor: Editor, twin: Twin, methods: Mapping[str, Definition]
) -> None:
    documented = 0
    for name, place in each(editor, twin, methods, "authing.{}" + CARET):
        shown = editor.hover(place)
        assert methods[name].documentation in shown
        documented += "Documentation: " in shown
    assert documented == 35  # The others have the form of production, not documented.


def test_every_parameter_is_completed(
    editor: Editor,
    twin: Twin,
    methods: Mapping[str, Definition],
    options: Mapping[str, Mapping[str, Definition]],
) -> None:
    for name, place in each(editor, twin, methods, f"authing.{{}}({CARET})"):
        offered = editor.completions(place).keys()
        expected = methods[name].parameters.keys() | {
            # jedi does not read `Unpack`.
            *(
                options[methods[name].options]
                if isinstance(editor, Basedpyright)
                else ()
            )
        }
        assert {label for label in offered if label.endswith("=")} == {
            f"{parameter}=" for parameter in expected
        }


def test_signature_shows_every_parameter_with_its_type(
    editor: Editor, twin: Twin, methods: Mapping[str, Definition]
) -> None:
    for name, place in each(editor, twin, methods, f"authing.{{}}({CARET})"):
        method = methods[name]
        signature = editor.signature(place)
        for parameter, annotation in method.parameters.items():
            assert type_shown(signature.parameters[parameter]) == type_of(annotation)
        assert names_in(method.result) <= names_in(signature.result)
        assert method.documentation in signature.documentation


def test_signature_explains_the_parameter_at_the_cursor(
    basedpyright: Basedpyright, twin: Twin, methods: Mapping[str, Definition]
) -> None:
    calls = {
        f"{name}({parameter}={CARET})": f"{parameter}: {text}"
        for name, method in methods.items()
        for parameter, text in method.parameter_documentation.items()
    }
    for call, place in each(basedpyright, twin, calls, "authing.{}"):
        assert basedpyright.signature(place).parameter_documentation == calls[call]


def test_signature_shows_the_options_of_a_call(
    basedpyright: Basedpyright,
    twin: Twin,
    methods: Mapping[str, Definition],
    options: Mapping[str, Mapping[str, Definition]],
) -> None:
    for name, place in each(basedpyright, twin, methods, f"authing.{{}}({CARET})"):
        shown = basedpyright.signature(place).parameters
        members = options[methods[name].options]
        assert {*shown} == {"*", *methods[name].parameters, *members}
        for option, member in members.items():
            assert type_shown(shown[option]) == type_of(member.annotation)


def test_an_option_is_explained_where_it_is_given(
    basedpyright: Basedpyright,
    twin: Twin,
    options: Mapping[str, Mapping[str, Definition]],
    package: Path,
) -> None:
    members = options["RequestOptions"]
    calls = f"authing.login({{}}{CARET}=arguments)"
    for name, place in each(basedpyright, twin, members, calls):
        assert members[name].documentation in basedpyright.hover(place)
        assert basedpyright.definition(place) == (
            package / "options.py",
            members[name].line,
        )


def test_every_field_of_a_result_is_completed_with_its_documentation(
    editor: Editor,
    twin: Twin,
    methods: Mapping[str, Definition],
    models: dict[str, Definition],
) -> None:
    returned = {
        model: name
        for name, method in methods.items()
        for model in names_in(method.result) & models.keys()
    }
    for model, name in returned.items():
        item = "[0]" if "list" in names_in(methods[name].result) else ""
        call = f"({twin.wait}authing.{name}(**arguments)){item}.{CARET}"
        (place,) = editor.open(twin.caller(call))
        offered = editor.completions(place)
        for field, definition in members(models, model).items():
            assert definition.documentation
            assert definition.documentation in offered[field]()


def test_definition_of_a_method_is_the_method(
    editor: Editor, twin: Twin, methods: Mapping[str, Definition], package: Path
) -> None:
    for name, place in each(editor, twin, methods, "authing.{}" + CARET):
        assert editor.definition(place) == (package / twin.module, methods[name].line)


def test_definition_of_a_model_and_of_a_field_is_in_the_models(
    editor: Editor, models: Mapping[str, Definition], package: Path
) -> None:
    lines = ["from authing_client import models"]
    for name in models:
        if "." in name:
            lines.append(f"    {name}{CARET}")
        else:
            lines.append(f"def read_{name}({name}: models.{name}{CARET}) -> None:")
    places = editor.open("\n".join(lines))
    for model, place in zip(models.values(), places, strict=True):
        assert editor.definition(place) == (package / "models.py", model.line)


def test_every_operation_is_completed_on_with_raw_response(
    editor: Editor,
    twin: Twin,
    methods: Mapping[str, Definition],
    package: Path,
) -> None:
    (place,) = editor.open(twin.caller(f"authing.with_raw_response.{CARET}"))
    offered = editor.completions(place)
    for name in methods:
        assert methods[name].documentation.split(". ")[0] in offered[name]()


def test_call_on_with_raw_response_has_the_signature_of_the_method(
    basedpyright: Basedpyright, twin: Twin, methods: Mapping[str, Definition]
) -> None:
    for name, place in each(
        basedpyright, twin, methods, f"authing.with_raw_response.{{}}({CARET})"
    ):
        signature = basedpyright.signature(place)
        for parameter, annotation in methods[name].parameters.items():
            assert type_shown(signature.parameters[parameter]) == type_of(annotation)
        assert {"RawResponse", *names_in(methods[name].result)} <= names_in(
            signature.result
        )


def each(
    editor: Editor, twin: Twin, names: Iterable[str], line: str
) -> Iterator[tuple[str, Place]]:
    """A caller with a line for each name, which is written in place of `{}`."""
    body = "\n".join(line.replace("{}", name) for name in names)
    return zip(names, editor.open(twin.caller(body)), strict=True)


def type_shown(parameter: str) -> Type:
    """The type in a parameter as an editor writes it."""
    return type_of(parameter.partition(":")[2].partition("=")[0].strip())
