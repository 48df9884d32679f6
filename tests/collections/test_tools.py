"""The tools read the collections that are written for them, and send them.

What they send goes to a sandbox; it answers refusals such as "no such role" too, which
are as good: only what is no request at all is a failure.
"""

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import authing_sandbox
from authing_client import OPERATIONS
from authing_gen.cli.catalogue import installed
from authing_sandbox import Sandbox

from ..cli.commands import run
from ..vendor.conftest import cached
from ..vendor.conftest import run as run_installer

pytestmark = [pytest.mark.heavy, pytest.mark.xdist_group("collections")]

HERE = Path(__file__).parent
PASSWORD = "correct horse"
COUNT = len(installed().entries)
CODES = ("MFACode", "emailCode", "phoneCode", "verifyCode")
TOKENS = ("userToken", "refreshToken", "accessToken")


@pytest.fixture(scope="module")
def tools(pytestconfig: pytest.Config) -> Path:
    """The folder that holds the tools."""
    lock = (HERE / "package-lock.json").read_text(encoding="utf-8")
    home = cached(pytestconfig, "collections", lock)
    with (home / "lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # Tests run in several processes.
        if not (home / "ready").exists():
            for name in ("package.json", "package-lock.json", ".npmrc"):
                shutil.copy(HERE / name, home)
            options = ("--ignore-scripts", "--no-audit", "--no-fund", "--silent")
            run_installer("npm", "ci", "--prefix", str(home), *options)
            (home / "ready").touch()
    return home / "node_modules"


@pytest.fixture
def alone() -> Iterator[Sandbox]:
    """A sandbox where nobody else changes anything."""
    with authing_sandbox.running() as running:
        yield running


def written(folder: Path, format: str, sandbox: Sandbox) -> Path:
    done = run(
        *("collection", str(folder), "--format", format),
        environment=sandbox.environment,
    )
    assert done.exit_code == 0, done.stderr
    return Path(done.stdout.removeprefix("wrote ").strip())


def secrets(sandbox: Sandbox) -> dict[str, str]:
    """What a person gives to the tool."""
    encrypted = run("encrypt", input=PASSWORD, environment=sandbox.environment)
    return {
        "secret": sandbox.secret,
        "encryptedPassword": encrypted.stdout.strip(),
        "password": PASSWORD,
        "directoryPassword": PASSWORD,
    }


def node(tools: Path, *command: str, folder: Path) -> str:
    """Run a program of Node.js; some end before a pipe has taken all they print."""
    environment = {**os.environ, "NODE_PATH": str(tools), "NO_COLOR": "1"}
    printed = folder / "printed.txt"
    with printed.open("w", encoding="utf-8") as file:
        done = subprocess.run(
            ["node", *command],
            cwd=folder,
            env=environment,
            stdout=file,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
            check=False,
        )
    text = printed.read_text(encoding="utf-8")
    assert text, done.stderr
    return text


def is_answered(answer: Any) -> bool:
    """Whether the service has understood: it answers, or refuses by a code."""
    if not isinstance(answer, dict) or "errors" not in answer:
        return True
    return all(isinstance(each["message"], dict) for each in answer["errors"])


def test_bruno_reads_every_request(
    tools: Path, sandbox: Sandbox, tmp_path: Path
) -> None:
    collection = written(tmp_path, "bruno", sandbox)
    script = str(HERE / "read.cjs")
    output = node(tools, script, "bruno", str(collection), folder=tmp_path)
    read = {each["meta"]["name"]: each for each in json.loads(output)}
    assert len(read) == COUNT
    for name, operation in OPERATIONS.items():
        asked = read[name]["body"]["graphql"]
        assert asked["query"].split() == operation.document.split()
        assert isinstance(json.loads(asked["variables"]), dict)
        assert read[name]["docs"]


def test_bruno_sends_every_request(tools: Path, alone: Sandbox, tmp_path: Path) -> None:
    collection = written(tmp_path, "bruno", alone)
    given = [f"{name}={value}" for name, value in secrets(alone).items()]
    options = [word for each in given for word in ("--env-var", each)]
    report = tmp_path / "report.json"

    def sent(*paths: str) -> dict[str, Any]:
        bru = str(tools / ".bin/bru")
        output = ("--reporter-json", str(report))
        command = (bru, "run", *paths, "-r", "--env", "Authing", *options, *output)
        node(tools, *command, folder=collection)
        (run_,) = json.loads(report.read_text(encoding="utf-8"))
        return {each["test"]["filename"]: each for each in run_["results"]}

    story = (
        "pools/get_client_when_sdk_init.bru",
        "users/register.bru",
        "authentication/login.bru",
        "authentication/check_login_status.bru",
        "users/users.bru",
        "roles/create_rbac_role.bru",
        "roles/assign_rbac_role_to_user.bru",
    )
    for name, each in sent(*story).items():
        assert "errors" not in each["response"]["data"], name
    everything = sent()
    assert len(everything) == COUNT
    for name, each in everything.items():
        assert is_answered(each["response"]["data"]), (name, each["response"])


def test_httpyac_sends_every_request(
    tools: Path, alone: Sandbox, tmp_path: Path
) -> None:
    file = written(tmp_path, "http", alone)
    ids = ("userId", "groupId", "roleId", "permissionId", "orgId")
    unknown = dict.fromkeys((*CODES, *TOKENS, *ids, "oidcAppSecret"), "unknown")
    private = json.dumps({"authing": unknown | secrets(alone)})
    (tmp_path / "http-client.private.env.json").write_text(private, encoding="utf-8")
    command = (str(tools / ".bin/httpyac"), "send", file.name, "--all", "--json")
    output = node(tools, *command, "--env", "authing", folder=tmp_path)
    sent = {each["name"]: each for each in json.loads(output)["requests"]}
    assert len(sent) == COUNT
    for name, each in sent.items():
        assert "response" in each, each["testResults"]
        assert is_answered(json.loads(each["response"].get("body") or "null")), name
    for name in ("users", "register", "create_rbac_role", "delete_rbac_role"):
        assert "errors" not in json.loads(sent[name]["response"]["body"]), name


def test_insomnia_imports_every_request(
    tools: Path, sandbox: Sandbox, tmp_path: Path
) -> None:
    file = written(tmp_path, "insomnia", sandbox)
    script = str(HERE / "read.cjs")
    read = json.loads(node(tools, script, "insomnia", str(file), folder=tmp_path))
    assert read["type"]["id"] == "insomnia-4"
    resources = read["data"]["resources"]
    parents = {each["_id"] for each in resources}
    assert len(parents) == len(resources)
    assert all(it["parentId"] in parents or it["parentId"] is None for it in resources)
    assert sum(it["_type"] == "request" for it in resources) == COUNT
