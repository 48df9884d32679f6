"""Whatever a schema calls things, its package can be imported, typed and used."""

import builtins
import enum
import keyword
import os
import subprocess
import sys
import typing
from collections.abc import Callable, Iterable
from pathlib import Path

import pydantic
import pytest
from graphql import FieldNode

from authing_gen.codegen.checks import CLIENT_ATTRIBUTES
from authing_gen.codegen.names import python_name
from authing_gen.codegen.package_names import MODULES, PUBLIC_NAMES

pytestmark = [pytest.mark.heavy, pytest.mark.xdist_group("hostile names")]

OURS = {
    *("AsyncBaseClient", "AsyncClient", "BaseClient", "Client", "AsyncRawClient"),
    *("base_client", "client", "inputs", "sync_client", "sync_base_client", "made"),
    *("annotations", "authing_client", "collections", "date", "datetime", "enum"),
    *("import_module", "json", "path", "pathlib", "pydantic", "typing", "Decimal"),
    *("cls", "is_known", "mro", "name", "result", "self", "value", "variables"),
    *("_all_", "_1", "_date", "_Any", "_Field", "_operations", "Other", "typename"),
    *("Field", "BeforeValidator", "PlainSerializer", "ConfigDict", "Sequence"),
    *("operation", "options", "Moment_", "Other_", "One", "OneData", "Filter_"),
}
NAMES = sorted(
    name
    for name in {
        *(*keyword.kwlist, *keyword.softkwlist, *dir(builtins), *dir(str)),
        *(*typing.__all__, *dir(enum), *dir(pydantic.BaseModel)),
        *(*MODULES, *PUBLIC_NAMES, *OURS),
    }
    if not name.startswith("__")
)

REFUSED = CLIENT_ATTRIBUTES | {
    *("base_client", "base_model", "client", "enums", "fragments", "inputs")
}
"""What no operation can be called."""

PACKAGES = ("snake_case", "as_it_is")

COMMON = """
scalar Moment
scalar Size
enum Every {{ {values} }}
type Query {{ {roots} }}
type All {{ {fields} when: Moment big: Size }}
input Filter {{ {inputs} when: Moment big: Size every: Every = None }}
"""

KINDS = (
    ("enum {name} {{ {name} other }}", "{name}", "{name}"),
    ("input {name} {{ {name}: {name} when: Moment big: Size }}", "{name}", "Int"),
    ("type {name} {{ {name}: {name} when: Moment all: All }}", "Moment", "{name}"),
)
"""How a type is defined, and which types take and answer it: enums, inputs, objects."""

RUN = """
import datetime, decimal, importlib, json, sys
import httpx
from graphql import build_schema, get_named_type, graphql_sync
from graphql import is_enum_type, is_scalar_type

def resolve(source, info, **arguments):
    named = get_named_type(info.return_type)
    if is_enum_type(named):
        return sorted(named.values)[0]
    if named.name == "Moment":
        return "2024-01-02"
    return 1 if is_scalar_type(named) else {}

for package in sys.argv[1:]:
    made = importlib.import_module(package)
    for name in made.__all__:
        getattr(made, name)
    schema = build_schema(made.Client.schema_file.read_text())

    def answer(request):
        asked = json.loads(request.content)
        done = graphql_sync(
            schema, asked["query"], variable_values=asked["variables"],
            operation_name=asked["operationName"], field_resolver=resolve,
        )
        return httpx.Response(200, json=done.formatted)

    http_client = httpx.Client(transport=httpx.MockTransport(answer))
    client = made.Client("https://example.com", http_client=http_client)
    names = {value: name for name, value in vars(made.operations).items()
             if isinstance(value, made.Operation)}
    count = 0
    for operation in made.OPERATIONS.values():
        name = names[operation].lower()
        method = getattr(client, "operations" if name == "operations_" else name)
        variables = importlib.import_module("inspect").signature(method).parameters
        given = {}
        for name in variables:
            if name == "when":
                given[name] = datetime.date(2024, 1, 2)
        result = method(**given)
        assert result is not None, operation.name
        count += 1
    print(package, count)
"""


def _sole(names: Iterable[str]) -> list[str]:
    """Names that do not become one in Python: that is for other tests."""
    seen: set[str] = set()
    kept: list[str] = []
    for name in names:
        python = python_name(name, FieldNode(), is_field=True)
        python = python.strip("_").lower()
        if python not in seen:
            seen.add(python)
            kept.append(name)
    return kept


def _project(turn: int) -> tuple[str, str]:
    """A schema of which everything has such names, and operations that use it all."""
    names = _sole(NAMES)
    kinds = {name: KINDS[(turn + at) % 3] for at, name in enumerate(names)}
    takes = {name: kind[1].format(name=name) for name, kind in kinds.items()}
    answers = {name: kind[2].format(name=name) for name, kind in kinds.items()}
    schema = COMMON.format(
        values=" ".join(NAMES),
        roots=" ".join(
            f"{name}({name}: {takes[name]}, when: Moment, sieve: Filter): All!"
            for name in names
        ),
        fields=" ".join(f"{name}: {answers[name]}" for name in names),
        inputs=" ".join(f"{name}: {takes[name]}" for name in names),
    )
    types = [kind[0].format(name=name) for name, kind in kinds.items()]
    inner = {
        name: "{ when }" if name == answers[name] and kinds[name] is KINDS[2] else ""
        for name in names
    }
    queries = [
        f"query {name}(${name}: {takes[name]}, $when: Moment)"
        f" {{ {name}({name}: ${name}, when: $when)"
        f" {{ {name} {inner[name]} when big }} }}"
        for name in names
        if python_name(name, FieldNode()) not in REFUSED
    ]
    every = " ".join(f"{name} {inner[name]}" for name in names)
    queries.append(
        f"query every($sieve: Filter)"
        f" {{ one: {names[0]}(sieve: $sieve) {{ {every} }} }}"
    )
    return "\n".join([schema, *types]), "\n".join(queries)


@pytest.fixture(scope="module")
def packages(
    generate: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder of packages with all the names, for each kind of type."""
    folder = tmp_path_factory.mktemp("hostile")
    for turn, name in enumerate(PACKAGES):
        schema, queries = _project(turn)
        (folder / "schema.graphql").write_text(schema, encoding="utf-8")
        (folder / "queries.graphql").write_text(queries, encoding="utf-8")
        generate(
            folder / "schema.graphql",
            folder / "queries.graphql",
            folder,
            target_package_name=name,
            convert_to_snake_case=name == "snake_case",
            scalars={
                "Moment": {"type": "datetime.date"},
                "Size": {"type": "decimal.Decimal"},
            },
        )
    return folder


def test_operations_of_all_names_are_executed(packages: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", RUN, *PACKAGES],
        cwd=packages,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert [line.split()[0] for line in done.stdout.splitlines()] == [*PACKAGES]


@pytest.mark.heavy
@pytest.mark.parametrize("checker", ["mypy", "basedpyright"])
def test_packages_of_all_names_are_typed(packages: Path, checker: str) -> None:
    (packages / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    settings = {
        "mypy": ["--strict", "--config-file", os.devnull],
        "basedpyright": ["--pythonpath", sys.executable],
    }
    done = subprocess.run(
        [sys.executable, "-m", checker, *settings[checker], *PACKAGES],
        cwd=packages,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
