"""What callers of a generated package see, read from its code without running it.

Read are the asynchronous client, the models, the inputs and the enums. The synchronous
client and the clients of raw responses have the same methods.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..operations_module import constant_name

Kind = Literal["model", "input", "enum"]


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


@dataclass(frozen=True)
class Method:
    """A method of the client."""

    parameters: Mapping[str, Member]
    result: ast.expr
    sending: Sending | None
    doc: str = ""


@dataclass(frozen=True)
class Class:
    """A model, an input or an enum."""

    kind: Kind
    bases: tuple[str, ...]
    members: Mapping[str, Member]
    doc: str = ""


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


def read_surface(files: Mapping[str, bytes], modules: Modules) -> Surface:
    """Read the surface of a package.

    Args:
        files: Contents of its files by their names.
        modules: Which of them hold what.

    Raises:
        SyntaxError: A file is no Python; somebody has edited it.
    """
    trees = {
        name.removesuffix(".py"): ast.parse(code, name)
        for name, code in files.items()
        if name.endswith(".py")
    }
    empty = ast.Module([], [])
    own = _fields_of(trees.get("options", empty))
    sendings = _sendings(trees.get("operations", empty))
    kinds: dict[str, Kind] = {
        "models": "model",
        modules.inputs: "input",
        modules.enums: "enum",
    }
    methods = {
        node.name: _method(node, own, sendings.get(constant_name(node.name)))
        for class_ in _classes(trees.get(modules.client, empty))
        for node in class_.body
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef)
        and not any(ast.unparse(each) == "property" for each in node.decorator_list)
        and not node.name.startswith("_")
    }
    classes = {
        node.name: _class(node, kind)
        for module, kind in kinds.items()
        for node in _classes(trees.get(module, empty))
    }
    # Methods of several root fields return the whole data.
    returned = {ast.unparse(method.result) for method in methods.values()}
    classes |= {
        node.name: _class(node, "model")
        for node in _classes(trees.get("results", empty))
        if f"results.{node.name}" in returned
    }
    return Surface(methods, classes)


def _classes(tree: ast.Module) -> Iterator[ast.ClassDef]:
    return (node for node in tree.body if isinstance(node, ast.ClassDef))


def _class(node: ast.ClassDef, kind: Kind) -> Class:
    members = _values(node) if kind == "enum" else _fields(node)
    bases = tuple(ast.unparse(base) for base in node.bases)
    return Class(kind, bases, members, ast.get_docstring(node) or "")


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


def _method(
    node: ast.AsyncFunctionDef | ast.FunctionDef,
    options: Mapping[str, Mapping[str, Member]],
    sending: Sending | None,
) -> Method:
    arguments = node.args
    parameters: dict[str, Member] = {}
    for argument, default in zip(
        arguments.kwonlyargs, arguments.kw_defaults, strict=True
    ):
        annotation = argument.annotation or ast.Name("object")
        parameters[argument.arg] = Member(annotation, default is None)
    if arguments.kwarg and isinstance(arguments.kwarg.annotation, ast.Subscript):
        parameters |= options.get(ast.unparse(arguments.kwarg.annotation.slice), {})
    result = node.returns or ast.Constant(None)
    return Method(parameters, result, sending, ast.get_docstring(node) or "")


def _fields_of(tree: ast.Module) -> dict[str, dict[str, Member]]:
    """The options by the names of the TypedDicts that list them; none is required."""
    found: dict[str, dict[str, Member]] = {}
    for node in _classes(tree):
        inherited = (found.get(ast.unparse(base), {}) for base in node.bases)
        found[node.name] = {
            name: member for fields in inherited for name, member in fields.items()
        } | {
            name: Member(member.type, required=False, doc=member.doc)
            for name, member in _fields(node).items()
        }
    return found


def _sendings(tree: ast.Module) -> dict[str, Sending]:
    """The rows of the operations table by the names of their constants."""
    return {
        target.id: _sending(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _sending(row: ast.Call) -> Sending:
    values = {keyword.arg: keyword.value for keyword in row.keywords}
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
