"""Each page as Markdown at its address with `.md`, and `llms.txt`, which lists them.

https://llmstxt.org says what a model expects there.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from chinese import CODE
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page
from reference_text import ReferenceText

DETAILS = {
    "en": "Each page listed here is Markdown. [简体中文](zh/llms.txt)",
    "zh": "下列页面均为 Markdown 格式。[English](../llms.txt)",
}

_REFERENCE = re.compile(r"\[([^\]]+)\]\[([\w.]+)\]")
_HEADING_ID = re.compile(r"^(#+ .*?) \{ ?#\S+ ?\}$", re.M)
_LINK = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_FILE = re.compile(r"\]\((?=(?:\.\./)*[\w/]+\.(?!md\b)\w+\))")
_NO_PARAGRAPH = ("#", "|", ":::", "- ", "!", "<", "1. ")
_SENTENCE = re.compile(r".*?(?:[.?](?= |$)|。)|.*$")


def write_as_markdown(
    config: MkDocsConfig, nav: Navigation, texts: Mapping[str, str]
) -> None:
    """Write the pages of one language.

    Args:
        config: The site's, for that language.
        nav: Its navigation.
        texts: What the pages are made from, by their URLs.
    """
    site, autorefs = Path(config.site_dir), config.plugins["autorefs"]
    reference = ReferenceText(config)
    pages: dict[str, str] = {}
    for url, text in texts.items():

        def url_of(name: str, url: str = url) -> str:
            return str(autorefs.get_item_url(name, from_url=url)[0])

        text = as_markdown(reference(text), url_of)
        # Files that are no pages are there once, for both languages.
        pages[_address(url)] = _FILE.sub(r"](../", text) if url[:3] == "zh/" else text
    language = config.theme["language"]
    listed = "\n".join(_llms_txt(config, nav, pages, DETAILS[language]))
    pages["zh/llms.txt" if language == "zh" else "llms.txt"] = listed
    for address, text in pages.items():
        file = site / address
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def as_markdown(text: str, url_of: Callable[[str], str]) -> str:
    """Turn what only MkDocs understands into Markdown that anybody reads."""

    def linked(found: re.Match[str]) -> str:
        try:
            url = url_of(found[2])
        except KeyError:  # Code that looks like a reference.
            return found[0]
        return f"[{found[1]}]({url.replace('.html', '.md')})"

    return _HEADING_ID.sub(r"\1", _REFERENCE.sub(linked, text))


def _llms_txt(
    config: MkDocsConfig, nav: Navigation, pages: Mapping[str, str], details: str
) -> Iterator[str]:
    yield from (f"# {config.site_name}", "", f"> {config.site_description}", "")
    yield from (details, "")
    for item in nav.items:
        if isinstance(item, Section):
            yield from (f"## {item.title}", "")
            for page in _pages(item):
                address = _address(page.url)
                said = _first_sentence(pages[address])
                link = f"- [{page.title}]({address.removeprefix('zh/')})"
                yield f"{link}: {said}" if said else link
            yield ""


def _pages(section: Section) -> Iterator[Page]:
    for item in section.children:
        if isinstance(item, Section):
            yield from _pages(item)
        elif isinstance(item, Page):
            yield item


def _address(url: str) -> str:
    return url.removesuffix(".html") + ".md"


def _first_sentence(text: str) -> str:
    for paragraph in re.split(r"\n\s*\n", CODE.sub("", text)):
        plain = _LINK.sub(r"\1", " ".join(paragraph.split()))
        if plain and not plain.startswith(_NO_PARAGRAPH):
            sentence = _SENTENCE.match(plain)
            return sentence[0].rstrip(":：") if sentence else ""
    return ""
