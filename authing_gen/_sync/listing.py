# Made from its twin in _async by authing_gen.codegen.unasync; do not edit.

"""Reading any number of users by identifier, and with what not each service knows."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from typing import Protocol, TypeVar

from authing_client.base_model import BaseModel
from authing_client.sync_ahead import Ahead

from ..errors import InvalidOperationError

MAX_IDS = 80
"""Users that the service finds by identifier at most. Source: 批量查询用户信息."""

T = TypeVar("T")
UserT = TypeVar("UserT", bound=BaseModel)


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


IdentifiedT = TypeVar("IdentifiedT", bound=_Identified)


def known_form(
    unknown: set[str],
    operation: str,
    ask: Callable[[], T],
    ask_documented: Callable[[], T],
) -> T:
    """Ask for more than the documentation does, where the service knows it.

    Args:
        unknown: Operations that the service has refused; it is kept up to date.
        operation: The one that asks for more.
        ask: Sends it.
        ask_documented: Asks for what is documented, and does without the rest.
    """
    if operation not in unknown:
        try:
            return ask()
        except InvalidOperationError:
            found = ask_documented()
            unknown.add(operation)
            return found
    return ask_documented()


def first_of(found: Generator[T, None], wanted: Callable[[T], bool]) -> T | None:
    """Return the first that is wanted, and ask for no more."""
    with closing(found) as entries:
        for each in entries:
            if wanted(each):
                return each
    return None


def is_called(user: object, field: str, value: str) -> bool:
    """Whether a user has this value; cases of e-mail addresses do not matter."""
    own = str(getattr(user, field))
    return own == value or (field == "email" and own.casefold() == value.casefold())


def without_phone(kind: type[UserT], user: BaseModel) -> UserT:
    """Make a user of one whose phone was not asked for."""
    return kind.model_construct(**dict(user), phone=None, phone_verified=None)


def users_of_ids(
    read: Callable[[str], list[IdentifiedT]],
    ids: Iterable[str],
    prefetch: int,
) -> list[IdentifiedT]:
    """Return users in the order of their identifiers, without those there are not."""
    if isinstance(ids, str):
        raise TypeError("ids is one string for each user, not a single one")
    wanted = list(dict.fromkeys(ids))
    if any("," in user_id for user_id in wanted):
        raise ValueError("an identifier holds no comma: give one string for each user")
    chunks = [
        ",".join(wanted[first : first + MAX_IDS])
        for first in range(0, len(wanted), MAX_IDS)
    ]

    def read_chunk(number: int) -> list[IdentifiedT]:
        return read(chunks[number])

    ahead = Ahead(read_chunk, prefetch)
    found: dict[str, IdentifiedT] = {}
    try:
        for number in range(len(chunks)):
            users = ahead.get(number, len(chunks) - 1)
            found.update((user.id, user) for user in users)
    finally:
        ahead.forget()
    return [found[user_id] for user_id in wanted if user_id in found]
