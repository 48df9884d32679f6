"""Forks: each process has connections, places, locks and an OwnerToken of its own.

The programs that fork stand in `forking`. The server that they ask notes whose requests
came by which connection and with which token.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trustme

from . import programs
from .asking import OWN
from .forking import CHILDREN
from .scripted import INIT
from .witness import Witness, witnessing

pytestmark = pytest.mark.anyio

EVERYBODY = 1 + CHILDREN
HELD = "of parent/held"

with_tls = pytest.mark.parametrize("scheme", ["https"])


@pytest.fixture
def scheme() -> str:
    return "http"


@pytest.fixture
async def witness(scheme: str, authority: trustme.CA) -> AsyncIterator[Witness]:
    async with witnessing(authority if scheme == "https" else None) as witness:
        yield witness


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusting(authority: trustme.CA, tmp_path: Path) -> dict[str, str]:
    """The environment of a program that trusts the server's certificate."""
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    return {"SSL_CERT_FILE": str(file)}


async def run(
    program: str, witness: Witness, environment: dict[str, str] | None = None
) -> list[str]:
    return await programs.run("forking", witness.url, program, environment=environment)


@pytest.mark.parametrize(
    ("program", "scheme"),
    [("threadless", "http"), ("threadless", "https"), ("loop_after_loop", "https")],
)
async def test_parent_and_children_call_at_once(
    witness: Witness, trusting: dict[str, str], program: str
) -> None:
    assert {*await run(program, witness, trusting)} == {OWN}
    witness.assert_nothing_shared()
    assert len(witness.connections) == len(witness.tokens) == EVERYBODY
    assert len(witness.calls(INIT)) == EVERYBODY


async def test_under_trio_too(witness: Witness) -> None:
    assert await run("trio_after_trio", witness) == [OWN] * EVERYBODY
    witness.assert_nothing_shared()
    assert len(witness.connections) == len(witness.tokens) == EVERYBODY


async def test_a_client_that_the_parent_never_used(witness: Witness) -> None:
    assert await run("never_used", witness) == [OWN] * EVERYBODY
    witness.assert_nothing_shared()
    assert len(witness.connections) == CHILDREN


async def test_a_child_may_fork_again(witness: Witness) -> None:
    assert await run("grandchild", witness) == [f"{OWN} and {OWN}", OWN]
    witness.assert_nothing_shared()
    assert witness.connections.keys() == {"parent", "child", "grandchild"}


async def test_siblings_are_of_the_child_too(witness: Witness) -> None:
    assert await run("siblings", witness) == [OWN, OWN]
    witness.assert_nothing_shared()


@pytest.mark.parametrize("program", ["pool", "pool_of_loops"])
async def test_multiprocessing(witness: Witness, program: str) -> None:
    assert {*await run(program, witness)} == {OWN}
    witness.assert_nothing_shared()
    assert len(witness.connections) > 1


# A fork while something is under way


@pytest.mark.parametrize("program", ["threads", "beside_a_first_call"])
async def test_a_fork_while_other_threads_begin(witness: Witness, program: str) -> None:
    assert {*await run(program, witness)} == {OWN}
    witness.assert_nothing_shared()
    assert len(witness.connections) == len(witness.tokens) == EVERYBODY


async def test_a_fork_while_every_lock_is_held(witness: Witness) -> None:
    locks, *said = await run("locks", witness)
    assert int(locks.removesuffix(" locks")) >= 4
    assert said == [OWN, OWN]
    witness.assert_nothing_shared()


@pytest.mark.parametrize("program", ["fetching_the_token", "awaiting_the_token"])
async def test_a_fork_while_the_owner_token_is_being_fetched(
    witness: Witness, program: str
) -> None:
    assert await run(program, witness) == [OWN, OWN]
    witness.assert_nothing_shared()
    assert witness.tokens == {"parent": {"of-the-parent"}, "child": {"of-the-child"}}


async def test_a_fork_while_every_place_is_taken(witness: Witness) -> None:
    assert await run("no_place", witness) == [HELD, OWN, OWN]
    witness.assert_nothing_shared()


async def test_a_child_reads_the_certificates_anew(witness: Witness) -> None:
    assert await run("certificates", witness) == [OWN, OWN]


async def test_a_fork_while_a_store_is_locked(witness: Witness) -> None:
    assert await run("store_in_a_file", witness) == [OWN]


@with_tls
async def test_a_fork_within_an_event_loop(
    witness: Witness, trusting: dict[str, str]
) -> None:
    said = await run("within_a_loop", witness, trusting)
    assert said == [OWN, HELD, OWN, OWN, OWN]
    witness.assert_nothing_shared()
    # One for the call that was under way, one for those beside it.
    assert len(witness.connections["parent"]) == 2


@with_tls
async def test_a_fork_beside_an_event_loop_leaves_its_connection_alone(
    witness: Witness, trusting: dict[str, str]
) -> None:
    assert {*await run("beside_a_loop", witness, trusting)} == {OWN}
    witness.assert_nothing_shared()
    assert len(witness.connections["parent"]) == 1


# Clients of httpx, and the generated one


@pytest.mark.parametrize(
    ("program", "times"), [("http_clients", 3), ("async_http_clients", 2)]
)
async def test_an_http_client_that_was_used_is_refused(
    witness: Witness, program: str, times: int
) -> None:
    """By whatever client has used it, and whichever one has it in the child."""
    refused = (
        "AuthingConfigurationError: http_client was used before this process was"
        " forked, and its connections are the parent's: make one in each process"
    )
    said = await run(program, witness)
    assert said.count(refused) == times
    assert {*said} == {refused, OWN}
    witness.assert_nothing_shared()


@pytest.mark.parametrize("program", ["generated", "generated_async"])
async def test_the_generated_client_by_itself(witness: Witness, program: str) -> None:
    assert {*await run(program, witness)} == {OWN}
    witness.tokens.clear()  # It sends none.
    witness.assert_nothing_shared()
    assert len(witness.connections["parent"]) == 1


WITHOUT_FORKS = """
import os, sys
del os.fork, os.register_at_fork
import asyncio
from authing_gen import AsyncAuthing, Authing

url = sys.argv[1]
with Authing("the-pool", users_url=url) as authing:
    print(authing.as_user("of-ada").check_login_status().message)

async def main():
    async with AsyncAuthing("the-pool", users_url=url) as authing:
        print((await authing.as_user("of-bob").check_login_status()).message)

asyncio.run(main())
"""


async def test_where_processes_cannot_be_forked(witness: Witness) -> None:
    """As on Windows."""
    url = f"{witness.url}/users/graphql"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", WITHOUT_FORKS, url), stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    assert output.split() == [b"of-ada", b"of-bob"]
