"""What holds for every generated package."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from importlib import import_module, invalidate_caches
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from authing_gen.codegen import CodegenError
from authing_gen.codegen.package_names import HEADER

Config = dict[str, Any]

CAT = "type Cat { name: String! }"

SMALL = {
    "no models": ("type Query { now: Int }", "query now { now }"),
    "a parameter called self": (
        f"type Query {{ cat(self: Int): Cat }} {CAT}",
        "query cat($self: Int) { cat(self: $self) { name } }",
    ),
    "input fields with names that pydantic needs": (
        f"type Query {{ cat(like: CatInput): Cat }} {CAT}"
        " input CatInput { register: String mro: Int copy: Int }",
        "query cat($like: CatInput) { cat(like: $like) { name } }",
    ),
    "an input inside of itself": (
        f"type Query {{ cat(like: CatInput): Cat }} {CAT}"
        " input CatInput { kitten: CatInput kittens: [CatInput!] }",
        "query cat($like: CatInput) { cat(like: $like) { name } }",
    ),
    "a union below the root": (
        f"type Query {{ home: Home! }} {CAT} type Dog {{ bark: Int }}"
        " union Pet = Cat | Dog type Home { pet: Pet pets: [Pet!]! best: [[Pet!]!] }",
        "query home { home {"
        " pet { ... on Cat { name } ... on Dog { bark } }"
        " pets { ... on Cat { name } ... on Dog { bark } }"
        " best { ... on Cat { name } ... on Dog { bark } } } }",
    ),
    "an interface below the root": (
        "type Query { home: Home! } interface Pet { name: String }"
        " type Cat implements Pet { name: String claws: Int }"
        " type Dog implements Pet { name: String bark: Int }"
        " type Home { pet: Pet! }",
        "query home { home { pet { name ... on Cat { claws } ... on Dog { bark } } } }",
    ),
    "a description that ends with quotes": (
        'type Query { cat: Cat } type Cat { "Ends with \\"\\"\\"" name: String! }',
        "query cat { cat { name } }",
    ),
    "an enum as the whole answer": (
        "type Query { color: Color } enum Color { RED }",
        "query color { color }",
    ),
}


@pytest.mark.parametrize("name", SMALL)
def test_small_package_imports(
    name: str, generate_text: Callable[[str, str], Path]
) -> None:
    package = generate_text(*SMALL[name])
    python("-c", f"import {package.name}", path=package.parent)


@pytest.mark.heavy
def test_golden_packages_import_without_warning(golden: Path) -> None:
    names = sorted(path.parent.name for path in golden.glob("*/__init__.py"))
    python("-c", f"import {', '.join(names)}", path=golden)


def test_input_may_mention_a_later_one_and_itself(golden: Path) -> None:
    script = (
        "from encrypted_whole_input import CodeInput, LockInput\n"
        "from recursive_input import FilterInput\n"
        "lock = LockInput(door='front', code=CodeInput(new='1234'))\n"
        "assert '1234' not in repr(lock)\n"
        "assert FilterInput(any=[FilterInput(text='a')]).any[0].text == 'a'\n"
    )
    python("-c", script, path=golden)


def test_defaults_are_made_anew_for_each_input(golden: Path) -> None:
    script = (
        "from defaults import BoxInput, Color, OrderInput\n"
        "order, other = OrderInput(), OrderInput()\n"
        "assert (order.id, order.price, order.alone) == ('7', 2.0, [1])\n"
        "assert order.rows == [[1, None], []] and order.colors[1] is Color.GREEN\n"
        "assert order.box.side == 2 and order.boxes[1:] == [None, BoxInput()]\n"
        "order.tags.append('b')\n"
        "assert (order.tags, other.tags) == (['a', None, 'b'], ['a', None])\n"
    )
    python("-c", script, path=golden)


def test_scalars_are_read_and_written_by_functions_of_their_own(golden: Path) -> None:
    script = (
        "import datetime\n"
        "from scalar_functions import Parcel, ParcelInput\n"
        "from scalar_functions.money import Money\n"
        "from scalar_functions.wire import jsonable\n"
        "text = {'date': None, 'sent': '2024-01-02', 'price': '1.50',\n"
        "        'prices': [[None, '0.05']], 'weight': '2.5 kg'}\n"
        "parcel = Parcel.model_validate(text)\n"
        "assert parcel.sent == datetime.date(2024, 1, 2)\n"
        "assert (parcel.price, parcel.weight) == (Money(150), 2.5)\n"
        "assert parcel.prices == [[None, Money(5)]]\n"
        "given = ParcelInput(price=Money(5), weights=[2.5], date=parcel.sent)\n"
        "sent = {'price': '0.05', 'weights': ['2.5 kg'], 'date': '2024-01-02'}\n"
        "assert jsonable(given) == sent\n"
    )
    python("-c", script, path=golden)


BY_PYTHON_NAMES = """
from names import OAuthInput
given = OAuthInput(id="1", oauth_token="t", from_="here", list_=[1])
assert given.model_dump(by_alias=True, exclude_unset=True) == {
    "_id": "1", "oAuthToken": "t", "from": "here", "list": [1]
}
"""


def test_inputs_are_given_by_their_python_names(golden: Path) -> None:
    python("-c", BY_PYTHON_NAMES, path=golden)


@pytest.mark.heavy
@pytest.mark.parametrize("checker", ["mypy", "basedpyright"])
def test_golden_packages_are_typed(golden: Path, tmp_path: Path, checker: str) -> None:
    # As in its own default mode, which finds cycles.
    strict = '{"typeCheckingMode": "strict", "reportImportCycles": true}'
    (golden / "pyrightconfig.json").write_text(strict, encoding="utf-8")
    names = sorted(path.parent.name for path in golden.glob("*/__init__.py"))
    (golden / "use.py").write_text(BY_PYTHON_NAMES, encoding="utf-8")
    cache = ["--config-file", os.devnull, "--cache-dir", str(tmp_path)]
    settings = {
        "mypy": ["--strict", *cache],
        "basedpyright": ["--pythonpath", sys.executable],
    }
    done = subprocess.run(
        [sys.executable, "-m", checker, *settings[checker], *names, "use.py"],
        cwd=golden,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_same_bytes_whatever_the_hash_seed(project: Path, root: Path) -> None:
    (project / "generated").mkdir()
    for seed in ("1", "2"):
        run_generator(project, PYTHONHASHSEED=seed)
        written = project / "generated/authing_client"
        assert tree(written) == tree(root / "generated/authing_client")


def test_generates_where_nothing_is_generated(project: Path, root: Path) -> None:
    assert not (project / "generated").exists()
    script = (
        "import sys\n"
        "from authing_gen.codegen.__main__ import main\n"
        "assert main() == 0\n"
        "assert 'authing_client' not in sys.modules\n"
    )
    python("-c", script, path=project)
    written = project / "generated/authing_client"
    assert tree(written) == tree(root / "generated/authing_client")


def test_stale_module_is_removed(
    generate_text: Callable[[str, str], Path], tmp_path: Path
) -> None:
    stale = tmp_path / "made" / "sign_in.py"
    stale.parent.mkdir()
    stale.write_text(f"{HEADER}\n\nraise RuntimeError\n", encoding="utf-8")
    own = stale.with_name("helpers.py")
    own.write_text("raise RuntimeError\n", encoding="utf-8")
    package = generate_text("type Query { cat: Cat }" + CAT, "query c { cat { name } }")
    assert not stale.exists()
    assert own.exists()
    assert (package / "client.py").exists()
    assert not (package / "c.py").exists()


@pytest.mark.anyio
async def test_custom_scalars_are_written_wherever_they_stand(
    generate_fractions: Callable[[str, str], ModuleType],
) -> None:
    made = generate_fractions(
        "scalar Fraction type Query { mix(of: Fraction, all: [Fraction!]): Fraction }",
        "query mix($of: Fraction, $all: [Fraction!]) { mix(of: $of, all: $all) }",
    )
    sent: list[object] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(httpx.Response(200, content=request.content).json()["variables"])
        return httpx.Response(200, json={"data": {"mix": "1/2"}})

    transport = httpx.MockTransport(answer)
    async with httpx.AsyncClient(transport=transport) as http_client:
        client = made.AsyncClient("https://example.com", http_client=http_client)
        assert await client.mix(of=Fraction(1, 3)) == Fraction(1, 2)
        await client.mix(of=None, all=[Fraction(1, 3), Fraction(2)])
    assert sent == [{"of": "1/3"}, {"of": None, "all": ["1/3", "2"]}]


def python(*arguments: str, path: Path, **environment: str) -> str:
    """Run Python with a folder as its only path; warnings are errors."""
    done = subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def run_generator(project: Path, **environment: str) -> None:
    """Generate as `make generate` does."""
    python("-m", "authing_gen.codegen", path=project, **environment)


def tree(folder: Path) -> dict[str, bytes]:
    """The files of a package by their names."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def golden(
    generate_case: Callable[[str, Path], Path],
    cases: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A folder of all golden packages."""
    target = tmp_path_factory.mktemp("golden")
    for schema in sorted(cases.glob("*/schema.graphql")):
        generate_case(schema.parent.name, target)
    return target


@pytest.fixture
def project(root: Path, tmp_path: Path) -> Path:
    """A copy of what the project generates from, without what it generates."""
    for name in ("authing_gen", "schema", "queries"):
        shutil.copytree(root / name, tmp_path / name)
    shutil.copy(root / "codegen.toml", tmp_path)
    return tmp_path


@pytest.fixture
def generate_fractions(
    generate: Callable[..., Path],
    cases: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[str, str], ModuleType]]:
    """Generates with the scalars of the case `custom_scalar` and imports the result."""

    def run(schema: str, queries: str) -> ModuleType:
        (tmp_path / "schema.graphql").write_text(schema, encoding="utf-8")
        (tmp_path / "queries.graphql").write_text(queries, encoding="utf-8")
        generate(
            tmp_path / "schema.graphql",
            tmp_path / "queries.graphql",
            tmp_path,
            target_package_name="fractions_client",
            files_to_include=[str(cases / "custom_scalar/scalars.py")],
            scalars={
                "Fraction": {
                    "type": "fractions.Fraction",
                    "parse": ".scalars.parse_fraction",
                    "serialize": ".scalars.write_fraction",
                }
            },
        )
        monkeypatch.syspath_prepend(tmp_path)
        invalidate_caches()
        return import_module("fractions_client")

    yield run
    for name in [name for name in sys.modules if name.startswith("fractions_client")]:
        del sys.modules[name]


def test_a_licence_is_not_the_documentation(
    generate_text: Callable[[str, str], Path],
) -> None:
    package = generate_text(
        f'type Query {{ "Read a cat." cat: Cat }} {CAT}',
        "# Copyright of somebody.\n\nquery cat { cat { name } } # A cat.\n"
        "query dog { cat { name } }\n# Read it again.\nquery cow { cat { name } }\n",
    )
    client = (package / "client.py").read_text(encoding="utf-8")
    assert "Copyright" not in client
    assert client.count('"""Read a cat.\n') == 2
    assert client.count('"""Read it again.\n') == 1


def test_only_the_enums_and_inputs_that_are_used(
    generate: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "schema.graphql").write_text(
        "type Query { cat(like: Like): Cat } enum Unused { A }"
        " type Cat { color: Color } enum Color { RED } enum Size { BIG }"
        " input Like { size: Size inner: Inner } input Inner { a: Int }"
        " input Spare { size: Unused }",
        encoding="utf-8",
    )
    (tmp_path / "queries.graphql").write_text(
        "query cat($like: Like) { cat(like: $like) { color } }",
        encoding="utf-8",
    )
    generate(
        tmp_path / "schema.graphql",
        tmp_path / "queries.graphql",
        tmp_path,
        include_all_enums=False,
        include_all_inputs=False,
    )
    script = (
        "import made\n"
        "assert {'Color', 'Size', 'Gateway', 'Like', 'Inner'} < {*made.__all__}\n"
        "assert not {'Unused', 'Spare'} & {*made.__all__}\n"
        "assert made.Like(size='BIG', inner=made.Inner(a=1)).size is made.Size.BIG\n"
    )
    python("-c", script, path=tmp_path)


def test_a_variable_with_a_default_may_be_left_out(
    generate_text: Callable[[str, str], Path],
) -> None:
    package = generate_text(
        f"type Query {{ cat(id: ID!, age: Int): Cat }} {CAT}",
        'query cat($id: ID! = "7", $age: Int = 1) { cat(id: $id, age: $age) { name } }',
    )
    client = (package / "client.py").read_text(encoding="utf-8")
    assert "id: str | UnsetType = UNSET" in client
    assert "age: int | None | UnsetType = UNSET" in client


def test_inputs_that_hold_each_other(generate_text: Callable[[str, str], Path]) -> None:
    # More paths lead through them than could be walked.
    names = [f"Filter{number}" for number in range(30)]
    fields = "\n".join(f"by{name}: {name}" for name in names)
    inputs = "\n".join(f"input {name} {{ text: String {fields} }}" for name in names)
    package = generate_text(
        f"type Query {{ cat(where: Filter0): Cat }} {inputs} {CAT}",
        "query cat($where: Filter0) { cat(where: $where) { name } }",
    )
    assert "by_filter_29" in (package / "inputs.py").read_text(encoding="utf-8")


def test_a_marked_field_is_found_among_inputs_that_hold_each_other(
    generate_text: Callable[[str, str], Path],
) -> None:
    generate_text(
        "type Query { cat(where: By): Cat } input By { and: [By!] key: Key }"
        f" input Key {{ teeth: String @encrypted }} {CAT}",
        "query cat($key: Key) { cat(where: {key: $key}) { name } }",
    )
    with pytest.raises(CodegenError, match=r"holds itself .* @encrypted"):
        generate_text(
            "type Query { cat(where: By): Cat } input By { and: [By!] key: Key }"
            f" input Key {{ teeth: String @encrypted }} {CAT}",
            "query cat($by: By) { cat(where: $by) { name } }",
        )
