"""Generates a package from a corpus, and answers its operations.

What is lost is seen by random answers: what a model read of one must be all of it.
"""

import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from graphql import (
    FragmentDefinitionNode,
    OperationDefinitionNode,
    parse,
    print_ast,
    print_schema,
)

from authing_gen.codegen.errors import CodegenError
from authing_gen.codegen.generation import render

from ..codegen.random_projects import answer
from .corpora import Corpus

ANSWERS = 3
"""How many answers each operation is given."""

PACKAGE = "conforming"

DIRECTIVES = Path(__file__).parents[2] / "schema" / "directives.graphql"


def _models(results: Any) -> dict[str, Any]:
    """The models of whole answers, by the operations that they name."""
    names: Any = getattr(results, "__all__", vars(results))
    return {
        str(each.__doc__).split("`")[1]: each
        for each in (getattr(results, name) for name in names)
        if str(getattr(each, "__doc__", "")).startswith("What `")
    }


@dataclass(frozen=True)
class Result:
    """What became of a corpus."""

    corpus: Corpus
    valid: int
    generated: int
    refused: Mapping[str, str]
    """Why, by operation."""
    lost: Mapping[str, str]
    """What is wrong with what was read, by operation."""
    seconds: float
    """For generating the package, the last time."""


def attempt(corpus: Corpus) -> Result:
    """Generate and answer all operations of a corpus that are valid."""
    with tempfile.TemporaryDirectory() as folder:
        project = _Project(Path(folder), corpus)
        seconds = project.generate()
        lost = dict(project.losses())
    return Result(
        corpus=corpus,
        valid=len(project.operations) + len(project.refused),
        generated=len(project.operations),
        refused=project.refused,
        lost=lost,
        seconds=seconds,
    )


class _Project:
    """A project with a file an operation, so that each can be refused by itself."""

    def __init__(self, folder: Path, corpus: Corpus) -> None:
        self.refused: dict[str, str] = {}
        self.operations: dict[str, str] = {}
        self._schema = corpus.schema
        self._folder = folder
        self._fragments: dict[str, str] = {}
        for document in corpus.valid:
            for node in parse(document).definitions:
                if isinstance(node, OperationDefinitionNode) and node.name:
                    self.operations[node.name.value] = print_ast(node)
                elif isinstance(node, FragmentDefinitionNode):
                    self._fragments[node.name.value] = print_ast(node)
        self._write()

    def generate(self) -> float:
        """Write the package, without what is refused; says how long that took."""
        while True:
            begin = time.perf_counter()
            try:
                output = render(self._config())
            except CodegenError as error:
                self._drop(error)
            else:
                took = time.perf_counter() - begin
                output.write()
                return took

    def losses(self) -> Iterator[tuple[str, str]]:
        """Answer each operation, and compare what is read with what was answered."""
        sys.path.insert(0, str(self._folder))
        try:
            table = import_module(f"{PACKAGE}.operations").OPERATIONS
            results = import_module(f"{PACKAGE}.results")
            for name in self.operations:
                if why := self._loss(name, table, results):
                    yield name, why
        finally:
            sys.path.remove(str(self._folder))
            for module in [each for each in sys.modules if each.startswith(PACKAGE)]:
                del sys.modules[module]

    def _loss(self, name: str, table: Any, results: Any) -> str | None:
        model = _models(results)[name]
        for seed in range(ANSWERS):
            data = answer(self._schema, table[name].document, name, seed)
            try:
                read = model.model_validate(data)
            except ValueError as error:
                return str(error).splitlines()[0]
            dumped = read.model_dump(mode="json", by_alias=True, exclude_unset=True)
            if dumped != data:
                return "the model holds something else than the answer"
        return None

    def _write(self) -> None:
        queries = self._folder / "queries"
        queries.mkdir()
        for name, text in self.operations.items():
            (queries / f"{name}.graphql").write_text(text, encoding="utf-8")
        fragments = "\n\n".join(self._fragments.values())
        (queries / "fragments.graphql").write_text(fragments, encoding="utf-8")
        sdl = print_schema(self._schema)
        (self._folder / "schema.graphql").write_text(sdl, encoding="utf-8")

    def _drop(self, error: CodegenError) -> None:
        """Leave out the operations that are refused; the others may be fine."""
        before = len(self.refused)
        for problem in error.problems:
            for place in problem.places:
                name = Path(place.file).stem
                if self.operations.pop(name, None) is not None:
                    self.refused[name] = problem.message
                    (self._folder / "queries" / f"{name}.graphql").unlink()
        if len(self.refused) == before:
            raise error

    def _config(self) -> dict[str, Any]:
        section = {
            "schema_paths": [str(self._folder / "schema.graphql"), str(DIRECTIVES)],
            "queries_path": str(self._folder / "queries"),
            "target_package_path": str(self._folder),
            "target_package_name": PACKAGE,
            "client_name": "AsyncClient",
            "input_types_module_name": "inputs",
            "multipart_uploads": False,
            "include_typename": False,
            "plugins": ["authing_gen.codegen.AuthingPlugin"],
        }
        return {"tool": {"ariadne-codegen": section}}
