"""The control endpoints of a sandbox of the test's own."""

from collections.abc import AsyncIterator

import httpx
import pytest

from authing_sandbox import Sandbox

from ..calling import Caller


@pytest.fixture
async def control(box: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    url = f"{box.url}/sandbox"
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        yield client


@pytest.fixture
def caller(control: httpx.AsyncClient, box: Sandbox) -> Caller:
    return Caller(control, box)
