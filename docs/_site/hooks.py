"""Pages that are made when the site is built: the schema's, and those of the project.

MkDocs calls the functions below; their names and parameters are its own. It builds the
site once for each language, and English first.
"""

import json
import logging
import re
import sys
from pathlib import Path

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url
from mkdocs.utils.templates import TemplateContext

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "generated"), str(Path(__file__).parent)]

from chinese import lines_joined  # noqa: E402 (beside this file, as the next)
from headings import with_anchors_of  # noqa: E402
from markdown_pages import write_as_markdown  # noqa: E402
from schema_pages import schema_pages  # noqa: E402
from schema_words import CHINESE, ENGLISH  # noqa: E402

FROM_THE_PROJECT = {
    "changelog.md": "CHANGELOG.md",
    "changelog.zh.md": "CHANGELOG.md",
    "contributing.md": "CONTRIBUTING.md",
    "contributing.zh.md": "CONTRIBUTING.md",
    "security.md": "SECURITY.md",
    "security.zh.md": "SECURITY.zh.md",
    "reference/schema/rules.md": "schema/README.md",
    "reference/schema/rules.zh.md": "schema/README.md",
}
"""Pages whose text stands outside of `docs/`, where people look for it."""

IN_ENGLISH = {
    "changelog.zh.md": "更新日志",
    "contributing.zh.md": "参与贡献",
    "reference/schema/rules.zh.md": "schema 的规则",
}
"""Pages of the Chinese site whose text is English, and what they are called there."""

_LINK = re.compile(r"\]\((?![a-z]+:)([^)#\s]+)(#[^)\s]*)?\)")
_OTHER_LANGUAGE = re.compile(r"^\[(?:English|简体中文)\]\(\S+\)\n\n?", re.M)
_ALTERNATE = re.compile(r"\s*<link rel=\"alternate\"[^>]*>")
_HEADING = re.compile(r"^# .*\n")

_made: dict[str, str] = {}
_navigations: dict[str, Navigation] = {}
_texts: dict[str, str] = {}
"""Pages of the language that is being built: their Markdown, by URL."""

logging.getLogger("jieba").setLevel(logging.WARNING)  # It tells of each start.


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages, as if they stood in `docs/`: i18n takes no others."""
    _made.update(schema_pages(ROOT / "schema", ENGLISH))
    _made.update(schema_pages(ROOT / "schema", CHINESE))
    for path, source in FROM_THE_PROJECT.items():
        _made[path] = (ROOT / source).read_text(encoding="utf-8")
    for path, title in IN_ENGLISH.items():
        _made[path] = _HEADING.sub(f"# {title}\n\n本页只有英文。\n", _made[path])
    for path in _made:
        files.append(File(path, config.docs_dir, config.site_dir, False))
    return files


def on_page_read_source(*, page: Page, config: MkDocsConfig) -> str | None:
    """Give the text of a page that is made."""
    return _made.get(page.file.src_uri)


@event_priority(100)
def on_page_markdown(
    markdown: str, *, page: Page, config: MkDocsConfig, files: Files
) -> str:
    """Let links lead to pages of the site, which on the forge lead to files."""
    here = page.file.src_uri
    source = ROOT / FROM_THE_PROJECT.get(here, f"docs/{here}")

    def turned(found: re.Match[str]) -> str:
        target = (source.parent / found[1]).resolve()
        uri = _uri_of(target)
        if uri is None or not (target.exists() or uri in _made):
            return found[0]
        ups = "../" * here.count("/")
        return f"]({ups}{uri}{found[2] or ''})"

    linked = _LINK.sub(turned, _OTHER_LANGUAGE.sub("", markdown))
    if here.endswith(".zh.md"):
        linked = lines_joined(linked)
    _texts[page.url] = linked
    twin = source.with_name(source.name.replace(".zh.md", ".md"))
    if twin == source or not twin.exists():
        return linked
    return with_anchors_of(twin.read_text(encoding="utf-8"), linked)


def on_page_context(
    context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
) -> TemplateContext:
    """Let a Chinese page search what is below `zh/`: links do not use this base."""
    if page.url.startswith("zh/"):
        context["base_url"] = get_relative_url("zh/", page.url)
    return context


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    """Leave out links for machines to the other language: beside each of them
    Material's script asks for a sitemap.
    """
    return _ALTERNATE.sub("", output)


def on_post_template(output: str, *, template_name: str, config: MkDocsConfig) -> str:
    """Leave out the sitemap, which needs to know where the site stands.

    Nor is there a page 404 in Chinese: it would take the place of the English one.
    """
    chinese = config.theme["language"] == "zh"
    return "" if chinese or template_name == "sitemap.xml" else output


@event_priority(-200)  # After i18n, which translates its titles.
def on_nav(nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
    """Keep it for `llms.txt`."""
    _navigations[config.theme["language"]] = nav
    return nav


@event_priority(-100)  # After autorefs, which knows by then where all names are.
def on_env(env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
    """Write each page as Markdown, and `llms.txt`."""
    write_as_markdown(config, _navigations[config.theme["language"]], _texts)
    _texts.clear()
    return env


@event_priority(-200)  # After i18n, which puts all languages into one index.
def on_post_build(*, config: MkDocsConfig) -> None:
    """Give each language an index of its own, and one for pages opened as files."""
    site = Path(config.site_dir)
    index = json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))
    docs = index.pop("docs")
    chinese = [entry for entry in docs if entry["location"].startswith("zh/")]
    english = [entry for entry in docs if not entry["location"].startswith("zh/")]
    for entry in chinese:
        entry["location"] = entry["location"].removeprefix("zh/")
    for folder, entries in (site / "search", english), (site / "zh/search", chinese):
        text = json.dumps({**index, "docs": entries}, ensure_ascii=False)
        folder.mkdir(exist_ok=True)
        (folder / "search_index.json").write_text(text, encoding="utf-8")
        (folder / "search_index.js").write_text(f"var __index = {text}", "utf-8")


def _uri_of(file: Path) -> str | None:
    """The page that a file is on the site, whichever of its twins is named."""
    docs = ROOT / "docs"
    for uri, source in FROM_THE_PROJECT.items():
        if file == ROOT / source:
            return uri.replace(".zh.md", ".md")
    if file.is_relative_to(docs):
        return file.relative_to(docs).as_posix().replace(".zh.md", ".md")
    return None
