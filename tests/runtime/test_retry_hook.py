"""A policy of one's own: `retry` says whether there is another try, and when."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from authing_gen import (
    AsyncAuthing,
    AuthingConfigurationError,
    AuthingTransportError,
    RateLimitError,
    RetryState,
    ServiceBusyError,
    ServiceError,
    WrongPasswordError,
)

from ..blocking import only
from .conftest import Connect
from .scripted import DROPPED, INIT, ScriptedServer, answered, data, owner, refused

pytestmark = pytest.mark.anyio

YES = data(userExist=True)
BUSY = answered({"message": "not now"}, 503, retry_after="0")
SENT = data(sendVerifyEmail={"message": "好", "code": 200, "status": True})


class Noting:
    """A policy that notes what it is asked."""

    def __init__(self, decide: Callable[[RetryState], float | None]) -> None:
        self.states: list[RetryState] = []
        self._decide = decide

    def __call__(self, state: RetryState) -> float | None:
        self.states.append(state)
        return self._decide(state)


async def test_what_it_is_told_of_an_answer(
    server: ScriptedServer, connect: Connect
) -> None:
    slow = answered({"message": "slowly"}, 429, retry_after="0.01")
    server.answer("userExist", slow, BUSY, refused(1000), YES)
    retry = Noting(lambda state: 0 if state.pause is None else state.pause)
    client = connect(retry=retry, max_retries=3)
    assert await client.user_exist(email="ada@example.com")
    assert [state.attempt for state in retry.states] == [1, 2, 3]
    assert [state.status for state in retry.states] == [429, 503, 200]
    assert [state.retry_after for state in retry.states] == [0.01, 0, None]
    kinds = [type(state.error) for state in retry.states]
    assert kinds == [RateLimitError, ServiceError, ServiceBusyError]
    assert {state.operation for state in retry.states} == {"userExist"}
    assert all(state.idempotent and not state.never_sent for state in retry.states)
    first, second, third = (state.pause for state in retry.states)
    assert (first, second) == (0.01, 0)
    assert third is not None
    assert 0.5 <= third <= 1


async def test_what_it_is_told_of_a_lost_answer(
    server: ScriptedServer, connect: Connect
) -> None:
    server.answer("sendVerifyEmail", DROPPED)
    retry = Noting(lambda state: state.pause)
    with pytest.raises(AuthingTransportError) as caught:
        await connect(retry=retry).send_verify_email(email="ada@example.com")
    (state,) = retry.states
    assert (state.status, state.retry_after, state.pause) == (None, None, None)
    assert not state.idempotent
    assert not state.never_sent
    assert str(state.error) == str(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None


async def test_what_surely_never_left(connect: Connect) -> None:
    retry = Noting(lambda _: None)
    client = connect(retry=retry, users_url="http://127.0.0.1:9/graphql")
    with pytest.raises(AuthingTransportError):
        await client.send_verify_email(email="ada@example.com")
    (state,) = retry.states
    assert state.never_sent
    assert state.pause is not None


async def test_it_may_repeat_what_the_client_would_not(
    server: ScriptedServer, connect: Connect
) -> None:
    server.answer("sendVerifyEmail", BUSY, answered({}, 500), refused(2100), SENT)
    retry = Noting(lambda _: 0)
    client = connect(retry=retry, max_retries=3)
    await client.send_verify_email(email="ada@example.com")
    assert len(server.seen) == 4
    assert [state.pause for state in retry.states] == [None] * 3


async def test_it_may_forbid_what_the_client_would(
    server: ScriptedServer, connect: Connect
) -> None:
    server.answer("userExist", BUSY, YES)
    with pytest.raises(ServiceError):
        await connect(retry=lambda _: None).user_exist(email="ada@example.com")
    assert len(server.seen) == 1


async def test_the_pause_is_what_it_says(
    server: ScriptedServer, connect: Connect
) -> None:
    server.answer("userExist", BUSY, YES)
    begun = time.monotonic()
    await connect(retry=lambda _: 0.4).user_exist(email="ada@example.com")
    assert 0.4 <= time.monotonic() - begun < 2


async def test_max_retries_stays_in_force(
    server: ScriptedServer, connect: Connect
) -> None:
    server.answer("userExist", BUSY)
    retry = Noting(lambda _: 0)
    for times in (2, 0):
        server.seen.clear()
        retry.states.clear()
        client = connect(retry=retry, max_retries=times)
        with pytest.raises(ServiceError):
            await client.user_exist(email="ada@example.com")
        assert len(server.seen) == 1 + times
        assert len(retry.states) == times  # The last failure is final anyway.


async def test_the_deadline_stays_in_force(
    server: ScriptedServer, connect: Connect
) -> None:
    server.answer("userExist", BUSY)
    begun = time.monotonic()
    client = connect(retry=lambda _: 5)
    with pytest.raises(ServiceError):
        await client.user_exist(email="ada@example.com", timeout=2)
    assert time.monotonic() - begun < 1.5
    assert len(server.seen) == 1


async def test_siblings_have_it_too(server: ScriptedServer, connect: Connect) -> None:
    server.answer("userExist", refused(2006))
    retry = Noting(lambda _: 0)
    client = connect(retry=retry, max_retries=1)
    for sibling in (client.as_user("t"), client.with_options(timeout=5)):
        with pytest.raises(WrongPasswordError):
            await sibling.user_exist(email="ada@example.com")
    assert len(retry.states) == 2


async def test_it_is_asked_about_the_owner_token_too(
    server: ScriptedServer, connect: Connect
) -> None:
    server.answer(INIT, BUSY, owner("owner-token-1"))
    server.answer("user", data(user=None))
    retry = Noting(lambda _: 0)
    await connect(retry=retry).user(id="ada")
    assert [state.operation for state in retry.states] == [INIT]


async def test_it_is_not_asked_when_no_time_is_left(
    server: ScriptedServer, connect: Connect
) -> None:
    retry = Noting(lambda _: 0)
    client = connect(retry=retry)
    await client.aclose()
    with pytest.raises(AuthingTransportError):
        await client.user_exist(email="ada@example.com")
    assert retry.states == []


class OwnError(Exception):
    pass


async def test_its_own_error_reaches_the_caller(
    server: ScriptedServer, connect: Connect
) -> None:
    def retry(_: RetryState) -> float | None:
        raise OwnError("oops")

    client = connect(retry=retry)
    server.answer("userExist", BUSY)
    with pytest.raises(OwnError, match="oops"):
        await client.user_exist(email="ada@example.com")
    server.answer("userExist", YES)
    assert await client.user_exist(email="ada@example.com")


@pytest.mark.parametrize(
    "nonsense",
    [float("nan"), -1, float("inf"), 1e300, 10**400, "1", True, b"", []],
    ids=repr,
)
async def test_what_is_no_pause(
    server: ScriptedServer, connect: Connect, nonsense: Any
) -> None:
    server.answer("userExist", BUSY, YES)
    client = connect(retry=lambda _: nonsense)
    with pytest.raises(AuthingConfigurationError, match="retry: it returned"):
        await client.user_exist(email="ada@example.com")
    assert len(server.seen) == 1


@only("async", "nobody gives a coroutine to the other one")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
async def test_a_coroutine_is_no_pause(
    server: ScriptedServer, connect: Connect
) -> None:
    async def retry(_: RetryState) -> float | None:
        return 0

    server.answer("userExist", BUSY)
    with pytest.raises(AuthingConfigurationError, match="a coroutine that"):
        await connect(retry=retry).user_exist(email="ada@example.com")


def test_what_is_no_function() -> None:
    with pytest.raises(AuthingConfigurationError, match="retry: it is no function"):
        AsyncAuthing("pool", retry=3)  # type: ignore[arg-type]


@pytest.mark.parametrize("asked", ["99999999999", "9" * 400])
async def test_a_pause_that_no_clock_can_wait_for_is_final(
    server: ScriptedServer, connect: Callable[..., AsyncAuthing], asked: str
) -> None:
    server.answer("users", answered({}, 503, retry_after=asked))
    with pytest.raises(ServiceError):
        await connect().users(timeout=None)
    assert len(server.calls("users")) == 1
