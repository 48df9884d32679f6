"""gql on aiohttp as it comes: one session, and a document that was parsed once."""

import json

from gql import Client, gql  # type: ignore[import-not-found]
from gql.transport.aiohttp import (  # type: ignore[import-not-found]
    AIOHTTPTransport,
)

from ..meter import AsyncCall
from ..setup import Setup


async def prepare(setup: Setup) -> AsyncCall:
    """Open the session; the call sends the operation that our client sent."""
    sent = setup["sent"]
    assert sent is not None
    body = json.loads(sent["body"])
    request = gql(body["query"])
    request.variable_values = body["variables"]
    request.operation_name = body.get("operationName")
    client = Client(transport=AIOHTTPTransport(url=setup["settings"]["users_url"]))
    session = await client.connect_async(reconnecting=False)

    async def login() -> object:
        return await session.execute(request)

    return login
