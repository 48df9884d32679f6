"""Instants: every form that servers write, and what inputs take."""

import json
import locale
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from types import ModuleType

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from authing_client import Instant
from authing_client.instants import written
from authing_gen.codegen.errors import CodegenError

MONTHS = [
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
]
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

zones = st.integers(-14 * 60, 14 * 60).map(
    lambda minutes: timezone(timedelta(minutes=minutes))
)
instants = st.datetimes(
    min_value=datetime(1000, 1, 3),
    max_value=datetime(9990, 1, 1),
    timezones=zones,
)


def of_javascript(instant: datetime) -> str:
    """As JavaScript's `Date.toString()` writes it."""
    day, month = DAYS[instant.weekday()], MONTHS[instant.month - 1]
    offset = instant.strftime("%z")
    return (
        f"{day} {month} {instant.day:02} {instant.year:04}"
        f" {instant:%H:%M:%S} GMT{offset}"
    )


@given(instants, st.sampled_from(["", " (CST)", " (中国标准时间)", " (GMT+08:00)"]))
def test_the_form_of_javascript(instant: datetime, name: str) -> None:
    found = Instant(of_javascript(instant) + name).datetime
    assert found == instant.replace(microsecond=0)
    assert found.utcoffset() == instant.utcoffset()


@given(instants)
def test_iso_8601(instant: datetime) -> None:
    assert Instant(instant.isoformat()).datetime == instant
    in_utc = instant.astimezone(UTC)
    text = f"{in_utc.isoformat(timespec='milliseconds')}".replace("+00:00", "Z")
    assert abs(Instant(text).datetime - instant) < timedelta(milliseconds=1)


@given(instants)
def test_rfc_5322(instant: datetime) -> None:
    whole = instant.replace(microsecond=0)
    assert Instant(format_datetime(whole)).datetime == whole
    in_utc = whole.astimezone(UTC)
    assert Instant(format_datetime(in_utc, usegmt=True)).datetime == whole


@given(st.datetimes(datetime(1974, 1, 1), datetime(5000, 1, 1), timezones=st.just(UTC)))
def test_numbers(instant: datetime) -> None:
    whole = instant.replace(microsecond=instant.microsecond // 1000 * 1000)
    since = whole - datetime(1970, 1, 1, tzinfo=UTC)
    milliseconds = since // timedelta(milliseconds=1)
    assert Instant(milliseconds).datetime == whole
    assert Instant(milliseconds // 1000).datetime == whole.replace(microsecond=0)


@given(instants)
def test_what_is_written_is_read(instant: datetime) -> None:
    text = written(instant)
    assert isinstance(text, str)
    assert abs(Instant(text).datetime - instant) < timedelta(milliseconds=1)


def test_the_vendors_own_example() -> None:
    found = Instant("Thu Nov 26 2026 12:41:19 GMT+0800 (CST)").datetime
    assert found.isoformat() == "2026-11-26T12:41:19+08:00"
    assert Instant("2026-11-26").datetime.isoformat() == "2026-11-26T00:00:00+00:00"


@given(st.text() | st.from_regex(r"\w{3} \w{3} \d\d \d{4} [\d:]{8} GMT[+-]\d{4}"))
def test_other_texts_are_a_value_error_or_an_instant(text: str) -> None:
    try:
        found = Instant(text).datetime
    except ValueError:
        return
    assert found.tzinfo is not None


@pytest.mark.parametrize(
    "text",
    [
        *("", "0", "2026-11-26T12:41:19", "2026-11-26 12:41:19", "yesterday"),
        *("Thu Nov 31 2026 12:41:19 GMT+0800", "Thu Nov 26 2026 25:41:19 GMT+0800"),
        *("Thu Nov 26 2026 12:41:19", "9" * 18, "Thu, 99 Nov 2026 12:41:19 GMT"),
    ],
)
def test_texts_that_are_no_instant(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        _ = Instant(text).datetime


def test_another_language_of_the_program_does_not_matter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # What `strptime` would ask for the names of months.
    monkeypatch.setattr(locale, "setlocale", None)
    monkeypatch.setattr("_strptime._strptime", None)
    assert (
        Instant(of_javascript(datetime(2026, 11, 26, tzinfo=UTC))).datetime.month == 11
    )


SCHEMA = """
type Query { event(id: ID!): Event }
type Mutation {
  plan(id: ID! at: String! @instant also: [String!] @instant event: EventInput): Event
}
type Event { at: String! @instant seen: [String] @instant title: String }
input EventInput { at: String @instant title: String = "none" }
"""
QUERIES = """
query event($id: ID!) { event(id: $id) { at seen title } }
mutation plan($id: ID!, $at: String!, $also: [String!], $event: EventInput) {
  plan(id: $id, at: $at, also: $also, event: $event) { at }
}
mutation flat($id: ID!, $at: String!, $start: String) {
  plan(id: $id, at: $at, event: { at: $start }) { at }
}
"""


def test_a_package_reads_and_takes_them(
    import_text: Callable[[str, str], ModuleType],
) -> None:
    package, sent = import_text(SCHEMA, QUERIES), list[dict[str, object]]()
    text = "Thu Nov 26 2026 12:41:19 GMT+0800 (CST)"

    def answer(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        sent.append(body["variables"])
        event = {"at": text, "seen": [text, None], "title": text}
        root = "plan" if body["operationName"] != "event" else "event"
        return httpx.Response(200, json={"data": {root: event}})

    at = datetime(2026, 11, 26, 4, 41, 19, tzinfo=UTC)
    in_china = at.astimezone(timezone(timedelta(hours=8)))
    with httpx.Client(transport=httpx.MockTransport(answer)) as carrier:
        client = package.Client("http://localhost", http_client=carrier)
        event = client.event(id="1")
        client.plan(
            id="1", at=in_china, also=[at, text], event=package.EventInput(at=at)
        )
        client.flat(id="1", at=text, start=at)
        client.flat(id="1", at=text)
        with pytest.raises(ValueError, match="time zone"):
            client.flat(id="1", at=at.replace(tzinfo=None))
    assert event.at == text
    assert event.at.datetime == event.seen[0].datetime == at
    assert type(event.title) is str
    assert json.loads(event.model_dump_json())["at"] == text
    assert type(event).model_validate(event.model_dump(by_alias=True)) == event
    iso = "2026-11-26T04:41:19.000Z"
    assert sent[1:] == [
        {"id": "1", "at": iso, "also": [iso, text], "event": {"at": iso}},
        {"id": "1", "at": text, "start": iso},
        {"id": "1", "at": text},
    ]
    with pytest.raises(ValueError, match="time zone"):
        package.EventInput(at=at.replace(tzinfo=None))


def test_what_is_no_text_is_no_instant(
    import_text: Callable[[str, str], ModuleType],
) -> None:
    schema = "type Query { event(at: Int @instant): Int }"
    with pytest.raises(CodegenError, match="@instant works on a String, not on Int"):
        import_text(schema, "query event($at: Int) { event(at: $at) }")
