"""Packages that share the modules of another one, their runtime.

A client whose base class, options and table are the runtime's own can be sent under any
policy that is written for the runtime.
"""

import ast
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from graphql import GraphQLEnumValue, GraphQLSchema

from .directives import ENUMS, GATEWAY, TOKEN, enums_of
from .errors import CodegenError


class Runtime:
    """The package that is named as the runtime; it is read, never imported.

    Raises:
        CodegenError: There is no such package.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        try:
            spec = find_spec(name)
        except (ImportError, ValueError):
            spec = None
        if spec is None or not spec.submodule_search_locations:
            raise CodegenError(f"the runtime {name!r} is not an installed package")
        self._folder = Path(spec.submodule_search_locations[0])

    def module(self, name: str) -> str:
        """Write a module that exports what the runtime's module of this name defines.

        Raises:
            CodegenError: The runtime has no such module.
        """
        names = sorted(self.names(name))
        return (
            f'"""What `{self.name}` has."""\n\n'
            f"{self.import_(name, names)}\n\n"
            f"__all__ = {names}\n"
        )

    def import_(self, module: str, names: Iterable[str]) -> str:
        """Write an import from a module of the runtime."""
        return f"from {self.name}.{module} import {', '.join(names)}"

    def names(self, module: str) -> set[str]:
        """The public classes, functions and constants that a module defines.

        Raises:
            CodegenError: The runtime has no such module.
        """
        return {
            name
            for node in self._tree(module).body
            if (name := _name(node)) and not name.startswith("_")
        }

    def check_enums(self, schema: GraphQLSchema) -> None:
        """Refuse a schema with a kind of token that the runtime lacks."""
        for name, value in self._unknown(TOKEN, schema).items():
            raise CodegenError(
                f"{ENUMS[TOKEN]} of the runtime {self.name!r} has no {name}",
                value.ast_node,
            )

    def shared_enums(self, schema: GraphQLSchema) -> tuple[str, ...]:
        """The enums of the directives that are the runtime's own, by its names.

        A schema with further gateways has a `Gateway` of its own: the runtime finds
        them by their names.
        """
        has_more = self._unknown(GATEWAY, schema)
        return (ENUMS[TOKEN],) if has_more else (*ENUMS.values(),)

    def _unknown(
        self, directive: str, schema: GraphQLSchema
    ) -> dict[str, GraphQLEnumValue]:
        """The values of a directive's enum that the runtime's lacks."""
        name = ENUMS[directive]
        known = {
            target.id
            for node in self._tree("enums").body
            if isinstance(node, ast.ClassDef) and node.name == name
            for item in node.body
            if isinstance(item, ast.Assign)
            for target in item.targets
            if isinstance(target, ast.Name)
        }
        values = enums_of(schema)[name].values
        return {key: value for key, value in values.items() if key not in known}

    def _tree(self, module: str) -> ast.Module:
        try:
            code = (self._folder / f"{module}.py").read_text(encoding="utf-8")
        except OSError as error:
            raise CodegenError(
                f"the runtime {self.name!r} has no module {module!r}: it must be a"
                " package that authing-gen has generated"
            ) from error
        return ast.parse(code)


def _name(node: ast.stmt) -> str | None:
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return node.name
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id
    return None
