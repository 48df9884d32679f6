"""Answers as tables, by the names of the schema."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, TypeGuard, cast

from pydantic import BaseModel
from rich.console import Console, Group, RenderableType
from rich.measure import Measurement
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from .failures import printable

HIDDEN = "••••••"
"""Stands for a secret."""


def as_table(
    answer: object, console: Console, *, show_secrets: bool, secret: bool = False
) -> RenderableType:
    """Draw an answer.

    Args:
        answer: What a method has returned.
        console: Where it will be drawn.
        show_secrets: Whether secrets are shown instead of hidden.
        secret: Whether the whole answer is a secret.
    """
    return _Drawing(console, show_secrets).draw(answer, secret)


class _Drawing:
    def __init__(self, console: Console, show_secrets: bool) -> None:
        self._console = console
        self._show_secrets = show_secrets

    def draw(self, answer: object, secret: bool) -> RenderableType:
        if isinstance(answer, BaseModel):
            return self._record(answer)
        if _are_models(answer):
            return self._rows(answer)
        return self._cell(answer, secret)

    def _record(self, model: BaseModel, *, nulls: bool = True) -> RenderableType:
        fields = list(_flat(model))
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="bold")
        grid.add_column(overflow="fold")
        lists: list[tuple[str, Sequence[BaseModel]]] = []
        for name, value, secret in fields:
            if _are_models(value):
                lists.append((name, value))
            elif nulls or value is not None:
                grid.add_row(name, self._cell(value, secret))
        parts: list[RenderableType] = [grid] if grid.row_count else []
        for name, models in lists:
            parts.append(Text(f"{name} ({len(models)})", style="bold"))
            if models:
                parts.append(self._rows(models))
        return Group(*parts)

    def _rows(self, models: Sequence[BaseModel]) -> RenderableType:
        """One row each where that fits, else records without what they do not have."""
        if not models:
            return Text("none", style="dim")
        table = self._table(models)
        if table is not None and self._fits(table):
            return table
        parts: list[RenderableType] = []
        for place, model in enumerate(models, 1):
            parts.append(Rule(f"{place} of {len(models)}", align="left", style="dim"))
            parts.append(self._record(model, nulls=False))
        return Group(*parts)

    def _fits(self, table: Table) -> bool:
        options = self._console.options
        wanted = Measurement.get(self._console, options.update(max_width=9999), table)
        return wanted.maximum <= options.max_width

    def _table(self, models: Sequence[BaseModel]) -> Table | None:
        """Columns of what any of them has; None where one holds others in turn."""
        rows = [
            {name: (value, secret) for name, value, secret in _flat(model)}
            for model in models
        ]
        filled = [
            (name, value)
            for row in rows
            for name, (value, _) in row.items()
            if value is not None and value != []
        ]
        if any(_are_models(value) for _, value in filled):
            return None
        found = {name for name, _ in filled}
        names = [name for name in _names(rows) if name in found]
        table = Table(box=None, pad_edge=False, header_style="bold")
        for name in names:
            table.add_column(name, no_wrap=True)
        for row in rows:
            table.add_row(
                *(self._cell(*row.get(name, (None, False))) for name in names)
            )
        return table

    def _cell(self, value: Any, secret: bool) -> Text:
        if value is None:
            return Text("null", style="dim")
        if secret and not self._show_secrets:
            return Text(HIDDEN, style="dim")
        return Text(printable(_words(value)))


def _names(rows: Iterable[Mapping[str, object]]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def _flat(model: BaseModel, prefix: str = "") -> Iterator[tuple[str, Any, bool]]:
    """Name, value, and whether it is secret, of each field; `status.code` inside."""
    for name, field in type(model).model_fields.items():
        label = f"{prefix}{field.serialization_alias or name}"
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield from _flat(value, f"{label}.")
        else:
            yield label, value, not field.repr


def _are_models(value: object) -> TypeGuard[list[BaseModel]]:
    if not isinstance(value, list):
        return False
    items = cast(list[object], value)
    return all(isinstance(item, BaseModel) for item in items)


def _words(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, list):
        return ", ".join(_words(part) for part in cast(list[object], value))
    return str(value)
