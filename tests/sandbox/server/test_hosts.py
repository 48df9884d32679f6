"""Whom the sandbox answers: by the host that a request names, and its page."""

import http.client
import socket
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from authing_sandbox import Sandbox, running
from authing_sandbox.addresses import Hosts, check_public_url

OWN = [
    *("localhost", "LocalHost:{port}", "localhost.", "localhost.:4600", "a.localhost"),
    *("127.0.0.1", "127.0.0.1:{port}", "127.9.9.9:1", "[::1]", "[::1]:{port}"),
    *("[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]:80"),
]
FOREIGN = [
    *("evil.example", "evil.example:{port}", "localhost.evil.example", "notlocalhost"),
    *("127.0.0.1.evil.example", "10.0.0.1", "[::2]:{port}", "0.0.0.0", "[::]"),
    *("127.0.0.1@evil.example", "evil.example#localhost", "localhost:x", "localhost:"),
    *("localhost/", "localhost, evil.example", "evil.example:80:127.0.0.1", "::1", ""),
    *("sandbox", "127.0.0.1 evil.example", "[::1", "127.1", "localhost:999999"),
]
PATHS = ["/sandbox/outbox", "/sandbox/health", "/graphiql", "/users/graphql", "/"]


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with running() as box:
        yield box


def status(box: Sandbox, *hosts: str, path: str = "/sandbox/health") -> int:
    """Of the answer to a request that names these hosts."""
    address = urlsplit(box.url)
    assert address.hostname is not None
    with closing(
        http.client.HTTPConnection("127.0.0.1", address.port, timeout=10)
    ) as line:
        line.putrequest("GET", path, skip_host=True)
        for host in hosts:
            line.putheader("host", host.format(port=address.port))
        line.endheaders()
        return line.getresponse().status


@pytest.mark.parametrize("host", OWN)
def test_its_own_hosts(box: Sandbox, host: str) -> None:
    assert status(box, host) == 200


@pytest.mark.parametrize("host", FOREIGN)
def test_foreign_hosts(box: Sandbox, host: str) -> None:
    assert status(box, host) == 421


@pytest.mark.parametrize("path", PATHS)
def test_whatever_is_asked_for(box: Sandbox, path: str) -> None:
    assert status(box, "evil.example", path=path) == 421
    assert status(box, "127.0.0.1", path=path) != 421


def test_one_host(box: Sandbox) -> None:
    assert status(box) == status(box, "localhost", "evil.example") == 400


@pytest.mark.parametrize(
    ("listening", "host", "answers"),
    [
        ("0.0.0.0", "192.168.1.5:4600", True),
        ("0.0.0.0", "[fe80::1]:4600", True),
        ("::", "10.0.0.1", True),
        ("0.0.0.0", "evil.example", False),
        ("192.168.1.5", "192.168.1.5", True),
        ("192.168.1.5", "192.168.1.6", False),
        ("Box.lan", "box.LAN.:4600", True),
        ("::1", "[::1]:4600", True),
    ],
)
def test_where_it_listens_at(listening: str, host: str, answers: bool) -> None:
    assert Hosts(listening).answers_to(host) is answers


def test_a_public_url() -> None:
    public = "https://sandbox.example/id"
    with running(public_url=f"{public}/") as box:
        assert box.url == public
        assert box.settings["users_url"] == f"{public}/users/graphql"


def test_links_lead_to_the_public_url() -> None:
    port = _free_port()
    with running(public_url="https://sandbox.example/id", port=port):
        path = (
            f"http://127.0.0.1:{port}/users/oauth/oidc/.well-known/openid-configuration"
        )
        for host, issuer in {
            "sandbox.example": "https://sandbox.example/id/users/oauth/oidc",
            "localhost:1": "http://localhost:1/users/oauth/oidc",
        }.items():
            found = httpx.get(path, headers={"host": host}).json()
            assert found["issuer"] == issuer


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@pytest.mark.parametrize(
    "url",
    ["", "sandbox", "ftp://a", "http://", "http://a:x", "http://u:p@a", "http://a?b=c"],
)
def test_what_is_no_public_url(url: str) -> None:
    with pytest.raises(ValueError, match="expected a URL like"):
        check_public_url(url)


EVIL = "https://evil.example"
FOREIGN_PAGES = [EVIL, "null", "http://localhost:1", "http://127.0.0.1", "", "file://"]
COMMANDS: list[tuple[str, str, Any]] = [
    ("GET", "outbox", None),
    ("GET", "export", None),
    ("POST", "reset", None),
    ("POST", "clock", {"advance": 3600}),
    ("DELETE", "clock", None),
    ("POST", "snapshots", None),
    ("POST", "import", {}),
    ("PATCH", "config", {"sms_interval": 60}),
    ("PUT", "directories/a", {"url": "ldap://evil.example", "base_dn": "o=x"}),
    ("DELETE", "outbox", None),
    ("OPTIONS", "reset", None),
]


@pytest.mark.parametrize("origin", FOREIGN_PAGES)
@pytest.mark.parametrize(("method", "path", "body"), COMMANDS)
def test_no_other_page_commands_it(
    box: Sandbox, method: str, path: str, body: Any, origin: str
) -> None:
    headers = {"origin": origin}
    url = f"{box.url}/sandbox/{path}"
    answer = httpx.request(method, url, json=body, headers=headers)
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


def test_its_own_pages_do(box: Sandbox) -> None:
    for own in (box.url, box.url.upper()):
        answer = httpx.post(f"{box.url}/sandbox/reset", headers={"origin": own})
        assert answer.status_code == 204
    port = urlsplit(box.url).port
    headers = {"origin": "https://localhost", "host": "localhost"}
    assert (
        httpx.post(
            f"http://127.0.0.1:{port}/sandbox/reset", headers=headers
        ).status_code
        == 204
    )


UNSAFE = ["text/plain", "text/plain; a=application/json", "multipart/form-data", None]
UNSAFE += ["application/x-www-form-urlencoded", "application/jsonp", "", "/", ";"]
UNSAFE += ["application/json; charset=utf-16", "text/plain, application/json"]
SAFE = ["application/json", "Application/JSON ; charset=UTF-8", "application/json;v=1"]


@pytest.mark.parametrize("kind", UNSAFE)
def test_bodies_that_any_page_may_send(box: Sandbox, kind: str | None) -> None:
    headers = {} if kind is None else {"content-type": kind}
    refused = 400 if kind is None else 415
    body = '{"query": "{ __typename }"}'
    for gateway in (box.users_url, box.oauth_url):
        answer = httpx.post(gateway, content=body, headers=headers)
        assert answer.status_code == refused
        assert "application/json" in answer.json()["errors"][0]["message"]
    body = '{"advance": 3600}'
    for content in (body, [body.encode()]):  # at once, and in chunks
        clock = f"{box.url}/sandbox/clock"
        if kind is not None:
            answer = httpx.post(clock, content=content, headers=headers)
            assert answer.status_code == 415
        headers["origin"] = EVIL
        answer = httpx.post(clock, content=content, headers=headers)
        assert answer.status_code == 403
        del headers["origin"]
    assert httpx.get(clock).json()["ahead"] == 0


@pytest.mark.parametrize("kind", [*SAFE, "application/graphql-response+json"])
def test_bodies_that_a_page_has_to_ask_for(box: Sandbox, kind: str) -> None:
    headers = {"content-type": kind}
    body = '{"query": "{ __typename }"}'
    answer = httpx.post(box.users_url, content=body, headers=headers)
    assert answer.json()["data"] == {"__typename": "Query"}


CROSS = {"sec-fetch-site": "cross-site"}
LINK = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
CLICK = LINK | {"sec-fetch-user": "?1"}
UNASKED = [
    CROSS | {"sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
    CROSS | {"sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"},
    CROSS | {"sec-fetch-mode": "cors", "sec-fetch-dest": "empty", "origin": EVIL},
    CROSS | {"sec-fetch-mode": "cors", "sec-fetch-dest": "empty", "origin": "null"},
    CROSS,
    {"origin": EVIL},  # as older browsers, and by plain HTTP to another machine
]
ASKED = [
    {},
    {"sec-fetch-site": "none"} | CLICK,
    {"sec-fetch-site": "same-origin", "sec-fetch-mode": "no-cors"},
    {"sec-fetch-site": "same-site", "sec-fetch-dest": "image"},
    CROSS | CLICK,
    CROSS | {"sec-fetch-mode": "cors", "origin": "http://127.0.0.1:3000"},
    {"origin": "http://127.0.0.1:3000"},
]
CODES = ["send_smscode", "notification/send_register_smscode"]


@pytest.mark.parametrize("path", CODES)
def test_no_page_of_another_site_has_codes_sent(box: Sandbox, path: str) -> None:
    box.blocking.reset()
    url = f"{box.url}/users/{path}/13800000001/{box.pool_id}"
    for headers in (*UNASKED, CROSS | LINK):
        answer = httpx.get(url, headers=headers)
        assert answer.status_code == 403, headers
        assert "allowed_origins" in answer.json()["detail"]
    assert box.blocking.outbox() == []


@pytest.mark.parametrize("headers", ASKED)
@pytest.mark.parametrize("path", CODES)
def test_who_asks_for_codes_gets_them(
    box: Sandbox, path: str, headers: dict[str, str]
) -> None:
    box.blocking.reset()
    url = f"{box.url}/users/{path}/13800000001/{box.pool_id}"
    assert httpx.get(url, headers=headers).json()["code"] == 200
    assert len(box.blocking.outbox()) == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_page_of_another_site_fetches_tokens(box: Sandbox, method: str) -> None:
    url = f"{box.oidc_issuer}/token"
    form = {"client_id": box.oidc_app_id, "grant_type": "password"}
    for headers in UNASKED:
        answer = httpx.request(method, url, data=form, headers=headers)
        assert answer.status_code == 403, headers
    # A form that somebody was lured into sending.
    clicked = httpx.request(method, url, data=form, headers=CROSS | CLICK)
    assert clicked.status_code == (403 if method == "POST" else 401)
    for headers in ASKED[:2]:
        answer = httpx.request(method, url, data=form, headers=headers)
        assert answer.json()["error"] == "invalid_client"


def test_links_in_mails_lead_here_from_anywhere(box: Sandbox) -> None:
    url = f"{box.url}/users/verify_email"
    assert httpx.get(url, headers=CROSS | LINK).status_code == 400  # no code
    assert httpx.get(url, headers=UNASKED[0]).status_code == 403


def test_apps_lead_people_to_single_sign_on(box: Sandbox) -> None:
    wanted = {
        "client_id": box.oidc_app_id,
        "redirect_uri": box.redirect_uri,
        "response_type": "code",
        "scope": "openid",
    }
    frame = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}
    for headers in (CROSS | LINK, CROSS | frame):
        answer = httpx.get(f"{box.oidc_issuer}/auth", params=wanted, headers=headers)
        assert answer.status_code == 200


@pytest.mark.parametrize("path", ["outbox", "export", "requests", "openapi.json"])
def test_no_page_of_another_site_loads_what_is_for_programs(
    box: Sandbox, path: str
) -> None:
    url = f"{box.url}/sandbox/{path}"
    assert httpx.get(url, headers=UNASKED[0]).status_code == 403
    assert httpx.get(url, headers=CROSS | CLICK).status_code == 200


def test_graphql_is_not_asked_by_a_link(box: Sandbox) -> None:
    query = {"query": "mutation { __typename }"}
    assert httpx.get(box.users_url, params=query).status_code == 405


def test_which_pages_may_call_the_gateways_is_a_rule_of_the_pool() -> None:
    with running() as box:
        assert _allowed(box, "http://127.0.0.1:3000")
        assert not _allowed(box, EVIL)
        box.blocking.configure(allowed_origins=f"{EVIL}\nhttp://localhost:*")
        assert _allowed(box, EVIL)
        assert _allowed(box, "http://localhost:5173")
        for other in ("http://127.0.0.1:3000", "null", f"{EVIL}.com", "http://a.b"):
            assert not _allowed(box, other)
        box.blocking.configure(allowed_origins="*")
        assert _allowed(box, "https://any.example")
        box.blocking.configure(allowed_origins=None)
        assert not _allowed(box, EVIL)


@pytest.mark.parametrize(
    ("rule", "origin", "allowed"),
    [
        ("https://*.a.example", "https://b.a.example", True),
        ("https://*.a.example", "https://.a.example", True),
        ("https://*.a.example", "https://a.example", False),
        ("https://a*a", "https://a", False),
        ("https://*a*b*", "https://xaxb:1", True),
        ("https://*a*b*", "https://xbxa:1", False),
        ("HTTPS://A.*", "https://a.b", True),
        ("http://x, https://*:1;\nhttps://b", "https://b", True),
        ("http://a.b", "http://a-b", False),
        ("*" * 5_000, "http://anything", True),
        ("*a" * 30 + "b", "http://" + "a" * 500, False),  # for ever, with backtracking
    ],
)
def test_origins_that_a_rule_lists(
    box: Sandbox, rule: str, origin: str, allowed: bool
) -> None:
    box.blocking.configure(allowed_origins=rule)
    try:
        assert _allowed(box, origin) is allowed
    finally:
        box.blocking.reset()


def _allowed(box: Sandbox, origin: str) -> bool:
    """Whether a page may call a gateway, beforehand and when it does."""
    asking = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type, authorization",
    }
    name = "access-control-allow-origin"
    asked = httpx.options(box.users_url, headers=asking)
    called = httpx.post(
        box.users_url, json={"query": "{ __typename }"}, headers={"origin": origin}
    )
    assert called.status_code == 200
    assert (name in asked.headers) == (name in called.headers)
    return name in asked.headers
