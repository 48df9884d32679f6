"""Which files are read, in folders as people and their tools leave them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from authing_gen.codegen import CodegenError
from authing_gen.codegen.project import Project
from authing_gen.codegen.sources import graphql_files

Config = dict[str, Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("schema", "queries"):
        (tmp_path / name).mkdir()
    (tmp_path / "schema/cats.graphql").write_text("type Query { cat: Int }")
    (tmp_path / "queries/cat.graphql").write_text("query cat { cat }")
    return tmp_path


@pytest.fixture
def read(folder: Path, config_of: Callable[..., Config]) -> Callable[..., Project]:
    """Reads a project whose schema is found in some way."""

    def load(*schema: object) -> Project:
        paths = [str(each) for each in (*schema,) or (folder / "schema",)]
        config = config_of(Path(), folder / "queries", folder, schema_paths=paths)
        return Project.load(config)

    return load


def operations(project: Project) -> list[str]:
    return [each.name.value for each in project.operations if each.name]


def test_folder_that_is_called_like_a_file(
    folder: Path, read: Callable[..., Project]
) -> None:
    (folder / "schema/old.graphql").mkdir()
    (folder / "queries/more.graphql").mkdir()
    (folder / "queries/more.graphql/b.graphql").write_text("query b { cat }")
    assert operations(read()) == ["cat", "b"]


def test_endings(folder: Path, read: Callable[..., Project]) -> None:
    for name in ("A.GRAPHQL", "b.gql", "c.graphqls", "d.txt", ".e.graphql.swp"):
        text = f"query {name.strip('.')[0].lower()} {{ cat }}"
        (folder / "queries" / name).write_text(text)
    assert operations(read()) == ["a", "b", "c", "cat"]


def test_what_editors_and_systems_leave_is_not_read(
    folder: Path, read: Callable[..., Project]
) -> None:
    (folder / "queries/.#cat.graphql").symlink_to("somebody@somewhere.1")
    (folder / "queries/._cat.graphql").write_bytes(b"\x00\x05\xff\xfe")
    assert operations(read()) == ["cat"]


def test_linked_folders_are_read_once(
    folder: Path, read: Callable[..., Project]
) -> None:
    (folder / "shared").mkdir()
    (folder / "shared/b.graphql").write_text("query b { cat }")
    (folder / "queries/shared").symlink_to(folder / "shared")
    (folder / "queries/again").symlink_to(folder / "shared")
    (folder / "shared/circle").symlink_to(folder / "queries")
    assert sorted(operations(read())) == ["b", "cat"]


def test_schema_without_a_file(folder: Path, read: Callable[..., Project]) -> None:
    (folder / "none").mkdir()
    with pytest.raises(CodegenError, match=r"none: no file there ends in \.graphql"):
        read(folder / "none")


def test_schema_that_a_module_tells_of(
    folder: Path, read: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    module = "from pathlib import Path\nSCHEMA = Path(__file__).parent / 'schema'\n"
    (folder / "telling.py").write_text(module)
    (folder / "failing.py").write_text("raise RuntimeError('not today')")
    (folder / "schema/old.graphql").mkdir()
    monkeypatch.syspath_prepend(folder)
    assert operations(read("telling.SCHEMA")) == ["cat"]
    with pytest.raises(CodegenError, match=r"failing\.SCHEMA: RuntimeError: not today"):
        read("failing.SCHEMA")


def test_file_is_itself_all(folder: Path) -> None:
    assert graphql_files(folder / "any.txt") == [folder / "any.txt"]
