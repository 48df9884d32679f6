"""Our client as it comes, without `await`."""

from authing_gen import Authing

from ..meter import Call
from ..setup import EMAIL, PASSWORD, Setup


def prepare(setup: Setup) -> Call:
    """Make the client; the call signs in."""
    authing = Authing(**setup["settings"])
    return lambda: authing.login(email=EMAIL, password=PASSWORD)
