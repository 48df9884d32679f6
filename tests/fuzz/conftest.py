"""The fuzzed sandbox, and how much it has to stand."""

import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from authing_sandbox import running
from authing_sandbox.seeding.seed import RELAXED, Seed

from .world import CODE, World


@pytest.fixture(scope="module")
def populated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    if os.environ.get("AUTHING_SANDBOX_TEST_DATABASE") == "postgresql":
        pytest.skip("looks into SQLite's file")
    file: Path = tmp_path_factory.mktemp("fuzz") / "sandbox.db"
    seed = Seed(pool_rules={**RELAXED, "fixed_code": CODE, "code_attempts": 10_000})
    with (
        running(seed=seed, database_url=f"sqlite:///{file}") as sandbox,
        httpx.Client(base_url=sandbox.url, timeout=60, trust_env=False) as http,
    ):
        world = World(sandbox, http, file)
        world.populate()
        yield world


@pytest.fixture
def world(populated: World) -> World:
    """The same world for every test, whatever the one before has done to it."""
    populated.restore()
    return populated
