"""The control endpoints of a sandbox of the test's own, and two users."""

from collections.abc import AsyncIterator

import httpx
import pytest

from authing_gen import AsyncAuthing
from authing_sandbox import Sandbox

from ..calling import PASSWORD
from ..control.conftest import control

__all__ = ["control"]

ADA = "ada@example.com"
BEA = "13800138000"


@pytest.fixture
async def authing(box: Sandbox) -> AsyncIterator[AsyncAuthing]:
    async with AsyncAuthing(**box.settings) as authing:
        yield authing


@pytest.fixture
async def ids(control: httpx.AsyncClient) -> tuple[str, str]:
    """Of Ada, who has an e-mail address, and Bea, who has a phone."""
    ada, bea = [
        await control.post("/users", json={**who, "password": PASSWORD})
        for who in ({"email": ADA}, {"phone": BEA})
    ]
    return ada.json()["id"], bea.json()["id"]
