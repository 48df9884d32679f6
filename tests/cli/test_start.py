"""What a command imports before it does anything: itself, and not its neighbours."""

import subprocess
import sys

import pytest

from authing_gen.cli.registry import Registry

from .commands import run

PROGRAM = """
import atexit, sys
atexit.register(lambda: print(*sorted(sys.modules), file=sys.stderr))
from authing_gen.cli.entry import main
main()
"""


def imported(*arguments: str) -> set[str]:
    """The modules that are there when a command has done its work."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.split())


def test_no_command_is_imported_that_nobody_asks_for() -> None:
    modules = imported("--version")
    assert "authing_gen.cli.app" in modules
    assert not modules & {"graphql", "pydantic", "asyncio", "ariadne_codegen"}
    assert not {f"authing_gen.cli.{each}" for each in ("call", "init", "generate")} & (
        modules
    )


@pytest.mark.usefixtures("zoo")
def test_generating_imports_no_client_and_nothing_that_sends() -> None:
    modules = imported("generate")
    assert "authing_gen.codegen.plugin" in modules
    unwanted = {"httpx", "cryptography", "jinja2", "authing_client"}
    assert modules & unwanted == set()


def test_a_misspelt_command_is_told_its_neighbour() -> None:
    done = run("genrate")
    assert done.exit_code == 2
    assert "Did you mean 'generate'?" in done.stderr


def test_the_registry_is_a_mapping_as_any_other() -> None:
    registry = Registry({"encrypt": "authing_gen.cli.encrypt", "diff": "none.such"})
    assert [*registry] == ["encrypt", "diff"]
    assert registry["encrypt"].name == "encrypt"
    assert registry["encrypt"] is registry["encrypt"]
    registry["more"] = more = object()
    del registry["diff"]
    assert dict(registry) == {"encrypt": registry["encrypt"], "more": more}
    with pytest.raises(KeyError):
        registry["diff"]
