"""What error reporters read of an error holds nothing that was secret."""

import asyncio
import io
import sys
import traceback
from collections.abc import Awaitable, Callable, Iterator, Mapping
from enum import Enum
from inspect import getmembers, iscoroutinefunction, signature
from typing import Any, get_args

import anyio
import pytest
import sentry_sdk
from pydantic import BaseModel
from rich.console import Console
from rich.traceback import Traceback
from sentry_sdk.envelope import Envelope
from sentry_sdk.scrubber import EventScrubber
from sentry_sdk.utils import event_from_exception

import authing_client
from authing_client.frames import sensitive_variables
from authing_gen import (
    AsyncAuthing,
    Authing,
    AuthingConfigurationError,
    AuthingError,
    RetryState,
    WrongPasswordError,
)

from ..blocking import only
from .scripted import (
    DROPPED,
    INIT,
    Reply,
    ScriptedServer,
    Seen,
    data,
    html,
    owner,
    refused,
)
from .vault import Vault, fail_after_many

pytestmark = pytest.mark.anyio

MARK = "s3cret"
NUMBER = 73019468
METHODS = [
    name
    for name, _ in getmembers(authing_client.AsyncClient, iscoroutinefunction)
    if not name.startswith("_") and name not in ("aclose", "execute")
]
REST: dict[str, tuple[str, ...]] = {
    "sms.send_code": (),
    "oidc.login": ("client_id", "client_secret", "email", "password"),
    "oidc.refresh": ("client_id", "client_secret", "refresh_token"),
}


def argument(annotation: object) -> Any:
    """Something of a type that must be found nowhere."""
    text = annotation if isinstance(annotation, str) else _written(annotation)
    kind = text.replace(" ", "").split("|")[0].strip("()")
    if kind.startswith(("Sequence[", "list[")):
        return [argument(kind.partition("[")[2].removesuffix("]"))]
    if kind in ("str", "int", "bool"):
        return {"str": f"{MARK}-of-a-user", "int": NUMBER, "bool": True}[kind]
    if kind.startswith("Given"):
        return NUMBER if kind == "GivenNumber" else f"{MARK}-of-a-user"
    named = getattr(authing_client, kind)
    if issubclass(named, Enum):
        return next(iter(named))
    assert issubclass(named, BaseModel)
    return named(
        **{
            name: argument(field.annotation)
            for name, field in named.model_fields.items()
        }
    )


def _written(annotation: object) -> str:
    name: str = getattr(annotation, "__name__", str(annotation))
    parts = [part for part in get_args(annotation) if part is not type(None)]
    if name in ("list", "Sequence"):
        return f"list[{_written(parts[0])}]"
    return _written(parts[0]) if parts else name


def arguments(method: str) -> dict[str, Any]:
    """All arguments that an operation takes."""
    parameters = signature(getattr(authing_client.AsyncClient, method)).parameters
    return {
        name: argument(parameter.annotation)
        for name, parameter in parameters.items()
        if name not in ("self", "options", "user_pool", "user_pool_id")
    }


async def echo(seen: Seen) -> Reply:
    """Refuse with all that was sent, as a careless server does."""
    said = f"{seen.content.decode()} {seen.headers.get('authorization')}"
    found = seen.body if seen.target.endswith("/graphql") else seen.form
    return refused(2006, said, {"sent": found, "headers": [*seen.headers.values()]})


async def ill_shaped(seen: Seen) -> Reply:
    return data(**{seen.name: [f"{MARK}-in-answer"]})


async def other_token_needed(seen: Seen) -> Reply:
    return refused(2020, f"who is {seen.headers.get('authorization')}?")


def always(reply: Reply) -> Callable[[Seen], Awaitable[Reply]]:
    async def answer(seen: Seen) -> Reply:
        return reply

    return answer


FAILURES: dict[str, Callable[[Seen], Awaitable[Reply]]] = {
    "refused": echo,
    "another shape": ill_shaped,
    "not logged in": other_token_needed,
    "HTML": always(html(502)),
    "no JSON": always(Reply(f"{MARK}-in-answer".encode())),
    "lost": always(DROPPED),
}


def reported(error: BaseException) -> Iterator[str]:
    """What is collected of an error."""
    yield "".join(
        traceback.TracebackException.from_exception(error, capture_locals=True).format()
    )
    screen = Console(file=io.StringIO(), width=10_000)
    screen.print(
        Traceback.from_exception(
            type(error), error, error.__traceback__, show_locals=True
        )
    )
    assert isinstance(screen.file, io.StringIO)
    yield screen.file.getvalue()
    yield _sent_to_sentry(error)


def forget_callers(error: BaseException) -> None:
    """Leave the frames of these tests out, which hold what they send."""
    while found := error.__traceback__:
        if "/authing_" in found.tb_frame.f_code.co_filename:
            break
        error.__traceback__ = found.tb_next


class _Kept(sentry_sdk.Transport):
    """Keeps what would be sent."""

    def __init__(self, options: Any = None) -> None:
        super().__init__(options)
        self.sent: list[str] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.sent += [str(item.payload.json) for item in envelope.items]


def _sent_to_sentry(error: BaseException) -> str:
    kept = _Kept()
    client = sentry_sdk.Client(
        dsn="http://key@127.0.0.1:1/1",
        transport=kept,
        default_integrations=False,
        event_scrubber=EventScrubber(denylist=[], pii_denylist=[]),  # Scrub nothing.
        max_value_length=1_000_000,
    )
    event, hint = event_from_exception(error, client_options=client.options)
    client.capture_event(event, hint)
    (sent,) = kept.sent
    assert error.__traceback__ is None or "vars" in sent
    return sent


def assert_nothing_secret(error: BaseException, thoroughly: bool = True) -> None:
    forget_callers(error)
    assert error.__traceback__ is not None
    for frame, _ in traceback.walk_tb(error.__traceback__):
        assert frame.f_locals == {}
    for text in (repr(vars(error)), *(reported(error) if thoroughly else ())):
        assert MARK not in text
        assert str(NUMBER) not in text


@pytest.mark.heavy
@pytest.mark.parametrize("failure", FAILURES)
async def test_no_operation_leaves_a_secret_in_its_error(
    server: ScriptedServer, connect: Callable[..., AsyncAuthing], failure: str
) -> None:
    server.answer(INIT, owner(f"{MARK}-owner"))
    client = connect(secret=f"{MARK}-pool", max_retries=0)
    failed = 0
    for number, method in enumerate(METHODS):
        for way in (client, client.as_user(f"{MARK}-user"), client.with_raw_response):
            _fail(server, failure)
            error = await _error(way, method, arguments(method))
            if error is not None:
                failed += 1
                # Drawing takes long, and no frame has anything to draw.
                thoroughly = way is client and failure == "refused" and number % 5 == 0
                assert_nothing_secret(error, thoroughly)
    # A user may not call what only the owner may; nothing else succeeds.
    assert failed >= 2 * len(METHODS)


def _fail(server: ScriptedServer, failure: str) -> None:
    for operation in authing_client.OPERATIONS:
        if operation != INIT:
            server.handle(operation, FAILURES[failure])


async def _error(
    way: Any, method: str, given: Mapping[str, Any]
) -> AuthingError | None:
    try:
        await getattr(way, method)(**given)
    except AuthingError as error:
        return error
    return None


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("call", REST)
async def test_no_rest_call_leaves_a_secret_in_its_error(
    server: ScriptedServer, client: AsyncAuthing, call: str, failure: str
) -> None:
    for path in ("/oauth/oidc/token", "/send_smscode/13800138000/the-pool"):
        server.handle(path, FAILURES[failure])
    place, _, method = call.partition(".")
    given = {name: f"{MARK}-{name}" for name in REST[call]}
    with pytest.raises(AuthingError) as caught:
        await getattr(getattr(client, place), method)(
            *(() if given else ["13800138000"]), **given
        )
    assert_nothing_secret(caught.value)


async def test_no_client_that_cannot_be_made_leaves_its_secret() -> None:
    with pytest.raises(AuthingConfigurationError) as caught:
        AsyncAuthing("pool", secret=f"{MARK}-pool", users_url="nowhere")
    assert_nothing_secret(caught.value)


async def test_no_token_that_cannot_travel_is_left(client: AsyncAuthing) -> None:
    with pytest.raises(AuthingError) as caught:
        await client.as_user(f"{MARK} token\n").check_login_status()
    assert_nothing_secret(caught.value)


@only("async", "nobody cancels a thread")
async def test_no_cancelled_call_leaves_a_secret(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.handle("login", lambda seen: asyncio.sleep(30, DROPPED))
    with anyio.CancelScope() as scope:
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_cancel(scope, server))
                await client.login(email="ada@example.com", password=f"{MARK}-password")
        except BaseException as error:
            assert_nothing_secret(error)
            raise
    assert scope.cancelled_caught


async def _cancel(scope: anyio.CancelScope, server: ScriptedServer) -> None:
    await server.arrived("login")
    scope.cancel()


async def test_what_a_caller_handled_already_is_left_alone(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("login", refused(2006))

    def fail() -> None:
        clue = "a clue"
        raise ValueError(len(clue))

    try:
        fail()
    except ValueError as first:
        with pytest.raises(WrongPasswordError):
            await client.login(email="ada@example.com", password=f"{MARK}-password")
        frames = [frame for frame, _ in traceback.walk_tb(first.__traceback__)]
        assert frames[-1].f_locals == {"clue": "a clue"}


async def test_sources_and_members_of_an_error_are_cleared_too() -> None:
    vault = Vault()
    for call in (Vault, vault.open, vault.open_later):
        try:
            result = call(f"{MARK}-key")
            if isinstance(result, Awaitable):
                await result
        except ExceptionGroup as error:
            # What the error itself says is its own affair.
            for found in (error, error.__cause__, *error.exceptions):
                assert found is not None
                frames = [each for each, _ in traceback.walk_tb(found.__traceback__)]
                held = [
                    each.f_locals for each in frames if each.f_code.co_name[0] == "_"
                ]
                assert not any(held)
        else:
            pytest.fail("it should fail")


def test_a_method_stays_what_it_was() -> None:
    assert iscoroutinefunction(Vault.open_later)
    assert not iscoroutinefunction(Vault.open)
    assert [*signature(Vault.open).parameters] == ["self", "secret"]
    assert sensitive_variables(len)("four") == 4
    assert sys.exception() is None


# Frames of the program itself: it may go on with them


@only("async", "tasks that wait in their handlers")
async def test_those_who_handle_the_same_error_go_on(
    connect: Callable[..., AsyncAuthing],
) -> None:
    async def fail() -> str:
        await asyncio.sleep(0.01)
        raise ValueError("vault down")

    client = connect(owner_token=fail)
    ended: list[int] = []

    async def call(number: int) -> None:
        try:
            await client.user(id="ada")
        except ValueError:
            await asyncio.sleep(0.01 * number)
            ended.append(number)

    async with asyncio.timeout(5):
        await asyncio.gather(*map(call, range(5)))
    assert ended == [0, 1, 2, 3, 4]


def test_a_generator_that_waits_in_its_handler_goes_on() -> None:
    kept = ValueError("vault down")

    def fail() -> str:
        raise kept

    def lines(client: Authing) -> Iterator[str]:
        for number in range(2):
            try:
                client.user(id="ada")
            except ValueError:
                yield f"line {number}"

    with Authing("pool", owner_token=fail) as client:
        report = lines(client)
        first = next(report)
        with pytest.raises(ValueError, match="vault"):
            client.user(id="grace")
        assert [first, *report] == ["line 0", "line 1"]


async def test_what_a_retry_function_is_given_holds_no_secret(
    server: ScriptedServer, connect: Callable[..., AsyncAuthing]
) -> None:
    found: list[BaseException] = []

    def never(state: RetryState) -> None:
        found.append(state.error)

    server.handle("login", FAILURES["HTML"])
    client = connect(retry=never)
    with pytest.raises(AuthingError):
        await client.login(email="ada@example.com", password=f"{MARK}-password")
    (error,) = found
    assert error.__traceback__ is None
    for text in reported(error):
        assert MARK not in text


async def test_no_page_of_users_leaves_a_secret_in_its_error(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.handle("users", FAILURES["not logged in"])
    with pytest.raises(AuthingError) as caught:
        await anext(aiter(client.iter_users(token=f"{MARK}-token")))
    forget_callers(caught.value)
    for text in reported(caught.value):
        assert MARK not in text


def test_a_long_chain_of_errors() -> None:
    with pytest.raises(ValueError, match="4999"):
        fail_after_many(5_000)
