"""The client that ariadne-codegen makes without our plugin, on httpx, as it comes."""

import json
import sys
import warnings
from importlib import import_module

from ..meter import AsyncCall
from ..setup import EMAIL, Setup


async def prepare(setup: Setup) -> AsyncCall:
    """Make the client; the call signs in, with the password encrypted already."""
    sent = setup["sent"]
    assert sent is not None
    variables = json.loads(sent["body"])["variables"]
    sys.path.insert(0, setup["plain"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Its models shadow methods.
        client = import_module("plain_client").AsyncClient(
            url=setup["settings"]["users_url"]
        )

    async def login() -> object:
        return await client.login(
            register_in_client=variables["registerInClient"],
            email=EMAIL,
            password=variables["password"],
        )

    return login
