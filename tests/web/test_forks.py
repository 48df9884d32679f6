"""A kit that was used before a fork serves the child, and its parent goes on."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping

import pytest

from authing_gen import AsyncAuthing
from authing_gen.web import CurrentUser
from authing_sandbox import Sandbox

from .conftest import PASSWORD

pytestmark = pytest.mark.anyio

PROGRAM = """
import json, os, sys, threading
from authing_gen.web import Incoming, Kit

tokens = json.load(sys.stdin)
kit = Kit({"max_token_age": 0})


def find(token):
    headers = {"authorization": f"Bearer {token}"}
    return kit.current_user(Incoming("GET", headers.get, {})).id


def busy():
    while not over.is_set():
        for token in tokens:
            find(token)


expected = [find(token) for token in tokens]
over = threading.Event()
threads = [threading.Thread(target=busy) for _ in range(2)]
for thread in threads:
    thread.start()
children = []
for _ in range(5):
    child = os.fork()
    if child == 0:
        os._exit([find(token) for token in tokens] != expected)
    children.append(child)
statuses = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
over.set()
for thread in threads:
    thread.join()
kit.close()
print(json.dumps([expected, statuses]))
"""


async def test_forks(sandbox: Sandbox, authing: AsyncAuthing, ada: CurrentUser) -> None:
    app = sandbox.oidc_rs256_app_id
    tokens = await authing.oidc.login(
        client_id=app,
        client_secret=sandbox.oidc_app_secret,
        email=ada.email,
        password=PASSWORD,
    )
    environment: Mapping[str, str] = {
        **os.environ,
        **sandbox.environment,
        "AUTHING_OIDC_APP_ID": app,
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps([ada.token, tokens.access_token]),
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert json.loads(done.stdout) == [[ada.id] * 2, [0] * 5]
