"""Pages that are made when the site is built: the schema's, and those of the project.

MkDocs calls the functions below; their names and parameters are its own.
"""

import re
import sys
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "generated"), str(Path(__file__).parent)]

from schema_pages import schema_pages  # noqa: E402 (it is beside this file)

FROM_THE_PROJECT = {
    "changelog.md": "CHANGELOG.md",
    "contributing.md": "CONTRIBUTING.md",
    "security.md": "SECURITY.md",
    "reference/schema/rules.md": "schema/README.md",
}
"""Pages whose text stands outside of `docs/`, where people look for it."""

_LINK = re.compile(r"\]\((?![a-z]+:)([^)#\s]+)(#[^)\s]*)?\)")


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages."""
    for path, text in schema_pages(ROOT / "schema").items():
        files.append(File.generated(config, path, content=text))
    for path, source in FROM_THE_PROJECT.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        files.append(File.generated(config, path, content=text))
    return files


def on_page_markdown(
    markdown: str, *, page: Page, config: MkDocsConfig, files: Files
) -> str:
    """Let links lead to pages of the site, which on the forge lead to files."""
    here = page.file.src_uri
    source = ROOT / FROM_THE_PROJECT.get(here, f"docs/{here}")

    def turned(found: Any) -> str:
        target = (source.parent / found[1]).resolve()
        uri = _uri_of(target)
        if uri is None or not target.exists():
            return str(found[0])
        ups = "../" * here.count("/")
        return f"]({ups}{uri}{found[2] or ''})"

    return _LINK.sub(turned, markdown)


def _uri_of(file: Path) -> str | None:
    for uri, source in FROM_THE_PROJECT.items():
        if file == ROOT / source:
            return uri
    docs = ROOT / "docs"
    return file.relative_to(docs).as_posix() if file.is_relative_to(docs) else None
