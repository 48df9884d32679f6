"""Each page is there in English and in Chinese, and both show the same."""

from pathlib import Path

import pytest

from .documents.pages import ENGLISH, PAGES, ROOT, links, name_of, twin_of
from .documents.twins import differences, levels

TWINS = [page for page in ENGLISH if twin_of(page).exists()]


def test_every_page_has_a_twin() -> None:
    assert [name_of(page) for page in ENGLISH if page not in TWINS] == []


def test_every_twin_has_a_page() -> None:
    chinese = {*(ROOT / "docs").rglob("*.zh.md"), *ROOT.glob("*.zh*.md")}
    assert chinese == set(PAGES) - set(ENGLISH)


@pytest.mark.parametrize("page", TWINS, ids=name_of)
def test_twins_have_the_same_headings_and_code(page: Path) -> None:
    assert levels(twin_of(page)) == levels(page)
    assert differences(page, twin_of(page)) == []


@pytest.mark.parametrize("page", TWINS, ids=name_of)
def test_a_twin_links_to_the_same_pages(page: Path) -> None:
    assert _targets(twin_of(page)) == _targets(page)


@pytest.mark.parametrize("name", ["README.zh-CN.md", "SECURITY.zh.md"])
def test_on_a_forge_chinese_leads_to_chinese(name: str) -> None:
    english = {name_of(page) for page in TWINS if page.parent != ROOT}
    assert english & {link.partition("#")[0] for link in links(ROOT / name)} == set()


def _targets(page: Path) -> set[str]:
    paths = {link.partition("#")[0] for link in links(page)}
    pages = {
        path.replace(".zh-CN.md", ".md").replace(".zh.md", ".md") for path in paths
    }
    return pages - {"", "README.md", "SECURITY.md"}
