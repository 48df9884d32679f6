"""Ways to run the generator on small schemas."""

import json
import sys
from collections.abc import Callable, Iterator
from importlib import import_module, invalidate_caches
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from authing_gen.codegen.generate import generate as generate_package
from authing_gen.codegen.project import Project

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CASES = HERE / "cases"

Config = dict[str, Any]
Generate = Callable[..., Path]


@pytest.fixture(scope="session")
def cases() -> Path:
    """The folder of the golden cases."""
    return CASES


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def config_of() -> Callable[..., Config]:
    """Makes the configuration that generates the package `made` into a folder."""

    def make(schema: Path, queries: Path, target: Path, **settings: object) -> Config:
        section = {
            "schema_paths": [str(schema), str(CASES / "directives.graphql")],
            "queries_path": str(queries),
            "target_package_path": str(target),
            "target_package_name": "made",
            "client_name": "AsyncClient",
            "input_types_module_name": "inputs",
            "multipart_uploads": False,
            "include_typename": False,
            "plugins": ["authing_gen.codegen.AuthingPlugin"],
            **settings,
        }
        return {"tool": {"ariadne-codegen": section}}

    return make


@pytest.fixture(scope="session")
def generate(config_of: Callable[..., Config]) -> Generate:
    """Generates from two files; the result is the folder of the package."""

    def run(schema: Path, queries: Path, target: Path, **settings: object) -> Path:
        config = config_of(schema, queries, target, **settings)
        generate_package(config)
        section = config["tool"]["ariadne-codegen"]
        return target / str(section["target_package_name"])

    return run


@pytest.fixture(scope="session")
def generate_case(generate: Generate) -> Callable[[str, Path], Path]:
    """Generates a golden case into a folder; the package has the name of the case."""

    def run(case: str, target: Path) -> Path:
        folder = CASES / case
        return generate(
            folder / "schema.graphql",
            folder / "queries.graphql",
            target,
            target_package_name=case,
            **_settings(folder),
        )

    return run


@pytest.fixture
def load(
    config_of: Callable[..., Config], tmp_path: Path
) -> Callable[[str, str], Project]:
    """Reads a schema and operations."""

    def run(schema: str, queries: str) -> Project:
        (tmp_path / "schema.graphql").write_text(schema, encoding="utf-8")
        (tmp_path / "queries.graphql").write_text(queries, encoding="utf-8")
        config = config_of(
            tmp_path / "schema.graphql", tmp_path / "queries.graphql", tmp_path
        )
        return Project.load(config)

    return run


@pytest.fixture
def generate_text(generate: Generate, tmp_path: Path) -> Callable[[str, str], Path]:
    """Generates from a schema and operations written in the test."""

    def run(schema: str, queries: str) -> Path:
        (tmp_path / "schema.graphql").write_text(schema, encoding="utf-8")
        (tmp_path / "queries.graphql").write_text(queries, encoding="utf-8")
        return generate(
            tmp_path / "schema.graphql", tmp_path / "queries.graphql", tmp_path
        )

    return run


@pytest.fixture
def import_text(
    generate: Generate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str, str], ModuleType]]:
    """Generates from a schema and operations written in the test, and imports it."""

    def run(schema: str, queries: str) -> ModuleType:
        (tmp_path / "schema.graphql").write_text(schema, encoding="utf-8")
        (tmp_path / "queries.graphql").write_text(queries, encoding="utf-8")
        generate(
            tmp_path / "schema.graphql",
            tmp_path / "queries.graphql",
            tmp_path,
            target_package_name="imported",
        )
        monkeypatch.syspath_prepend(tmp_path)
        invalidate_caches()
        return import_module("imported")

    yield run
    for name in [name for name in sys.modules if name.split(".")[0] == "imported"]:
        del sys.modules[name]


def _settings(case: Path) -> Config:
    path = case / "settings.json"
    if not path.exists():
        return {}
    settings: Config = json.loads(path.read_text(encoding="utf-8"))
    included = [str(case / name) for name in settings.get("files_to_include", ())]
    return settings | {"files_to_include": included}
