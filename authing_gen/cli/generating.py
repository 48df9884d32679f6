"""One generation, as the command `generate` does it: render, compare, write, report."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from ..codegen.errors import CodegenError
from ..codegen.generation import FileChanges, Output, load_config, render
from ..codegen.memory import Memory, collecting_later
from ..codegen.problems import Problem
from ..codegen.project import SCHEMA_FILE
from ..codegen.surface.change import Change
from ..codegen.surface.comparison import compare
from ..codegen.surface.dangers import argument_defaults
from ..codegen.surface.reading import Modules, Surface, read_surface
from .output import write_json
from .problems import problem_as_json, show_error
from .surface_report import (
    changes_as_json,
    files_as_json,
    show_changes,
    show_files,
)


@dataclass(frozen=True)
class Generation:
    """What one generation has made of the package."""

    package: Path
    files: FileChanges
    changes: list[Change]
    first: bool
    """Whether there was no package before."""
    seconds: float
    notes: tuple[Problem, ...] = ()
    """What was done that one may not expect."""


class Reporter:
    """Prints what happens: to people, or one JSON value a generation."""

    def __init__(self, as_json: bool) -> None:
        self._json = as_json
        self.out = Console(highlight=False, soft_wrap=False)

    def generated(self, done: Generation, written: bool) -> None:
        """Say what a generation has changed, or would change."""
        if self._json:
            write_json(_as_json(done, written))
            return
        for note in done.notes:
            self.note(f"note: {note}")
        if not done.files:
            self.note(f"{done.package} is up to date ({done.seconds:.2f} s)")
            return
        show_files(self.out, _head(done, written), done.files)
        if done.first:
            self.note("Everything in it is new.")
        elif not done.changes:
            self.note("Callers notice nothing of it.")
        else:
            show_changes(self.out, done.changes)

    def failed(self, error: CodegenError) -> None:
        """Say what is wrong; a machine reads it too."""
        show_error(error, as_json=self._json)

    def note(self, text: str) -> None:
        """Say something to people only."""
        if not self._json:
            self.out.print(text, markup=False)


def _head(done: Generation, written: bool) -> str:
    count = len(done.files.names)
    changed = f"{count} file{'s' if count > 1 else ''}"
    if written:
        return f"{done.package}: {changed} written ({done.seconds:.2f} s)"
    return f"{done.package} is out of date: {changed} would change"


def _as_json(done: Generation, written: bool) -> dict[str, object]:
    return {
        "package": done.package.as_posix(),
        "written": written,
        "files": files_as_json(done.files),
        "changes": changes_as_json(done.changes),
        "breaking": sum(change.breaking for change in done.changes),
        "dangerous": sum(change.dangerous for change in done.changes),
        "seconds": round(done.seconds, 3),
        "notes": [problem_as_json(note) for note in done.notes],
    }


def generate_once(
    config: Path, write: bool, memory: Memory | None = None
) -> Generation:
    """Generate what a configuration describes.

    Args:
        config: The configuration's file.
        write: Whether the package is written; otherwise it is compared only.
        memory: What the last generation has found out: then this one is faster.

    Raises:
        CodegenError: The configuration, the schema or an operation is wrong.
    """
    start = time.perf_counter()
    with collecting_later():
        output = render(load_config(config), memory)
        before = output.present()
        changes = _surface_changes(output, before)
    files = output.write() if write else output.changes(exact=False)
    seconds = time.perf_counter() - start
    return Generation(output.package, files, changes, not before, seconds, output.notes)


def _surface_changes(output: Output, before: Mapping[str, bytes]) -> list[Change]:
    if before == output.files:
        return []
    settings = output.settings
    modules = Modules(
        client=settings.client_file_name,
        inputs=settings.input_types_module_name,
        enums=settings.enums_module_name,
    )
    schemas = [files.get(SCHEMA_FILE, b"").decode() for files in (before, output.files)]
    defaults = argument_defaults(*schemas)
    new = read_surface(output.files, modules)
    try:
        return [*compare(read_surface(before, modules), new), *defaults]
    except SyntaxError:
        # Somebody has edited it. Nobody can call it, so everything is new.
        return [*compare(Surface(), new), *defaults]
