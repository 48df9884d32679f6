"""What somebody writes who has requests and nothing else."""

import json

import requests  # type: ignore[import-untyped, unused-ignore]

from ..meter import Call
from ..setup import Setup


def prepare(setup: Setup) -> Call:
    """Make the session; the call sends again what our client sent."""
    sent = setup["sent"]
    assert sent is not None
    url = setup["settings"]["users_url"]
    headers, body = sent["headers"], sent["body"].encode()
    session = requests.Session()
    return lambda: json.loads(session.post(url, data=body, headers=headers).content)
