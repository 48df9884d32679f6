"""The templates of a project's files."""

from collections.abc import Mapping
from pathlib import Path
from string import Template

_FOLDER = Path(__file__).with_name("templates")


class _Text(Template):
    delimiter = "%"
    """`$` has its own meaning in Makefiles, workflows and consoles."""


def text_of(name: str) -> str:
    """Read a template."""
    return (_FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def filled(name: str, values: Mapping[str, str]) -> str:
    """Read a template, and fill in what it names."""
    return _Text(text_of(name)).substitute(values)
