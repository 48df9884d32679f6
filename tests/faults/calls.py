"""The calls: each has an id, which its answer must name."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from .wire import REPEATABLE

USERS = 40


@dataclass(frozen=True)
class Call:
    """One call, for the client that awaits and for the one that blocks."""

    id: str
    send: Callable[[Any], Any]
    """Send it by a client; what the client returns."""
    said: Callable[[Any], str]
    """What of the result must be `expected`."""
    expected: str


def calls(count: int, first: int = 0) -> Iterator[Call]:
    """So many calls of all kinds, of many users, mixed."""
    for number in range(first, first + count):
        make = _MAKERS[number % len(_MAKERS)]
        yield make(number, f"u{number * 7 % USERS}")


def _read_as_user(number: int, user: str) -> Call:
    name, token = f"call-{number}.{user}", f"token-of-{user}"
    return Call(
        name,
        lambda client: client.as_user(token).query_mfa_unpaged(user_id=name),
        lambda found: f"{found.user_id} {found.share_key}",
        f"{name} {token}",
    )


def _change_as_user(number: int, user: str) -> Call:
    name, token = f"call-{number}.{user}", f"token-of-{user}"
    return Call(
        name,
        lambda client: client.as_user(token).change_mfa(enable=True, user_id=name),
        lambda changed: f"{changed.user_id} {changed.share_key}",
        f"{name} {token}",
    )


def _ask_as_user(number: int, user: str) -> Call:
    name, token = f"call-{number}.{user}", f"token-of-{user}"
    return Call(
        name,
        lambda client: client.as_user(token).check_login_status(
            headers={"X-Call": name}
        ),
        lambda status: str(status.message),
        f"{token} {name}",
    )


def _read_as_owner(number: int, _: str) -> Call:
    name = f"call-{number}.owner"
    return Call(
        name,
        lambda client: client.query_mfa_unpaged(user_id=name),
        lambda found: str(found.user_id),
        name,
    )


def _change_as_owner(number: int, _: str) -> Call:
    name = f"call-{number}.owner"
    return Call(
        name,
        lambda client: client.refresh_token(user=name),
        lambda fresh: str(fresh.token),
        name,
    )


def _read_as_nobody(number: int, _: str) -> Call:
    name = f"call-{number}.nobody"
    return Call(
        name,
        lambda client: client.with_options(max_retries=3).decode_jwt_token(token=name),
        lambda decoded: str(decoded.data.id),
        name,
    )


def _change_as_nobody(number: int, _: str) -> Call:
    name = f"call-{number}.nobody"
    return Call(
        name,
        lambda client: client.send_verify_email(email=name),
        lambda sent: str(sent.message),
        name,
    )


def _change_again(number: int, _: str) -> Call:
    name = f"call-{number}.{REPEATABLE}"
    return Call(
        name,
        lambda client: client.send_verify_email(email=name, idempotent=True),
        lambda sent: str(sent.message),
        name,
    )


def _sms(number: int, _: str) -> Call:
    name = f"139{number:08}"
    return Call(
        name,
        lambda client: client.sms.send_code(name),
        lambda receipt: str(receipt.message),
        name,
    )


def _oidc(number: int, _: str) -> Call:
    name, method = f"call-{number}.oidc", "GET" if number % 2 else "POST"
    return Call(
        name,
        lambda client: client.oidc.refresh(
            client_id="i", client_secret="s", refresh_token=name, method=method
        ),
        lambda tokens: str(tokens.access_token),
        name,
    )


_MAKERS = (
    _read_as_user,
    _change_as_user,
    _read_as_owner,
    _sms,
    _ask_as_user,
    _change_as_owner,
    _read_as_nobody,
    _oidc,
    _change_as_nobody,
    _read_as_user,
    _change_again,
)
