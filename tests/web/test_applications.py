"""The example applications: all that they do, over real servers, for each framework.

They answer alike, so that the same tests are about all of them.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from authing_gen import Authing
from authing_sandbox import Sandbox
from examples.demo import ADMIN, add_administrator

from .conftest import PASSWORD
from .servers import COMMANDS, OTHERWISE, PROXY, Visitor, serving

pytestmark = pytest.mark.xdist_group("applications")

COOKIE = "__Host-authing"


@pytest.fixture(scope="module")
def administrator(sandbox: Sandbox) -> None:
    add_administrator(sandbox)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(name, marks=[pytest.mark.heavy] if name in OTHERWISE else [])
        for name in COMMANDS
    ],
)
def url(
    request: pytest.FixtureRequest,
    sandbox: Sandbox,
    administrator: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """An application that is served."""
    log = tmp_path_factory.mktemp("served") / "log"
    with serving(COMMANDS[request.param], sandbox, log) as url:
        yield url


@pytest.fixture
def visitor(url: str) -> Iterator[Visitor]:
    with Visitor(url) as visitor:
        visitor.get("/")
        yield visitor


@pytest.fixture
def phone() -> str:
    return f"139{uuid4().int % 10**8:08}"


def test_page(visitor: Visitor) -> None:
    page = visitor.get("/")
    assert page.status_code == 200
    assert "<h1>Shop</h1>" in page.text


def test_register_and_who_am_i(visitor: Visitor, email: str) -> None:
    assert visitor.get("/auth/me").status_code == 401
    answer = visitor.post("/auth/register", email=email, password=PASSWORD)
    assert answer.status_code == 201
    assert answer.json()["email"] == email
    [cookie] = [
        line
        for line in answer.headers.get_list("set-cookie")
        if line.startswith(f"{COOKIE}=")
    ]
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "secure", "samesite=lax", "path=/"} <= attributes
    assert not any(part.startswith("domain") for part in attributes)
    assert visitor.cookies[COOKIE] not in answer.text
    me = visitor.get("/auth/me")
    assert me.json() == answer.json()
    assert "no-store" in me.headers["cache-control"]
    again = visitor.post("/auth/register", email=email, password=PASSWORD)
    assert again.status_code == 409
    assert again.json()["code"] == 2026


def test_sign_in_and_out(visitor: Visitor, sandbox: Sandbox, email: str) -> None:
    register(sandbox, email=email)
    answer = visitor.post("/auth/sign-in", email=email, password=PASSWORD)
    assert answer.status_code == 200
    token = visitor.cookies[COOKIE]
    assert visitor.post("/auth/sign-out").status_code == 204
    assert COOKIE not in visitor.cookies
    assert visitor.get("/auth/me").status_code == 401
    visitor.post("/auth/sign-out")
    bearer = visitor.ask("GET", "/auth/me", Authorization=f"Bearer {token}")
    assert bearer.json() == answer.json()
    wrong = visitor.ask("GET", "/auth/me", Authorization=f"Bearer {token}x")
    assert wrong.status_code == 401
    assert token not in wrong.text


def test_nobody_finds_out_who_has_an_account(
    visitor: Visitor, sandbox: Sandbox, email: str, phone: str
) -> None:
    register(sandbox, email=email)
    refused = [
        visitor.post("/auth/sign-in", email=email, password="battery staple"),
        visitor.post("/auth/sign-in", email=f"x{email}", password="battery staple"),
        visitor.post("/auth/sign-in", username="nobody", password="battery staple"),
    ]
    assert {each.status_code for each in refused} == {401}
    assert len({each.text for each in refused}) == 1
    asked = [
        visitor.post("/auth/password/forgotten", email=email),
        visitor.post("/auth/password/forgotten", email=f"x{email}"),
        visitor.post("/auth/phone-code", phone=phone),
    ]
    assert {each.status_code for each in asked} == {202}
    wrong = visitor.post("/auth/sign-in/phone", phone=phone, code="1234")
    assert wrong.status_code == 401


def test_sign_in_by_phone(visitor: Visitor, sandbox: Sandbox, phone: str) -> None:
    register(sandbox, phone=phone)
    assert visitor.post("/auth/phone-code", phone=phone).status_code == 202
    code = sandbox.blocking.wait_for_code(phone)
    answer = visitor.post("/auth/sign-in/phone", phone=phone, code=code)
    assert answer.status_code == 200
    assert visitor.get("/auth/me").json() == answer.json()


def test_new_password(visitor: Visitor, sandbox: Sandbox, email: str) -> None:
    register(sandbox, email=email)
    assert visitor.post("/auth/password/forgotten", email=email).status_code == 202
    code = sandbox.blocking.wait_for_code(email)
    new = {"email": email, "password": "battery staple"}
    wrong = visitor.post("/auth/password/new", **new, code="nonsense")
    assert wrong.status_code == 401
    assert visitor.post("/auth/password/new", **new, code=code).status_code == 204
    assert visitor.post("/auth/sign-in", **new).status_code == 200


def test_profile(visitor: Visitor, email: str) -> None:
    assert visitor.get("/profile").status_code == 401
    visitor.post("/auth/register", email=email, password=PASSWORD)
    profile = visitor.get("/profile")
    assert (profile.json()["email"], profile.json()["nickname"]) == (email, None)
    assert visitor.cookies[COOKIE] not in profile.text
    change = visitor.ask("PATCH", "/profile", {"nickname": "Ada"})
    assert change.status_code == 204
    assert visitor.get("/profile").json()["nickname"] == "Ada"
    assert visitor.ask("PATCH", "/profile", {"nickname": ""}).status_code == 422


def test_everybody_is_for_administrators(visitor: Visitor, email: str) -> None:
    assert visitor.get("/users").status_code == 401
    visitor.post("/auth/register", email=email, password=PASSWORD)
    assert visitor.get("/users").status_code == 403
    visitor.post("/auth/sign-in", email=ADMIN, password=PASSWORD)
    users = visitor.get("/users").json()["list"]
    assert "token" not in users[0]
    page = 1
    while email not in [user["email"] for user in users]:
        page += 1
        users = visitor.get(f"/users?page={page}").json()["list"]
        assert users
    assert visitor.get("/users?page=0").status_code == 422


def test_social(visitor: Visitor, email: str) -> None:
    assert visitor.get("/social").status_code == 401
    visitor.post("/auth/register", email=email, password=PASSWORD)

    def connected() -> list[str]:
        found = visitor.get("/social").json()
        return [each["type"] for each in found if each["binded"]]

    assert connected() == []
    wrong = visitor.post("/social/github", code="made up")
    assert wrong.status_code == 400
    answer = visitor.post("/social/github", code="demo-github")
    assert answer.status_code == 204, answer.text
    assert connected() == ["github"]
    assert visitor.ask("DELETE", "/social/github").status_code == 204
    assert connected() == []


def test_other_sites_cannot_act(visitor: Visitor, email: str) -> None:
    """Nor can they have a browser sign in as somebody else."""
    form = {"email": email, "password": PASSWORD}
    evil = {"Origin": "https://evil.example"}
    for headers in (evil, {"Sec_Fetch_Site": "cross-site"}):
        answer = visitor.ask("POST", "/auth/register", form, **headers)
        assert answer.status_code == 403
    visitor.post("/auth/register", **form)
    for path in ("/auth/sign-out", "/social/github"):
        answer = visitor.ask("POST", path, {"code": "demo-github"}, **evil)
        assert answer.status_code == 403
    assert COOKIE in visitor.cookies
    assert visitor.get("/social").json()[0]["binded"] is False


@pytest.mark.parametrize(
    "form",
    [
        {"password": "hush hush"},
        {"email": "ada@example.com", "phone": "13800138000", "password": "hush hush"},
        {"email": "ada@example.com", "password": ["hush hush"]},
        {"email": "ada@example.com", "password": "hush hush" * 100},
        {"email": "ada@example.com", "password": "hush hush", "admin": True},
        ["hush hush"],
    ],
)
def test_what_was_sent_is_not_repeated(visitor: Visitor, form: object) -> None:
    answer = visitor.ask("POST", "/auth/sign-in", form)
    assert answer.status_code == 422
    assert answer.json()["problems"]
    assert "hush" not in answer.text


@pytest.mark.parametrize(
    ("peer", "expected"), [("127.0.0.1", "127.0.0.1"), (PROXY, "203.0.113.7")]
)
def test_the_service_is_told_of_visitors(
    url: str, sandbox: Sandbox, email: str, peer: str, expected: str
) -> None:
    register(sandbox, email=email)
    with Visitor(url, peer) as visitor:
        visitor.get("/")
        form = {"email": email, "password": PASSWORD}
        more = {"X_Forwarded_For": "1.2.3.4, 203.0.113.7", "User_Agent": "Netscape/4"}
        me = visitor.ask("POST", "/auth/sign-in", form, **more).json()
    with Authing(**sandbox.settings) as authing:
        user = authing.user(id=me["id"])
    assert user
    assert (user.browser, user.last_ip) == ("Netscape/4", expected)


def test_everybody_gets_their_own(url: str, sandbox: Sandbox) -> None:
    """Many at once, over several processes and threads."""
    emails = [f"{uuid4().hex[:12]}@example.com" for _ in range(8)]
    for email in emails:
        register(sandbox, email=email)

    def visit(email: str) -> set[str]:
        with Visitor(url) as visitor:
            visitor.get("/")
            visitor.post("/auth/sign-in", email=email, password=PASSWORD)
            return {visitor.get("/auth/me").json()["email"] for _ in range(10)}

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(visit, emails)) == [{email} for email in emails]


def register(sandbox: Sandbox, **names: str) -> None:
    with Authing(**sandbox.settings) as authing:
        authing.register(password=PASSWORD, **names)  # type: ignore[arg-type]
