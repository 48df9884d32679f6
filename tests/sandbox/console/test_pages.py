"""The page as it is sent: to whom, in which language, and nothing secret in it."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

import authing_sandbox.console
from authing_gen import Authing, WrongPasswordError
from authing_sandbox import Sandbox, running
from authing_sandbox._sync.remote import Remote
from authing_sandbox.console.pool import grouped
from authing_sandbox.console.texts import LANGUAGES, texts
from authing_sandbox.control.users import STATES
from authing_sandbox.storage.rows import RULES

from ..calling import PASSWORD

FOLDER = Path(authing_sandbox.console.__file__).parent
PAGES = ("users", "access", "inbox", "requests", "pool", "time", "snapshots")
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
VOID = {"meta", "link", "img", "input", "br", "base", "path"}


class Checked(HTMLParser):
    """A page whose elements are closed in order, with what it points at."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.labels: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert len(given) == len(attrs), f"<{tag}> says something twice"
        assert not any(name.startswith("on") or name == "style" for name in given)
        self.links += [given[name] or "" for name in ("href", "src") if name in given]
        self.ids += [given["id"] or ""] if "id" in given else []
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    """A sandbox in which something has happened."""
    with running() as box, Authing(**box.settings) as authing:
        authing.register(email="ada@example.com", password=PASSWORD, nickname="<b>Ada")
        with pytest.raises(WrongPasswordError):
            authing.login(email="ada@example.com", password="wrong horse")
        ada = authing.login(email="ada@example.com", password=PASSWORD)
        me = authing.as_user(ada)
        me.check_login_status()
        authing.sms.send_code("13800138000")
        authing.send_verify_email(email="ada@example.com")
        me.change_mfa(user_id=ada.id, enable=True)
        arrange(box.blocking, ada.id)
        box.blocking.snapshot()
        yield box


def arrange(remote: Remote, user: str) -> None:
    """Roles, groups and an organisation, with names that a page might take for more."""
    remote.create_role("<i>editor", permissions=["'\"&"], users=[user])
    remote.create_group("<i>staff", roles=["<i>editor"], users=[user])
    crew = {"name": "<i>Crew", "children": [{"name": "<i>Bridge"}, {"name": "Hold"}]}
    root = {"name": "<i>Ship", "children": [crew, {"name": "<i>staff"}]}
    remote.create_organisation(root)
    remote.create_organisation({"name": "Other"})


@pytest.fixture
def http(box: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=box.url, trust_env=False, headers=BROWSER) as http:
        yield http


def addresses(http: httpx.Client) -> list[str]:
    """Every page that there is, opened ones too."""
    users = http.get("/sandbox/users").json()["users"]
    roles = http.get("/sandbox/roles").json()
    messages = http.get("/sandbox/outbox").json()
    requests = http.get("/sandbox/requests").json()
    return [
        *(f"/console/{name}" for name in PAGES),
        *(f"/console/users/{user['id']}" for user in users),
        *(f"/console/inbox?id={message['id']}" for message in messages),
        *(f"/console/requests?id={request['id']}" for request in requests),
        *(f"/console/users?role={role['id']}" for role in roles),
        "/console/users?search=nobody",
        "/console/users?role=none&group=none",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_well_formed(http: httpx.Client, language: str) -> None:
    for address in addresses(http):
        answer = http.get(address, headers={"accept-language": language})
        assert answer.status_code == 200, address
        page = Checked(answer.text)
        assert len(page.ids) == len({*page.ids}), address
        assert "<b>Ada" not in answer.text
        assert "<i>" not in answer.text
        assert "built-in method" not in answer.text


def test_links_lead_somewhere(http: httpx.Client) -> None:
    links = {
        urljoin(address, link)
        for address in addresses(http)
        for link in Checked(http.get(address).text).links
        if not link.startswith("#")
    }
    assert len(links) > 20
    for link in links:
        answer = http.get(link, follow_redirects=True)
        unbuilt = link == "/graphiql" and answer.status_code == 503
        assert answer.status_code == 200 or unbuilt, link


def test_no_secret_is_in_any_page(box: Sandbox, http: httpx.Client) -> None:
    export = http.get("/sandbox/export").json()["tables"]
    secrets = {user["password_hash"] for user in export["account"]}
    secrets |= {one["share_key"] for one in export["mfa"]}
    secrets = {secret for secret in secrets if secret}
    assert len(secrets) == 2
    for address in addresses(http):
        text = http.get(address).text
        assert not any(secret in text for secret in secrets), address
        assert not re.search(r"\beyJ[\w-]{8,}", text), f"a token in {address}"
        assert PASSWORD not in text
        if not address.startswith("/console/pool"):
            assert box.secret not in text, address


def test_people_get_a_page_and_programs_what_they_got(http: httpx.Client) -> None:
    page = http.get("/")
    assert page.status_code == 303
    assert page.headers["location"] == "/console/users"
    assert "accept" in page.headers["vary"]
    for accept in ("*/*", "application/json", ""):
        answer = http.get("/", headers={"accept": accept})
        assert (answer.status_code, answer.text) == (404, "Not Found")


def test_nothing_is_changed_but_by_control_endpoints(http: httpx.Client) -> None:
    for address in ("/", *addresses(http)):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert http.request(method, address).status_code == 405, address


@pytest.mark.parametrize("name", ["", *PAGES, "static/console.js"])
def test_nothing_of_another_origin_has_a_part_in_it(
    http: httpx.Client, name: str
) -> None:
    answer = http.get(f"/console/{name or 'users/nobody'}")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_a_mail_can_do_nothing(http: httpx.Client) -> None:
    (mail,) = http.get("/sandbox/outbox?kind=mail").json()
    answer = http.get(f"/console/inbox/{mail['id']}/mail")
    policy = answer.headers["content-security-policy"].split("; ")
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert not any(part.startswith("script-src") for part in policy)
    assert mail["html"] in answer.text
    (sms,) = http.get("/sandbox/outbox?kind=sms").json()
    assert http.get(f"/console/inbox/{sms['id']}/mail").status_code == 404
    for number in (99, 1 << 31, 1 << 63, 10**30):
        assert http.get(f"/console/inbox/{number}/mail").status_code == 404


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("zh;q=0.3, en;q=0.7", "en"),
        ("fr, zh-TW;q=0.5", "zh-CN"),
        ("zh;q=0, en", "en"),
        ("fr", "en"),
        (";q=x,,", "en"),
        ("", "en"),
    ],
)
def test_speaks_the_language_of_the_browser(
    http: httpx.Client, header: str, language: str
) -> None:
    answer = http.get("/console/time", headers={"accept-language": header})
    assert f'<html lang="{language}"' in answer.text
    assert "accept-language" in answer.headers["vary"]


def test_remembers_the_language_that_was_chosen(box: Sandbox) -> None:
    with httpx.Client(base_url=box.url, trust_env=False) as http:
        assert "用户池" in http.get("/console/pool?lang=zh").text
        assert "用户池" in http.get("/console/pool").text
        http.get("/console/pool?lang=xx")
        assert "用户池" in http.get("/console/pool").text
        assert "Rules" in http.get("/console/pool?lang=en").text


def test_every_text_has_every_language() -> None:
    for key, text in texts().items():
        assert text.keys() == LANGUAGES.keys(), key
        places = {tuple(re.findall(r"{\w+}", each)) for each in text.values()}
        assert len({tuple(sorted(each)) for each in places}) == 1, key


def test_every_text_is_used_and_there() -> None:
    used: set[str] = set()
    beginnings: set[str] = set()
    for template in (FOLDER / "templates").glob("*.html"):
        source = template.read_text("utf-8")
        used |= set(re.findall(r"""["']([a-z_]+(?:\.[a-z_]+)+)["']""", source))
        beginnings |= set(re.findall(r"""t\(["']([a-z_.]+\.)["'] ~""", source))
    used = {key for key in used if not key.endswith((".html", ".css", ".svg", ".js"))}
    assert used <= texts().keys()
    unused = {
        key for key in texts().keys() - used if not key.startswith((*beginnings,))
    }
    assert unused == set()
    assert {f"rules.{rule}" for rule in RULES.model_fields} <= texts().keys()
    assert {f"users.states.{state}" for state in STATES} <= texts().keys()
    assert {f"nav.{name}" for name in PAGES} <= texts().keys()


def test_every_rule_is_shown() -> None:
    rules = dict.fromkeys([*RULES.model_fields, "a_new_rule"], True)
    shown = grouped({**rules})
    assert {rule for group in shown.values() for rule in group} == {*rules}
    assert "a_new_rule" in shown["others"]


def test_odd_wishes_are_answered(http: httpx.Client) -> None:
    assert http.get("/console/users/nobody").status_code == 404
    for query in ("page=-1", "page=x", "state=odd", "page=999999", "search=%25"):
        assert http.get(f"/console/users?{query}").status_code == 200
    assert http.get("/console/requests?id=99").status_code == 200
    assert http.get("/console/inbox?id=99&kind=fax&to=x").status_code == 200
    assert http.get("/console/static/../app.py").status_code == 404
    assert http.get("/console/static/%2e%2e/app.py").status_code == 404


def test_tells_what_points_a_client_at_it(box: Sandbox, http: httpx.Client) -> None:
    text = http.get("/console/pool").text
    for name, value in box.environment.items():
        assert f"export {name}=" in text
        assert name == "AUTHING_PUBLIC_KEY" or f"export {name}={value}" in text
