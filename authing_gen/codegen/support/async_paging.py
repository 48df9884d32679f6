"""Reading all entries of a list that is given page by page."""

from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from math import inf
from typing import Generic, TypeVar

from .async_ahead import AsyncAhead

T = TypeVar("T")

PREFETCH = 2
"""Pages that methods read before they are wanted, unless callers say otherwise."""
PATIENCE = 10
"""How often one page is left for the one before it while nothing new is found."""


class Page(Generic[T]):
    """What one call has found.

    Args:
        entries: The entries of the page.
        total: How many there are over all pages; None where nobody says so.
    """

    def __init__(
        self, entries: Iterable[T | None] | None = (), total: int | None = 0
    ) -> None:
        self.entries = [entry for entry in entries or () if entry is not None]
        self.total = inf if total is None else total


@dataclass(frozen=True)
class Window:
    """A part of a list, in the only terms that a service knows."""

    page: int
    """Number of the page, from 1."""
    count: int

    @property
    def first(self) -> int:
        """How many entries come before it."""
        return (self.page - 1) * self.count

    @property
    def end(self) -> int:
        """How many entries there are up to its last."""
        return self.page * self.count

    def next(self, largest: int) -> "Window":
        """The one that goes furthest and still overlaps this one.

        With up to 18 entries a page there are places that no two pages overlap at.
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
        """Say whether a window shares entries with the one before it."""
        return self[number].first < self[number - 1].end


def check_prefetch(prefetch: int) -> None:
    """Refuse a number of calls that there cannot be.

    Raises:
        ValueError: It is negative.
    """
    if prefetch < 0:
        raise ValueError("prefetch is not negative")


def entries_in_order(
    read: Callable[[int, int], Awaitable[Page[T]]],
    key: Callable[[T], object],
    *,
    first: int,
    most: int,
    page_size: int,
    prefetch: int,
) -> AsyncGenerator[T, None]:
    """Go through every entry once, in the service's order, while the list changes.

    Pages move while they are read, and how many entries there are does not tell: some
    may have been removed and others added. Hence each page overlaps the one before it.
    One that shows an entry that has been yielded leaves none out; another has been read
    too early, so it is read again, or entries before it have been removed, so the page
    before it is read again. Where two pages cannot overlap, it has to do that there are
    no fewer entries than before.

    Args:
        read: Reads a page by its number and its size.
        key: What tells entries apart.
        first: Number of the first page.
        most: Entries a page that the service gives at most.
        page_size: Entries to ask for at once, at most.
        prefetch: Pages that are read before they are wanted, at most.

    Raises:
        ValueError: `page_size` or `prefetch` is out of range.
    """
    if not 1 <= page_size <= most:
        raise ValueError(f"page_size is from 1 to {most}")
    check_prefetch(prefetch)
    return _entries(read, key, first, page_size, prefetch)


async def _entries(
    read: Callable[[int, int], Awaitable[Page[T]]],
    key: Callable[[T], object],
    first: int,
    page_size: int,
    prefetch: int,
) -> AsyncGenerator[T, None]:
    windows = Windows(page_size)
    seen: set[object] = set()
    left: Counter[int] = Counter()
    number, forward = 0, True
    total: float = 0

    async def read_window(number: int) -> Page[T]:
        window = windows[number]
        return await read(window.page - 1 + first, window.count)

    def follows(page: Page[T]) -> bool:
        if number == 0 or any(key(entry) in seen for entry in page.entries):
            return True
        return forward and not windows.overlap(number) and page.total >= total

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
            total = page.total
            if not forward:
                left[number] += 1
                number -= 1
                continue
            is_last = windows[number].end >= total or not page.entries
            # Entries are let go as they are yielded, and a page before the next is
            # read: the more is kept, the oftener Python looks through all memory for
            # garbage.
            entries = page.entries[::-1]
            del page
            while entries:
                entry = entries.pop()
                if (known := key(entry)) not in seen:
                    seen.add(known)
                    if left:
                        left.clear()
                    yield entry
            if is_last:
                return
            number += 1
    finally:
        await ahead.forget()
