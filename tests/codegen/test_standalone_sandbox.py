"""The generated clients without our policy, against the sandbox."""

from collections.abc import AsyncIterator, Iterator

import pytest

from authing_client import AsyncClient, Client, RawResponse, UserPage
from authing_sandbox import Sandbox


def test_synchronous_client_is_answered(sandbox: Sandbox, client: Client) -> None:
    pool = client.get_client_when_sdk_init(
        client_id=sandbox.pool_id, secret=sandbox.secret
    )
    assert pool.access_token
    page = client.users(register_in_client=sandbox.pool_id, token=pool.access_token)
    assert isinstance(page, UserPage)


def test_synchronous_raw_client_is_answered(sandbox: Sandbox, client: Client) -> None:
    raw = client.with_raw_response.get_client_when_sdk_init(
        client_id=sandbox.pool_id, secret=sandbox.secret
    )
    token = raw.parsed.access_token
    assert token
    _check_raw(raw, "getClientWhenSdkInit")
    assert token not in repr(raw)


@pytest.mark.anyio
async def test_raw_client_is_answered(
    sandbox: Sandbox, async_client: AsyncClient
) -> None:
    raw = await async_client.with_raw_response.get_client_when_sdk_init(
        client_id=sandbox.pool_id, secret=sandbox.secret
    )
    assert raw.parsed.access_token
    _check_raw(raw, "getClientWhenSdkInit")


def _check_raw(raw: RawResponse[object], operation: str) -> None:
    assert raw.status_code == 200
    assert "application/json" in raw.headers["content-type"]
    assert raw.elapsed.total_seconds() > 0
    assert raw.http_response.json()["data"][operation]["accessToken"]


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    with Client(sandbox.users_url) as client:
        yield client


@pytest.fixture
async def async_client(sandbox: Sandbox) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(sandbox.users_url) as client:
        yield client
