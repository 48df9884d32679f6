"""The vendor's SDK 1.1.0.

It reads the schema off the gateway and checks its document before every call, so that a
`login` is two requests; both count.
"""

from authing import Authing  # type: ignore[import-not-found]

from ..meter import Call
from ..setup import EMAIL, PASSWORD, Setup


def prepare(setup: Setup) -> Call:
    """Make the SDK's client; the call signs in."""
    settings = setup["settings"]
    authing = Authing(
        {
            "host": settings["users_url"],
            "pubkey": settings["public_key"],
            "userPoolId": settings["user_pool_id"],
        }
    )
    # It changes the parameters that it is given.
    return lambda: authing.login({"email": EMAIL, "password": PASSWORD})
