"""What two versions of a package differ in, and whether that breaks callers."""

import pytest

from authing_gen.codegen.surface.change import Change
from authing_gen.codegen.surface.comparison import compare
from authing_gen.codegen.surface.reading import Modules, Surface, read_surface

OPTIONS = """
class TokenlessOptions(TypedDict, total=False):
    timeout: float | None

class RequestOptions(TokenlessOptions, total=False):
    token: str
"""


def surface(**files: str) -> Surface:
    contents = {"options": OPTIONS, **files}
    named = {f"{name}.py": text.encode() for name, text in contents.items()}
    return read_surface(named, Modules())


def client(
    parameters: str = "", result: str = "int", options: str = "RequestOptions"
) -> str:
    keywords = f"*, {parameters}, " if parameters else ""
    return (
        "class AsyncClient(Base):\n"
        f"    async def f(self, {keywords}**options: Unpack[{options}]) -> {result}:\n"
        '        """Do."""\n'
    )


def found(before: Surface, after: Surface) -> list[tuple[str, str, str, bool]]:
    return [
        (change.sign, change.what, change.name, change.breaking)
        for change in compare(before, after)
    ]


PARAMETERS = {
    "the same": ("a: str", "a: str", None),
    "added, may be left out": ("", "a: str | UnsetType = UNSET", ("added", False)),
    "added, must be given": ("", "a: str", ("added", True)),
    "removed": ("a: str | UnsetType = UNSET", "", ("removed", True)),
    "must be given now": (
        "a: str | UnsetType = UNSET",
        "a: str",
        ("changed", True),
    ),
    "may be left out now": ("a: str", "a: str | UnsetType = UNSET", ("changed", False)),
    "narrower": ("a: str | None", "a: str", ("changed", True)),
    "wider": ("a: str", "a: str | None", ("changed", False)),
    "another": ("a: str", "a: int", ("changed", True)),
    "a wider number": ("a: int", "a: float", ("changed", False)),
    "a narrower number": ("a: float", "a: int", ("changed", True)),
    "a sequence of wider": (
        "a: Sequence[str]",
        "a: Sequence[str | None]",
        ("changed", False),
    ),
    "a sequence of narrower": (
        "a: Sequence[str | None]",
        "a: Sequence[str]",
        ("changed", True),
    ),
    "a list, then a sequence": ("a: list[str]", "a: Sequence[str]", ("changed", False)),
    "anything": ("a: str", "a: object", ("changed", False)),
    "more literals": (
        "a: Literal['x']",
        "a: Literal['x', 'y']",
        ("changed", False),
    ),
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameter(name: str) -> None:
    before, after, expected = PARAMETERS[name]
    changes = found(surface(client=client(before)), surface(client=client(after)))
    if expected is None:
        assert changes == []
    else:
        assert changes == [(expected[0], "parameter", "f(a)", expected[1])]


RESULTS = {
    ("int", "int | None"): True,
    ("int | None", "int"): False,
    ("list[A]", "list[A | None]"): True,
    ("list[A | None]", "list[A]"): False,
    ("A", "B"): False,
    ("B", "A"): True,
}
MODELS = "class A(BaseModel):\n    x: int\nclass B(A):\n    y: int\n"


@pytest.mark.parametrize(("before", "after"), RESULTS)
def test_result(before: str, after: str) -> None:
    changes = found(
        surface(client=client(result=before), models=MODELS),
        surface(client=client(result=after), models=MODELS),
    )
    assert changes == [("changed", "result", "f()", RESULTS[before, after])]


def test_option_that_a_method_no_longer_takes() -> None:
    before = surface(client=client())
    after = surface(client=client(options="TokenlessOptions"))
    assert found(before, after) == [("removed", "parameter", "f(token)", True)]
    assert found(after, before) == [("added", "parameter", "f(token)", False)]


def test_methods_and_classes() -> None:
    full = surface(client=client(), models="class A(BaseModel):\n    x: int\n")
    assert found(Surface(), full) == [
        ("added", "method", "f()", False),
        ("added", "model", "A", False),
    ]
    assert found(full, Surface()) == [
        ("removed", "method", "f()", True),
        ("removed", "model", "A", True),
    ]


@pytest.mark.parametrize("base", ["OneOf", "_OneOf"])
def test_input_that_takes_one_field(base: str) -> None:
    several = surface(inputs="class A(BaseModel):\n    x: int | None = None\n")
    one = surface(inputs=f"class A({base}):\n    x: int | None = None\n")
    assert found(several, one) == [("changed", "input", "A", True)]
    assert found(one, several) == [("changed", "input", "A", False)]


FIELDS = {
    "models": {
        ("x: int", "x: int\n    y: int"): ("added", "field", "A.y", False),
        ("x: int\n    y: int", "x: int"): ("removed", "field", "A.y", True),
        ("x: int", "x: int | None"): ("changed", "field", "A.x", True),
        ("x: int | None", "x: int"): ("changed", "field", "A.x", False),
    },
    "inputs": {
        ("x: int", "x: int\n    y: int"): ("added", "input field", "A.y", True),
        ("x: int", "x: int\n    y: int | None = None"): (
            "added",
            "input field",
            "A.y",
            False,
        ),
        ("x: int | None = Field(alias='z', default=None)", "x: int | None"): (
            "changed",
            "input field",
            "A.x",
            True,
        ),
        ("x: int", "x: int | None"): ("changed", "input field", "A.x", False),
    },
    "enums": {
        ("X = 'X'", "X = 'X'\n    Y = 'Y'"): ("added", "enum value", "A.Y", False),
        ("X = 'X'\n    Y = 'Y'", "X = 'X'"): ("removed", "enum value", "A.Y", True),
        ("X = 'X'", "X = 'x'"): ("changed", "enum value", "A.X", True),
    },
}


@pytest.mark.parametrize(
    ("module", "before", "after"),
    [(module, *pair) for module, cases in FIELDS.items() for pair in cases],
)
def test_members(module: str, before: str, after: str) -> None:
    changes = found(
        surface(**{module: f"class A(BaseModel):\n    {before}\n"}),
        surface(**{module: f"class A(BaseModel):\n    {after}\n"}),
    )
    assert changes == [FIELDS[module][before, after]]


def test_inherited_members() -> None:
    base = "class B(BaseModel):\n    x: int\n"
    own = surface(models=base + "class A(BaseModel):\n    x: int\n    y: int\n")
    inherited = surface(models=base + "class A(B):\n    y: int\n")
    assert found(own, inherited) == []
    assert found(inherited, own) == [("changed", "model", "A", True)]
    gone = surface(models="class A(BaseModel):\n    y: int\n")
    assert found(inherited, gone) == [
        ("removed", "field", "A.x", True),
        ("removed", "model", "B", True),
    ]


TOKENS = {
    ("()", "(TokenKind.OWNER,)"): True,
    ("(TokenKind.OWNER,)", "()"): False,
    ("(TokenKind.OWNER,)", "(TokenKind.OWNER, TokenKind.USER)"): False,
    ("(TokenKind.OWNER, TokenKind.USER)", "(TokenKind.USER,)"): True,
}


@pytest.mark.parametrize(("before", "after"), TOKENS)
def test_token(before: str, after: str) -> None:
    row = "F = Operation(gateway=Gateway.USERS, tokens={}, encrypted=())"
    changes = found(
        surface(client=client(), operations=row.format(before)),
        surface(client=client(), operations=row.format(after)),
    )
    assert changes == [("changed", "token", "f()", TOKENS[before, after])]


def test_gateway_and_encryption_break_nobody() -> None:
    row = "F = Operation(gateway=Gateway.{}, tokens=(), encrypted={})"
    changes = compare(
        surface(client=client(), operations=row.format("USERS", "()")),
        surface(client=client(), operations=row.format("OAUTH", "('password',)")),
    )
    why = "callers need not care"
    assert changes == [
        Change("changed", "gateway", "f()", False, why, "USERS", "OAUTH"),
        Change("changed", "encryption", "f()", False, why, "none", "password"),
    ]


def test_words_only() -> None:
    before = 'class A(BaseModel):\n    x: int\n    """Old."""\n'
    after = before.replace("Old", "New")
    changes = found(surface(models=before), surface(models=after))
    assert changes == [("changed", "documentation", "A", False)]


def test_synchronous_twin_and_private_names_are_not_listed() -> None:
    code = client() + "    async def _g(self) -> int: ...\n"
    read = surface(client=code, sync_client="class Client:\n    def h(self): ...\n")
    assert list(read.methods) == ["f"]


def test_how_it_is_sent() -> None:
    def of(**row: str) -> Surface:
        values = {"gateway": "Gateway.USERS", "kind": "'query'", "user_pool": "None"}
        cells = ", ".join(f"{name}={text}" for name, text in (values | row).items())
        return surface(client=client(), operations=f"F = Operation({cells})")

    pool, mutation = of(user_pool="'pool'"), of(kind="'mutation'")
    assert found(of(), of()) == []
    assert found(pool, of()) == [("changed", "user pool", "f()", True)]
    assert found(of(), pool) == [("changed", "user pool", "f()", False)]
    assert found(of(), mutation) == [("changed", "kind", "f()", False)]


def test_data_of_several_root_fields() -> None:
    """A method of several root fields returns all of them, a class of `results`."""

    def of(fields: str) -> Surface:
        results = (
            f"class HomeData(BaseModel):\n{fields}\nclass Other(BaseModel):\n  a: int"
        )
        return surface(client=client(result="results.HomeData"), results=results)

    before = of("    me: User\n    count: int\n")
    assert found(before, of("    me: User | None\n")) == [
        ("changed", "field", "HomeData.me", True),
        ("removed", "field", "HomeData.count", True),
    ]
    assert found(before, before) == []
