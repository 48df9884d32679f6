"""Calls whose turn comes late."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from authing_sandbox import running

from ..calling import PASSWORD, Caller, Refused
from ..storage.test_durability import sqlite_file

pytestmark = pytest.mark.anyio


@sqlite_file
@pytest.mark.parametrize("patient", [True, False])
async def test_who_has_left_is_not_served(
    tmp_path: Path, patient: bool, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "sandbox.db"
    async with (
        running(database_url=f"sqlite:///{file}") as box,
        httpx.AsyncClient(timeout=30) as http,
        httpx.AsyncClient(timeout=30 if patient else 0.3) as guest,
    ):
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")  # Nobody else writes now.
            calls = asyncio.gather(
                Caller(guest, box).register(email="ada@b.co", password=PASSWORD),
                guest.get(f"{box.url}/users/send_smscode/13800138000/{box.pool_id}"),
                return_exceptions=True,
            )
            await asyncio.sleep(1.5)
            other.execute("ROLLBACK")
        answers = await calls
        assert patient is not any(isinstance(each, Exception) for each in answers)
        known = Caller(http, box).login(email="ada@b.co", password=PASSWORD)
        if patient:
            assert (await known)["email"] == "ada@b.co"
        else:
            with pytest.raises(Refused, match="2004"):
                await known
        assert len(await box.outbox()) == patient
        assert caplog.records == []
