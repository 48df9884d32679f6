"""urllib3 as it comes: the pool manager that requests is built on."""

import urllib3

from ...meter import Call
from ...setup import Setup
from .repeated import PATIENCE, read, repeated


def prepare(setup: Setup) -> Call:
    """Make the pools; the call sends the request again."""
    pools = urllib3.PoolManager(timeout=PATIENCE, retries=False)
    url, headers, body = repeated(setup)
    return lambda: read(pools.request("POST", url, headers=headers, body=body).data)
