"""What mkdocstrings shows of our names, as Markdown.

mkdocstrings renders HTML; here are the same names, signatures and docstrings as text.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml
from griffe import Alias, Class, Function, Module, Object
from mkdocs.config.defaults import MkDocsConfig

_BLOCK = re.compile(r"^::: (?P<name>\S+)\n(?P<options>(?:    .*\n?)*)", re.M)


class ReferenceText:
    """Writes out the blocks `::: name` of a page."""

    def __init__(self, config: MkDocsConfig) -> None:
        self._handler: Any = config.plugins["mkdocstrings"].get_handler("python")

    def __call__(self, markdown: str) -> str:
        """Write them out."""
        return _BLOCK.sub(self._written, markdown)

    def _written(self, found: re.Match[str]) -> str:
        options = (yaml.safe_load(found["options"]) or {}).get("options", {})
        thing = self._handler.collect(found["name"], self._handler.get_options(options))
        return "\n\n".join(_described(thing, options)) + "\n"


def _described(thing: Object | Alias, options: dict[str, Any]) -> Iterator[str]:
    level = options.get("heading_level", 2)
    if isinstance(thing, Module):
        for member in _members(thing, options):
            yield from _described(member, {"heading_level": level})
        return
    yield f"{'#' * level} {thing.name}"
    yield f"```python\n{_signature(thing)}\n```"
    if thing.docstring:
        yield thing.docstring.value
    if isinstance(_final(thing), Class):
        for member in _members(thing, options):
            yield from _described(member, {"heading_level": level + 1})


def _members(
    thing: Object | Alias, options: dict[str, Any]
) -> Iterator[Object | Alias]:
    members = thing.all_members if options.get("inherited_members") else thing.members
    wanted = options.get("members")
    for name, member in members.items():
        chosen = name in wanted if wanted is not None else member.is_public
        if chosen and not member.is_module and member.has_docstring:
            yield member


def _signature(thing: Object | Alias) -> str:
    target = _final(thing)
    if isinstance(target, Class):
        made = target.all_members.get("__init__")
        made = made and _final(made)
        if not isinstance(made, Function):
            return f"class {target.name}"
        return f"class {made.signature(name=target.name).removesuffix(' -> None')}"
    if isinstance(target, Function):
        waits = "async " if "async" in target.labels else ""
        return f"{waits}def {target.signature()}"
    annotation, value = (
        getattr(target, part, None) for part in ("annotation", "value")
    )
    typed = f"{target.name}: {annotation}" if annotation else target.name
    return f"{typed} = {value}" if value else typed


def _final(thing: Object | Alias) -> Object:
    return thing.final_target if isinstance(thing, Alias) else thing
