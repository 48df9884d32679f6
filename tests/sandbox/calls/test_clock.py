"""How instants are written and read, in whatever language a program runs."""

from datetime import UTC, datetime, timedelta

import pytest

from authing_sandbox.calls.clock import from_text, to_text

FIRST = datetime(2026, 1, 1, 4, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (FIRST, "Thu Jan 01 2026 12:05:06 GMT+0800 (CST)"),
        (FIRST.replace(hour=16), "Fri Jan 02 2026 00:05:06 GMT+0800 (CST)"),
        (FIRST.replace(month=12, day=27), "Sun Dec 27 2026 12:05:06 GMT+0800 (CST)"),
        (FIRST.replace(year=987), "Mon Jan 01 0987 12:05:06 GMT+0800 (CST)"),
    ],
)
def test_an_instant_is_written_as_javascript_does(instant: datetime, text: str) -> None:
    assert to_text(instant) == text
    assert from_text(text) == instant


def test_every_day_of_a_year_is_read_back() -> None:
    days = [FIRST + timedelta(days=day) for day in range(365)]
    assert [from_text(to_text(day)) for day in days] == days


@pytest.mark.parametrize("text", ["Thu Xan 01 2026 12:05:06 GMT+0800", "Thu", ""])
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="isoformat"):
        from_text(text)
