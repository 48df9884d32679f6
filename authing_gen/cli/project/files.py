"""The files of a project, and what they hold."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from ... import __version__
from .names import Names
from .starts import Files, Start
from .texts import filled

_PLAIN = {
    "Makefile": "Makefile",
    "README.md": "README.md",
    "codegen.toml": "codegen.toml",
    "pyproject.toml": "pyproject.toml",
    ".gitattributes": "gitattributes",
    ".gitignore": "gitignore",
}
"""Templates by the paths of what is made of them."""
_LINE = 88
"""The longest line that ruff leaves as it is."""


class Ci(StrEnum):
    """What runs a project's checks and tests."""

    GITHUB = "github"
    GITLAB = "gitlab"
    NONE = "none"


CI_FILES = {Ci.GITHUB: ".github/workflows/ci.yml", Ci.GITLAB: ".gitlab-ci.yml"}
"""Where its file is."""

USUAL = frozenset({*_PLAIN, *CI_FILES.values()} - {"codegen.toml"})
"""What a folder may have before it holds a project; the user's is kept."""


def usual_ci(folder: Path) -> Ci:
    """GitHub's; none in a part of a repository, which has its CI elsewhere."""
    folder = folder.resolve()
    within = any((above / ".git").exists() for above in folder.parents)
    return Ci.NONE if within and not (folder / ".git").exists() else Ci.GITHUB


def project_files(names: Names, start: Start, ci: Ci = Ci.NONE) -> Files:
    """Make the files of a new project.

    Args:
        names: The names in it.
        start: What it starts with.
        ci: Whose file it has.
    """
    package = names.package
    templates = {
        **_PLAIN,
        f"{package}/__init__.py": "package.py",
        f"{package}/client.py": "client.py",
        f"tests/test_{package}.py": start.test,
    }
    if ci in CI_FILES:
        templates[CI_FILES[ci]] = f"{ci}.yml"
    values = _values(names, start)
    return {
        **start.operations,
        **{path: filled(name, values) for path, name in templates.items()},
        f"{package}/py.typed": "",
    }


def _values(names: Names, start: Start) -> dict[str, str]:
    """What templates name."""
    classes = sorted((names.async_client, names.client), key=_order)
    settings = (f"| `{name}` | {text} |" for name, text in start.settings.items())
    return {
        "answer": start.answer,
        "async_client": names.async_client,
        "call": start.call,
        "client": names.client,
        "client_imports": _import(".client", classes),
        "distribution": names.distribution,
        "exported": ", ".join(f'"{name}"' for name in classes),
        "extras": start.extras,
        "imports": _import(names.package, classes),
        "operation": start.operation,
        "package": names.package,
        "service": start.service,
        "settings": "\n".join(settings),
        "tests": start.tests,
        "url": start.url,
        "version": __version__,
    }


def _order(name: str) -> tuple[bool, str]:
    """Sort as ruff does, which takes `SHOP` for a constant."""
    return not (name.isupper() and len(name) > 1), name


def _import(module: str, names: Sequence[str]) -> str:
    """Import names, formatted as ruff does."""
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= _LINE:
        return line
    inside = "".join(f"    {name},\n" for name in names)
    return f"from {module} import (\n{inside})"
