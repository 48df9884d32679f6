"""What a client can call, read off its source: operations and REST endpoints.

The source is read and not imported: the tab key shall not wait for httpx, cryptography
and a hundred models, which take several times as long as everything else.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


def records_of(file: Path) -> dict[str, Sent]:
    """Each `NAME = Operation(…)` of a module."""
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


def methods_of(file: Path) -> Iterator[ast.FunctionDef]:
    """The methods of the classes of a module that are not private; no properties."""
    for node in _parsed(file).body:
        if isinstance(node, ast.ClassDef):
            for item in node.body:
                if isinstance(item, ast.FunctionDef) and item.name[0] != "_":
                    decorators = {ast.unparse(each) for each in item.decorator_list}
                    if "property" not in decorators:
                        yield item


def constant_of(method: ast.FunctionDef) -> str:
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


def entry_of(method: ast.FunctionDef, name: str, sent: Sent) -> Entry:
    """Describe a method, under the name that it is called by."""
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
