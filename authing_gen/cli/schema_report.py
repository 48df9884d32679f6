"""Says how schemas differ: to people, and to machines."""

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from ..codegen.errors import CodegenError
from ..codegen.schema_diff.apply import Applied
from ..codegen.schema_diff.breakages import Breakage
from ..codegen.schema_diff.comparison import Comparison, Difference
from .comparing import Outcome
from .output import write_json
from .problems import show_error

_STYLES = {"breaking": "bold red", "dangerous": "bold yellow", "safe": "bold green"}


_ANEW = (
    "None of them fits. Begin a project of that schema: authing-gen init --schema FILE,"
    " or --url URL."
)


class SchemaReporter:
    """Prints a comparison: for people, or as JSON."""

    def __init__(self, as_json: bool) -> None:
        self._json = as_json
        self._out = Console(highlight=False)

    def failed(self, error: CodegenError) -> None:
        """Say what is wrong; a machine reads it too."""
        show_error(error, as_json=self._json)

    def compared(self, outcome: Outcome) -> None:
        """Say what differs, and what has been written."""
        if self._json:
            write_json(_as_json(outcome))
            return
        comparison = outcome.comparison
        for source in comparison.sources:
            names = " and ".join(source.gateways) or "everything"
            self._print(f"Compared with {source.name}", f" ({names})")
        for severity, style in _STYLES.items():
            group = [
                one for one in comparison.differences if one.change.severity == severity
            ]
            self._show_group(severity.capitalize(), style, group)
        for breakage in comparison.unexplained:
            self._print("\nBreaks for another reason")
            self._indented(_breakage_text(breakage), 2)
        if outcome.applied is not None:
            self._show_applied(outcome)
        self._print(f"\n{_summary(outcome.after)}")

    def _show_group(self, head: str, style: str, group: Sequence[Difference]) -> None:
        if group:
            self._out.print(Text(f"\n{head} ({len(group)})", style))
        for one in group:
            self._indented(Text(one.change.text), 2)
            for breakage in one.breaks:
                if breakage.certain:
                    self._indented(_breakage_text(breakage), 4)
            for how, operations in _risks(one).items():
                self._indented(_risk_text(how, operations), 4)

    def _show_applied(self, outcome: Outcome) -> None:
        assert outcome.applied is not None
        self._print(f"\nWritten ({len(outcome.applied)})")
        for each in outcome.applied:
            said = each.change.coordinate if each.is_addition else each.change.text
            self._indented(Text(f"{each.file}: {said}"), 2)
            if each.check:
                self._indented(Text(f"check {each.check}", "yellow"), 4)
        if outcome.fitted:
            self._print(f"\nTaken out of operations ({len(outcome.fitted)})")
        for fitted in outcome.fitted:
            self._indented(Text(f"{fitted.file}: {fitted.text}"), 2)
        self._print(f"\nLeft ({len(outcome.left)})")
        for one in outcome.left:
            self._indented(Text(one.change.text), 2)

    def _print(self, head: str, rest: str = "") -> None:
        self._out.print(Text.assemble((head, "bold"), rest))

    def _indented(self, text: Text, by: int) -> None:
        self._out.print(Padding(text, (0, 0, 0, by)))


def _breakage_text(breakage: Breakage) -> Text:
    place = f" [{breakage.place}]" if breakage.place else ""
    return Text.assemble(
        ("breaks ", "red"), (breakage.operation, "bold"), f": {breakage.how}",
        (place, "dim"),
    )  # fmt: skip


def _risks(one: Difference) -> dict[str, list[str]]:
    """The operations of which some calls may fail, by the reason why."""
    found: dict[str, list[str]] = {}
    for each in one.breaks:
        if not each.certain:
            found.setdefault(each.how, []).append(each.operation)
    return found


def _risk_text(how: str, operations: Sequence[str]) -> Text:
    names = Text(", ").join(Text(name, "bold") for name in operations)
    return Text.assemble(("may break ", "yellow"), names, f": {how}")


def _summary(comparison: Comparison) -> str:
    count = len(comparison.checked)
    broken, at_risk = len(comparison.broken), len(comparison.at_risk)
    if not comparison.differences and not broken:
        fit = f"all {count} operations fit" if count else "no operation is sent there"
        return f"No differences; {fit}."
    told = (
        f"{count} operations checked: {broken} break, {at_risk} may break,"
        f" {count - broken - at_risk} fit."
    )
    return f"{told}\n{_ANEW}" if comparison.is_foreign else told


def _as_json(outcome: Outcome) -> dict[str, object]:
    comparison = outcome.comparison
    applied = outcome.applied
    return {
        "sources": [
            {"name": source.name, "gateways": source.gateways}
            for source in comparison.sources
        ],
        "differences": [_difference(one) for one in comparison.differences],
        "unexplained": [_breakage(each) for each in comparison.unexplained],
        "operations": {
            "checked": len(comparison.checked),
            "broken": comparison.broken,
            "at_risk": comparison.at_risk,
        },
        "written": None if applied is None else [_applied(each) for each in applied],
        "fitted": [
            {"file": str(each.file), "text": each.text} for each in outcome.fitted
        ],
        "left": [one.change.coordinate for one in outcome.left],
    }


def _difference(one: Difference) -> dict[str, object]:
    change = one.change
    return {
        "severity": change.severity,
        "kind": change.kind,
        "coordinate": change.coordinate,
        "text": change.text,
        "source": one.theirs.name,
        "breaks": [_breakage(each) for each in one.breaks],
    }


def _breakage(breakage: Breakage) -> dict[str, object]:
    place = breakage.place
    return {
        "operation": breakage.operation,
        "how": breakage.how,
        "certain": breakage.certain,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
    }


def _applied(each: Applied) -> dict[str, object]:
    return {
        "kind": each.change.kind,
        "coordinate": each.change.coordinate,
        "file": str(each.file),
        "check": each.check,
    }
