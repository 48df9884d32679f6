"""The debugger at `/graphiql`, in a real browser."""

import gzip
import json
import os
import runpy
import sys
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import (
    OperationDefinitionNode,
    build_client_schema,
    get_introspection_query,
    parse,
)
from playwright.sync_api import (
    Browser,
    Page,
    Response,
)

from authing_sandbox import Sandbox, running
from authing_sandbox.control import debugger as graphiql

from ..chromium import Problems, chromium, need

pytestmark = pytest.mark.xdist_group("debugger")

ROOT = Path(__file__).parents[3]
QUERIES = ROOT / "queries"


class Debugger:
    """The page, and what goes wrong in it."""

    def __init__(self, page: Page, sandbox: Sandbox) -> None:
        self.page, self.url = page, sandbox.url
        self.problems = Problems(page, sandbox.url)
        page.goto(f"{sandbox.url}/graphiql")

    def click(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def pick(self, operation: str) -> None:
        """Click an operation, and wait until it is in the editor."""
        name = f'span:text-is("{operation}")'
        self.page.locator(f".operations button:has({name})").click()
        self.page.locator(f".graphiql-tab-active [title={operation}]").wait_for()

    def run(self, operation: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Run what is in the editor: the variables as they went out, and the answer."""

        def is_it(answer: Response) -> bool:
            sent = answer.request.post_data_json if answer.request.post_data else {}
            return bool(sent and sent.get("operationName") == operation)

        with self.page.expect_response(is_it) as caught:
            self.click("Execute query (Ctrl-Enter)")
        assert caught.value.request.post_data
        sent = json.loads(caught.value.request.post_data)
        return sent["variables"], caught.value.json()

    def acting(self) -> str:
        return self.page.get_by_role("status").inner_text()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def own_sandbox() -> Iterator[Sandbox]:
    """A sandbox with nobody in it yet."""
    with running() as sandbox:
        yield sandbox


@pytest.fixture
def debugger(browser: Browser, own_sandbox: Sandbox) -> Iterator[Debugger]:
    need(graphiql.PACKED, "make debugger")
    context = browser.new_context()
    context.set_default_timeout(20_000)
    debugger = Debugger(context.new_page(), own_sandbox)
    yield debugger
    context.close()
    assert debugger.problems == []


@pytest.mark.browser
def test_registers_signs_in_and_lists_users_by_clicks(debugger: Debugger) -> None:
    debugger.pick("register")
    sent, answer = debugger.run("register")
    assert answer["data"]["register"]["email"] == sent["email"] == "ada@example.com"
    assert len(sent["password"]) == 172, "one block of the key, in base64"

    debugger.pick("login")
    _, answer = debugger.run("login")
    assert answer["data"]["login"]["token"]
    assert "No token is sent" in debugger.acting()

    debugger.pick("users")
    assert "OwnerToken" in debugger.acting()
    _, answer = debugger.run("users")
    (user,) = answer["data"]["users"]["list"]
    assert user["email"] == "ada@example.com"
    shown = debugger.page.locator(".graphiql-response")
    shown.get_by_text("ada@example.com").wait_for()


@pytest.mark.browser
def test_begins_with_an_operation_that_runs(debugger: Debugger) -> None:
    debugger.page.locator(".graphiql-tab-active [title=register]").wait_for()
    sent, answer = debugger.run("register")
    assert answer["data"]["register"]["email"] == sent["email"]


@pytest.mark.browser
def test_long_lines_are_wrapped(debugger: Debugger) -> None:
    debugger.pick("register")
    debugger.page.set_viewport_size({"width": 900, "height": 700})
    editor = debugger.page.locator(".graphiql-query-editor")
    text, room = (
        editor.locator(part).first.bounding_box()
        for part in (".view-lines", ".monaco-editor")
    )
    assert text is not None
    assert room is not None
    longest = editor.evaluate(
        "editor => Math.max(...[...editor.querySelectorAll('.view-line span')]"
        ".map(span => span.getBoundingClientRect().right))"
    )
    assert longest <= room["x"] + room["width"]


@pytest.mark.browser
def test_one_click_sets_a_token(debugger: Debugger) -> None:
    page = debugger.page
    who = page.get_by_role("status")
    debugger.click("demo user")
    who.get_by_text("ada@example.com").wait_for()
    assert "UserToken" in debugger.acting()
    debugger.pick("checkLoginStatus")
    _, answer = debugger.run("checkLoginStatus")
    assert answer["data"]["checkLoginStatus"]["status"] is True

    debugger.click("owner")
    who.get_by_text("OwnerToken").wait_for()
    debugger.click("nobody")
    who.get_by_text("No token is sent").wait_for()

    page.get_by_text("somebody else…").click()
    page.get_by_label("E-mail, phone or username").fill("ada@example.com")
    page.get_by_label("Password", exact=True).fill("wrong horse")
    debugger.click("Sign in")
    who.get_by_text("密码").wait_for()
    page.get_by_label("Password", exact=True).fill("correct horse")
    debugger.click("Sign in")
    who.get_by_text("UserToken").wait_for()


@pytest.mark.browser
def test_passwords_travel_plain_where_one_wants_to_see_it(debugger: Debugger) -> None:
    debugger.pick("register")
    debugger.page.get_by_label("Encrypt passwords").uncheck()
    sent, answer = debugger.run("register")
    assert sent["password"] == "correct horse"
    assert answer["errors"][0]["message"]["code"] == 2016


@pytest.mark.browser
def test_docs_pane_shows_our_descriptions(debugger: Debugger) -> None:
    page = debugger.page
    debugger.click("Show Documentation Explorer")
    docs = page.locator(".graphiql-plugin")
    docs.get_by_text("Mutation", exact=True).last.click()
    docs.get_by_role("link", name="register", exact=True).click()
    docs.get_by_text("Create a user.").wait_for()
    docs.get_by_text("Documentation: 注册").wait_for()


@pytest.mark.browser
def test_the_other_gateway_offers_its_own_fields(debugger: Debugger) -> None:
    debugger.click("oauth")
    debugger.click("Show Documentation Explorer")
    docs = debugger.page.locator(".graphiql-plugin")
    docs.get_by_text("Query", exact=True).last.click()
    docs.get_by_role("link", name="ReadOauthList").wait_for()
    assert docs.get_by_role("link", name="users", exact=True).count() == 0


@pytest.mark.browser
def test_every_operation_runs_as_it_is_offered(debugger: Debugger) -> None:
    wanted = [
        node.name.value
        for file in QUERIES.rglob("*.graphql")
        for node in parse(file.read_text(encoding="utf-8")).definitions
        if isinstance(node, OperationDefinitionNode) and node.name
    ]
    first = ["register", "SignIn", "bindOtherOAuth"]
    first += ["addPhoneToInvitation", "removePhoneFromInvitation"]
    last = ["changePassword", "unbindOtherOAuth", "unbindEmail", "removeUsers"]
    between = sorted(set(wanted) - {*first, *last})
    failed: dict[str, Any] = {}
    for name in [*first, *between, *last]:
        debugger.pick(name)
        _, answer = debugger.run(name)
        if "errors" in answer:
            failed[name] = answer["errors"][0]["message"]
            continue
        (value,) = answer["data"].values()
        if isinstance(value, dict) and value.get("code", 200) != 200:
            failed[name] = value
    assert failed == {}


@pytest.mark.parametrize(
    ("gateway", "own", "foreign"),
    [("users", "users", "ReadOauthList"), ("oauth", "ReadOauthList", "users")],
)
def test_introspection_tells_what_the_gateway_answers(
    sandbox: Sandbox, gateway: str, own: str, foreign: str
) -> None:
    answer = httpx.post(
        f"{sandbox.url}/{gateway}/graphql",
        json={"query": get_introspection_query(descriptions=True)},
        trust_env=False,
    ).json()
    offered = build_client_schema(answer["data"]).query_type
    assert offered is not None
    assert own in offered.fields
    assert foreign not in offered.fields
    told = answer["data"]["__schema"]["directives"]
    places = {place for directive in told for place in directive["locations"]}
    assert "DIRECTIVE_DEFINITION" not in places  # most clients' libraries refuse it


def test_is_served_with_types_and_a_policy(sandbox: Sandbox) -> None:
    need(graphiql.PACKED, "make debugger")
    with httpx.Client(base_url=sandbox.url, trust_env=False) as http:
        page = http.get("/graphiql")
        assert page.headers["content-type"].startswith("text/html")
        kinds = {".js": "text/javascript", ".css": "text/css", ".ttf": "font/ttf"}
        files = packed()
        assert files.pop("index.html") == page.content
        for name, content in files.items():
            asset = http.get(f"/graphiql/{name}")
            assert asset.content == content
            assert kinds[Path(name).suffix] in asset.headers["content-type"]
            assert "immutable" in asset.headers["cache-control"]
            for answer in (page, asset):
                policy = answer.headers["content-security-policy"]
                assert "default-src 'none'" in policy
                assert "http" not in policy
        assert http.get("/graphiql/assets/../sandbox.json").status_code == 200
        with suppress(httpx.InvalidURL):
            outside = http.get("/graphiql/assets/%2e%2e/%2e%2e/app.py")
            assert outside.status_code == 404


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br", "gzip"),
        ("GZIP;q=0.5, br;q=1", "gzip"),
        ("*", "gzip"),
        ("", None),
        ("br", None),
        ("gzip;q=0", None),
        ("*, gzip; q=0.000", None),
        ("gzip;q=0.5, identity", None),
        ("*;q=0", None),
        ("gzip;q=much", None),
    ],
)
def test_is_compressed_for_those_who_want_it(
    sandbox: Sandbox, accepted: str, coding: str | None
) -> None:
    need(graphiql.PACKED, "make debugger")
    url = f"{sandbox.url}/graphiql"
    headers = {"accept-encoding": accepted}
    with httpx.Client(headers=headers, trust_env=False) as http:
        with http.stream("GET", url) as answer:
            raw = b"".join(answer.iter_raw())
        assert answer.headers.get("content-encoding") == coding
        assert answer.headers["vary"] == "accept-encoding"
        assert int(answer.headers["content-length"]) == len(raw)
        content = gzip.decompress(raw) if coding else raw
        assert content == packed()["index.html"]

        told = http.head(url)
        assert (told.status_code, told.content) == (200, b"")
        assert told.headers["content-length"] == answer.headers["content-length"]


def test_is_sent_once_to_those_who_keep_it(sandbox: Sandbox) -> None:
    need(graphiql.PACKED, "make debugger")
    tags = set[str]()
    with httpx.Client(base_url=sandbox.url, trust_env=False) as http:
        for coding in ("gzip", "identity"):
            headers = {"accept-encoding": coding}
            tag = http.get("/graphiql", headers=headers).headers["etag"]
            tags.add(tag)
            headers["if-none-match"] = f'"other", W/{tag}'
            again = http.get("/graphiql", headers=headers)
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == tag
            assert "content-encoding" not in again.headers
    assert len(tags) == 2, "the bytes are others"


def test_is_packed_alike_by_everybody(tmp_path: Path) -> None:
    pack = runpy.run_path(str(ROOT / "debugger/pack.py"))["pack"]
    for time, name in enumerate(["one", "other"]):
        folder = tmp_path / name / "assets"
        folder.mkdir(parents=True)
        for file in ("b.js", "a.css")[:: 1 if time else -1]:
            (folder / file).write_text(file)
            os.utime(folder / file, (time, time))
        pack(folder.parent, tmp_path / f"{name}.tar.xz")
    one, other = (tmp_path / f"{name}.tar.xz" for name in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()
    assert packed(one) == {"assets/a.css": b"a.css", "assets/b.js": b"b.js"}


def test_says_how_to_build_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graphiql, "PACKED", tmp_path / "page.tar.xz")
    with running() as sandbox:
        answer = httpx.get(f"{sandbox.url}/graphiql", trust_env=False)
    assert answer.status_code == 503
    assert "make debugger" in answer.text


def test_says_what_the_python_lacks_that_cannot_unpack_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    need(graphiql.PACKED, "make debugger")
    monkeypatch.setitem(sys.modules, "lzma", None)
    with running() as sandbox:
        answer = httpx.get(f"{sandbox.url}/graphiql", trust_env=False)
    assert answer.status_code == 503
    assert "lzma" in answer.text


def packed(file: Path = graphiql.PACKED) -> dict[str, bytes]:
    """The files of the page, by their paths."""
    with tarfile.open(file) as tar:
        opened = {member.name: tar.extractfile(member) for member in tar}
        return {name: part.read() for name, part in opened.items() if part}
