"""The files of a package: its modules written, formatted and headed."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ariadne_codegen.utils import format_many
from graphql import GraphQLInputObjectType

from .docstrings import attribute_docstrings
from .lazy_names import lazy_names
from .memory import Same
from .modules import Modules
from .operations_module import operations_code
from .package_names import HEADER
from .project import SCHEMA_FILE, Project
from .support_modules import support_modules

_MARKS = {
    # What a module marks as deprecated it mentions itself.
    "typing_extensions import deprecated": (
        '# mypy: disable-error-code="deprecated"',
        "# pyright: reportDeprecated=false",
    ),
    # The client takes modules from the package, which only type checkers see import it.
    'import_module(f".{name}", __name__)': ("# pyright: reportImportCycles=false",),
}
"""What type checkers are told at the top of a module, by a part of its code."""


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
        text = "A typed client, generated from a GraphQL schema."
        return lazy_names(text, self.modules.exports(), "__name__")

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
        client_code = _code(self.modules.client())
        enums = self.modules.sent_enums()
        return {
            **support_modules(self.project, enums, is_paged=bool(self.modules.paging)),
            **{name: _code(body) for name, body in self.modules.of_models().items()},
            "operations": operations_code(methods, enums.values()),
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
        described = {"enums", settings.input_types_module_name, *clients}
        if name in described or name.startswith("models"):
            return attribute_docstrings(code, self.project.memory)
        return code


def _code(body: list[ast.stmt]) -> str:
    return ast.unparse(ast.Module(body, []))


def head(code: str) -> str:
    """Say where a module comes from."""
    marks = (mark for part, marks in _MARKS.items() if part in code for mark in marks)
    return "\n".join([HEADER, *marks])


def _headed(code: str) -> str:
    return f"{head(code)}\n\n{code}"
