"""What a start does, and what it leaves for later."""

import json
import subprocess
import sys

from graphql import parse, validate_schema
from graphql.validation.validate import validate_sdl

from authing_sandbox.graphql.schema import build_schema, read_schema
from authing_sandbox.server import deferred

# What takes long to import, and what few sandboxes need at all.
NOT_AT_THE_START = {
    *deferred.MODULES,
    *("aiosmtplib", "httpx", "ldap3", "pydantic", "yaml"),
    *("Crypto", "asyncpg", "email.headerregistry", "websockets"),
}
STARTED = """
import json, sys, threading, urllib.request
import authing_sandbox.cli
from authing_sandbox import running
from authing_sandbox.server import deferred

with running() as sandbox:
    for path in ("public-key", "health"):
        urllib.request.urlopen(f"{sandbox.url}/sandbox/{path}").read()
    started = list(sys.modules)
    deferred.load(threading.Event())
    print(json.dumps([started, list(sys.modules)]))
"""


def test_it_imports_nothing_that_it_does_not_need() -> None:
    command = [sys.executable, "-W", "error", "-c", STARTED]
    started, loaded = map(set, json.loads(subprocess.check_output(command)))
    assert started & NOT_AT_THE_START == set()
    assert loaded >= set(deferred.MODULES)


def test_the_schema_is_as_valid_as_the_start_takes_it_to_be() -> None:
    assert validate_sdl(parse(read_schema())) == []
    assert validate_schema(build_schema()) == []
