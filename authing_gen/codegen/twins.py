"""The synchronous twins of the client and its base."""

import ast
from dataclasses import dataclass

from .unasync import MODULES, to_sync


def twin_class(name: str) -> str:
    """Name of the synchronous class: `Api` for `AsyncApi`, `SyncApi` for `Api`."""
    rest = name.removeprefix("Async")
    return rest if rest != name and rest[:1].isupper() else f"Sync{name}"


def twin_module(name: str) -> str:
    """Name of the synchronous module: `client` for `async_client`, or else `sync_…`."""
    rest = name.removeprefix("async_")
    return rest if rest not in (name, "") else f"sync_{name}"


GENERATOR = "AsyncGenerator"


@dataclass(frozen=True)
class Twins:
    """What is called otherwise in the synchronous twins: new names by old ones."""

    classes: dict[str, str]
    modules: dict[str, str]

    def base_client(self, code: str) -> str:
        """Turn the module of the base client into its twin."""
        return to_sync(code, self.classes)

    def client(self, code: str) -> str:
        """Turn the module of the generated client into its twin.

        Only what we wrote is turned: docstrings are the schema's words, and a model
        may be called `AsyncJob`.
        """
        tree = ast.parse(code)
        return ast.unparse(_Synchronous(self, _names_in(tree)).visit(tree))


def _names_in(tree: ast.Module) -> set[str]:
    aliases = (each for each in ast.walk(tree) if isinstance(each, ast.alias))
    arguments = (each for each in ast.walk(tree) if isinstance(each, ast.arg))
    return {
        *(each.asname or each.name for each in aliases),
        *(each.arg for each in arguments),
    }


class _Synchronous(ast.NodeTransformer):
    def __init__(self, twins: Twins, names: set[str]) -> None:
        self.classes = {**twins.classes}
        self._names = names
        self.modules = {**twins.modules, **MODULES}
        self._parameters: set[str] = set()

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        self._visit_body(node)
        fields = {name: getattr(node, name) for name in node._fields}
        return ast.copy_location(ast.FunctionDef(**fields), node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self._visit_body(node)
        return node

    def _visit_body(self, node: ast.AsyncFunctionDef | ast.FunctionDef) -> None:
        before = self._parameters
        self._parameters = before | {each.arg for each in node.args.kwonlyargs}
        self.generic_visit(node)
        self._parameters = before

    def visit_Await(self, node: ast.Await) -> ast.AST:
        self.generic_visit(node)
        return node.value

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.name = self.classes.get(node.name, node.name)
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id not in self._parameters:
            node.id = self.classes.get(node.id, node.id)
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        if node.level:
            node.module = self.modules.get(node.module or "", node.module)
            for alias in node.names:
                alias.name = self.classes.get(alias.name, alias.name)
        elif node.module == "collections.abc":
            for alias in node.names:
                self._import(alias)
        return node

    def _import(self, alias: ast.alias) -> None:
        if alias.name != GENERATOR:
            return
        local, alias.name = alias.asname or alias.name, GENERATOR.removeprefix("Async")
        # The schema may have an enum of that name.
        is_free = alias.name not in self._names
        alias.asname = None if is_free else local
        self.classes[local] = alias.asname or alias.name
