"""`authing-gen operations`: what there is, against the generated package itself."""

import inspect
import json
from typing import Any

import pytest
from graphql import parse

from authing_client import OPERATIONS, AsyncClient
from authing_gen import Authing
from authing_gen.cli.catalogue import installed
from authing_gen.cli.client_source import Entry

from .commands import plain, run

ENTRIES = installed().entries
REST = {
    *("sms.send_code", "sms.send_register_code", "oidc.login", "oidc.refresh"),
    *("oidc.keys", "oidc.user_info"),
}


def listed(*options: str) -> list[dict[str, Any]]:
    result = run("operations", "--json", *options)
    assert result.exit_code == 0
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def test_the_source_says_what_the_imported_package_says() -> None:
    assert set(ENTRIES) - REST == {
        name
        for name, method in inspect.getmembers(AsyncClient, inspect.iscoroutinefunction)
        if not name.startswith("_")
        and "options" in inspect.signature(method).parameters
    } - {"execute"}
    by_name = {
        entry.name: entry.sent for entry in ENTRIES.values() if entry.sent.document
    }
    assert set(by_name) == set(OPERATIONS)
    for name, operation in OPERATIONS.items():
        sent = by_name[name]
        assert sent.document == operation.document
        assert sent.kind == operation.kind
        assert sent.gateway == operation.gateway
        assert sent.tokens == tuple(token.name for token in operation.tokens)
        assert sent.encrypted == operation.encrypted
        assert sent.user_pool == operation.user_pool


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_parameters_are_those_of_the_method(entry: Entry) -> None:
    group, _, name = entry.method.rpartition(".")
    with Authing(user_pool_id="p") as authing:
        method = getattr(getattr(authing, group) if group else authing, name)
        signature = inspect.signature(method)
    parameters = [item for item in signature.parameters if item != "options"]
    assert [item.name for item in entry.parameters] == parameters
    for item in entry.parameters:
        default = signature.parameters[item.name].default
        assert item.required == (default is inspect.Parameter.empty)
        assert item.help, item.name
    docstring = " ".join((inspect.getdoc(method) or "").split())
    assert docstring.startswith(" ".join(entry.description.split()))
    assert entry.summary
    if entry.section:
        assert f"Documentation: {entry.section}" in docstring


def test_all_are_listed() -> None:
    assert len(listed()) == len(OPERATIONS) + len(REST)
    shown = run("operations").stdout
    assert all(entry.method in shown for entry in ENTRIES.values())
    assert max(len(line) for line in shown.splitlines()) <= 80


def test_filters() -> None:
    assert {it["method"] for it in listed("--gateway", "oauth")} == {
        entry.method for entry in ENTRIES.values() if entry.sent.gateway == "OAUTH"
    }
    assert all("USER" in it["tokens"] for it in listed("--token", "user"))
    assert [it for it in listed("--token", "none") if it["tokens"]] == []
    both = listed("--gateway", "oauth", "--token", "owner")
    assert 0 < len(both) < len(listed("--gateway", "oauth"))


def test_the_list_says_what_is_encrypted() -> None:
    (change,) = [it for it in listed() if it["name"] == "changePassword"]
    assert change["encrypted"] == ["password"]
    assert change["kind"] == "mutation"
    assert change["section"]


@pytest.mark.parametrize("name", ["checkLoginStatus", "check_login_status"])
def test_show(name: str) -> None:
    result = run("operations", "show", name)
    assert result.exit_code == 0
    shown = plain(result.stdout)
    assert OPERATIONS["checkLoginStatus"].document in shown
    assert "def check_login_status(" in shown
    assert "await authing.check_login_status()" in shown
    assert "检查用户登录状态" in shown
    assert "a UserToken" in shown


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_show_as_json(entry: Entry) -> None:
    result = run("operations", "show", entry.name, "--json")
    assert result.exit_code == 0
    shown = json.loads(result.stdout)
    compile(shown["signature"]["async"] + ": ...", "signature", "exec")
    compile(shown["signature"]["sync"] + ": ...", "signature", "exec")
    if shown["document"]:
        parse(shown["document"])
    assert len(shown["parameters"]) == len(entry.parameters)


def test_secret_parameters_are_marked() -> None:
    shown = json.loads(run("operations", "show", "update_user", "--json").stdout)
    secrets = {item["name"] for item in shown["parameters"] if item["secret"]}
    assert secrets == {"password", "old_password", "token"}


def test_a_wrong_name_suggests_others() -> None:
    result = run("operations", "show", "chekLoginStatus")
    assert result.exit_code == 2
    assert "check_login_status" in result.stderr
    assert result.stdout == ""
    as_json = run("operations", "show", "chekLoginStatus", "--json")
    assert "check_login_status" in json.loads(as_json.stderr)["error"]["message"]
