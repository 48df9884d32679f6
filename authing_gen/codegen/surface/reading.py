"""What callers of a generated package see, read from its code without running it.

Read are the asynchronous client, the models, the inputs and the enums. The synchronous
client and the clients of raw responses have the same methods.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain
from typing import Literal

from ..operations_module import constant_name

Kind = Literal["model", "input", "enum"]

_CLASS = re.compile(r"(?m)^class (\w+)")
_ROW = re.compile(r"(?m)^(\w+) = Operation\(")
_IN_CLASS = re.compile(r"(?m)^    (?=@|async def |def )")
_METHOD = re.compile(r"(?:async )?def (\w+)")
_ELSEWHERE = re.compile(r'(?m)^    "(\w+)": "models_of_')
_RETURNS_ALL = re.compile(r"(?m)-> results\.(\w+):$")


@dataclass(frozen=True)
class Member:
    """A parameter of a method, a field of a class or a value of an enum."""

    type: ast.expr
    """The annotation; the value where it is one of an enum."""
    required: bool = True
    doc: str = ""
    default: str | None = None
    """What it is where it is left out, if the schema says so."""
    secret: bool = False
    """Whether no repr and no dump shows it."""

    def __str__(self) -> str:
        return ast.unparse(self.type)


@dataclass(frozen=True)
class Sending:
    """How an operation is sent."""

    gateway: str
    tokens: tuple[str, ...]
    encrypted: tuple[str, ...]
    user_pool: tuple[str, ...] = ()
    """The variable that the client fills in, if there is one."""
    kind: str = ""
    """Whether it is a query or a mutation."""
    document: str = ""
    """What is sent."""


Options = Mapping[str, Mapping[str, Member]]
"""The options of calls by the names of the TypedDicts that list them."""


@dataclass(frozen=True)
class Method:
    """A method of the client; it is parsed where somebody asks."""

    code: str
    row: str = ""
    """The row of its operation in the table."""
    options: Options = field(
        default_factory=dict[str, Mapping[str, Member]], repr=False
    )

    @cached_property
    def _node(self) -> ast.AsyncFunctionDef | ast.FunctionDef:
        (node,) = ast.parse(self.code).body
        assert isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef)
        return node

    @cached_property
    def parameters(self) -> Mapping[str, Member]:
        """What callers give."""
        return _parameters(self._node.args, self.options)

    @property
    def result(self) -> ast.expr:
        """What it returns."""
        return self._node.returns or ast.Constant(None)

    @property
    def doc(self) -> str:
        """Its docstring."""
        return ast.get_docstring(self._node) or ""

    @cached_property
    def sending(self) -> Sending | None:
        """How its operation is sent."""
        return _sending(self.row) if self.row else None


@dataclass(frozen=True)
class Class:
    """A model, an input or an enum; it is parsed where somebody asks."""

    kind: Kind
    code: str

    @cached_property
    def _node(self) -> ast.ClassDef:
        node = ast.parse(self.code).body[0]
        assert isinstance(node, ast.ClassDef)
        return node

    @cached_property
    def bases(self) -> tuple[str, ...]:
        """What it derives from."""
        return tuple(ast.unparse(base) for base in self._node.bases)

    @property
    def is_one_of(self) -> bool:
        """Whether it is an input of which exactly one field is given."""
        # `_OneOf` where something of the schema's is called `OneOf`.
        return self.kind == "input" and self.bases[0].strip("_") == "OneOf"

    @cached_property
    def own(self) -> Mapping[str, Member]:
        """Its fields or values, without what it inherits."""
        return _values(self._node) if self.kind == "enum" else _fields(self._node)

    @property
    def doc(self) -> str:
        """Its docstring."""
        return ast.get_docstring(self._node) or ""


@dataclass(frozen=True)
class Modules:
    """Names of the modules of a generated package that differ between packages."""

    client: str = "client"
    inputs: str = "inputs"
    enums: str = "enums"


@dataclass(frozen=True)
class Surface:
    """What callers see of a package."""

    methods: Mapping[str, Method] = field(default_factory=dict[str, Method])
    classes: Mapping[str, Class] = field(default_factory=dict[str, Class])

    def derives(self, name: str, base: str) -> bool:
        """Whether a class is another one or derives from it."""
        if name == base:
            return True
        class_ = self.classes.get(name)
        bases = class_.bases if class_ else ()
        return any(self.derives(each, base) for each in bases)

    def members(self, name: str) -> Mapping[str, Member]:
        """The fields or values of a class."""
        class_ = self.classes.get(name)
        if class_ is None:
            return {}
        inherited = (self.members(base).items() for base in reversed(class_.bases))
        return dict(chain(chain.from_iterable(inherited), class_.own.items()))


def read_surface(files: Mapping[str, bytes], modules: Modules) -> Surface:
    """Read the surface of a package.

    Args:
        files: Contents of its files by their names.
        modules: Which of them hold what.

    Raises:
        SyntaxError: A file is no Python; somebody has edited it.
    """
    codes = {
        name.removesuffix(".py"): code.decode()
        for name, code in files.items()
        if name.endswith(".py")
    }
    rows = _cut(_ROW, codes.get("operations", ""))
    own = _options(codes.get("options", ""))
    client = codes.get(modules.client, "")
    methods = {
        name: Method(code, rows.get(constant_name(name), ""), own)
        for name, code in _methods_of(client)
    }
    homes = sorted(name for name in codes if name.startswith("models_of_"))
    kinds: dict[str, Kind] = {
        **dict.fromkeys(["models", *homes, "results"], "model"),
        modules.inputs: "input",
        modules.enums: "enum",
    }
    # Methods of several root fields return the whole data; nobody sees that of others.
    results = codes.get("results", "")
    hidden = {*_cut(_CLASS, results), *_ELSEWHERE.findall(results)} - {
        *_RETURNS_ALL.findall(client)
    }
    classes = {
        name: Class(kind, code)
        for module, kind in kinds.items()
        for name, code in _cut(_CLASS, codes.get(module, "")).items()
        if kind != "model" or module == "models" or name not in hidden
    }
    return Surface(methods, classes)


def _cut(head: re.Pattern[str], code: str) -> dict[str, str]:
    """Cut a module where its classes, or rows, begin; the parts by their names.

    A package holds thousands of them, and few change: only those are worth parsing.
    """
    found = [*head.finditer(code)]
    ends = [*(each.start() for each in found[1:]), None]
    return {
        each[1]: code[each.start() : end].rstrip()
        for each, end in zip(found, ends, strict=False)
    }


def _methods_of(client: str) -> Iterator[tuple[str, str]]:
    """Cut the methods out of the client's module; properties are none."""
    for class_ in _cut(_CLASS, client).values():
        decorators = ""
        for part in _IN_CLASS.split(class_):
            found = _METHOD.match(part)
            if found and "@property" not in decorators and found[1][0] != "_":
                yield found[1], part
            decorators = part if part.startswith("@") else ""


def _fields(node: ast.ClassDef) -> dict[str, Member]:
    return {
        item.target.id: _field(item.annotation, item.value, doc)
        for item, doc in _with_docs(node.body)
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
    }


def _field(annotation: ast.expr, value: ast.expr | None, doc: str) -> Member:
    keywords = {each.arg: each.value for each in _keywords(value)}
    factory = keywords.get("default_factory")
    default = factory.body if isinstance(factory, ast.Lambda) else factory
    default = keywords.get("default", default)
    if not isinstance(value, ast.Call):
        default = value
    return Member(
        annotation,
        required=default is None,
        doc=doc,
        default=None if default is None else ast.unparse(default),
        secret="exclude_if" in keywords,
    )


def _keywords(value: ast.expr | None) -> list[ast.keyword]:
    """What pydantic's `Field` is told."""
    return value.keywords if isinstance(value, ast.Call) else []


def _values(node: ast.ClassDef) -> dict[str, Member]:
    return {
        target.id: Member(item.value, doc=doc)
        for item, doc in _with_docs(node.body)
        if isinstance(item, ast.Assign)
        for target in item.targets
        if isinstance(target, ast.Name)
    }


def _with_docs(body: list[ast.stmt]) -> Iterator[tuple[ast.stmt, str]]:
    for item, next_ in zip(body, [*body[1:], None], strict=True):
        yield item, _text(next_)


def _text(node: ast.stmt | None) -> str:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return str(node.value.value)
    return ""


def _parameters(arguments: ast.arguments, options: Options) -> dict[str, Member]:
    parameters: dict[str, Member] = {}
    for argument, default in zip(
        arguments.kwonlyargs, arguments.kw_defaults, strict=True
    ):
        annotation = argument.annotation or ast.Name("object")
        parameters[argument.arg] = Member(annotation, default is None)
    if arguments.kwarg and isinstance(arguments.kwarg.annotation, ast.Subscript):
        parameters |= options.get(ast.unparse(arguments.kwarg.annotation.slice), {})
    return parameters


@lru_cache
def _options(code: str) -> Options:
    """The options by the names of the TypedDicts that list them; none is required."""
    found: dict[str, dict[str, Member]] = {}
    for node in ast.parse(code).body:
        if isinstance(node, ast.ClassDef):
            inherited = (found.get(ast.unparse(base), {}) for base in node.bases)
            found[node.name] = {
                name: member for fields in inherited for name, member in fields.items()
            } | {
                name: Member(member.type, required=False, doc=member.doc)
                for name, member in _fields(node).items()
            }
    return found


def _sending(code: str) -> Sending:
    node = ast.parse(code).body[0]
    row = node.value if isinstance(node, ast.Assign) else None
    keywords = row.keywords if isinstance(row, ast.Call) else []
    values = {keyword.arg: keyword.value for keyword in keywords}
    return Sending(
        gateway="".join(_words(values.get("gateway"))),
        tokens=tuple(_words(values.get("tokens"))),
        encrypted=tuple(_words(values.get("encrypted"))),
        user_pool=tuple(_words(values.get("user_pool"))),
        kind="".join(_words(values.get("kind"))),
        document="".join(_words(values.get("document"))),
    )


def _words(node: ast.expr | None) -> Iterator[str]:
    """The enum values and texts that an expression consists of."""
    if isinstance(node, ast.Tuple):
        for item in node.elts:
            yield from _words(item)
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.Constant) and node.value is not None:
        yield str(node.value)
