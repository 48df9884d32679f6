"""The files of a package: its modules written, formatted and headed."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ariadne_codegen.utils import format_many
from graphql import GraphQLInputObjectType

from .docstrings import attribute_docstrings, docstring
from .memory import Same
from .modules import Modules
from .operations_module import constant_name, operations_code
from .package_names import HEADER
from .project import SCHEMA_FILE, Project
from .support_modules import support_modules

_LAZY_NAMES = """
if not TYPE_CHECKING:  # Or else they would take any name for one of ours.

    def __getattr__(name):
        if name in _MODULES.values():
            return import_module(f".{name}", __name__)
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(f".{_MODULES[name]}", __name__), name)
        globals()[name] = found
        return found
"""

_MENTIONS = """\
# mypy: disable-error-code="deprecated"
# pyright: reportDeprecated=false"""


@dataclass(frozen=True)
class Package:
    """Writes the files.

    Args:
        project: The schema and the operations.
        modules: What the modules hold.
    """

    project: Project
    modules: Modules

    def files(self) -> dict[str, str]:
        """All files by their names."""
        whole = {
            "__init__": _code(self.init()),
            "enums": _code(self.modules.enums()),
            self.project.settings.input_types_module_name: self._inputs(),
        }
        return (
            self._included() | self._finished({**whole, **self._own()}) | self._data()
        )

    def own_files(self) -> dict[str, str]:
        """Those of them that ariadne-codegen does not know."""
        return self._finished(self._own()) | self._data()

    def init(self) -> list[ast.stmt]:
        """Write the module that exports everything public."""
        exports = self.modules.exports()
        places = {name: place for place, group in exports.items() for name in group}
        return [
            docstring("A typed client, generated from a GraphQL schema."),
            *ast.parse("from importlib import import_module").body,
            *ast.parse("from typing import TYPE_CHECKING").body,
            _only_for_types(
                [_import(place, group) for place, group in exports.items()]
            ),
            *ast.parse(f"__all__ = {sorted(places)}").body,
            *ast.parse(f"_MODULES = {dict(sorted(places.items()))}").body,
            *ast.parse(_LAZY_NAMES).body,
        ]

    def _inputs(self) -> str:
        used = tuple(
            type_.name for type_ in self.modules.of_kind(GraphQLInputObjectType)
        )
        return self.project.memory.once(
            ("inputs", Same(self.project.schema), used),
            lambda: _code(self.modules.inputs()),
        )

    def _own(self) -> dict[str, str]:
        """The code of our own modules by their names."""
        client, twins = self.project.settings.client_file_name, self.project.twins
        methods = self.modules.methods
        constants = {constant_name(name): row for name, row in methods.items()}
        client_code = _code(self.modules.client())
        return {
            **support_modules(self.project),
            "models": _code(self.modules.models_module()),
            "results": _code(self.modules.results()),
            "operations": operations_code(constants),
            client: client_code,
            twins.modules[client]: twins.client(client_code),
        }

    def _data(self) -> dict[str, str]:
        return {"py.typed": "", SCHEMA_FILE: f"{HEADER}\n\n{self.project.sdl}"}

    def _included(self) -> dict[str, str]:
        """The files that the configuration wants to be there too."""
        paths = map(Path, self.project.settings.files_to_include)
        return {path.name: _headed(path.read_text(encoding="utf-8")) for path in paths}

    def _finished(self, codes: Mapping[str, str]) -> dict[str, str]:
        """Format modules, all that are new at once; nothing is left of empty ones."""
        memory = self.project.memory
        keys = {name: ("formatted", code) for name, code in codes.items()}
        new = [name for name, key in keys.items() if not memory.knows(key)]
        for name, code in zip(
            new, format_many([codes[each] for each in new]), strict=True
        ):
            memory.keep(keys[name], self._with_docstrings(name, code))
        return {
            f"{name}.py": _headed(code)
            for name, key in keys.items()
            if (code := memory.once(key, str))
        }

    def _with_docstrings(self, name: str, code: str) -> str:
        settings, twins = self.project.settings, self.project.twins
        clients = settings.client_file_name, twins.modules[settings.client_file_name]
        described = {"enums", settings.input_types_module_name, "models", *clients}
        return (
            attribute_docstrings(code, self.project.memory)
            if name in described
            else code
        )


def _code(body: list[ast.stmt]) -> str:
    return ast.unparse(ast.Module(body, []))


def _headed(code: str) -> str:
    """Say where a module comes from; what it marks as deprecated it mentions itself."""
    marks = f"\n{_MENTIONS}" if "typing_extensions import deprecated" in code else ""
    return f"{HEADER}{marks}\n\n{code}"


def _only_for_types(body: Sequence[ast.stmt]) -> ast.If:
    """Let type checkers and editors read what is not imported when a program runs."""
    return ast.If(ast.Name("TYPE_CHECKING", ast.Load()), [*body], [])


def _import(module: str, names: Sequence[str]) -> ast.ImportFrom:
    return ast.ImportFrom(module, [ast.alias(name) for name in names], 1)
