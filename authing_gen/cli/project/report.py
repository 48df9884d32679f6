"""What `init` says of what it has written, or would write."""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from ..output import write_json
from .files import CI_FILES
from .names import Names
from .starts import Start
from .writing import Occupied, Paths, Plan

_BY_MAKE = ("make pins", "make generate", "make check test")
_BY_HAND = (
    "python -m pip install --upgrade pip",
    "python -m pip install --editable . --group dev",
    "authing-gen generate",
    "python -m pytest",
)
_SHOWN = 10
"""Files to name at most, of those that are in the way."""


def in_the_way(error: Occupied, folder: Path) -> tuple[str, str]:
    """Say that nothing is written, and what helps."""
    shown = [str(folder / name) for name in error.files[:_SHOWN]]
    if more := len(error.files) - len(shown):
        shown.append(f"and {more} more")
    lines = [
        "nothing is written; these are there already (--force overwrites them):",
        *(f"  {each}" for each in shown),
    ]
    if missing := error.plan.added:
        lines += ["and these are missing:", *_tops(missing, "  ")]
    return "\n".join(
        lines
    ), "in an empty folder, init writes what you can compare yours with"


@dataclass(frozen=True)
class Report:
    """What has become of a folder."""

    names: Names
    start: Start
    folder: Path
    plan: Plan
    dry: bool
    """Whether nothing has been written."""

    @property
    def written(self) -> Paths:
        """What has been written, or would be."""
        return self.plan.added + self.plan.overwritten

    @property
    def next(self) -> tuple[str, ...]:
        """The commands that come next."""
        ours = "Makefile" not in self.plan.kept
        return _BY_MAKE if ours and shutil.which("make") else _BY_HAND

    def show(self, *, as_json: bool) -> None:
        """Print it."""
        if as_json:
            self._show_json()
        else:
            self._show_text()

    def _show_json(self) -> None:
        write_json(
            {
                "folder": str(self.folder),
                "package": self.names.package,
                "dry_run": self.dry,
                "written": self.written,
                "unchanged": self.plan.unchanged,
                "kept": self.plan.kept,
                "next": self.next,
            }
        )

    def _show_text(self) -> None:
        console = Console(highlight=False, soft_wrap=True, markup=False)
        dry = " (nothing is written)" if self.dry else ""
        console.print(f"{self.names.client} in {self.folder.resolve()}{dry}:")
        for line in (*_tops(self.written, "+ "), *self._notes()):
            console.print(f"  {line}")
        if self.dry or not self.written:
            return
        here = self.folder.resolve() == Path.cwd()
        console.print("\nNext:" if here else f"\nNext, in {self.folder}:")
        for command in self.next:
            console.print(f"  {command}")

    def _notes(self) -> Iterator[str]:
        if self.plan.unchanged:
            yield f"= {_counted(len(self.plan.unchanged))} there already"
        for name in self.plan.kept:
            yield f"= {name} (yours, kept)"
        if "pyproject.toml" in self.plan.kept:
            yield (
                f"pyproject.toml has to build the package {self.names.package}, depend"
                " on authing-gen, and have a dependency group dev:"
                f" authing-gen[{self.start.extras}], hatchling, mypy, pytest, ruff"
            )
        if "Makefile" in self.plan.kept:
            yield "README.md tells of targets that your Makefile may lack"
        every = {*self.written, *self.plan.unchanged, *self.plan.kept}
        if every.isdisjoint(CI_FILES.values()):
            yield "your CI has to run: make check test"


def _tops(files: Paths, sign: str = "") -> list[str]:
    """Each file at the top, and each folder with how much it holds."""
    tops = Counter(name.split("/")[0] for name in files)
    return [
        f"{sign}{top}" if top in files else f"{sign}{top}/ ({_counted(n)})"
        for top, n in sorted(tops.items())
    ]


def _counted(files: int) -> str:
    return f"{files} file{'s' if files > 1 else ''}"
