"""A browser as far as forms go: it keeps cookies, follows redirects, fills in forms."""

from html.parser import HTMLParser
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

import httpx

from authing_sandbox import Sandbox

Attributes = list[tuple[str, str | None]]


class Page(HTMLParser):
    """What a page shows, and the form on it."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__()
        self.status = response.status_code
        self.url = response.url
        self.headers = response.headers
        self.text = ""
        self.fields: dict[str, str] = {}
        self.actions: set[str] = set()
        self.alert = ""
        self._in_alert = False
        self.html = response.text
        self.feed(response.text)

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        given = {name: value or "" for name, value in attrs}
        self._in_alert = given.get("role") == "alert"
        if tag == "input":
            self.fields[given["name"]] = given.get("value", "")
        elif tag == "button":
            self.actions.add(given["value"])

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._in_alert:
            self.alert += data.strip()

    def handle_endtag(self, tag: str) -> None:
        self._in_alert = False


class Browser:
    """Goes from page to page until it is sent back to an app."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.http = httpx.AsyncClient(base_url=sandbox.url, timeout=30)
        self._home = sandbox.url

    async def __aenter__(self) -> "Browser":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.http.aclose()

    async def open(self, url: str) -> Page | str:
        """A page, or where in an app the browser is sent to."""
        return await self._follow(await self.http.get(url))

    async def press(self, page: Page | str, action: str, **typed: str) -> Page | str:
        """Fill in the form of a page and press one of its buttons."""
        assert isinstance(page, Page), page
        assert action in page.actions, page.text
        form = {**page.fields, **typed, "action": action}
        return await self._follow(await self.http.post(page.url, data=form))

    async def _follow(self, response: httpx.Response) -> Page | str:
        while response.is_redirect:
            assert response.status_code == 303
            location = str(response.url.join(response.headers["location"]))
            if not location.startswith(self._home):
                return location
            response = await self.http.get(location)
        return Page(response)


def page(shown: Page | str) -> Page:
    """What is shown, which is a page."""
    assert isinstance(shown, Page), shown
    return shown


def answer(shown: Page | str) -> dict[str, str]:
    """What an app is told by the URL that the browser is sent to."""
    assert isinstance(shown, str), shown.text
    return {name: value for name, (value,) in parse_qs(urlsplit(shown).query).items()}
