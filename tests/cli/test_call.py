"""`authing-gen call`: operations from the shell, against a running sandbox."""

import asyncio
import inspect
import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import Result

from authing_gen import AsyncAuthing
from authing_gen.cli.catalogue import installed
from authing_gen.cli.client_source import Entry
from authing_gen.cli.failures import printable
from authing_sandbox import Sandbox

from .commands import COMMAND, on_terminal, plain, run, run_command

ENTRIES = installed().entries
PASSWORD = "correct horse"
NOWHERE = {
    "AUTHING_USER_POOL_ID": "p",
    "AUTHING_USERS_URL": "http://127.0.0.1:9/graphql",
    "AUTHING_OAUTH_URL": "http://127.0.0.1:9/graphql",
}

Call = Callable[..., Result]


@pytest.fixture
def call(sandbox: Sandbox) -> Call:
    """Runs `authing-gen call` against the sandbox."""

    def call(*arguments: str, input: str = "", **environment: str) -> Result:
        variables = sandbox.environment | environment
        return run("call", *arguments, input=input, environment=variables)

    return call


@pytest.fixture
def ada(call: Call, email: str) -> dict[str, Any]:
    """A user with e-mail address and password."""
    user: dict[str, Any] = answer_of(call(*register(email), input=PASSWORD))
    return user


def register(email: str) -> list[str]:
    return ["register", "--email", email, "--password-stdin", "--json"]


def answer_of(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    return json.loads(result.stdout)


def test_the_command_signs_in(sandbox: Sandbox, ada: dict[str, Any]) -> None:
    done = run_command(
        *("call", "login", "--email", ada["email"], "--password-stdin", "--json"),
        environment=sandbox.environment,
        input=f"{PASSWORD}\n",
    )
    assert done.returncode == 0, done.stderr
    user = json.loads(done.stdout)
    assert user["_id"] == ada["_id"]
    assert user["token"]


def test_the_command_is_refused(sandbox: Sandbox, ada: dict[str, Any]) -> None:
    done = run_command(
        *("call", "login", "--email", ada["email"], "--password-stdin"),
        environment=sandbox.environment,
        input="battery staple",
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "login: 2006: " in done.stderr
    assert "WrongPasswordError" in done.stderr
    assert "battery" not in done.stderr


def test_an_error_as_json(call: Call, ada: dict[str, Any]) -> None:
    result = call(
        *("login", "--email", ada["email"], "--password-stdin", "--json"),
        input="battery staple",
    )
    assert result.exit_code == 1
    error = json.loads(result.stderr)["error"]
    assert (error["kind"], error["code"]) == ("WrongPasswordError", 2006)
    assert error["operation"] == "login"
    assert "battery" not in result.output


def test_users_are_listed(call: Call, ada: dict[str, Any]) -> None:
    page = answer_of(call("users", "--page", "1", "--count", "200", "--json"))
    assert ada["email"] in [user["email"] for user in page["list"]]
    shown = call("users", "--page", "1", "--count", "200").stdout
    assert ada["email"] in shown
    assert "totalCount" in shown
    assert max(len(line) for line in shown.splitlines()) <= 80


def test_tables_hide_secrets(call: Call, ada: dict[str, Any]) -> None:
    sign_in = ("login", "--email", ada["email"], "--password-stdin")
    token = answer_of(call(*sign_in, "--json", input=PASSWORD))["token"]
    hidden = call(*sign_in, input=PASSWORD).stdout
    assert token.split(".")[0] not in hidden
    assert "••••••" in hidden
    shown = "".join(call(*sign_in, "--show-secrets", input=PASSWORD).stdout.split())
    assert token.split(".")[0] in shown


@pytest.mark.parametrize("way", [["--password", PASSWORD], [f"--password={PASSWORD}"]])
def test_a_secret_is_not_taken_from_the_command_line(way: list[str]) -> None:
    result = run("call", "login", "--email", "a@example.com", *way, environment=NOWHERE)
    assert result.exit_code == 2
    assert PASSWORD not in result.output
    assert "--password-stdin" in result.output


def test_other_ways_to_give_a_secret(call: Call, ada: dict[str, Any]) -> None:
    sign_in = ("login", "--email", ada["email"], "--json")
    by_environment = call(
        *sign_in, "--password-env", "MY_PASSWORD", MY_PASSWORD=PASSWORD
    )
    assert answer_of(by_environment)["_id"] == ada["_id"]
    insisted = call(*sign_in, "--insecure-password", PASSWORD)
    assert answer_of(insisted)["_id"] == ada["_id"]


def test_no_secret_is_read_unasked(call: Call, ada: dict[str, Any]) -> None:
    # Else a variable that is there for signing in would change the password.
    changed = call(
        *("update_user", "--id", ada["_id"], "--nickname", "Ada", "--json"),
        input="of no use",
        AUTHING_PASSWORD="of no use",
        PASSWORD="of no use",
    )
    assert answer_of(changed)["nickname"] == "Ada"
    again = call("login", "--email", ada["email"], "--password-stdin", input=PASSWORD)
    assert again.exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "input", "complaint"),
    [
        (["login", "--password-stdin"], "", "nothing on standard input"),
        (["login", "--password-env", "NOT_SET"], "", "NOT_SET is not set"),
        (
            ["login", "--password-stdin", "--verify-code-stdin"],
            "x",
            "both read standard input",
        ),
        (
            ["login", "--password-stdin", "--insecure-password", "p"],
            "x",
            "are the same argument",
        ),
        (["login_by_ldap", "--password-stdin"], "x", "--username is missing"),
        (["login_by_ldap", "--username", "fry"], "", "--password-stdin or"),
        (["login_by_phone_code", "--phone-code-stdin"], "x", "--phone-code: "),
        (["change_mfa", "--enable"], "", "takes a UserToken"),
        (["users"], "", "takes the OwnerToken"),
        (["login", "--null", "nothing"], "", "no argument nothing"),
        (["login", "--json-input", "/nowhere.json"], "", "/nowhere.json"),
        (["login", "--json-input", "-"], '{"passwort": "x"}', "no argument passwort"),
        (["login", "--json-input", "-"], "hunter2", "it is not JSON"),
        (["login", "--json-input", "-"], '{"email": 1}', "--email: "),
        (["oidc.login", "--client-id", "x", "--client-secret-env", "HOME",
          "--password-stdin"], "x", "exactly one of"),
    ],
)  # fmt: skip
def test_wrong_usage_is_one_line(
    arguments: list[str], input: str, complaint: str
) -> None:
    result = run("call", *arguments, input=input, environment=NOWHERE)
    assert result.exit_code == 2
    assert complaint in result.stderr
    assert result.stderr.count("\n") == 1
    assert "hunter2" not in result.output
    assert result.stdout == ""


def test_a_missing_setting_is_named(email: str) -> None:
    result = run("call", "user_exist", "--email", email)
    assert result.exit_code == 2
    assert "AUTHING_USER_POOL_ID" in result.stderr


def test_settings_are_options_too(sandbox: Sandbox, ada: dict[str, Any]) -> None:
    result = run(
        *("call", "user_patch", "--ids", ada["_id"], "--json"),
        *("--users-url", sandbox.users_url, "--oauth-url", sandbox.oauth_url),
        *("--user-pool-id", sandbox.pool_id, "--timeout", "20"),
        "--pool-secret-stdin",
        input=sandbox.secret,
    )
    assert [user["_id"] for user in answer_of(result)["list"]] == [ada["_id"]]


def test_plain_http_to_elsewhere_has_to_be_allowed(email: str) -> None:
    command = ("call", "user_exist", "--email", email, "--timeout", "0.1")
    elsewhere = {**NOWHERE, "AUTHING_USERS_URL": "http://nobody.invalid/graphql"}
    refused = run(*command, environment=elsewhere)
    assert refused.exit_code == 2
    assert "plain http to nobody.invalid" in refused.stderr
    allowed = run(*command, "--allow-insecure-http", environment=elsewhere)
    assert allowed.exit_code == 1
    assert "AuthingTransportError" in allowed.stderr


def test_an_option_can_be_argument_and_setting(sandbox: Sandbox) -> None:
    environment = sandbox.environment
    pool = environment.pop("AUTHING_USER_POOL_ID")
    options = ("--email", "nobody@example.com", "--user-pool-id", pool, "--json")
    result = run("call", "user_exist", *options, environment=environment)
    assert answer_of(result) is False


def test_no_answer(email: str) -> None:
    result = run("call", "user_exist", "--email", email, environment=NOWHERE)
    assert result.exit_code == 1
    assert "AuthingTransportError" in result.stderr


def test_act_as_a_user(call: Call, ada: dict[str, Any]) -> None:
    by_environment = call("checkLoginStatus", "--json", AUTHING_USER_TOKEN=ada["token"])
    assert answer_of(by_environment)["status"] is True
    by_stdin = call("check-login-status", "--as-user-stdin", input=ada["token"])
    assert "已登录" in by_stdin.stdout


def test_the_owner_goes_first_where_the_schema_says_so(
    call: Call, ada: dict[str, Any]
) -> None:
    # `user` takes either; of another user only the owner may read it.
    other = answer_of(call(*register(f"b.{ada['email']}"), input=PASSWORD))
    read = ("user", "--id", other["_id"], "--json")
    as_owner = call(*read, AUTHING_USER_TOKEN=ada["token"])
    assert answer_of(as_owner)["_id"] == other["_id"]
    as_ada = call(*read, "--as-user-stdin", input=ada["token"])
    assert as_ada.exit_code == 1


def test_lists_are_repeated_and_flags_negated(call: Call, ada: dict[str, Any]) -> None:
    blocked = call("update_user", "--id", ada["_id"], "--blocked", "--json")
    assert answer_of(blocked)["blocked"] is True
    open_again = call("update_user", "--id", ada["_id"], "--no-blocked", "--json")
    assert answer_of(open_again)["blocked"] is False
    ids = [
        ada["_id"],
        answer_of(call(*register(f"b.{ada['email']}"), input="123456"))["_id"],
    ]
    removed = answer_of(
        call("remove_users", "--ids", ids[0], "--ids", ids[1], "--json")
    )
    assert sorted(user["_id"] for user in removed) == sorted(ids)


@pytest.fixture
def sent() -> Iterator[list[Any]]:
    """The variables of what is sent to `NOWHERE`, where somebody listens now."""
    bodies: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            bodies.append(json.loads(body)["variables"])
            answer = b'{"data": {"userExist": true}}'
            self.send_response(200)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with (
        HTTPServer(("127.0.0.1", 0), Handler) as server,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setitem(
            NOWHERE, "AUTHING_USERS_URL", f"http://127.0.0.1:{server.server_port}"
        )
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield bodies
        server.shutdown()
        thread.join()


def test_null_is_not_nothing(sent: list[Any]) -> None:
    options = ("--email", "ada@example.com", "--null", "phone", "--json")
    assert answer_of(run("call", "user_exist", *options, environment=NOWHERE)) is True
    assert sent == [{"userPoolId": "p", "email": "ada@example.com", "phone": None}]


def test_arguments_from_json(call: Call, ada: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "change.json"
    file.write_text(
        json.dumps({"_id": ada["_id"], "lastIP": "10.0.0.1", "nickname": "A"})
    )
    changed = answer_of(
        call("updateUser", "--json-input", str(file), "--nickname", "B", "--json")
    )
    assert (changed["lastIP"], changed["nickname"]) == ("10.0.0.1", "B")
    python_names = json.dumps({"email": ada["email"], "password": PASSWORD})
    signed_in = call("login", "--json-input", "-", "--json", input=python_names)
    assert answer_of(signed_in)["_id"] == ada["_id"]


def test_rest_endpoints(sandbox: Sandbox, call: Call, ada: dict[str, Any]) -> None:
    phone = f"139{uuid4().int % 10**8:08}"
    registered = call("register", "--phone", phone, "--password-stdin", input=PASSWORD)
    assert registered.exit_code == 0
    assert answer_of(call("sms.send_code", "--phone", phone, "--json"))["code"] == 200
    code = asyncio.run(sandbox.last_code(phone))
    signed_in = call(
        "login_by_phone_code", "--phone", phone, "--phone-code-stdin", input=code
    )
    assert signed_in.exit_code == 0, signed_in.stderr
    tokens = call(
        *("oidc.login", "--email", ada["email"], "--client-id", sandbox.oidc_app_id),
        *("--client-secret-env", "APP_SECRET", "--password-stdin", "--json"),
        input=PASSWORD,
        APP_SECRET=sandbox.oidc_app_secret,
    )
    assert answer_of(tokens)["access_token"]


def test_an_unknown_operation_suggests_others() -> None:
    result = run("call", "loginByPhoneCod")
    assert result.exit_code == 2
    assert "login_by_phone_code" in result.stderr


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_help_has_every_parameter(entry: Entry) -> None:
    shown = run("call", entry.name, "--help")
    assert shown.exit_code == 0
    assert max(len(line) for line in shown.stdout.splitlines()) <= 80
    words = shown.stdout.split()
    assert f"authing-gen call {entry.method}" in " ".join(words)
    if "." not in entry.method:
        for name in inspect.signature(getattr(AsyncAuthing, entry.method)).parameters:
            option = f"--{name.strip('_').replace('_', '-')}"
            assert name in ("self", "options") or {option, f"{option}-stdin"} & {*words}


def test_a_terminal_is_asked_without_echo(
    sandbox: Sandbox, ada: dict[str, Any]
) -> None:
    sign_in = ["call", "login", "--email", ada["email"], "--password-stdin"]
    with on_terminal([COMMAND, *sign_in], sandbox.environment) as terminal:
        terminal.wait_for("Password: ")
        arguments = Path(f"/proc/{terminal.pid}/cmdline").read_text()
        terminal.type(f"{PASSWORD}\n")
        shown = terminal.wait_for("isDeleted")
    assert PASSWORD not in shown
    assert PASSWORD not in arguments
    assert ada["email"] in shown


def test_a_terminal_is_not_obeyed(call: Call, ada: dict[str, Any]) -> None:
    name = "[bold]\x1b]0;owned\x07\x1b[2J"
    shown = call("update_user", "--id", ada["_id"], "--nickname", name).stdout
    assert "[bold]" in shown
    assert "\x1b]" not in plain(shown)
    assert "\x1b[2J" not in shown
    assert printable("a\x1b[2Jb") == "a\\x1b[2Jb"
