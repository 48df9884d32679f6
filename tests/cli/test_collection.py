"""`authing-gen collection` and `encrypt`: what they write, and that servers take it.

`tests/collections` has the tools themselves read it.
"""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import Result

from authing_gen.cli.catalogue import installed
from authing_sandbox import Sandbox

from .commands import run
from .projects import edit, make_zoo, tree

PASSWORD = "correct horse"
SECRETS = {
    "AUTHING_SECRET": "s3cret-of-the-pool",
    "AUTHING_USER_TOKEN": "t0ken-of-ada",
}
FORMATS = ("insomnia", "bruno", "http")
FOLDER = "猫 和 狗"

FEED = """
type Mutation {
  \"\"\"
  Feed a cat.

  @home or elsewhere.
  \"\"\"
  feed(cat: FoodInput!, pin: String! @encrypted @secret, note: String): Cat
    @token(accepts: [USER])
}

input FoodInput { names: [String!]!, grams: Int!, mood: Mood!, pool: String @userPool }
"""
FEED_QUERY = """mutation feed($cat: FoodInput!, $pin: String!, $note: String) {
  feed(cat: $cat, pin: $pin, note: $note) {
    name
  }
}
"""
TRAIN = """
type Mutation {
  train(
    trick: TrickInput!
    trainer: String! @example(name: "keeper", value: "Kim")
    times: Int @example(value: "3")
    mood: Mood @example(value: "WILD")
    days: [String!] @example(value: "Monday")
    password: String @example(value: null)
    note: String
  ): Training @token(accepts: [OWNER])
  open(pin: String @secret @example(name: "gatePin")): Key
}

type Key { key: String @secret @example(name: "ownerToken") }
input Level @oneOf { above: Level, exact: Int }
input Reward @oneOf { food: String, praise: Int @example(value: "4") }
type Training { id: ID! @example(name: "trainingId") }
input TrickInput { name: String @example(value: "roll"), speed: Float, steps: Int!
  level: Level!, reward: Reward! }
"""
TRAIN_QUERIES = """mutation train($trick: TrickInput!, $trainer: String!, $times: Int,
  $mood: Mood, $days: [String!], $password: String, $note: String @example(name: "memo")
) {
  train(trick: $trick, trainer: $trainer, times: $times, mood: $mood, days: $days,
    password: $password, note: $note) {
    id
  }
}

mutation open($pin: String) {
  open(pin: $pin) {
    key
  }
}
"""
BRUNO = """meta {
  name: feed
  type: graphql
  seq: 1
}

post {
  url: {{usersUrl}}
  body: graphql
  auth: bearer
}

auth:bearer {
  token: {{userToken}}
}

body:graphql {
  mutation feed($cat: FoodInput!, $pin: String!, $note: String) {
    feed(cat: $cat, pin: $pin, note: $note) {
      name
    }
  }
}

body:graphql:vars {
  {
    "cat": {
      "names": [
        "{{names}}"
      ],
      "grams": 0,
      "mood": "CALM",
      "pool": "{{userPoolId}}"
    },
    "pin": "{{encryptedPin}}"
  }
}

docs {
  Feed a cat.

  @home or elsewhere.

  A mutation at the users gateway; takes a UserToken.

  encryptedPin: what `authing-gen encrypt` prints for it.

  Takes also: note.
}
"""
HTTP = """### 猫 和 狗: feed
# Feed a cat.
#
# \\@home or elsewhere.
#
# A mutation at the users gateway; takes a UserToken.
#
# encryptedPin: what `authing-gen encrypt` prints for it.
#
# Takes also: note.
# @name feed
GRAPHQL {{usersUrl}}
Authorization: Bearer {{userToken}}

mutation feed($cat: FoodInput!, $pin: String!, $note: String) {
  feed(cat: $cat, pin: $pin, note: $note) {
    name
  }
}

{
  "cat": {
    "names": [
      "{{names}}"
    ],
    "grams": 0,
    "mood": "CALM",
    "pool": "{{userPoolId}}"
  },
  "pin": "{{encryptedPin}}"
}
"""


def written(folder: Path, format: str, *options: str, **environment: str) -> str:
    """Write a collection; the result is all its texts."""
    done = run(
        *("collection", str(folder), "--format", format, *options),
        environment=environment,
    )
    assert done.exit_code == 0, done.stderr
    return "".join(f"{name}\n{text.decode()}" for name, text in tree(folder).items())


def requests_of(folder: Path) -> dict[str, dict[str, Any]]:
    """The requests of an export of Insomnia, by name."""
    (file,) = folder.glob("*.insomnia.json")
    resources = json.loads(file.read_text(encoding="utf-8"))["resources"]
    return {it["name"]: it for it in resources if it["_type"] == "request"}


@pytest.fixture
def zoo_collection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a folder of operations, and where to write its collections."""
    zoo = make_zoo(tmp_path)
    (zoo / "queries" / FOLDER).mkdir()
    (zoo / f"queries/{FOLDER}/feed.graphql").write_text(FEED_QUERY, encoding="utf-8")
    edit(zoo / "schema/zoo.graphql", "enum Mood", f"{FEED}\nenum Mood")
    monkeypatch.chdir(zoo)
    assert run("generate").exit_code == 0
    for format in FORMATS:
        written(zoo / "made", format, "--name", "动物园 & Co")
    return zoo / "made"


def test_the_schema_says_what_is_filled_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zoo = make_zoo(tmp_path)
    edit(zoo / "schema/zoo.graphql", "enum Mood", f"{TRAIN}\nenum Mood")
    (zoo / "queries/train.graphql").write_text(TRAIN_QUERIES, encoding="utf-8")
    monkeypatch.chdir(zoo)
    assert run("generate").exit_code == 0
    written(zoo / "made", "insomnia")
    (file,) = (zoo / "made").iterdir()
    resources = json.loads(file.read_text(encoding="utf-8"))["resources"]
    requests = {it["name"]: it for it in resources if it["_type"] == "request"}
    assert next(iter(requests)) == "open"  # It answers with the OwnerToken.
    assert 'set("ownerToken", kept.key)' in requests["open"]["afterResponseScript"]
    train = json.loads(requests["train"]["body"]["text"])
    assert train["variables"] == {
        "trick": {
            "name": "roll",
            "steps": 0,
            "level": {"exact": 0},
            "reward": {"praise": 4},
        },
        "trainer": "{{ _.keeper }}",
        "times": 3,
        "mood": "WILD",
        "days": ["Monday"],
        "note": "{{ _.memo }}",
    }
    assert "example" not in train["query"]
    values, secrets = (it["data"] for it in resources if it["_type"] == "environment")
    assert values["keeper"] == "Kim"
    assert "gatePin" in secrets
    assert "For example 3." in run("call", "train", "--help").stdout


@pytest.mark.parametrize("format", FORMATS)
def test_everything_is_there_but_secrets(format: str, tmp_path: Path) -> None:
    text = written(tmp_path, format, **SECRETS)
    for entry in installed().entries.values():
        name = re.escape(entry.name)
        assert re.search(rf'(: |"){name}("|$)', text, re.MULTILINE), entry.name
        assert " ".join(entry.sent.document.split()[:3]) in text
    for secret in (*SECRETS.values(), PASSWORD):
        assert secret not in text


def test_a_request_of_each_format(zoo_collection: Path) -> None:
    bruno = zoo_collection / "zoo_client-bruno"
    assert (bruno / FOLDER / "feed.bru").read_text(encoding="utf-8") == BRUNO
    about = json.loads((bruno / "bruno.json").read_text(encoding="utf-8"))
    assert about["name"] == "动物园 & Co"
    text = (zoo_collection / "zoo_client.http").read_text(encoding="utf-8")
    assert HTTP in text
    assert "# 动物园 & Co" in text
    feed = requests_of(zoo_collection)["feed"]
    assert feed["authentication"] == {"type": "bearer", "token": "{{ _.userToken }}"}
    assert feed["url"] == "{{ _.usersUrl }}"
    assert (
        json.loads(feed["body"]["text"])["variables"]["pin"] == "{{ _.encryptedPin }}"
    )
    assert "sms.send_code" in requests_of(zoo_collection)


def test_a_sandbox_answers_what_is_written(
    sandbox: Sandbox, tmp_path: Path, email: str
) -> None:
    written(tmp_path, "insomnia", **sandbox.environment)
    requests = requests_of(tmp_path)
    resources = json.loads((tmp_path / "authing.insomnia.json").read_text())[
        "resources"
    ]
    base = next(it for it in resources if it.get("isPrivate") is False)
    encrypted = run("encrypt", input=PASSWORD, environment=sandbox.environment)
    variables = base["data"] | {
        "secret": sandbox.secret,
        "email": email,
        "encryptedPassword": encrypted.stdout.strip(),
    }

    def sent(name: str) -> Any:
        request = requests[name]
        rendered = re.sub(
            r"{{ _\.(\w+) }}",
            lambda found: variables[found[1]],
            json.dumps([request["url"], request["authentication"], request["body"]]),
        )
        url, authentication, body = json.loads(rendered)
        headers = {"content-type": "application/json"}
        if authentication:
            headers["authorization"] = f"Bearer {authentication['token']}"
        answer = httpx.post(url, content=body["text"], headers=headers).json()
        assert "errors" not in answer, answer
        (value,) = answer["data"].values()
        for variable, field in re.findall(
            r'set\("(\w+)", kept\.(\w+)\)', request.get("afterResponseScript", "")
        ):
            variables[variable] = value[field]
        return value

    assert sent("getClientWhenSdkInit")["accessToken"] == variables["ownerToken"]
    registered = sent("register")
    assert sent("login")["_id"] == registered["_id"] == variables["userId"]
    assert sent("checkLoginStatus")["status"] is True
    assert sent("decodeJwtToken")["data"]["id"] == registered["_id"]
    assert sent("UpdateUser")["nickname"] == "Ada"
    assert sent("createRBACRole")["name"] == "editor"
    assert sent("assignRBACRoleToUser")["_id"] == variables["roleId"]
    assert sent("removeUsers") == [{"_id": registered["_id"]}]


def test_servers_are_said_by_options(tmp_path: Path) -> None:
    url = "https://id.example.com/graphql"
    text = written(tmp_path, "http", "--users-url", url, "--user-pool-id", "pool-1")
    assert f"@usersUrl = {url}\n" in text
    assert "@usersOrigin = https://id.example.com\n" in text
    assert "@userPoolId = pool-1\n" in text
    insecure = collection(tmp_path, "--users-url", url.replace("https", "http"))
    assert insecure.exit_code == 2
    assert "plain http" in insecure.stderr


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    written(tmp_path, "http")
    (tmp_path / "authing.http").write_text("mine", encoding="utf-8")
    refused = collection(tmp_path)
    assert refused.exit_code == 1
    assert "authing.http" in refused.stderr
    assert (tmp_path / "authing.http").read_text(encoding="utf-8") == "mine"
    assert collection(tmp_path, "--force").exit_code == 0


def collection(folder: Path, *options: str) -> Result:
    return run("collection", str(folder), "--format", "http", *options)


@pytest.mark.parametrize(
    ("password", "problem"),
    [("", "nothing on standard input"), ("ж" * 100, "117 bytes")],
)
def test_passwords_that_cannot_be_encrypted(password: str, problem: str) -> None:
    refused = run("encrypt", input=password)
    assert refused.exit_code == 2
    assert problem in refused.stderr
    assert refused.stdout == ""
