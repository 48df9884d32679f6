"""A small project, and a server's schema that is not the same."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from .commands import run
from .projects import make_zoo

DiffEdited = Callable[..., Result]


@pytest.fixture
def zoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project, which is the current folder."""
    monkeypatch.chdir(make_zoo(tmp_path))
    return tmp_path


@pytest.fixture
def diff_edited(zoo: Path) -> DiffEdited:
    """Compares with an edit of our schema."""

    def edit_and_diff(*replacements: str, options: tuple[str, ...]) -> Result:
        theirs = (zoo / "schema/zoo.graphql").read_text(encoding="utf-8")
        for old, new in zip(replacements[::2], replacements[1::2], strict=True):
            assert old in theirs
            theirs = theirs.replace(old, new)
        (zoo / "theirs.graphql").write_text(theirs, encoding="utf-8")
        return run("diff", "--schema", "theirs.graphql", *options)

    return edit_and_diff
