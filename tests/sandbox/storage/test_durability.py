"""Transactions: what was acknowledged stays, and a conflict is nobody's problem."""

import asyncio
import os
import re
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from authing_sandbox import Clock, Sandbox, Seed, running
from authing_sandbox.seeding.seed import OWNER_ID
from authing_sandbox.storage import snapshots
from authing_sandbox.storage.database import Database, Unit
from authing_sandbox.storage.tables import Place, SignIn, User

from ...postgres import Cluster
from ..calling import PASSWORD, Caller, fresh_email

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[3]
KILLS = 3
CLIENTS = 8

sqlite_file = pytest.mark.skipif(
    "AUTHING_SANDBOX_TEST_DATABASE" in os.environ,
    reason="is about SQLite's files, and the tests run on another database",
)


@pytest.mark.heavy
@sqlite_file
async def test_killed_servers_keep_what_they_acknowledged(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/sandbox.db"
    acknowledged = Counter[str]()
    for kill in range(KILLS):
        async with _a_server_to_kill(url) as sandbox:
            clients = [
                asyncio.create_task(_sign_up_and_in(sandbox, acknowledged))
                for _ in range(CLIENTS)
            ]
            while len(acknowledged) < (kill + 1) * 2 * CLIENTS:
                await asyncio.sleep(0.01)
        # In the middle of a call of every client.
        await asyncio.gather(*clients)

    async with running(database_url=url) as sandbox, httpx.AsyncClient() as http:
        for email in acknowledged:
            user = await Caller(http, sandbox).login(email=email, password=PASSWORD)
            acknowledged[email] += 1
            assert user["loginsCount"] - acknowledged[email] in (0, 1)
    async with _opened(url) as database, database.unit(write=False) as unit:
        stored = await unit.session.scalars(
            select(User).where(User.pool_id.is_not(None))
        )
        users = {user.id: user.logins_count for user in stored}
        total = func.count().label("total")
        counts = select(SignIn.user_id, total).group_by(SignIn.user_id)
        found = await unit.session.execute(counts)
        sign_ins = {row.user_id: row.total for row in found}
        places = [*await unit.session.scalars(select(Place.user_id))]
    # Those whose answer was on its way; and a call has left all its traces, or none.
    assert 0 <= len(users) - len(acknowledged) <= KILLS * CLIENTS
    assert sign_ins == {id: count for id, count in users.items() if count}
    assert sorted(places) == sorted(sign_ins)


@asynccontextmanager
async def _a_server_to_kill(database_url: str) -> AsyncIterator[Sandbox]:
    """A server in a process of its own, which gets no chance to finish anything."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "authing_sandbox", "serve", "--port", "0"),
        *("--database", database_url),
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdout is not None
        said = (await process.stdout.readuntil(b"AUTHING_OAUTH_URL=")).decode()
        [url] = re.findall(r"AUTHING_USERS_URL=(http://127\.0\.0\.1:\d+)", said)
        async with httpx.AsyncClient() as http:
            key = (await http.get(f"{url}/sandbox/public-key")).text
        seed = Seed()
        yield Sandbox(url, key, seed.pool_id, seed.secret, Clock())
    finally:
        process.kill()
        await process.wait()


async def _sign_up_and_in(sandbox: Sandbox, acknowledged: Counter[str]) -> None:
    """Register and sign in, again and again, until nobody answers any more."""
    async with httpx.AsyncClient(timeout=60) as http:
        client = Caller(http, sandbox)
        while True:
            email = fresh_email()
            try:
                await client.register(email=email, password=PASSWORD)
                acknowledged[email] = 0
                await client.login(email=email, password=PASSWORD)
                acknowledged[email] += 1
            except httpx.TransportError:
                return


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    try:
        await database.create_tables()
        yield database
    finally:
        await database.close()


@sqlite_file
@pytest.mark.parametrize(
    ("url", "synchronous"),
    [("sqlite:///{}/a.db", 1), ("sqlite:///{}/a.db?synchronous=FULL", 2)],
)
async def test_files_reach_the_disk(url: str, synchronous: int, tmp_path: Path) -> None:
    async with (
        _opened(url.format(tmp_path)) as database,
        database.unit(write=True) as unit,
    ):
        assert await unit.session.scalar(text("PRAGMA synchronous")) == synchronous


@sqlite_file
async def test_another_process_is_waited_for(tmp_path: Path) -> None:
    """And meanwhile everybody else is answered."""
    file = tmp_path / "sandbox.db"
    async with _opened(f"sqlite:///{file}") as database:

        async def write(unit: Unit) -> None:
            unit.session.add(_owner())

        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            writing = asyncio.create_task(database.run(write, write=True))
            for _ in range(20):
                await asyncio.wait_for(asyncio.sleep(0.005), 1)
                async with database.unit(write=False) as unit:
                    assert await unit.session.get(User, OWNER_ID) is None
            assert not writing.done()
            other.execute("ROLLBACK")
        await writing
        async with database.unit(write=False) as unit:
            assert await unit.session.get(User, OWNER_ID) is not None


@sqlite_file
async def test_snapshots_wait_for_another_process(tmp_path: Path) -> None:
    """And meanwhile everybody else is answered."""
    file = tmp_path / "sandbox.db"
    async with running(database_url=f"sqlite:///{file}") as box:
        name = await box.snapshot()
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            restoring = asyncio.create_task(box.restore(name))
            for _ in range(20):
                assert await asyncio.wait_for(box.outbox(), 5) == []
            assert not restoring.done()
            other.execute("ROLLBACK")
        await restoring


@sqlite_file
async def test_taking_a_snapshot_waits_for_another_process(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.db"
    async with _opened(f"sqlite:///{file}") as database:
        await database.close()  # else nobody could have the file for itself
        other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        # Whatever waits without letting others run shall fail rather than hang.
        release = threading.Timer(3, other.close)
        release.start()
        taking = asyncio.create_task(snapshots.take(database))
        for _ in range(20):
            await asyncio.sleep(0.005)
        assert not taking.done()
        release.cancel()
        other.close()
        (await taking).close()


@sqlite_file
async def test_nothing_is_remembered_from_one_transaction_to_the_next(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path}/sandbox.db"
    async with _opened(url) as here, _opened(url) as elsewhere:
        async with here.unit(write=True) as unit:
            unit.session.add(_owner())
        kept: list[User] = []
        for count in range(3):
            async with here.unit(write=False) as unit:
                user = await unit.session.get_one(User, OWNER_ID)
                assert user.logins_count == count
                kept.append(user)  # or it would be forgotten anyway
            async with elsewhere.unit(write=True) as unit:
                (await unit.session.get_one(User, OWNER_ID)).logins_count += 1


@sqlite_file
async def test_a_session_is_as_good_as_new_after_a_failure(tmp_path: Path) -> None:
    async with _opened(f"sqlite:///{tmp_path}/sandbox.db") as database:
        async with database.unit(write=True) as unit:
            unit.session.add(_owner())

        async def fail(unit: Unit) -> None:
            unit.session.add(_owner("left"))
            await unit.session.flush()
            unit.session.add(_owner())  # for the second time

        for _ in range(2):
            with pytest.raises(IntegrityError):
                await database.run(fail, write=True)
        async with database.unit(write=False) as unit:
            names = await unit.session.scalars(select(User.id))
            assert sorted(names) == [OWNER_ID]


@pytest.mark.postgres
async def test_connections_that_are_lost_are_replaced(cluster: Cluster) -> None:
    end_others = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    async with _opened(cluster.new_database()) as database:

        async def read(unit: Unit) -> None:
            assert await unit.session.get(User, OWNER_ID) is None

        async def end(unit: Unit) -> None:
            await unit.session.execute(end_others)

        async def read_cut_off(unit: Unit) -> None:
            await database.run(read, write=False)  # on a connection of its own
            await database.run(end, write=True)
            await read(unit)

        for _ in range(2):
            with pytest.raises(DBAPIError):
                await database.run(read_cut_off, write=False)
            await asyncio.sleep(0.1)  # in which those that are idle notice
            await asyncio.gather(
                *(database.run(read, write=False) for _ in range(5)),
                database.run(read, write=True),
            )


@pytest.mark.postgres
async def test_what_meets_a_conflict_is_done_again_as_a_whole(cluster: Cluster) -> None:
    url = cluster.new_database()
    async with _opened(url) as here, _opened(url) as elsewhere:
        async with here.unit(write=True) as unit:
            unit.session.add(_owner())
        attempts = asked = 0

        async def ask() -> None:
            nonlocal asked
            asked += 1

        async def count(unit: Unit) -> None:
            nonlocal attempts
            unit.outside("question", ask)
            attempts += 1
            user = await unit.session.get_one(User, OWNER_ID)
            unit.session.add(_owner(f"left by attempt {attempts}"))
            unit.add_if_refused(_owner(f"kept by attempt {attempts}"))
            if attempts == 1:
                async with elsewhere.unit(write=True) as other:
                    (await other.session.get_one(User, OWNER_ID)).logins_count += 1
            user.logins_count += 1

        await here.run(count, write=True)
        async with here.unit(write=False) as unit:
            user = await unit.session.get_one(User, OWNER_ID)
            names = await unit.session.scalars(select(User.id).order_by(User.id))
        assert (attempts, asked) == (2, 1)
        assert user.logins_count == 2
        assert names.all() == [OWNER_ID, "left by attempt 2"]


def _owner(id: str = OWNER_ID) -> User:
    now = Clock().now()
    return User(id=id, register_method="default:email", signed_up=now, updated_at=now)


@pytest.mark.postgres
async def test_postgres_outlives_the_server(cluster: Cluster) -> None:
    url = cluster.new_database()
    async with httpx.AsyncClient() as http:
        async with running(database_url=url) as box:
            user = await Caller(http, box).new_user()
            await http.get(f"{box.url}/users/send_smscode/13800000000/{box.pool_id}")
        async with running(database_url=url) as box:
            known = {"email": user["email"], "password": PASSWORD}
            assert (await Caller(http, box).login(**known))["loginsCount"] == 1
            assert len(await box.outbox()) == 1
            await box.reset()
            assert await box.outbox() == []
            assert (await Caller(http, box).register(**known))["_id"] != user["_id"]
    async with _opened(url) as database, database.unit(write=False) as unit:
        version = await unit.session.scalar(text("SELECT version()"))
        assert version is not None
        assert version.startswith("PostgreSQL")
