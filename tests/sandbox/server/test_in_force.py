"""A database that has its pool already: what is printed is what is in force there."""

import json
import logging
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from authing_gen import Authing
from authing_sandbox import DirectorySettings, Seed, running

USERS = ({"email": "ada@example.com", "password": "correct horse"},)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'sandbox.db'}"


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    found = [record.getMessage() for record in caplog.records]
    caplog.clear()
    return [text for text in found if "ignored" in text]


def test_the_secret_in_force_is_told(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with running(database_url=url, seed=Seed(secret="first")) as box:
        assert box.secret == "first"
    assert warnings(caplog) == []
    with running(database_url=url, seed=Seed(secret="second")) as box:
        assert box.secret == "first"
        assert box.environment["AUTHING_SECRET"] == "first"
        with Authing(**box.settings) as authing:
            assert authing.users().total_count == 0
        box.blocking.reset()
        with Authing(**box.settings) as authing:
            assert authing.users().total_count == 0
    (said,) = warnings(caplog)
    assert said.endswith("ignored: secret")
    assert "first" not in said
    assert "second" not in said
    with running(database_url=url) as box:  # says nothing of a secret
        assert box.secret == "first"
    assert warnings(caplog) == []


MORE: list[dict[str, Any]] = [
    {"users": USERS},
    {"pool_rules": {"sms_interval": 60}},
    {"apps": ({"id": "5" * 24, "name": "Shop"},)},
    {"providers": ({"alias": "github", "enabled": False},)},
    {"whitelist": ("13900139000",)},
    {"roles": ({"name": "editor"},)},
    {"groups": ({"name": "staff"},)},
    {"organisations": ({"name": "Planet Express"},)},
    {"other_pools": {"6" * 24: "secret"}},
    {"directories": {"a": DirectorySettings("ldap://127.0.0.1", "o=x")}},
]


@pytest.mark.parametrize("more", MORE, ids=[next(iter(one)) for one in MORE])
def test_what_is_ignored_is_said(
    url: str, caplog: pytest.LogCaptureFixture, more: dict[str, Any]
) -> None:
    caplog.set_level(logging.WARNING)
    with running(database_url=url):
        pass
    seed = replace(Seed(), **more)
    with running(database_url=url, seed=seed) as box:
        (said,) = warnings(caplog)
        assert said.endswith(f"ignored: {next(iter(more))}")
        box.blocking.reset()
    with running(database_url=url, seed=seed):
        assert warnings(caplog) == []


def test_the_command_prints_it(url: str) -> None:
    found = []
    for secret in ("first", "second"):
        command = [sys.executable, "-m", "authing_sandbox", "serve", "--port", "0"]
        with subprocess.Popen(
            [*command, "--json", "--database", url, "--secret", secret],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            facts = json.loads(process.stdout.readline())
            found.append(facts["environment"]["AUTHING_SECRET"])
            assert httpx.get(f"{facts['url']}/sandbox/health").is_success
            process.terminate()
            _, said = process.communicate()
            assert ("ignored: secret" in said) == (secret == "second")
    assert found == ["first", "first"]
