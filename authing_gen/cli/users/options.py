"""Options that several commands about users share."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..bundles import Bundle
from ..failures import WrongUsage
from ..option import Option, Values
from .formats import Format, format_of, is_stdin

if TYPE_CHECKING:
    from .filters import Filters
    from .naming import Whom

_FILTERS = "Filters (all have to fit)"
_WHOM = "Whom"
_PACE = "How"
_TIMES = (
    "registered-after",
    "registered-before",
    "last-login-after",
    "last-login-before",
)
_MOST = 100


@dataclass(frozen=True)
class How:
    """How many calls are made for many users, and whether they change anything."""

    concurrency: int
    """Calls at a time."""
    max_rate: float | None
    """Calls a second at most."""
    dry_run: bool
    failures: Path | None
    """Where failures are listed."""

    def listing(self, failures: Path) -> "How":
        """The same, with a list of failures where none is wanted elsewhere."""
        return replace(self, failures=self.failures or failures)


def _pattern(name: str, what: str) -> Option:
    text = f"{what}, or a pattern: {{}}"
    example = {"email": "`*@example.com`", "phone": "`138*`"}.get(name, "`ada*`")
    return Option(name, str | None, text.format(example), _FILTERS, metavar="TEXT")


def _time(name: str) -> Option:
    text = "`2026-01-31`, ISO 8601, or how long ago: `90d`, `12h`."
    said = text if name == _TIMES[0] else "The same."
    return Option(name, str | None, said, _FILTERS, metavar="TIME")


def _filters(values: Values) -> "Filters":
    from .filters import Filters, instant

    given: dict[str, Any] = {
        name.replace("-", "_"): value for name, value in values.items()
    }
    for name in _TIMES:
        if (text := values[name]) is not None:
            given[name.replace("-", "_")] = instant(text, name)
    return Filters(**given)


FILTERS = Bundle(
    "filters",
    (
        _pattern("email", "E-mail address"),
        _pattern("phone", "Phone number"),
        _pattern("username", "User name"),
        _pattern("nickname", "Nickname"),
        Option("search", str | None, "Part of any of these.", _FILTERS, metavar="TEXT"),
        Option(
            "blocked",
            bool | None,
            "Locked accounts, or the others.",
            _FILTERS,
            "--blocked/--not-blocked",
        ),
        Option(
            "email-verified",
            bool | None,
            "Whether the address is verified.",
            _FILTERS,
            "--email-verified/--email-not-verified",
        ),
        *map(_time, _TIMES),
        Option("never-logged-in", bool, "Who has not signed in yet.", _FILTERS),
    ),
    _filters,
)


def _named(values: Values) -> "Whom":
    from .naming import KINDS, Named, Whom

    path = values["from"]
    named = [Named(kind, value) for kind in KINDS for value in values[kind] or ()]
    if bool(named) == (path is not None):
        raise WrongUsage(
            "say whom: by --id, --email, --phone, --username, or --from FILE"
        )
    if path is None:
        return Whom(tuple(named))
    format_ = format_of(None if is_stdin(path) else path, values["format"])
    return Whom((), path, format_, values["encoding"] or "utf-8-sig")


NAMED = Bundle(
    "named",
    (
        *(
            Option(
                name, list[str] | None, f"{what}. Repeatable.", _WHOM, metavar="TEXT"
            )
            for name, what in (
                ("id", "Identifier"),
                ("email", "E-mail address"),
                ("phone", "Phone number"),
                ("username", "User name"),
            )
        ),
        Option(
            "from",
            Path | None,
            "File of users: CSV or JSON lines, as exported, or an identifier or e-mail"
            " address a line; - reads standard input.",
            _WHOM,
            metavar="FILE",
        ),
        Option(
            "format",
            Format | None,
            "What the file is, if its suffix does not say it.",
            _WHOM,
        ),
        Option("encoding", str | None, "Of the file; `utf-8` by default.", _WHOM),
    ),
    _named,
)


def _how(values: Values) -> How:
    given: int | None = values["concurrency"]
    concurrency = 8 if given is None else given
    if not 1 <= concurrency <= _MOST:
        raise WrongUsage(f"--concurrency: from 1 to {_MOST}")
    return How(concurrency, values["max-rate"], values["dry-run"], values["failures"])


HOW = Bundle(
    "how",
    (
        Option("dry-run", bool, "Say what would happen; change nothing.", _PACE),
        Option(
            "failures",
            Path | None,
            "Where to list who failed, as CSV.",
            _PACE,
            metavar="FILE",
        ),
        Option("concurrency", int | None, "Calls at a time; 8 by default.", _PACE),
        Option("max-rate", float | None, "Calls a second at most.", _PACE),
    ),
    _how,
)
