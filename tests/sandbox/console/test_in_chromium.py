"""The page, in a real browser: what a person does on it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from authing_gen import Authing, AuthingError
from authing_sandbox import Sandbox

from ..calling import PASSWORD
from ..chromium import Problems, chromium
from .test_pages import arrange

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("console")]

EMAIL = "ada@example.com"
PAGES = ("Access", "Inbox", "Requests", "Pool", "Time", "Snapshots", "Users")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def authing(box: Sandbox) -> Iterator[Authing]:
    with Authing(**box.settings) as authing:
        yield authing


class Person:
    """Somebody in front of the page."""

    def __init__(self, page: Page, box: Sandbox) -> None:
        self.page, self.url = page, box.url
        self.problems = Problems(page, box.url)

    def open(self, name: str) -> None:
        self.page.goto(f"{self.url}/console/{name}")

    def press(self, name: str, within: Locator | None = None) -> None:
        self.page.wait_for_load_state()  # Its script runs then.
        (within or self.page).get_by_role("button", name=name, exact=True).click()

    def fill(self, **fields: str) -> Locator:
        """Fill in the dialog that is open."""
        dialog = self.page.locator("dialog[open]")
        for name, value in fields.items():
            dialog.locator(f"[name={name}]").fill(value)
        return dialog

    def copy(self, name: str, within: Locator | None = None) -> str:
        self.page.evaluate("navigator.clipboard.writeText('')")
        self.press(name, within)
        copied = "() => navigator.clipboard.readText()"
        text: str = self.page.wait_for_function(copied).json_value()
        return text

    def type(self, text: str) -> None:
        self.page.wait_for_load_state()
        self.page.keyboard.type(text)


@pytest.fixture
def person(browser: Browser, box: Sandbox) -> Iterator[Person]:
    context = browser.new_context(locale="en-GB", timezone_id="Asia/Shanghai")
    context.set_default_timeout(20_000)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=box.url)
    person = Person(context.new_page(), box)
    yield person
    context.close()
    assert person.problems == []


def control(box: Sandbox, path: str, **options: Any) -> Any:
    method = options.pop("method", "GET")
    url = f"{box.url}/sandbox/{path}"
    answer = httpx.request(method, url, trust_env=False, **options)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def create(box: Sandbox, email: str = EMAIL, **more: Any) -> str:
    given = {"email": email, "password": PASSWORD, **more}
    created: str = control(box, "users", method="POST", json=given)["id"]
    return created


def test_the_front_door_leads_to_the_users(person: Person, box: Sandbox) -> None:
    person.page.goto(box.url)
    expect(person.page.get_by_role("heading", name="Users")).to_be_visible()
    expect(person.page.get_by_text("No users yet")).to_be_visible()
    for name in PAGES:
        person.page.get_by_role("link", name=name, exact=True).click()
        expect(person.page.locator("h1")).to_contain_text(name)
        current = person.page.locator("nav [aria-current=page]")
        expect(current).to_have_text(name)
    debugger = person.page.get_by_role("link", name="Debugger")
    expect(debugger).to_have_attribute("href", "/graphiql")


def test_creates_a_user_who_can_sign_in(person: Person, authing: Authing) -> None:
    person.open("users")
    person.press("New user")
    dialog = person.fill(email=EMAIL, nickname="Ada", password=PASSWORD)
    person.press("Create user", dialog)
    expect(person.page.get_by_role("heading", name=EMAIL)).to_be_visible()
    assert authing.login(email=EMAIL, password=PASSWORD).nickname == "Ada"
    # Its page follows what happens.
    expect(person.page.locator("#told").get_by_text("登录成功")).to_be_visible()


def test_says_why_a_user_cannot_be_created(person: Person, box: Sandbox) -> None:
    create(box)
    person.open("users")
    person.press("New user")
    dialog = person.fill(email=EMAIL, password=PASSWORD)
    person.press("Create user", dialog)
    expect(dialog.get_by_role("alert")).to_contain_text("2026")
    person.press("Cancel", dialog)
    expect(dialog).to_have_count(0)
    person.problems[:] = [one for one in person.problems if "409" not in one]


def test_searches_filters_and_turns_pages(person: Person, box: Sandbox) -> None:
    for number in range(23):
        create(box, f"user{number:02}@example.com")
    blocked = create(box, "eve@example.com")
    control(box, f"users/{blocked}", method="PATCH", json={"blocked": True})
    person.open("users")
    rows = person.page.locator("tbody tr")
    expect(rows).to_have_count(20)
    expect(person.page.get_by_text("1–20 of 24")).to_be_visible()
    person.page.get_by_role("link", name="Next page").click()
    expect(rows).to_have_count(4)
    expect(person.page.get_by_role("link", name="Next page")).to_have_count(0)
    person.page.get_by_role("link", name="Previous page").click()
    expect(rows).to_have_count(20)
    person.type("/user1")
    expect(rows).to_have_count(10)
    assert "search=user1" in person.page.url
    expect(person.page.get_by_role("searchbox")).to_be_focused()
    person.page.get_by_role("searchbox").fill("")
    person.page.get_by_label("State").select_option("blocked")
    expect(rows).to_have_count(1)
    person.page.reload()
    expect(rows).to_have_count(1)
    rows.locator("td").nth(2).click()
    expect(person.page.get_by_role("heading", name="eve@example.com")).to_be_visible()


def test_the_table_follows_what_clients_do(person: Person, authing: Authing) -> None:
    person.open("users")
    authing.register(email=EMAIL, password=PASSWORD)
    expect(person.page.get_by_role("link", name=re.compile(EMAIL))).to_be_visible()


def test_edits_a_user(person: Person, box: Sandbox) -> None:
    id = create(box, nickname="Ada")
    person.open(f"users/{id}")
    person.press("Edit")
    dialog = person.fill(nickname="", company="Analytical Engines", phone="13800138000")
    dialog.get_by_label("Phone is verified").check()
    person.press("Save", dialog)
    expect(person.page.get_by_text("Analytical Engines")).to_be_visible()
    user = control(box, f"users/{id}")["user"]
    assert (user["phone"], user["phone_verified"]) == ("13800138000", True)
    assert not user["nickname"]


def test_blocks_and_unblocks_a_user(
    person: Person, box: Sandbox, authing: Authing
) -> None:
    person.open(f"users/{create(box)}")
    person.press("Block")
    expect(person.page.get_by_role("button", name="Sign in as")).to_be_disabled()
    with pytest.raises(AuthingError, match="2005"):
        authing.login(email=EMAIL, password=PASSWORD)
    person.press("Unblock")
    expect(person.page.get_by_role("button", name="Sign in as")).to_be_enabled()
    authing.login(email=EMAIL, password=PASSWORD)


def test_sets_a_password(person: Person, box: Sandbox, authing: Authing) -> None:
    person.open(f"users/{create(box)}")
    person.press("Set password")
    dialog = person.fill(password="battery staple")
    person.press("Set password", dialog)
    expect(dialog).to_have_count(0)
    authing.login(email=EMAIL, password="battery staple")


def test_signs_in_as_a_user_and_out(
    person: Person, box: Sandbox, authing: Authing
) -> None:
    person.open(f"users/{create(box)}")
    person.press("Sign in as")
    dialog = person.page.locator("dialog[open]")
    expect(dialog).to_contain_text("Good until")
    token = person.copy("Copy", dialog)
    assert authing.check_login_status(token=token).status is True
    person.press("Close", dialog)
    person.press("Sign out everywhere")
    expect(person.page.get_by_text("none in force")).to_be_visible()
    assert authing.check_login_status(token=token).status is False


def test_removes_a_user(person: Person, box: Sandbox) -> None:
    person.open(f"users/{create(box)}")
    person.press("Remove")
    dialog = person.page.locator("dialog[open]")
    expect(dialog).to_contain_text(f"Remove {EMAIL}?")
    person.press("Remove", dialog)
    expect(person.page.get_by_text("No users yet")).to_be_visible()
    assert control(box, "users")["total"] == 0


def test_codes_arrive_and_are_copied_at_one_click(
    person: Person, box: Sandbox, authing: Authing
) -> None:
    person.open("inbox")
    expect(person.page.get_by_text("No messages")).to_be_visible()
    authing.sms.send_code("13800138000")
    code = box.blocking.last_code("13800138000")
    assert person.copy("Copy the code") == code
    expect(person.page.locator("#notice")).to_have_text("Copied")
    person.page.get_by_role("link", name=re.compile("13800138000")).click()
    expect(person.page.locator(".big")).to_have_text(code)
    expect(person.page.locator("article")).to_contain_text("您的验证码")
    person.press("Empty the inbox")
    expect(person.page.get_by_text("No messages")).to_be_visible()
    assert box.blocking.outbox() == []


def test_mails_are_shown_and_their_links_opened(
    person: Person, box: Sandbox, authing: Authing
) -> None:
    id = create(box)
    authing.send_verify_email(email=EMAIL)
    authing.send_reset_password_email(email=EMAIL)
    person.open("inbox")
    subjects = person.page.locator(".message small")
    expect(subjects.first).to_contain_text("重置密码")
    person.page.get_by_role("link", name=re.compile("验证邮箱")).click()
    mail = person.page.frame_locator("iframe")
    expect(mail.get_by_role("link", name="验证邮箱")).to_be_visible()
    with person.page.expect_popup() as opened:
        person.page.get_by_role("link", name="Open the link").click()
    expect(opened.value.locator("body")).to_have_text("邮箱验证成功")
    assert control(box, f"users/{id}")["user"]["email_verified"] is True
    link = person.copy("Copy the link")
    assert link.startswith(f"{box.url}/users/verify_email?")


def test_links_in_a_mail_open_beside_it(
    person: Person, box: Sandbox, authing: Authing
) -> None:
    create(box)
    authing.send_verify_email(email=EMAIL)
    person.open("inbox?id=1")
    link = person.page.frame_locator("iframe").get_by_role("link", name="验证邮箱")
    with person.page.expect_popup() as opened:
        link.click()
    expect(opened.value.locator("body")).to_have_text("邮箱验证成功")


def test_finds_messages_by_recipient_and_kind(
    person: Person, box: Sandbox, authing: Authing
) -> None:
    create(box)
    authing.sms.send_code("13800138000")
    authing.send_reset_password_email(email=EMAIL)
    person.open("inbox")
    messages = person.page.locator(".message")
    expect(messages).to_have_count(2)
    person.page.get_by_role("searchbox").fill("ADA")
    expect(messages).to_have_count(1)
    expect(messages).to_contain_text(EMAIL)
    person.page.get_by_role("searchbox").fill("")
    person.page.get_by_label("Kind").select_option("sms")
    expect(messages).to_have_count(1)
    expect(messages).to_contain_text("13800138000")


def test_requests_appear_and_open_without_their_secrets(
    person: Person, box: Sandbox, authing: Authing
) -> None:
    person.open("requests")
    expect(person.page.get_by_text("No requests yet")).to_be_visible()
    create(box)
    with pytest.raises(AuthingError):
        authing.login(email=EMAIL, password="wrong horse")
    authing.users()
    rows = person.page.locator("tbody tr")
    newest = rows.first
    expect(newest).to_contain_text("users")
    expect(newest).to_contain_text("owner")
    expect(newest).to_contain_text("ok")
    login = rows.filter(has_text="login")
    expect(login).to_contain_text("2006")
    login.get_by_role("link").click()
    opened = person.page.locator("article")
    expect(opened.get_by_label("Variables")).to_contain_text(EMAIL)
    expect(opened.get_by_label("Variables")).to_contain_text('"password": "•••"')
    expect(opened).to_contain_text("密码不正确")
    person.press("Clear the log")
    expect(person.page.get_by_text("No requests yet")).to_be_visible()


def test_switches_and_fields_are_rules(person: Person, box: Sandbox) -> None:
    person.open("pool")
    person.page.get_by_label("Nobody may register").check()
    lifetime = person.page.get_by_label("Lifetime of codes and links")
    lifetime.fill("60")
    lifetime.blur()
    expect(lifetime).to_have_attribute("data-saved", "")
    code = person.page.get_by_label("Every code is")
    code.fill("4711")
    code.blur()
    expect(code).to_have_attribute("data-saved", "")
    rules = control(box, "config")
    assert rules["register_disabled"] is True
    assert (rules["code_lifetime"], rules["fixed_code"]) == (60, "4711")
    code.fill("")
    code.blur()
    expect(code).to_have_attribute("data-saved", "")
    assert control(box, "config")["fixed_code"] is None
    person.page.reload()
    expect(person.page.get_by_label("Nobody may register")).to_be_checked()


def test_keys_and_lines_are_copied(person: Person, box: Sandbox) -> None:
    person.open("pool")
    lines = person.copy("Copy the lines")
    assert f"export AUTHING_USER_POOL_ID={box.pool_id}\n" in lines
    assert f"export AUTHING_USERS_URL={box.users_url}\n" in lines
    keys = person.page.locator("section", has_text="Keys").first
    secret = keys.locator("[data-secret]").first
    expect(secret).not_to_contain_text(box.secret)
    person.press("Show: Secret")
    expect(secret).to_have_text(box.secret)
    assert person.copy("Copy: Secret") == box.secret
    assert person.copy("Copy: Public key").strip() == box.public_key.strip()


def test_providers_and_the_whitelist_change(person: Person, box: Sandbox) -> None:
    person.open("pool")
    weibo = person.page.get_by_label(re.compile("weibo"))
    weibo.check()
    expect(weibo).to_have_attribute("data-saved", "")
    providers = control(box, "providers")
    assert {one["alias"]: one["enabled"] for one in providers}["weibo"] is True
    person.page.get_by_label("Phone", exact=True).fill("13900139000")
    person.press("Add")
    person.press("Remove: 13900139000")
    expect(person.page.get_by_text("No phone is listed.")).to_be_visible()
    person.page.get_by_label("Phone", exact=True).fill("1")
    person.press("Add")
    expect(person.page.get_by_role("alert")).to_contain_text("2028")
    person.problems[:] = [one for one in person.problems if "409" not in one]


def test_connects_and_removes_a_directory(person: Person, box: Sandbox) -> None:
    person.open("pool")
    person.press("Connect a directory")
    dialog = person.fill(
        id="ours", name="Ours", url="ldap://127.0.0.1:1389", base_dn="dc=example"
    )
    person.press("Add", dialog)
    expect(person.page.get_by_text("ldap://127.0.0.1:1389")).to_be_visible()
    assert "ours" in {one["id"] for one in control(box, "directories")}
    person.press("Remove: Ours")
    expect(person.page.get_by_text("ldap://127.0.0.1:1389")).to_have_count(0)


def row(person: Person, section: str, name: str) -> Locator:
    return person.page.locator(f"#{section} tbody tr", has_text=name)


def test_makes_and_edits_roles_and_groups(
    person: Person, box: Sandbox, authing: Authing
) -> None:
    id = create(box)
    person.open("access")
    expect(person.page.get_by_text("No roles yet")).to_be_visible()
    person.press("New role")
    dialog = person.fill(name="editor", permissions="post:read\n\n  post:write ")
    person.press("Add", dialog)
    expect(row(person, "roles", "editor")).to_contain_text("post:write")
    person.press("New group")
    dialog = person.fill(name="staff", description="Those who write")
    dialog.get_by_label("editor").check()
    person.press("Add", dialog)
    expect(row(person, "groups", "staff")).to_contain_text("editor")
    box.blocking.add_to_group("staff", EMAIL)
    permitted = authing.user_permission_list(id=id).raw_list
    assert permitted == ["post:read", "post:write"]

    person.press("Edit: editor")
    dialog = person.page.locator("dialog[open]")
    permissions = dialog.get_by_label("Permissions")
    expect(permissions).to_have_value("post:read\npost:write")
    person.fill(name="reader", permissions="post:read")
    person.press("Save", dialog)
    expect(row(person, "roles", "reader")).not_to_contain_text("post:write")
    assert authing.rbac_role_list().list_[0].description is None
    person.press("Edit: reader")
    person.press("Save", person.fill(description="Reads"))
    expect(row(person, "roles", "reader")).to_contain_text("Reads")
    person.press("Edit: reader")
    person.press("Save", person.fill(description=""))
    expect(row(person, "roles", "reader")).not_to_contain_text("Reads")
    person.press("Edit: staff")
    expect(dialog.get_by_label("reader")).to_be_checked()
    dialog.get_by_label("reader").uncheck()
    person.press("Save", dialog)
    expect(row(person, "groups", "staff")).not_to_contain_text("reader")
    assert authing.user_permission_list(id=id).raw_list == []


def test_says_why_a_role_cannot_be_edited(person: Person, box: Sandbox) -> None:
    for _ in range(2):
        control(box, "permissions", method="POST", json={"name": "twin"})
    box.blocking.create_role("editor")
    person.open("access")
    person.press("Edit: editor")
    dialog = person.fill(permissions="twin")
    person.press("Save", dialog)
    expect(dialog.get_by_role("alert")).to_contain_text("several are called twin")
    person.problems[:] = [one for one in person.problems if "409" not in one]


def test_removes_roles_groups_and_permissions(person: Person, box: Sandbox) -> None:
    box.blocking.create_role("editor", permissions=["post:write"])
    box.blocking.create_group("staff", roles=["editor"])
    person.open("access")
    for name in ("post:write", "editor", "staff"):
        person.press(f"Remove: {name}")
        dialog = person.page.locator("dialog[open]")
        expect(dialog).to_contain_text(name)
        person.press("Remove", dialog)
        expect(dialog).to_have_count(0)
    expect(person.page.get_by_text("No groups yet")).to_be_visible()
    for path in ("roles", "groups", "permissions"):
        assert control(box, path) == []


def test_builds_an_organisation(person: Person, box: Sandbox) -> None:
    box.blocking.create_group("Crew")
    person.open("access")
    person.press("New organisation")
    person.press("Add", person.fill(name="Planet Express"))
    for name, below in (("Crew", "Planet Express"), ("Bridge", "Crew")):
        person.press(f"Add below {below}")
        dialog = person.page.locator("dialog[open]")
        expect(dialog.get_by_label("Below")).to_have_value(below)
        expect(dialog.get_by_label("Group")).to_be_focused()
        person.type(name)
        person.press("Add", dialog)
        expect(person.page.locator(".node", has_text=name)).to_be_visible()
    nodes = control(box, "organisations")[0]["nodes"]
    assert [(node["name"], node["depth"]) for node in nodes] == [
        ("Planet Express", 0),
        ("Crew", 1),
        ("Bridge", 2),
    ]
    tree = person.page.locator(".tree")
    expect(tree.locator("ul ul .node")).to_contain_text("Bridge")
    person.press("Take out, with all below: Crew")
    expect(person.page.locator(".node")).to_have_count(1)
    person.press("Remove the organisation: Planet Express")
    person.press("Remove", person.page.locator("dialog[open]"))
    expect(person.page.get_by_text("No organisations yet")).to_be_visible()
    assert len(control(box, "groups")) == 3


def test_a_count_leads_to_the_users(person: Person, box: Sandbox) -> None:
    create(box)
    create(box, "bea@example.com")
    box.blocking.create_role("editor", users=[EMAIL])
    person.open("access")
    person.page.get_by_role("link", name="Users of editor").click()
    rows = person.page.locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text(EMAIL)
    expect(person.page.get_by_text("Role: editor")).to_be_visible()
    person.page.get_by_role("searchbox").fill("bea")
    expect(person.page.get_by_text("Nobody is like that")).to_be_visible()
    person.page.get_by_role("link", name="Show everybody").click()
    expect(rows).to_have_count(2)


def test_gives_a_user_roles_and_groups(
    person: Person, box: Sandbox, authing: Authing
) -> None:
    id = create(box)
    box.blocking.create_role("editor", permissions=["post:write"])
    box.blocking.create_role("captain", permissions=["ship:steer"])
    crew = {"name": "Crew", "children": [{"name": "Bridge", "roles": ["captain"]}]}
    box.blocking.create_organisation(crew)
    person.open(f"users/{id}")
    told = person.page.locator("#told")
    person.press("Assign a role")
    dialog = person.page.locator("dialog[open]")
    dialog.get_by_label("Role").select_option("editor")
    person.press("Assign a role", dialog)
    person.press("Add to a group")
    dialog.get_by_label("Group").select_option("Bridge")
    person.press("Add to a group", dialog)
    expect(told.get_by_text("Crew › Bridge")).to_be_visible()
    permitted = authing.user_permission_list(id=id).raw_list
    assert permitted == ["post:write", "ship:steer"]
    person.press("Revoke: editor")
    expect(told.get_by_text("post:write")).to_have_count(0)
    person.press("Take out: Bridge")
    expect(told.get_by_text("ship:steer")).to_have_count(0)
    assert authing.user_permission_list(id=id).raw_list == []


def test_a_user_has_only_what_is_not_given_yet_to_choose(
    person: Person, box: Sandbox
) -> None:
    person.open(f"users/{create(box)}")
    expect(person.page.get_by_role("button", name="Assign a role")).to_be_disabled()
    box.blocking.create_role("editor", users=[EMAIL])
    box.blocking.create_role("reader")
    # The button follows what happens elsewhere.
    assign = person.page.get_by_role("button", name="Assign a role")
    expect(assign).to_be_enabled()
    person.page.reload()
    person.press("Assign a role")
    options = person.page.locator("dialog[open] option")
    expect(options).to_have_text(["reader"])


def test_sets_and_removes_metadata(
    person: Person, box: Sandbox, authing: Authing
) -> None:
    id = create(box)
    person.open(f"users/{id}")
    for value in ("dark", "light"):
        person.press("Set metadata")
        dialog = person.fill(key='a "key"/1', value=value)
        person.press("Save", dialog)
        expect(person.page.locator("#told").get_by_text(value)).to_be_visible()
    (kept,) = authing.user_metadata(id=id).list_
    assert (kept.key, kept.value) == ('a "key"/1', "light")
    person.press('Remove: a "key"/1')
    expect(person.page.get_by_text("Nothing is kept with this user")).to_be_visible()
    assert authing.user_metadata(id=id).list_ == []


def test_access_is_that_of_the_pool_which_is_chosen(
    person: Person, box: Sandbox
) -> None:
    other = another_pool(box)
    box.blocking.create_role("ours")
    role = {"name": "theirs"}
    control(box, "roles", method="POST", params={"pool": other}, json=role)
    person.open("access")
    expect(row(person, "roles", "ours")).to_be_visible()
    person.page.get_by_role("link", name="Other").click()
    expect(row(person, "roles", "theirs")).to_be_visible()
    expect(row(person, "roles", "ours")).to_have_count(0)
    person.press("New group")
    dialog = person.fill(name="staff")
    dialog.get_by_label("theirs").check()
    person.press("Add", dialog)
    expect(row(person, "groups", "staff")).to_contain_text("theirs")
    assert control(box, "groups") == []
    person.press("New organisation")
    person.press("Add", person.fill(name="staff"))
    person.page.get_by_role("link", name="Users of staff").last.click()
    expect(person.page.get_by_text("Group: staff")).to_be_visible()
    person.page.get_by_role("link", name="Show everybody").click()
    expect(person.page.get_by_role("link", name="bea@example.com")).to_be_visible()
    person.page.get_by_role("link", name="Access").click()
    expect(row(person, "roles", "theirs")).to_be_visible()
    assert control(box, "organisations") == []


def another_pool(box: Sandbox) -> str:
    """The id of a second pool, called Other, in which Bea is."""
    document = control(box, "export")
    (pool,) = document["tables"]["pool"]
    id = "5f0e1d2c3b4a596877869fff"
    tables: dict[str, Any] = {name: [] for name in document["tables"]}
    tables["pool"] = [pool | {"id": id, "name": "Other"}]
    document["tables"] = tables
    control(box, "import", method="POST", json=document)
    bea = {"email": "bea@example.com", "password": PASSWORD}
    control(box, "users", method="POST", params={"pool": id}, json=bea)
    return id


def test_moves_the_clock(person: Person, box: Sandbox) -> None:
    person.open("time")
    expect(person.page.get_by_text("It shows real time.")).to_be_visible()
    person.page.get_by_role("button", name=re.compile("10 minutes")).click()
    expect(person.page.locator("#ahead")).to_have_text("10 minutes ahead of real time")
    assert control(box, "clock")["ahead"] == 600
    person.page.get_by_label("Date and time").fill("2031-02-03T04:05:06")
    person.press("Move the clock")
    expect(person.page.locator("[data-clock]")).to_contain_text("3 Feb 2031, 04:05")
    now = datetime.fromisoformat(control(box, "clock")["now"])
    wanted = datetime(2031, 2, 2, 20, 5, 6, tzinfo=UTC)  # in Shanghai, 8 hours later
    assert timedelta(0) <= now - wanted < timedelta(minutes=1)
    person.press("Back to real time")
    expect(person.page.get_by_text("It shows real time.")).to_be_visible()


def test_takes_and_restores_snapshots(person: Person, box: Sandbox) -> None:
    person.open("snapshots")
    person.press("Take a snapshot")
    expect(person.page.locator("tbody tr")).to_have_count(1)
    create(box)
    person.press("Restore")
    expect(person.page.locator("#notice")).to_have_text("Done")
    assert control(box, "users")["total"] == 0
    person.press("Forget")
    expect(person.page.get_by_text("No snapshots yet")).to_be_visible()


def test_goes_back_to_the_first_world(person: Person, box: Sandbox) -> None:
    create(box)
    person.open("snapshots")
    person.press("Back to the first world")
    dialog = person.page.locator("dialog[open]")
    person.press("Back to the first world", dialog)
    expect(dialog).to_have_count(0)
    assert control(box, "users")["total"] == 0


def test_another_language_is_one_click_away(person: Person) -> None:
    person.open("users?search=ada")
    person.page.get_by_role("link", name="中文").click()
    expect(person.page.get_by_role("heading", name="用户")).to_be_visible()
    expect(person.page.get_by_role("searchbox")).to_have_value("ada")
    person.page.get_by_role("link", name="收件箱").click()
    expect(person.page.get_by_role("heading", name="收件箱")).to_be_visible()
    person.page.get_by_role("link", name="English").click()
    expect(person.page.get_by_role("heading", name="Inbox")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 768, 1280])
@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_fits_every_screen(
    browser: Browser,
    box: Sandbox,
    authing: Authing,
    width: int,
    scheme: Any,
    language: str,
) -> None:
    id = create(box, "a.very.long.address.indeed@sub.domain.example.com")
    authing.sms.send_code("13800138000")
    authing.users()
    control(box, "snapshots", method="POST")
    arrange(box.blocking, id)
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, locale=language
    )
    page = context.new_page()
    problems = Problems(page, box.url)
    for name in (
        *("users", f"users/{id}", "inbox", "inbox?id=1", "requests", "requests?id=1"),
        *("access", "pool", "time", "snapshots"),
    ):
        page.goto(f"{box.url}/console/{name}")
        beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert beyond <= 0, f"{name} is wider than the screen"
        colours = page.evaluate(
            "[getComputedStyle(document.body).backgroundColor,"
            " getComputedStyle(document.body).color]"
        )
        ground, ink = (sum(map(int, re.findall(r"\d+", each))) for each in colours)
        assert (ground < ink) is (scheme == "dark")
    context.close()
    assert problems == []
