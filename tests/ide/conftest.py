"""One language server for all tests, and editors that ask it, or jedi."""

import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import jedi  # type: ignore[import-untyped]  # It ships no types.
import pytest

from .editors import Basedpyright, Editor, Jedi
from .installations import Installation, build_wheel, checkout, install
from .lsp import LanguageServer

EDITORS = ("basedpyright", "jedi")
INSTALLATIONS = ("checkout", "wheel")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker("ide")
            item.add_marker(pytest.mark.xdist_group("ide"))


@pytest.fixture(scope="session", autouse=True)
def _cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """jedi's usual one may hold what a process that was ended wrote half."""
    jedi.settings.cache_directory = str(tmp_path_factory.mktemp("jedi"))


@pytest.fixture(scope="session")
def server() -> Iterator[LanguageServer]:
    """basedpyright's language server."""
    command = Path(sys.prefix, "bin/basedpyright-langserver")
    with LanguageServer([str(command), "--stdio"]) as running:
        yield running


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package's wheel."""
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def installed_wheel(
    wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> Installation:
    """An environment with the wheel."""
    return install(wheel, tmp_path_factory.mktemp("environment"))


@pytest.fixture(params=INSTALLATIONS)
def installation(request: pytest.FixtureRequest) -> Installation:
    """The package as a contributor has it, and as a user does."""
    if request.param == "checkout":
        return checkout()
    wheel: Installation = request.getfixturevalue("installed_wheel")
    return wheel


@pytest.fixture(scope="session")
def basedpyright_of(
    server: LanguageServer, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Installation], Basedpyright]:
    """Makes the editor that asks basedpyright, an empty folder open, once for each."""

    @cache
    def make(installation: Installation) -> Basedpyright:
        folder = tmp_path_factory.mktemp("caller")
        return Basedpyright(folder, server, installation.python)

    return make


@pytest.fixture(scope="session")
def jedi_of(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[Installation], Jedi]:
    """Makes the editor that asks jedi, with an empty folder open, once for each."""

    @cache
    def make(installation: Installation) -> Jedi:
        return Jedi(tmp_path_factory.mktemp("caller"), installation.environment)

    return make


@pytest.fixture
def basedpyright(
    basedpyright_of: Callable[[Installation], Basedpyright], installation: Installation
) -> Basedpyright:
    """The editor that asks basedpyright."""
    return basedpyright_of(installation)


@pytest.fixture(params=EDITORS)
def editor(
    request: pytest.FixtureRequest,
    basedpyright_of: Callable[[Installation], Basedpyright],
    jedi_of: Callable[[Installation], Jedi],
    installation: Installation,
) -> Editor:
    """Each editor in turn."""
    if request.param == "jedi":
        return jedi_of(installation)
    return basedpyright_of(installation)
