"""What is known of the OwnerToken: for how long it holds, and how it is kept."""

import json

import pytest

from authing_gen import AuthingAPIError, RateLimitError
from authing_gen.renewals import Granted, Refused, decoded
from authing_gen.sealing import Seal

from .scripted import jwt

REFUSED = Refused("slow down", 2100, 429, "getClientWhenSdkInit", 7.5, 3)


@pytest.mark.parametrize(
    ("lifetime", "seconds"),
    [(3600, 3540), (600, 540), (100, 90), (1, 0.9), (0, 1), (-5, 1), (1e9, 86_400)],
)
def test_a_token_is_used_until_shortly_before_its_end(
    lifetime: float, seconds: float
) -> None:
    assert Granted(jwt("one", lifetime)).seconds == pytest.approx(seconds, rel=1e-3)


def test_a_token_that_does_not_say_is_used_for_a_day() -> None:
    assert Granted("opaque").seconds == 86_400


@pytest.mark.parametrize(
    ("times", "seconds"), [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (5000, 60)]
)
def test_refusals_in_a_row_count_for_longer_each_time(
    times: int, seconds: float
) -> None:
    refused = Refused("no", None, None, "init", None, times)
    assert refused.seconds == seconds


def test_a_refusal_remembers_all_that_its_error_says() -> None:
    error = RateLimitError(
        "slow down",
        code=2100,
        operation="getClientWhenSdkInit",
        status_code=429,
        headers=[(b"Retry-After", b"7.5")],
    )
    refused = Refused.of(error, 2)
    assert refused == REFUSED
    assert refused.seconds == 7.5
    again = refused.error()
    assert type(again) is RateLimitError
    assert str(again) == str(error)
    assert (again.code, again.message, again.operation, again.status_code) == (
        *(2100, "slow down", "getClientWhenSdkInit", 429),
    )


def test_its_date_is_measured_by_the_services_own_clock() -> None:
    dates = ("Thu, 01 Jan 2015 00:00:00 GMT", "Thu, 01 Jan 2015 00:00:30 GMT")
    date, until = (text.encode() for text in dates)
    headers = [(b"Date", date), (b"Retry-After", until)]
    error = AuthingAPIError("no", code=None, operation="init", headers=headers)
    assert Refused.of(error, 0).seconds == 30


@pytest.mark.parametrize(
    "asked", [b"999999999", b"9" * 400, b"Fri, 01 Jan 2100 00:00:00 GMT"]
)
def test_no_refusal_counts_for_ever(asked: bytes) -> None:
    headers = [(b"Retry-After", asked)]
    error = RateLimitError("no", code=None, operation="init", headers=headers)
    assert Refused.of(error, 0).seconds == 300


def test_the_longest_of_several_counts() -> None:
    headers = [(b"Retry-After", text) for text in (b"3", b"soon", b"30", b"")]
    error = RateLimitError("no", code=None, operation="init", headers=headers)
    assert Refused.of(error, 0).seconds == 30


@pytest.mark.parametrize("status", [401, None, 503])
def test_without_a_code_the_status_says_the_class(status: int | None) -> None:
    known = AuthingAPIError("no", code=None, operation="init", status_code=status)
    refused = Refused.of(known, 0)
    assert refused.times == 1
    assert refused.error().status_code == status
    names = {401: "NotLoggedInError", None: "AuthingAPIError", 503: "ServiceError"}
    assert type(refused.error()).__name__ == names[status]


@pytest.mark.parametrize("outcome", [Granted("a.b.c"), REFUSED])
def test_what_is_kept_is_read_back(outcome: Granted | Refused) -> None:
    assert decoded(outcome.encoded()) == outcome


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"5", b"null", b"{}", b'"token"', b'{"refused": 5}', b"\xff"],
)
def test_what_is_something_else_is_nothing(content: bytes) -> None:
    assert decoded(content) is None


def test_of_another_version_it_is_nothing() -> None:
    assert decoded(json.dumps({"refused": {"message": "no"}}).encode()) is None
    more = vars(REFUSED) | {"new": 1}
    assert decoded(json.dumps({"refused": more}).encode()) is None


# Seals

SEALED_BY_0_2 = "1faf2b9b4a1a93aa588a3d4e18fb36dfc6142a545fba802778f9918ad14a4c8250f29f"
NAMED_BY_0_2 = "authing-gen:c947c253f65cb2486b267207b8964bd1"
SECRET, POOL, URL = "the-secret", "the-pool", "https://users.example/graphql"


def test_a_seal_reads_what_another_one_of_the_same_has_closed() -> None:
    sealed = Seal(SECRET, POOL, URL).close(b"a token")
    assert b"a token" not in sealed
    assert Seal(SECRET, POOL, URL).open(sealed) == b"a token"


def test_no_two_are_alike() -> None:
    seal = Seal(SECRET, POOL, URL)
    assert len({seal.close(b"a token") for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "other",
    [
        ("another-secret", POOL, URL),
        (SECRET, "another-pool", URL),
        (SECRET, POOL, "https://another.example/graphql"),
    ],
)
def test_another_secret_pool_or_gateway_reads_nothing(
    other: tuple[str, str, str],
) -> None:
    sealed = Seal(SECRET, POOL, URL).close(b"a token")
    assert Seal(*other).open(sealed) is None


def test_names_tell_pools_and_gateways_apart_and_nothing_of_the_secret() -> None:
    name = Seal(SECRET, POOL, URL).name
    assert name == Seal("another-secret", POOL, URL).name
    assert name != Seal(SECRET, "another-pool", URL).name
    assert name != Seal(SECRET, POOL, "https://another.example/graphql").name


@pytest.mark.parametrize("position", [0, 11, 12, -1])
def test_what_has_been_tampered_with_is_nothing(position: int) -> None:
    seal = Seal(SECRET, POOL, URL)
    sealed = bytearray(seal.close(b"a token"))
    sealed[position] ^= 1
    assert seal.open(bytes(sealed)) is None


@pytest.mark.parametrize("sealed", [b"", b"short", b"x" * 12, b"x" * 27])
def test_what_is_too_short_is_nothing(sealed: bytes) -> None:
    assert Seal(SECRET, POOL, URL).open(sealed) is None


def test_versions_of_this_package_read_each_others() -> None:
    """The form is kept: a fleet is not renewed in one moment."""
    sealed = bytes.fromhex(SEALED_BY_0_2)
    assert Seal(SECRET, POOL, URL).open(sealed) == b"a token"
    assert Seal(SECRET, POOL, URL).name == NAMED_BY_0_2
