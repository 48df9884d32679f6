"""Whatever is given and whatever is answered: a result, or one of our errors, in time.

Over every method of both clients, against a server on a real socket.
"""

import asyncio
import inspect
import json
import os
import time
import traceback
import typing
from collections.abc import Callable, Iterator
from functools import partial
from operator import attrgetter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import authing_client
import authing_gen
from authing_client import OPERATIONS
from authing_gen import AuthingAPIError, AuthingError

from .bytewise import ByteServer, Peer
from .hostile import (
    SECRET,
    answers,
    fitting,
    heads,
    hostile,
    mutated,
    names_of_types,
)
from .scripted import INIT, Seen, owner

# Hypothesis minds long values when it describes them; they are meant to be long.
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

TIMEOUT, LATE = 5.0, 15.0
"""Seconds: of a call, and after which it hangs, however slow the machine is."""

REST = ["oidc.login", "oidc.refresh", "sms.send_code", "sms.send_register_code"]
METHODS = [
    *(
        name
        for name, method in inspect.getmembers(
            authing_client.AsyncClient, inspect.iscoroutinefunction
        )
        if "options" in inspect.signature(method).parameters and name != "execute"
    ),
    *REST,
]

TIMES = int(os.environ.get("PROPERTIES_TIMES", "1"))
"""How many times as many examples as usual; they are others each time then."""

Call = Callable[[str, dict[str, Any]], object]

quick = partial(
    settings,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    derandomize=TIMES == 1,
    phases=[Phase.generate],
)


class Service:
    """Answers every request by what the test wants to be answered."""

    def __init__(self) -> None:
        self.answer: Callable[[Seen], bytes] = lambda _: b""

    async def talk(self, peer: Peer) -> None:
        """Answer one request a connection: what follows a bad answer is not asked."""
        async for seen in peer.requests():
            await peer.send(self.answer(seen))
            await peer.leave()
            return


@pytest.fixture(scope="module")
def service() -> Service:
    return Service()


@pytest.fixture(scope="module")
def clients(service: Service) -> Iterator[tuple[Call, ...]]:
    """Both clients; what they raise is returned."""
    with ByteServer(service.talk) as server, asyncio.Runner() as runner:
        settings = server.settings(timeout=TIMEOUT, max_retries=0)
        awaiting = authing_gen.AsyncAuthing(**settings)
        with authing_gen.Authing(**settings) as blocking:

            async def awaited(name: str, arguments: dict[str, Any]) -> object:
                return await attrgetter(name)(awaiting)(**arguments)

            yield (
                lambda name, given: runner.run(awaited(name, given)),
                lambda name, given: attrgetter(name)(blocking)(**given),
            )
        runner.run(awaiting.aclose())


def http(
    content: bytes, status: int = 200, headers: dict[str, str] | None = None
) -> bytes:
    """An answer after which the connection is closed."""
    lines = [f"HTTP/1.1 {status} Hostile", f"Content-Length: {len(content)}"]
    given = {"Content-Type": "application/json"} | (headers or {})
    lines += [f"{name}: {value}" for name, value in given.items()]
    return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + content


def outcome_of(call: Call, name: str, arguments: dict[str, Any]) -> Exception | None:
    """Call, and return the error; it has to be one of ours, in time, and hold nothing.

    What `data` holds are the words of the service.
    """
    started = time.monotonic()
    try:
        call(name, arguments)
    except AuthingError as error:
        caught = error
    else:
        return None
    finally:
        assert time.monotonic() - started < LATE
    told = [str(caught), repr(caught), *traceback.format_exception(caught)]
    told += [str(value) for name, value in vars(caught).items() if name in TOLD]
    assert not [text for text in told if SECRET in text]
    chain: BaseException | None = caught
    while chain is not None:
        assert isinstance(chain, (AuthingError, ModuleNotFoundError)), chain
        chain = chain.__cause__ or chain.__context__
    return caught


TOLD = ("message", "operation", "path", "error")


def arguments_of(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Arguments of a method, any of which may be hostile, and options."""
    method = attrgetter(name)(authing_gen.AsyncAuthing("pool"))
    hints = typing.get_type_hints(method, localns=names_of_types())
    known = inspect.signature(method).parameters.values()
    given = {
        one.name: fitting(hints[one.name]) | hostile()
        for one in known
        if one.kind is one.KEYWORD_ONLY or name.startswith("sms.")
    }
    if name == "oidc.login":  # Exactly one of them; a TypeError is documented else.
        names = {one: given.pop(one) for one in ("email", "phone", "username")}
        given.pop("unionid")
        some = given.pop("scope"), given.pop("method")
        one = st.sampled_from(list(names)).flatmap(
            lambda one: st.fixed_dictionaries({one: names[one].filter(_is_given)})
        )
        rest = st.fixed_dictionaries(
            given, optional={"scope": some[0], "method": some[1]}
        )
        return st.builds(lambda one, rest: one | rest, one, rest)
    if name in REST:
        return st.fixed_dictionaries(given)
    required = {one.name for one in known if one.default is one.empty} & given.keys()
    options = {
        "timeout": st.sampled_from([1, 2.5, None, 10**400, "5", -1, [5]]) | hostile(),
        "headers": st.dictionaries(
            st.text(max_size=9) | hostile().filter(_hashable), hostile(), max_size=2
        )
        | hostile(),
        "token": st.just(SECRET) | hostile(),
        "idempotent": st.booleans() | hostile(),
    }
    return st.fixed_dictionaries(
        {one: given[one] for one in required},
        optional={one: given[one] for one in given.keys() - required}
        | {one: options[one] for one in options if one not in given},
    )


def _is_given(value: object) -> bool:
    return value is not None


def _hashable(value: object) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def quoting(seen: Seen) -> bytes:
    """A refusal that says again what it was asked."""
    if seen.content and INIT.encode() in seen.content:
        return http(owner("the-token").content)
    said = seen.content.decode("utf-8", "replace")[:100_000]
    error: Any = {"message": {"code": 2003, "message": f"what is {said}?"}}
    return http(json.dumps({"errors": [error]}).encode())


@pytest.mark.parametrize("name", METHODS)
def test_whatever_is_given_a_call_ends_well(
    service: Service, clients: tuple[Call, ...], name: str
) -> None:
    service.answer = quoting

    @quick(max_examples=4 * TIMES)
    @given(arguments_of(name))
    def ends_well(arguments: dict[str, Any]) -> None:
        for call in clients:
            error = outcome_of(call, name, arguments)
            assert error is not None or name == "get_client_when_sdk_init"

    ends_well()


def test_a_number_that_python_does_not_write(
    service: Service, clients: tuple[Call, ...]
) -> None:
    service.answer = quoting
    for call in clients:
        assert isinstance(outcome_of(call, "user", {"id": 10**5000}), AuthingAPIError)


def _good(name: str) -> Any:
    user: dict[str, Any] = {
        "_id": "1",
        "email": "a@b",
        "token": SECRET,
        "registerInClient": "p",
    }
    user |= {"username": "a", "photo": "", "oauth": "", "loginsCount": 1}
    match name:
        case "users":
            return {"data": {"users": {"totalCount": 1, "list": [user, user]}}}
        case "user" | "login":
            return {"data": {name: user}}
        case "oidc.login":
            return {"access_token": SECRET, "token_type": "Bearer", "expires_in": 5}
        case _:
            return {"code": 200, "message": "sent", "data": {"status": True}}


ASKED: dict[str, dict[str, Any]] = {
    "users": {},
    "user": {"id": "1"},
    "login": {"email": "a@b", "password": "correct horse"},
    "check_login_status": {"token": "a-token"},
    "oidc.login": {
        "client_id": "the-client",
        "client_secret": "the-secret",
        "password": "correct horse",
        "email": "a@b",
    },
    "sms.send_code": {"phone": "13912345678"},
}


@pytest.mark.parametrize("name", ASKED)
def test_whatever_is_answered_a_call_ends_well(
    service: Service, clients: tuple[Call, ...], name: str
) -> None:
    @quick(max_examples=80 * TIMES)
    @given(
        body=answers() | mutated(_good(name)),
        status=st.sampled_from([200, 201, 204, 302, 304, 400, 401, 403, 404, 429, 500])
        | st.integers(200, 999),
        headers=heads() | st.just({}),
        fetched=st.booleans(),
    )
    def ends_well(
        body: bytes, status: int, headers: dict[str, str], fetched: bool
    ) -> None:
        def answer(seen: Seen) -> bytes:
            if not fetched and INIT.encode() in seen.content:
                return http(owner("the-token").content)
            return http(body, status, headers)

        service.answer = answer
        for call in clients:
            outcome_of(call, name, ASKED[name])

    ends_well()


def test_whatever_bytes_are_answered_a_call_ends_well(
    service: Service, clients: tuple[Call, ...]
) -> None:
    @quick(max_examples=100 * TIMES)
    @given(
        start=st.sampled_from(
            [b"", b"HTTP/1.1 ", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 200\r\n\r\n", b"\0"]
        ),
        rest=st.binary(max_size=300),
    )
    def ends_well(start: bytes, rest: bytes) -> None:
        service.answer = lambda _: start + rest
        for call in clients:
            outcome_of(call, "check_login_status", {"token": "a-token"})

    ends_well()


def test_a_keyword_that_there_is_not_is_a_type_error(clients: tuple[Call, ...]) -> None:
    for name in METHODS:
        for call in clients:
            with pytest.raises(TypeError, match=r"nonsense|required"):
                call(name, {"nonsense": SECRET})


def test_every_operation_is_among_the_methods() -> None:
    assert len(METHODS) == len(OPERATIONS) + len(REST)
