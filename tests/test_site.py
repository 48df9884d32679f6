"""The documentation's site, built as `make docs` builds it and opened in a browser."""

import functools
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from .documents.pages import ROOT
from .sandbox.chromium import Problems, chromium

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

ENGLISH = {
    "logging": "guide/logging.html",
    "pagination": "guide/users.html",
    "sign out": "guide/sessions.html",
    "gunicorn": "guide/deployment.html",
}
"""What is looked for, and a page that must be among the first three."""
CHINESE = {
    "退出登录": "guide/sessions.html",
    "手机号": "guide/contacts.html",
    "分页": "guide/users.html",
    "logging": "guide/logging.html",
    "gunicorn": "guide/deployment.html",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, which is built without a word: no link, anchor or name is wrong.

    CI has built it just before, and says where.
    """
    if built_before := os.environ.get("AUTHING_TEST_SITE"):
        return ROOT / built_before
    site = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", site],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "true"},
        capture_output=True,
        text=True,
    )
    assert (built.returncode, built.stdout + built.stderr) == (0, "")
    return site


class Quiet(SimpleHTTPRequestHandler):
    """Serves files, and does not write down which."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module", params=["served", "opened as files"])
def place(request: pytest.FixtureRequest, site: Path) -> Iterator[str]:
    """Where a browser finds the site."""
    if request.param == "opened as files":
        yield site.as_uri()
        return
    serve = functools.partial(Quiet, directory=site)
    with ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.mark.parametrize(
    ("folder", "queries"), [("", ENGLISH), ("zh/", CHINESE)], ids=["en", "zh"]
)
def test_the_search_finds(
    browser: Browser, place: str, folder: str, queries: dict[str, str]
) -> None:
    page = browser.new_page()
    problems = Problems(page, place)
    for query, expected in queries.items():
        page.goto(f"{place}/{folder}guide/errors.html")
        box = page.locator("input[name=query]")
        box.fill(query)
        box.press("End")  # Who types lifts keys, and this tells the search.
        links = page.locator("a.md-search-result__link")
        expect(links.first).to_be_visible(timeout=20_000)
        found = [link.get_attribute("href") or "" for link in links.all()]
        assert all(url.startswith(f"{place}/{folder}") for url in found)
        pages = list(dict.fromkeys(re.split("[?#]", url)[0] for url in found))
        assert f"{place}/{folder}{expected}" in pages[:3], query
    page.close()
    assert problems == []


def test_each_page_leads_to_its_twin(browser: Browser, place: str) -> None:
    page = browser.new_page()
    problems = Problems(page, place)
    page.goto(f"{place}/guide/errors.html")
    for language, folder in (("zh", "zh/"), ("en", "")):
        page.get_by_role("button", name=re.compile("language|语言")).hover()
        page.locator(f"a.md-select__link[hreflang={language}]").click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        assert page.url == f"{place}/{folder}guide/errors.html"
    page.close()
    assert problems == []


def test_every_page_is_there_as_markdown(site: Path) -> None:
    pages = {page for page in site.rglob("*.html") if page.name != "404.html"}
    texts = {page.with_suffix(".md") for page in pages}
    assert texts == set(site.rglob("*.md"))
    for text in texts | {site / "llms.txt", site / "zh/llms.txt"}:
        links = links_of(text.read_text(encoding="utf-8"))
        assert [link for link in links if not (text.parent / link).exists()] == []
    for folder in (site, site / "zh"):
        links = links_of((folder / "llms.txt").read_text(encoding="utf-8"))
        listed = {(folder / link).resolve() for link in links}
        listed_here = {text for text in listed if text.suffix == ".md"}
        chinese = site / "zh"
        here = {
            text
            for text in texts
            if text.is_relative_to(chinese) == (folder == chinese)
        }
        assert here - listed_here == {folder / "index.md"}


def links_of(text: str) -> list[str]:
    """Where a text links to in the site."""
    plain = re.sub(r"^ *```.*?^ *```$", "", text, flags=re.S | re.M)
    return re.findall(r"\]\((?![a-z]+:)([^)#\s]+)(?:#[^)\s]*)?\)", plain)
