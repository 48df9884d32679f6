"""Reading more users than one call gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .ahead import AsyncAhead

if TYPE_CHECKING:
    from authing_client.models import (
        UserListEntry,
        UserPage,
        UserPatch,
        UserPatchEntry,
    )

MAX_PAGE = 200
"""Users a page that the service gives at most. Source: 读取用户列表."""

MAX_IDS = 80
"""Users that the service finds by identifier at most. Source: 批量查询用户信息."""

PATIENCE = 10
"""How often one page is left for the one before it while nobody new is found."""


@dataclass(frozen=True)
class Window:
    """A part of a list, in the only terms that the service knows."""

    page: int
    count: int

    @property
    def first(self) -> int:
        """How many users come before it."""
        return (self.page - 1) * self.count

    @property
    def end(self) -> int:
        """How many users there are up to its last."""
        return self.page * self.count

    def next(self, largest: int) -> Window:
        """The one that goes furthest and still overlaps this one.

        With up to 18 users a page there are places that no two pages overlap at.
        """
        best = self
        for count in range(largest, 1, -1):
            if best.end >= self.end + count - 1:
                break  # A smaller one cannot go further.
            window = Window((self.end - 1) // count + 1, count)
            if window.end > best.end:
                best = window
        return best if best is not self else Window(self.end // largest + 1, largest)


class Windows:
    """Windows that cover a list of any length, each as large as it may be."""

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._known = [Window(1, largest)]

    def __getitem__(self, number: int) -> Window:
        while len(self._known) <= number:
            self._known.append(self._known[-1].next(self._largest))
        return self._known[number]

    def overlap(self, number: int) -> bool:
        """Say whether a window shares users with the one before it."""
        return self[number].first < self[number - 1].end


async def users_in_order(
    read: Callable[[int, int], Awaitable[UserPage]], page_size: int, prefetch: int
) -> AsyncGenerator[UserListEntry, None]:
    """Yield every user once, in the service's order, while the pool changes.

    Pages move while they are read, and how many users there are does not tell: some may
    have been removed and others added. Hence each page overlaps the one before it. One
    that shows somebody who has been yielded leaves nobody out; another has been read
    too early, so it is read again, or users before it have been removed, so the page
    before it is read again. Where two pages cannot overlap, it has to do that there are
    no fewer users than before.

    Args:
        read: Reads a page by its number and its size.
        page_size: Users a page, at most.
        prefetch: Pages that are read before they are wanted, at most.
    """
    windows = Windows(page_size)
    seen: set[str] = set()
    left: Counter[int] = Counter()
    number, total, forward = 0, 0, True

    async def read_window(number: int) -> UserPage:
        return await read(windows[number].page, windows[number].count)

    def follows(page: UserPage) -> bool:
        if number == 0 or any(user.id in seen for user in page.list_):
            return True
        return forward and not windows.overlap(number) and page.total_count >= total

    ahead = AsyncAhead(read_window, prefetch)
    try:
        while True:
            last = number
            while last < number + prefetch and windows[last].end < total:
                last += 1
            page = await ahead.get(number, last)
            if not follows(page):
                await ahead.forget()
                page = await read_window(number)
            # An order that changes from call to call never fits; it has to end, too.
            forward = follows(page) or left[number] == PATIENCE
            total = page.total_count
            if not forward:
                left[number] += 1
                number -= 1
                continue
            is_last = windows[number].end >= total or not page.list_
            # Users are let go as they are yielded, and a page before the next is read:
            # the more is kept, the oftener Python looks through all memory for garbage.
            users = page.list_[::-1]
            del page
            while users:
                user = users.pop()
                if user.id not in seen:
                    seen.add(user.id)
                    if left:
                        left.clear()
                    yield user
            if is_last:
                return
            number += 1
    finally:
        await ahead.forget()


async def users_of_ids(
    read: Callable[[str], Awaitable[UserPatch]], ids: Iterable[str], prefetch: int
) -> list[UserPatchEntry]:
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

    async def read_chunk(number: int) -> UserPatch:
        return await read(chunks[number])

    ahead = AsyncAhead(read_chunk, prefetch)
    found: dict[str, UserPatchEntry] = {}
    try:
        for number in range(len(chunks)):
            patch = await ahead.get(number, len(chunks) - 1)
            found.update((user.id, user) for user in patch.list_)
    finally:
        await ahead.forget()
    return [found[user_id] for user_id in wanted if user_id in found]
