"""Generating as a whole: from a configuration to the files of a package.

Everything is made in a temporary folder and then put in place file by file, so that
nobody ever sees a file that is half written, and files that stay the same keep their
times.
"""

import os
import re
import tempfile
import tomllib
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from ariadne_codegen import config as ariadne_config
from ariadne_codegen.exceptions import CodeGenException
from ariadne_codegen.settings import ClientSettings
from graphql import Source

from .errors import CodegenError
from .generate import generate
from .memory import Memory, collecting_later
from .package_names import is_generated
from .problems import Place, Problem
from .project import SCHEMA_FILE, Config, Project
from .settings import check_keys, for_ariadne
from .sources import same_but_comments

_TOML_ERROR = re.compile(r"(.+) \(at line (\d+), column (\d+)\)")
_PATHS = ("schema_path", "queries_path", "target_package_path", "base_client_file_path")
_PATH_LISTS = ("schema_paths", "files_to_include")


@dataclass(frozen=True)
class FileChanges:
    """Names of files that differ from those of the generated package."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        return any((self.added, self.changed, self.removed))

    @property
    def names(self) -> list[str]:
        """All of them."""
        return sorted((*self.added, *self.changed, *self.removed))


@dataclass(frozen=True)
class Output:
    """What a configuration generates."""

    settings: ClientSettings
    package: Path
    """The folder that it belongs into."""
    files: Mapping[str, bytes]
    """The contents of the files by their names."""
    notes: tuple[Problem, ...] = ()
    """What was done that one may not expect."""

    def present(self) -> dict[str, bytes]:
        """The files that are there now and that a generation replaces or removes."""
        generated = filter(is_generated, self.package.glob("*.py"))
        names = {path.name for path in generated} | self.files.keys()
        paths = [self.package / name for name in sorted(names)]
        return {path.name: _content(path) for path in paths if path.is_file()}

    def changes(self, *, exact: bool = True) -> FileChanges:
        """Compare with the files that are there now.

        Args:
            exact: Whether the comments of the schema count, which mean nothing.
        """
        present = self.present()
        return FileChanges(
            added=tuple(sorted(self.files.keys() - present.keys())),
            changed=tuple(
                name
                for name in sorted(self.files.keys() & present.keys())
                if self.files[name] != present[name]
                and (
                    exact
                    or name != SCHEMA_FILE
                    or not same_but_comments(present[name], self.files[name])
                )
            ),
            removed=tuple(sorted(present.keys() - self.files.keys())),
        )

    def write(self) -> FileChanges:
        """Put the files in place; says what has changed."""
        self.package.mkdir(parents=True, exist_ok=True)
        changes = self.changes()
        # `__init__` last: it imports the others.
        new = sorted((*changes.added, *changes.changed), key="__init__.py".__eq__)
        with tempfile.TemporaryDirectory(
            prefix=f".{self.package.name}-", dir=self.package.parent
        ) as folder:
            staged = [Path(folder) / name for name in new]
            for path in staged:
                path.write_bytes(self.files[path.name])
            for path in staged:
                path.replace(self.package / path.name)
        for name in changes.removed:
            (self.package / name).unlink()
        return changes


def _content(path: Path) -> bytes:
    """Read a file. How its lines end is a matter of the system, and of git."""
    return path.read_bytes().replace(b"\r\n", b"\n")


def load_config(path: Path) -> Config:
    """Read a configuration; its relative paths start at its own folder.

    Raises:
        CodegenError: There is no such file, or it is no TOML.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CodegenError(f"cannot read {path}: {_reason(error)}") from error
    try:
        config: Config = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CodegenError.of([_toml_problem(path, text, str(error))]) from error
    section = config.get("tool", {}).get("ariadne-codegen")
    if not isinstance(section, dict):
        raise CodegenError(f"{path} has no section [tool.ariadne-codegen]")
    check_keys(config, Source(text, path.as_posix()))
    _rebase(config["tool"]["ariadne-codegen"], path.parent)
    return config


def load_project(config: Config, *, fitting: bool = True) -> Project:
    """Read what a configuration names.

    Args:
        config: The configuration.
        fitting: Whether operations that do not fit the schema are refused.

    Raises:
        CodegenError: The configuration, the schema or an operation is wrong.
    """
    with _one_kind_of_error():
        project = Project.load(_into(config, "."), fitting=fitting)
    project.settings.target_package_path = _target(config)
    return project


def load_settings(config: Config) -> ClientSettings:
    """Read ariadne-codegen's part of a configuration.

    Raises:
        CodegenError: It is wrong.
    """
    with _one_kind_of_error():
        # ariadne-codegen wants the folder to be there, and does not say what its dicts
        # hold.
        settings: ClientSettings = cast(Any, ariadne_config).get_client_settings(
            _into(config, ".")
        )
    settings.target_package_path = _target(config)
    return settings


def render(config: Config, memory: Memory | None = None) -> Output:
    """Generate what a configuration describes, in memory.

    Args:
        config: The configuration.
        memory: What the last generation has found out: then this one is faster.

    Raises:
        CodegenError: The configuration, the schema or an operation is wrong.
    """
    memory = memory or Memory()
    memory.begin(config)
    settings = load_settings(config)
    name = settings.target_package_name
    with (
        tempfile.TemporaryDirectory() as folder,
        _one_kind_of_error(),
        collecting_later(),
    ):
        notes = generate(_into(config, folder), memory)
        made = sorted((Path(folder) / name).iterdir())
        files = {path.name: _content(path) for path in made}
    memory.end()
    package = Path(settings.target_package_path) / name
    return Output(settings, package, files, tuple(notes))


def _target(config: Config) -> str:
    path: str = config["tool"]["ariadne-codegen"].get("target_package_path", ".")
    return path


def _into(config: Config, folder: str) -> Config:
    """The same configuration with another folder for the package."""
    tool = config.get("tool", {})
    if "ariadne-codegen" not in tool:
        return config
    section = for_ariadne(tool["ariadne-codegen"]) | {"target_package_path": folder}
    return config | {"tool": tool | {"ariadne-codegen": section}}


@contextmanager
def _one_kind_of_error() -> Generator[None, None, None]:
    try:
        yield
    except CodeGenException as error:
        raise CodegenError(str(error)) from error
    except OSError as error:
        raise CodegenError(f"cannot read {error.filename}: {_reason(error)}") from error
    except UnicodeDecodeError as error:
        raise CodegenError(f"a file is not UTF-8: {error}") from error


def _rebase(section: dict[str, Any], folder: Path) -> None:
    """Let the paths of a configuration start at its folder, not the current one."""

    def rebased(path: str) -> str:
        # Absolute ones stay as they are; those below the current folder get short.
        moved = Path(os.path.abspath(folder / path))
        here = Path.cwd()
        return str(moved.relative_to(here) if moved.is_relative_to(here) else moved)

    if folder.resolve() == Path.cwd():
        return
    for name in _PATHS:
        if name in section:
            section[name] = rebased(section[name])
    for name in _PATH_LISTS:
        if name in section:
            # What is no file may be a dotted Python name.
            section[name] = [
                rebased(path) if (folder / path).exists() else path
                for path in section[name]
            ]


def _toml_problem(path: Path, text: str, error: str) -> Problem:
    """Read a place off the text of an error: it has attributes only since 3.14."""
    said = _TOML_ERROR.fullmatch(error)
    if said is None:  # at the end of the document
        return Problem(f"{path.as_posix()}: {error}")
    line, column = int(said[2]), int(said[3])
    shown = text.split("\n")[line - 1]
    width = max(len(shown.rstrip()) - column + 1, 1)
    return Problem(said[1], (Place(path.as_posix(), line, column, width, shown),))


def _reason(error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    return (error.strerror or str(error)).lower()
