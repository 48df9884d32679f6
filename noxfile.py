"""The tests on every Python that is supported, the checks and the docs.

    nox --list
    nox --session tests                              on each Python that is installed
    nox --session tests-3.13 -- -m "not browser"     what follows `--` goes to pytest
    nox --session checks docs wheel
    nox --session newest -- tests/operations         with the newest dependencies
    nox --session oldest -- tests/operations         with the oldest ones
    nox --session beside-gql                         with gql, and its graphql-core

A Python that is not installed is skipped, and the summary says so. Every session but
these three installs the versions in constraints.txt.
"""

import os
from itertools import chain
from pathlib import Path

import nox
from packaging.requirements import Requirement

PYTHONS = ["3.13", "3.12", "3.11"]
"""Newest first; pyproject.toml says the same."""

PARALLEL = ("--numprocesses", "3", "--dist", "loadfile", "--no-loadscope-reorder")
"""As `make test` does."""

PROJECT = nox.project.load_toml("pyproject.toml")["project"]
EXTRAS = ",".join(PROJECT["optional-dependencies"])

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "virtualenv"
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = False  # Not in CI either: it says so.
nox.options.reuse_venv = "yes"
nox.options.sessions = ["tests", "checks"]


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests, or those that the arguments choose."""
    _install(session, "dev")
    session.run("python", "-m", "pytest", *PARALLEL, *session.posargs)


@nox.session(python=PYTHONS[0])
def newest(session: nox.Session) -> None:
    """Run tests with the newest versions that pyproject.toml allows."""
    eager = ("--upgrade", "--upgrade-strategy", "eager")
    session.install(*eager, "pip", "--editable", f".[{EXTRAS}]", "--group", "dev")
    session.run("python", "-m", "pytest", *PARALLEL, *session.posargs)


@nox.session(python=PYTHONS[-1])
def oldest(session: nox.Session) -> None:
    """Run tests with the oldest versions that pyproject.toml allows."""
    # Not `create_tmp`: ruff, and so the generator, formats nothing below `.nox`.
    floors = session.cache_dir / "floors.txt"
    floors.write_text("\n".join(_floors()), encoding="utf-8")
    session.install("--upgrade", "pip")
    session.install(
        *("--constraint", str(floors), "--editable", f".[{EXTRAS}]", "--group", "dev")
    )
    session.run("python", "-m", "pytest", *PARALLEL, *session.posargs)


@nox.session(name="beside-gql", python=PYTHONS[0])
def beside_gql(session: nox.Session) -> None:
    """Read documents with the graphql-core that gql needs, and the sandbox does not."""
    session.install("--editable", ".[documents]", "gql>=4", "pytest")
    session.run("python", "-m", "pip", "check")
    # Without what other tests share, which is the sandbox.
    alone = (
        "--noconftest",
        "-o",
        "addopts=",
        "tests/runtime/test_documents_as_read.py",
    )
    session.run("python", "-m", "pytest", *alone, *session.posargs)


@nox.session
def checks(session: nox.Session) -> None:
    """Check format, lint, types, and that generated/ is in sync."""
    _install(session, "dev")
    session.run("ruff", "format", "--check")
    session.run("ruff", "check")
    session.run("mypy")
    session.run("basedpyright")
    session.run(".ci/in-sync", "python", external=True)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the site; a warning is an error."""
    _install(session, "docs")
    session.run("python", "-m", "mkdocs", "build", "--strict")


@nox.session
def wheel(session: nox.Session) -> None:
    """Build wheel and sdist, look into them, and use the wheel."""
    _install(session, "dev")
    python = str(Path(session.bin, "python"))
    session.run(".ci/wheel", python, external=True)


def _install(session: nox.Session, group: str) -> None:
    constraint = ("--constraint", "constraints.txt")
    build_constraint = ("--build-constraint", "constraints.txt")
    session.install(*constraint, "pip")
    session.install(
        *constraint, *build_constraint, "--editable", f".[{EXTRAS}]", "--group", group
    )


def _floors() -> list[str]:
    """The lowest version of each dependency; what these bring is not ours to say."""
    listed = chain(PROJECT["dependencies"], *PROJECT["optional-dependencies"].values())
    bounds = {
        f"{requirement.name}=={bound.version}"
        for requirement in map(Requirement, listed)
        for bound in requirement.specifier
        if bound.operator == ">="
    }
    return sorted(bounds)


def _offer_what_pyenv_has() -> None:
    """Let pyenv's `python3.x` commands answer, also where they are not switched on."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    offered = [
        path.name for python in PYTHONS for path in sorted(versions.glob(f"{python}.*"))
    ]
    if offered:
        os.environ.setdefault("PYENV_VERSION", ":".join(offered))


_offer_what_pyenv_has()
