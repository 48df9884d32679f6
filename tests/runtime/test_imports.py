"""What a program imports when it imports a client, and what only when it is used."""

import json
import subprocess
import sys

import pytest

CLIENTS = {"AsyncAuthing": "_async", "Authing": "_sync"}

PROGRAM = """
import json, sys
from authing_gen import {client}
{client}("the-pool", "the-pool-secret")
print(json.dumps(sorted(sys.modules)))
"""

GENERATED = {
    *("async_ahead", "async_paging", "sync_ahead", "sync_paging"),
    *("digits", "instants"),
    "base_model",
    "client",
    "enums",
    "exceptions",
    "frames",
    "lazy",
    "open_enum",
    "operation",
    "operations",
    "options",
    "raw_response",
    "wire",
}


COMPLETED = """
import rlcompleter, sys
import {module}
complete = rlcompleter.Completer({{"module": {module}}}).complete
names = [complete("module.{name}", place) for place in range(9)]
assert any(found and found.startswith("module.{name}") for found in names), names
"""


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("authing_gen", "AsyncAuthing"),
        ("authing_gen.web", "AsyncKit"),
        ("authing_client", "UserProfile"),
    ],
)
def test_a_prompt_completes_what_is_imported_later(module: str, name: str) -> None:
    script = COMPLETED.format(module=module, name=name)
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True)


@pytest.fixture(scope="module", params=CLIENTS)
def imported(request: pytest.FixtureRequest) -> tuple[str, set[str]]:
    """A client, and the modules that are there once one has been made."""
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM.format(client=request.param)],
        capture_output=True,
        text=True,
        check=True,
    )
    return request.param, set(json.loads(run.stdout))


def _of(package: str, modules: set[str]) -> set[str]:
    start = f"{package}."
    return {name.removeprefix(start) for name in modules if name.startswith(start)}


def test_no_engine_no_cipher_no_event_loop_and_no_server_is_imported(
    imported: tuple[str, set[str]],
) -> None:
    _, modules = imported
    unwanted = {"aiohttp", "anyio", "authing_sandbox", "cryptography", "graphql"}
    unwanted |= {"asyncio", "httpcore", "pydantic_settings", "trio", "typer"}
    assert not unwanted & modules


def test_no_models_and_no_twin_are_imported(imported: tuple[str, set[str]]) -> None:
    client, modules = imported
    twin = next(folder for name, folder in CLIENTS.items() if name != client)
    assert not _of(f"authing_gen.{twin}", modules)
    names = _of("authing_client", modules)
    assert names - {"base_client", "sync_base_client", "sync_client"} <= GENERATED
    assert not {"models", "results", "inputs"} & names
    mine = "base_client" if client == "AsyncAuthing" else "sync_base_client"
    assert mine in names
    assert not {"base_client", "sync_base_client"} - {mine} & names
