"""The page of the example applications, in a real browser."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from authing_gen import Authing
from authing_sandbox import Sandbox

from ..sandbox.chromium import Problems, chromium
from .conftest import PASSWORD
from .servers import COMMANDS, serving

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("web in a browser")]

REFUSALS = ("401", "403")
"""What the page asks to find out who is there; browsers write it down as an error."""


@pytest.fixture(params=["fastapi", "flask", "django"])
def page(
    request: pytest.FixtureRequest,
    sandbox: Sandbox,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Page]:
    """A browser at an application."""
    log = tmp_path_factory.mktemp("served") / "log"
    with (
        serving(COMMANDS[request.param], sandbox, log) as url,
        chromium() as browser,
    ):
        page = browser.new_page(base_url=url)
        problems = Problems(page, url)
        page.goto("/")
        yield page
        unexpected = [
            each for each in problems if not any(code in each for code in REFUSALS)
        ]
        assert unexpected == []


def test_the_page(page: Page, sandbox: Sandbox, email: str) -> None:
    fill(page, "register", email=email, password=PASSWORD)
    expect(page.locator("#name")).to_have_text(email)
    fill(page, "rename", nickname="Ada")
    expect(page.locator("#name")).to_have_text("Ada")
    github = page.locator("#social li", has_text="GitHub")
    github.get_by_role("button", name="Connect").click()
    github.get_by_role("button", name="Disconnect").click()
    expect(github.get_by_role("button")).to_have_text("Connect")
    expect(page.locator("#administration")).to_be_hidden()

    [cookie] = [c for c in page.context.cookies() if "authing" in c.get("name", "")]
    assert cookie.get("name") == "__Host-authing"
    assert (cookie.get("httpOnly"), cookie.get("secure")) == (True, True)
    assert "authing" not in page.evaluate("document.cookie")

    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("#outside")).to_be_visible()
    fill(page, "sign-in", email=email, password="battery staple")
    expect(page.locator("#said")).to_have_text("Name or password is wrong.")

    fill(page, "forgotten", email=email)
    code = sandbox.blocking.wait_for_code(email)
    fill(page, "new-password", email=email, code=code, password="battery staple")
    expect(page.locator("#said")).to_have_text("Done.")
    fill(page, "sign-in", email=email, password="battery staple")
    expect(page.locator("#name")).to_have_text("Ada")
    page.get_by_role("button", name="Sign out").click()

    phone = f"139{uuid4().int % 10**8:08}"
    with Authing(**sandbox.settings) as authing:
        authing.register(phone=phone, password=PASSWORD)
    fill(page, "phone-code", phone=phone)
    code = sandbox.blocking.wait_for_code(phone)
    fill(page, "sign-in-phone", phone=phone, code=code)
    expect(page.locator("#name")).to_have_text("You")


def fill(page: Page, form: str, **fields: str) -> None:
    for name, value in fields.items():
        page.locator(f"#{form} [name={name}]").fill(value)
    page.locator(f"#{form} button").click()
