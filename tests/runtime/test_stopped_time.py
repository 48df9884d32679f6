"""A client in tests that stop the time of their process: it waits by real time."""

import time

import pytest
from freezegun import freeze_time

import authing_sandbox
from authing_gen import Authing, outages
from authing_gen.deadlines import Deadline
from authing_gen.pacing import Pace

SHORT = 0.02
YEARS = ("2030", "1971", "2090")


@pytest.mark.parametrize("year", YEARS)
def test_a_deadline_comes(year: str) -> None:
    with freeze_time(f"{year}-01-01"):
        deadline = Deadline(SHORT)
        time.sleep(2 * SHORT)
        assert deadline.remaining() == 0
        assert not deadline.allows(0)


@pytest.mark.parametrize("year", YEARS)
def test_nothing_is_put_off_for_years(
    year: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outages, "OUTAGE", SHORT)
    pace, outage = Pace(1 / SHORT), outages.Outage()
    with freeze_time(f"{year}-01-01"):
        pace.reserve(None)
        outage.begins()
    assert pace.reserve(patience=1) is not None
    time.sleep(2 * SHORT)
    assert not outage.lasts()


def test_one_client_in_and_out_of_it() -> None:
    with (
        authing_sandbox.running() as box,
        Authing(**box.settings, max_rate=1 / SHORT, timeout=5) as client,
    ):
        for year in YEARS:
            assert client.users().total_count == 0
            with freeze_time(f"{year}-01-01"):
                assert client.users().total_count == 0
        assert client.users().total_count == 0
