"""Reading any number of users by identifier, and with what not each service knows."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import aclosing
from typing import Protocol, TypeVar

from authing_client.async_ahead import AsyncAhead
from authing_client.base_model import BaseModel

from ..errors import InvalidOperationError

MAX_IDS = 80
"""Users that the service finds by identifier at most. Source: 批量查询用户信息."""

T = TypeVar("T")
UserT = TypeVar("UserT", bound=BaseModel)


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


IdentifiedT = TypeVar("IdentifiedT", bound=_Identified)


async def known_form(
    unknown: set[str],
    operation: str,
    ask: Callable[[], Awaitable[T]],
    ask_documented: Callable[[], Awaitable[T]],
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
            return await ask()
        except InvalidOperationError:
            found = await ask_documented()
            unknown.add(operation)
            return found
    return await ask_documented()


async def first_of(
    found: AsyncGenerator[T, None], wanted: Callable[[T], bool]
) -> T | None:
    """Return the first that is wanted, and ask for no more."""
    async with aclosing(found) as entries:
        async for each in entries:
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


async def users_of_ids(
    read: Callable[[str], Awaitable[list[IdentifiedT]]],
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

    async def read_chunk(number: int) -> list[IdentifiedT]:
        return await read(chunks[number])

    ahead = AsyncAhead(read_chunk, prefetch)
    found: dict[str, IdentifiedT] = {}
    try:
        for number in range(len(chunks)):
            users = await ahead.get(number, len(chunks) - 1)
            found.update((user.id, user) for user in users)
    finally:
        await ahead.forget()
    return [found[user_id] for user_id in wanted if user_id in found]
