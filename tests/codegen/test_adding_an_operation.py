"""A new operation needs edits in schema/ and queries/ only: done in a copy.

The operation has all that the runtime treats in a way of its own: the other gateway,
the other token, arguments that travel encrypted. It brings a scalar, an input and a
model of its own.
"""

import json
import os
import shutil
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

COPIED = ("authing_gen", "generated", "queries", "schema")

SCHEMA = '''
"""A moment: ISO 8601, with its offset."""
scalar Moment

"""How long a PIN is good."""
input PinPolicyInput {
  """How often it may be used."""
  uses: Int!
  """When it is good no more."""
  until: Moment
  """The PIN that it takes the place of."""
  old: String @encrypted @secret
}

"""A PIN that is set."""
type Pin {
  """How often it may be used yet."""
  usesLeft: Int!
  """When it is good no more."""
  until: Moment
}

extend type Mutation {
  """
  Set the PIN of a user.

  Documentation: nowhere
  """
  setPin(
    """Identifier of the user pool."""
    userPoolId: String! @userPool
    """The PIN."""
    pin: String! @encrypted @secret
    """How long it is good."""
    policy: PinPolicyInput!
  ): Pin! @gateway(name: OAUTH) @token(accepts: [USER])
}
'''

QUERIES = """
fragment Pin on Pin {
  usesLeft
  until
}

mutation setPin($userPoolId: String!, $pin: String!, $policy: PinPolicyInput!) {
  setPin(userPoolId: $userPoolId, pin: $pin, policy: $policy) {
    ...Pin
  }
}
"""

ADDED = {"schema/pins.graphql": SCHEMA, "queries/pins/set_pin.graphql": QUERIES}

RIGHT = '''\
"""Calls the new operation with both clients; the settings are in the environment."""

import anyio
from authing_client.inputs import PinPolicyInput
from authing_client.models import Pin
from authing_gen import AsyncAuthing, Authing, MissingTokenError

POLICY = PinPolicyInput(uses=3, until="2030-01-01T00:00:00Z", old="0000")


async def set_pin() -> Pin:
    async with AsyncAuthing() as authing:
        try:
            await authing.set_pin(pin="1234", policy=POLICY)
        except MissingTokenError:
            return await authing.as_user("ada").set_pin(pin="1234", policy=POLICY)
    raise AssertionError("it was sent without a token")


def set_pin_blocking() -> Pin:
    with Authing() as authing:
        return authing.as_user("bob").set_pin(pin="5678", policy=POLICY, timeout=5)


if __name__ == "__main__":
    for pin in (anyio.run(set_pin), set_pin_blocking()):
        print(pin.uses_left, pin.until)
    assert "0000" not in repr(POLICY)
'''

WRONG = """\
from authing_client.inputs import PinPolicyInput
from authing_gen import AsyncAuthing, Authing


async def asynchronous(authing: AsyncAuthing, policy: PinPolicyInput) -> None:
    await authing.set_pin(policy=policy)  # the PIN is missing
    await authing.set_pin(pin=1234, policy=policy)  # a PIN is text
    await authing.set_pin(pin="1234", policy={"uses": 3})  # no input object
    await authing.set_pin(pin="1234", policy=policy, pim="1234")  # a misspelt argument
    print((await authing.set_pin(pin="1234", policy=policy)).uses)  # no such field


def blocking(authing: Authing, policy: PinPolicyInput) -> int:
    authing.set_pin("1234", policy=policy)  # a positional argument
    PinPolicyInput(until="2030-01-01T00:00:00Z")  # `uses` is missing
    authing.set_pin(pin="1234", policy=PinPolicyInput(uses="3"))  # a wrong type
    return authing.set_pin(pin="1234", policy=policy).uses_left
"""

WRONG_LINES = {
    number for number, line in enumerate(WRONG.splitlines(), start=1) if "  # " in line
}


class Service(ThreadingHTTPServer):
    """Sets PINs: on the oauth gateway, for users, encrypted; refuses all else."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.pins: dict[str, dict[str, Any]] = {}
        """What was set, by the user's token; decrypted."""
        self.refused: list[str] = []

    def settings(self) -> dict[str, str]:
        """What the environment of a client says."""
        here = f"http://127.0.0.1:{self.server_port}"
        pem = self.key.public_key().public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )
        return {
            "AUTHING_USER_POOL_ID": "pool",
            "AUTHING_USERS_URL": f"{here}/users",
            "AUTHING_OAUTH_URL": f"{here}/oauth",
            "AUTHING_PUBLIC_KEY": pem.decode(),
        }

    def decrypted(self, text: str) -> str:
        return self.key.decrypt(b64decode(text), padding.PKCS1v15()).decode()


class Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        if self.path != "/oauth" or kind != "Bearer":
            self.server.refused.append(self.path)
            self.send_error(403)
            return
        sent = body["variables"]
        for place, name in ((sent, "pin"), (sent["policy"], "old")):
            place[name] = self.server.decrypted(place[name])
        self.server.pins[token] = sent
        policy = sent["policy"]
        pin = {"usesLeft": policy["uses"], "until": policy["until"]}
        answer = json.dumps({"data": {body["operationName"]: pin}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the output of the tests clean."""


def test_operation_is_called(project: Path, service: Service, tmp_path: Path) -> None:
    (tmp_path / "right.py").write_text(RIGHT, encoding="utf-8")
    paths = os.pathsep.join([str(project), str(project / "generated")])
    output = python(tmp_path, "right.py", PYTHONPATH=paths, **service.settings())
    assert output.splitlines() == ["3 2030-01-01T00:00:00Z"] * 2
    assert service.refused == []
    policy = {"uses": 3, "until": "2030-01-01T00:00:00Z", "old": "0000"}
    assert service.pins == {
        "ada": {"userPoolId": "pool", "pin": "1234", "policy": policy},
        "bob": {"userPoolId": "pool", "pin": "5678", "policy": policy},
    }


@pytest.mark.heavy
def test_type_checker_knows_the_operation(project: Path, tmp_path: Path) -> None:
    (tmp_path / "right.py").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "wrong.py").write_text(WRONG, encoding="utf-8")
    settings = {
        "include": ["right.py", "wrong.py"],
        "extraPaths": [str(project / "generated"), str(project)],
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
    }
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))
    command = [sys.executable, "-m", "basedpyright", "--outputjson"]
    done = subprocess.run(
        [*command, "--pythonpath", sys.executable],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    problems = [
        (Path(problem["file"]).name, problem["range"]["start"]["line"] + 1)
        for problem in json.loads(done.stdout)["generalDiagnostics"]
        if problem["severity"] == "error"
    ]
    assert {line for name, line in problems if name == "wrong.py"} == WRONG_LINES
    assert [place for place in problems if place[0] != "wrong.py"] == []


def test_nothing_else_is_edited(project: Path) -> None:
    before, after = tree(project.with_name("before")), tree(project)
    added = {name: text.encode() for name, text in ADDED.items()}
    assert written(after) == written(before) | added
    assert after.keys() == before.keys() | added.keys()
    assert after != before | added


def test_project_as_it_is_does_not_know_the_operation(root: Path) -> None:
    """The tests above would say nothing about an operation that there is already."""
    assert not any(
        b"setPin" in text or b"set_pin" in text
        for name in ("generated", "queries", "schema")
        for text in tree(root / name).values()
    )


def python(folder: Path, *arguments: str, **environment: str) -> str:
    """Run Python in a folder; warnings are errors."""
    done = subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def written(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files that a person writes."""
    return {
        name: content
        for name, content in files.items()
        if not name.startswith("generated/authing_client/")
    }


def tree(folder: Path) -> dict[str, bytes]:
    """The files of a folder by their paths."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def project(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which the operation was added and generated."""
    project = tmp_path_factory.mktemp("added") / "project"
    ignored = shutil.ignore_patterns("__pycache__")
    for name in COPIED:
        shutil.copytree(root / name, project / name, ignore=ignored)
    shutil.copy(root / "codegen.toml", project)
    shutil.copytree(project, project.with_name("before"))
    for name, text in ADDED.items():
        path = project / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    python(project, "-m", "authing_gen.codegen", PYTHONPATH=str(project))
    return project


@pytest.fixture
def service() -> Iterator[Service]:
    """A server on the loopback."""
    with Service() as service:
        Thread(target=service.serve_forever, daemon=True).start()
        yield service
        service.shutdown()
