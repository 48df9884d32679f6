"""What there is to call, read off the source of the generated package.

The source is read and not imported: the tab key shall not wait for httpx, cryptography
and a hundred models, which take several times as long as everything else.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

OURS = "authing_client"
"""The package of the documented operations."""

REST = "rest"
"""Kind of what is neither a query nor a mutation."""

_SECTION = "Documentation: "
_HEADINGS = ("Args:", "Returns:", "Raises:", "Sent to the ", _SECTION)
_ITEM = re.compile(r"    (?P<name>[\w*]+): (?P<text>.*)")
_SENTENCE = re.compile(r".*?(?:[.!?](?=\s+[^a-z])|[。！？]|$)")


@dataclass(frozen=True)
class Parameter:
    """One parameter of a method."""

    name: str
    """Its name in Python."""
    variable: str
    """Its name in the schema."""
    annotation: str
    """Its type, as it is written."""
    required: bool
    help: str


@dataclass(frozen=True)
class Sent:
    """How something is sent: a row of the generated table, or a REST endpoint."""

    name: str
    """Name of the operation; a REST endpoint has that of its method."""
    kind: str
    """`query`, `mutation` or `rest`."""
    document: str = ""
    """What is sent; empty for a REST endpoint."""
    gateway: str = "USERS"
    """`USERS` or `OAUTH`."""
    tokens: tuple[str, ...] = ()
    """`OWNER`, `USER`: the first that the caller has is sent."""
    encrypted: tuple[str, ...] = ()
    """Variables that travel encrypted."""
    user_pool: str | None = None
    """The variable that is the user pool."""
    method: str = ""
    """Name of the operation's method; a REST endpoint has none."""


@dataclass(frozen=True)
class Entry:
    """An operation or a REST endpoint, and the method that calls it."""

    sent: Sent
    method: str
    """The method of the client: `login`, `sms.send_code`."""
    signature: str
    """`login(…) -> UserProfile`, one parameter a line."""
    description: str
    """What it does, in paragraphs."""
    parameters: tuple[Parameter, ...]
    returns: str
    """Type of what is returned."""
    returns_help: str
    section: str | None
    """The documentation's section."""

    @property
    def name(self) -> str:
        """Name of the operation, or of the REST endpoint."""
        return self.sent.name

    @property
    def summary(self) -> str:
        """The first sentence of the description."""
        found = _SENTENCE.match(self.description)
        return found[0] if found else self.description


@dataclass(frozen=True)
class Catalogue:
    """All that can be called."""

    package: Path
    """Folder of the generated package."""
    client_module: str = "sync_client"
    """Name of the module of the client that blocks."""
    client_class: str = "Client"
    """Name of that client."""

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """Everything by the name of its method, the REST endpoints last."""
        records = _records(self.package / "operations.py")
        methods = _methods(self.package / f"{self.client_module}.py")
        found = [
            _entry(method, method.name, records[constant])
            for method in methods
            if (constant := _constant(method)) in records
        ]
        return {item.method: item for item in (*found, *_endpoints())}

    @property
    def schema_file(self) -> Path:
        """The schema, in SDL."""
        return self.package / "schema.graphql"

    def find(self, name: str) -> Entry | None:
        """Find by the name of the operation or of the method.

        `-` and `_` are alike; so is the case, unless there are several then.
        """
        if found := self.entries.get(name.replace("-", "_")):
            return found
        entries = self.entries.values()
        exact = [it for it in entries if it.name == name]
        alike = exact or [it for it in entries if it.name.lower() == name.lower()]
        return alike[0] if len(alike) == 1 else None

    def near(self, name: str) -> list[str]:
        """Names like one that there is not."""
        names = {
            label.lower(): it.method
            for it in self.entries.values()
            for label in (it.name, it.method)
        }
        close = get_close_matches(name.lower(), names, n=3)
        return list(dict.fromkeys(names[label] for label in close))

    def complete(self, incomplete: str) -> list[tuple[str, Entry]]:
        """Names that begin like this: of methods, else of operations, else `a-b`."""
        entries = self.entries.values()
        spellings = (
            [(it.method, it) for it in entries],
            [(it.name, it) for it in entries],
            [(it.method.replace("_", "-"), it) for it in entries],
        )
        begun = (
            [(name, it) for name, it in names if name.startswith(incomplete)]
            for names in spellings
        )
        nothing: list[tuple[str, Entry]] = []
        return next((found for found in begun if found), nothing)


@cache
def installed(package: str = OURS) -> Catalogue:
    """Return what the installed generated package can call."""
    spec = find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    if not folders:
        raise ModuleNotFoundError(f"there is no package {package}", name=package)
    return Catalogue(Path(folders[0]).resolve())


def literals(file: Path) -> dict[str, tuple[str, ...]]:
    """The choices of each `NAME = Literal[…]` of a module."""
    return {
        target.id: tuple(ast.literal_eval(_tuple(node.value.slice)))
        for node in _parsed(file).body
        if isinstance(node, ast.Assign)
        and isinstance(target := node.targets[0], ast.Name)
        and isinstance(node.value, ast.Subscript)
        and ast.unparse(node.value.value) == "Literal"
    }


def _tuple(node: ast.expr) -> ast.Tuple:
    return node if isinstance(node, ast.Tuple) else ast.Tuple([node])


def _parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _records(file: Path) -> dict[str, Sent]:
    """Each `NAME = Operation(…)`."""
    return {
        target.id: Sent(**_keywords(call))
        for node in _parsed(file).body
        if isinstance(node, ast.Assign)
        and isinstance(target := node.targets[0], ast.Name)
        and isinstance(call := node.value, ast.Call)
        and ast.unparse(call.func) == "Operation"
    }


def _keywords(call: ast.Call) -> dict[str, Any]:
    return {item.arg: _value(item.value) for item in call.keywords if item.arg}


def _value(node: ast.expr) -> object:
    if isinstance(node, ast.Attribute):  # A member of an enum.
        return node.attr
    if isinstance(node, ast.Tuple):
        return tuple(_value(item) for item in node.elts)
    return ast.literal_eval(node)


def _methods(file: Path) -> Iterator[ast.FunctionDef]:
    """The methods of the classes of a module that are not private; no properties."""
    for node in _parsed(file).body:
        if isinstance(node, ast.ClassDef):
            for item in node.body:
                if isinstance(item, ast.FunctionDef) and item.name[0] != "_":
                    decorators = {ast.unparse(each) for each in item.decorator_list}
                    if "property" not in decorators:
                        yield item


def _constant(method: ast.FunctionDef) -> str:
    """The operation in the table that a method executes."""
    for node in ast.walk(method):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "execute"
            and isinstance(operation := node.args[0], ast.Attribute)
        ):
            return operation.attr
    return ""


def _endpoints() -> Iterator[Entry]:
    folder = Path(__file__).parents[1] / "_sync"
    for group in ("sms", "oidc"):
        for method in _methods(folder / f"{group}.py"):
            name = f"{group}.{method.name}"
            yield _entry(method, name, Sent(name, REST))


def _entry(method: ast.FunctionDef, name: str, sent: Sent) -> Entry:
    text = _Docstring(ast.get_docstring(method) or "")
    return Entry(
        sent=sent,
        method=name,
        signature=_signature(method),
        description=text.description,
        parameters=tuple(_parameters(method, text.arguments)),
        returns=_returns(method),
        returns_help=text.part("Returns:"),
        section=text.part(_SECTION) or None,
    )


def _variables(method: ast.FunctionDef) -> dict[str, str]:
    """Names in the schema by names in Python: `variables: … = {"lastIP": last_ip}`."""
    for node in method.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Dict):
            pairs = zip(node.value.keys, node.value.values, strict=True)
            return {
                name.id: str(key.value)
                for key, value in pairs
                if isinstance(key, ast.Constant)
                for name in ast.walk(value)
                if isinstance(name, ast.Name)
            }
    return {}


def _parameters(
    method: ast.FunctionDef, explained: dict[str, str]
) -> Iterator[Parameter]:
    variables = _variables(method)
    arguments = method.args
    required = len(arguments.args) - len(arguments.defaults)
    pairs = [
        *((item, place < required) for place, item in enumerate(arguments.args)),
        *(
            (item, default is None)
            for item, default in zip(
                arguments.kwonlyargs, arguments.kw_defaults, strict=True
            )
        ),
    ]
    for item, is_required in pairs[1:]:
        yield Parameter(
            name=item.arg,
            variable=variables.get(item.arg, item.arg),
            annotation=ast.unparse(item.annotation) if item.annotation else "",
            required=is_required,
            help=explained.get(item.arg, ""),
        )


def _signature(method: ast.FunctionDef) -> str:
    arguments = method.args
    lines = [ast.unparse(item) for item in arguments.args[1:]]
    if arguments.kwonlyargs:
        lines.append("*")
    for item, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        value = f" = {ast.unparse(default)}" if default else ""
        lines.append(ast.unparse(item) + value)
    if arguments.kwarg:
        lines.append("**" + ast.unparse(arguments.kwarg))
    inside = "".join(f"\n    {line}," for line in lines)
    end = "\n" if lines else ""
    return f"{method.name}({inside}{end}) -> {_returns(method)}"


def _returns(method: ast.FunctionDef) -> str:
    return ast.unparse(method.returns) if method.returns else "None"


class _Docstring:
    """The parts of a docstring."""

    def __init__(self, text: str) -> None:
        self._blocks = text.split("\n\n")

    @property
    def description(self) -> str:
        """All paragraphs before the first heading."""
        plain: list[str] = []
        for block in self._blocks:
            if block.startswith(_HEADINGS):
                break
            plain.append(_joined(block))
        return "\n\n".join(plain)

    @property
    def arguments(self) -> dict[str, str]:
        """The explanation of each argument."""
        found: dict[str, str] = {}
        name = ""
        for line in self._block("Args:").splitlines():
            if item := _ITEM.fullmatch(line):
                name = item["name"]
                found[name] = item["text"]
            elif name:
                found[name] += " " + line.strip()
        return found

    def part(self, heading: str) -> str:
        """What stands below a heading or behind it."""
        return _joined(self._block(heading))

    def _block(self, heading: str) -> str:
        for block in self._blocks:
            if block.startswith(heading):
                return block.removeprefix(heading).strip("\n")
        return ""


def _joined(block: str) -> str:
    return " ".join(block.split())
