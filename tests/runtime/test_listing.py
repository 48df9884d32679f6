"""Going through all users, and reading any number of them by identifier."""

import asyncio
import gc
import itertools
import math
import os
import random
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import anyio
import pytest

from authing_client.async_paging import Page, Windows, entries_in_order
from authing_client.models import UserListEntryWithPhone, UserPatchEntryWithPhone
from authing_gen import AsyncAuthing, AuthingAPIError, InvalidOperationError
from authing_sandbox import Sandbox, Seed, running

from ..blocking import only
from ..conftest import client_of
from .scripted import Reply, ScriptedServer, Seen, answered, data, refused

pytestmark = pytest.mark.anyio

COUNT = 450


# Against the sandbox


@pytest.fixture(scope="module")
def crowd() -> Iterator[Sandbox]:
    """A sandbox with 450 users."""
    users = tuple({"email": f"user{n}@example.com"} for n in range(COUNT))
    with running(seed=Seed(users=users)) as sandbox:
        yield sandbox


@pytest.fixture
async def authing(crowd: Sandbox) -> AsyncIterator[AsyncAuthing]:
    """A client that manages the crowd."""
    async with client_of(crowd) as client:
        yield client


async def _one_by_one(authing: AsyncAuthing) -> list[str]:
    """What the service lists, read without the means that are tested."""
    pages = [await authing.users(page=page, count=200) for page in (1, 2, 3, 4)]
    return [user.id for page in pages for user in page.list_]


@pytest.mark.parametrize(
    ("page_size", "prefetch"),
    [(7, 2), (7, 20), (20, 0), (20, 1), (199, 1), (199, 20), (200, 0), (200, 2)],
)
async def test_everybody_comes_once_and_in_order(
    authing: AsyncAuthing, page_size: int, prefetch: int
) -> None:
    found = authing.iter_users(page_size=page_size, prefetch=prefetch)
    assert [user.id async for user in found] == await _one_by_one(authing)


async def test_users_are_models_like_those_of_a_page(authing: AsyncAuthing) -> None:
    [first] = (await authing.users_with_phones(count=1)).list_
    async with aclosing(authing.iter_users()) as users:
        assert await users.__anext__() == first


@pytest.mark.heavy
@pytest.mark.parametrize(("page_size", "prefetch"), [(20, 0), (20, 3), (200, 2)])
async def test_while_others_are_added_and_removed(
    authing: AsyncAuthing, crowd: Sandbox, page_size: int, prefetch: int
) -> None:
    before = await crowd.snapshot()
    old = await _one_by_one(authing)
    passing = set(random.Random(1).sample(old, 40))
    done = asyncio.Event()

    async def change() -> None:
        for number, user_id in enumerate(sorted(passing)):
            await authing.remove_users(ids=[user_id])
            await authing.register(unionid=f"new{number}", oauth="{}")
        done.set()

    changing = asyncio.create_task(change())
    found: list[str] = []
    async for user in authing.iter_users(page_size=page_size, prefetch=prefetch):
        found.append(user.id)
        if not done.is_set():
            await asyncio.sleep(0.001)
    await changing
    await crowd.restore(before)
    assert len(set(found)) == len(found)
    stayed = [user_id for user_id in old if user_id not in passing]
    assert [user_id for user_id in found if user_id in {*stayed}] == stayed


@pytest.mark.heavy
@pytest.mark.parametrize("page_size", [20, 200])
async def test_while_each_one_that_came_is_removed(
    authing: AsyncAuthing, crowd: Sandbox, page_size: int
) -> None:
    before = await crowd.snapshot()
    old = await _one_by_one(authing)
    found: list[str] = []
    batch: list[str] = []
    async for user in authing.iter_users(page_size=page_size):
        found.append(user.id)
        batch.append(user.id)
        if len(batch) == 15:
            await authing.remove_users(ids=batch)
            batch = []
    left = (await authing.users(count=1)).total_count
    await crowd.restore(before)
    assert found == old
    assert left == len(batch) == 0


async def test_an_empty_pool_has_nobody() -> None:
    async with running() as sandbox, client_of(sandbox) as authing:
        users = [user.id async for user in authing.iter_users()]
        if users:
            await authing.remove_users(ids=users)
        assert [user async for user in authing.iter_users()] == []


@pytest.mark.parametrize(
    "wrong", [{"page_size": 0}, {"page_size": 201}, {"prefetch": -1}]
)
async def test_what_cannot_be_is_refused_at_once(
    authing: AsyncAuthing, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        authing.iter_users(**wrong)


@pytest.mark.parametrize("count", [0, 1, 80, 81, 400])
@pytest.mark.parametrize("prefetch", [0, 2])
async def test_any_number_of_users_by_identifier(
    authing: AsyncAuthing, count: int, prefetch: int
) -> None:
    ids = random.Random(count).sample(await _one_by_one(authing), count)
    found = await authing.users_by_ids(iter(ids), prefetch=prefetch)
    assert [user.id for user in found] == ids


async def test_identifiers_may_be_double_or_unknown(authing: AsyncAuthing) -> None:
    ids = (await _one_by_one(authing))[:100]
    asked = [*ids, "0" * 24, *reversed(ids), "1" * 24, ""]
    assert [user.id for user in await authing.users_by_ids(asked)] == ids
    assert await authing.users_by_ids(["0" * 24]) == []


async def test_identifiers_are_a_string_each(authing: AsyncAuthing) -> None:
    with pytest.raises(TypeError, match="one string for each"):
        await authing.users_by_ids("5f0e1d2c3b4a5968778695ff")
    with pytest.raises(ValueError, match="comma"):
        await authing.users_by_ids(["a,b"])
    with pytest.raises(ValueError, match="prefetch"):
        await authing.users_by_ids(["a"], prefetch=-1)


# Against a server that lists and answers as the test wants


@dataclass
class Lister:
    """A pool as the service shows it, and how it is asked for."""

    ids: list[str]
    delay: Callable[[int], float] = lambda page: 0
    """Seconds between looking a page up and answering it."""
    change: Callable[["Lister"], None] = lambda lister: None
    """What happens in the pool after each look."""
    at_once: int = 0
    most_at_once: int = 0
    pages: list[int] = field(default_factory=list[int])
    fails: int | None = None

    async def answer(self, seen: Seen) -> Reply:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        page, count = seen.variables["page"], seen.variables["count"]
        self.pages.append(page)
        found = self.ids[(page - 1) * count : page * count]
        listed = [_entry(user_id) for user_id in found]
        reply = data(users={"totalCount": len(self.ids), "list": listed})
        self.change(self)
        try:
            await asyncio.sleep(self.delay(page))
        finally:
            self.at_once -= 1
        return refused(1000) if page == self.fails else reply


def _entry(user_id: str) -> dict[str, object]:
    names = (
        field.serialization_alias or name
        for name, field in UserListEntryWithPhone.model_fields.items()
    )
    return {**dict.fromkeys(names), "_id": user_id}


@pytest.fixture
def lister(server: ScriptedServer) -> Lister:
    lister = Lister([f"u{n}" for n in range(200)])
    server.handle("usersWithPhones", lister.answer)
    return lister


@pytest.mark.parametrize("prefetch", [0, 1, 5])
async def test_so_many_pages_are_read_at_once_and_no_more(
    lister: Lister, client: AsyncAuthing, prefetch: int
) -> None:
    lister.delay = lambda page: 0.03 * prefetch  # Threads need time to begin.
    users = [
        user.id async for user in client.iter_users(page_size=20, prefetch=prefetch)
    ]
    assert users == lister.ids
    assert lister.most_at_once == prefetch + 1


async def test_pages_are_read_while_the_caller_is_busy(
    lister: Lister, client: AsyncAuthing
) -> None:
    async with aclosing(client.iter_users(page_size=20, prefetch=2)) as users:
        for _ in range(21):  # The first page says how many there are.
            await users.__anext__()
        await asyncio.sleep(0.1)
        assert len(lister.pages) == 4


async def test_a_page_that_is_answered_earlier_waits_for_its_turn(
    lister: Lister, client: AsyncAuthing
) -> None:
    lister.delay = lambda page: 0.03 if page % 3 == 2 else 0
    users = [user.id async for user in client.iter_users(page_size=20, prefetch=4)]
    assert users == lister.ids


@pytest.mark.parametrize("prefetch", [0, 3])
@pytest.mark.parametrize("newest_first", [False, True])
async def test_whoever_stays_comes_wherever_others_come_and_go(
    lister: Lister, client: AsyncAuthing, newest_first: bool, prefetch: int
) -> None:
    chance, old = random.Random(7), [*lister.ids]
    passing = chance.sample(old, 60)
    leaving, fresh = [*passing], iter(range(1000))

    def change(lister: Lister) -> None:
        for _ in range(chance.randrange(3)):
            place = 0 if newest_first else len(lister.ids)
            lister.ids.insert(place, f"new{next(fresh)}")
        for _ in range(chance.randrange(3)):
            if leaving:
                lister.ids.remove(leaving.pop())

    lister.change = change
    lister.delay = lambda page: chance.choice([0, 0, 0.01])
    found = [u.id async for u in client.iter_users(page_size=20, prefetch=prefetch)]
    assert len(set(found)) == len(found)
    stayed = [user_id for user_id in old if user_id not in passing]
    assert [user_id for user_id in found if user_id in {*stayed}] == stayed


async def test_an_order_of_no_kind_ends_too(
    lister: Lister, client: AsyncAuthing
) -> None:
    chance = random.Random(1)
    lister.change = lambda lister: chance.shuffle(lister.ids)
    found = [user.id async for user in client.iter_users(page_size=20)]
    assert len(set(found)) == len(found) > 100


@pytest.mark.parametrize("prefetch", [0, 3])
async def test_an_error_in_the_middle_comes_once_and_ends_it(
    lister: Lister, client: AsyncAuthing, prefetch: int
) -> None:
    lister.fails = 5
    lister.delay = lambda page: 0.2 if page > 5 else 0
    found: list[str] = []
    users = client.iter_users(page_size=20, prefetch=prefetch)
    with pytest.raises(AuthingAPIError):  # noqa: PT012
        async for user in users:
            found.append(user.id)
    assert found == lister.ids[: len(found)]
    assert len(found) > 60
    assert [user async for user in users] == []
    assert max(lister.pages) <= 5 + prefetch


def _readers() -> list[object]:
    """What reads ahead now: tasks of the one client, threads of the other."""
    tasks = (
        task
        for task in asyncio.all_tasks()
        if "AsyncAhead" in getattr(task.get_coro(), "__qualname__", "")
    )
    threads = (
        thread for thread in threading.enumerate() if thread.name.startswith("ahead-")
    )
    return [*tasks, *threads]


@pytest.mark.parametrize("delay", [0, 0.1])
async def test_a_loop_that_is_closed_leaves_nothing_behind(
    lister: Lister, client: AsyncAuthing, delay: float
) -> None:
    lister.delay = lambda page: delay if page > 2 else 0
    async with aclosing(client.iter_users(page_size=20, prefetch=3)) as users:
        async for user in users:
            if user.id == "u30":
                break
        assert _readers() or not delay
    assert _readers() == []
    asked = len(lister.pages)
    await asyncio.sleep(0.05)
    assert len(lister.pages) == asked < 8


@pytest.mark.parametrize("fails", [None, 5])
async def test_a_loop_that_is_left_ends_when_it_is_forgotten(
    lister: Lister, client: AsyncAuthing, fails: int | None
) -> None:
    lister.delay = lambda page: 0.02 if page > 2 else 0
    lister.fails = fails
    async for user in client.iter_users(page_size=20, prefetch=3):
        if user.id == "u30":
            break
    gc.collect()
    with anyio.fail_after(5):
        while _readers():
            await asyncio.sleep(0.001)
    asked = len(lister.pages)
    await asyncio.sleep(0.05)
    assert len(lister.pages) == asked < 8
    gc.collect()  # An error that nobody fetched would be reported now.


@only("async", "a thread cannot be cancelled")
async def test_a_cancelled_loop_leaves_nothing_behind(
    lister: Lister, client: AsyncAuthing
) -> None:
    lister.delay = lambda page: 5 if page > 2 else 0

    async def go_through() -> None:
        async for _ in client.iter_users(page_size=20, prefetch=3):
            pass

    loop = asyncio.create_task(go_through())
    await server_is_asked(lister, 5)
    loop.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loop
    assert _readers() == []


async def server_is_asked(lister: Lister, times: int) -> None:
    with anyio.fail_after(5):
        while len(lister.pages) < times:
            await asyncio.sleep(0.001)


def test_a_loop_at_the_end_of_a_program_says_nothing(
    crowd: Sandbox, client_kind: str
) -> None:
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", _PROGRAMS[client_kind]],
        env=os.environ | crowd.environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    shown = (run.stdout, run.stderr, run.returncode)
    assert shown == ("user0@example.com\n", "", 0)


_ASYNC_PROGRAM = """
import asyncio
from authing_gen import AsyncAuthing

async def main():
    async with AsyncAuthing() as authing:
        async for user in authing.iter_users(page_size=20, prefetch=5):
            if user.email:
                print(user.email)
                break

asyncio.run(main())
"""

_SYNC_PROGRAM = """
from authing_gen import Authing

with Authing() as authing:
    for user in authing.iter_users(page_size=20, prefetch=5):
        if user.email:
            print(user.email)
            break
"""

_PROGRAMS = {"async": _ASYNC_PROGRAM, "sync": _SYNC_PROGRAM}


# A service that knows less

UNKNOWN = {
    "errors": [{"message": 'Cannot query field "phoneVerified" on "ExtendUser".'}]
}


@pytest.mark.parametrize("status", [200, 400])
async def test_phones_are_done_without_where_the_service_knows_none(
    server: ScriptedServer, client: AsyncAuthing, status: int
) -> None:
    lister = Lister([f"u{n}" for n in range(200)])
    server.handle("users", lister.answer)
    server.answer("usersWithPhones", answered(UNKNOWN, status))
    for _ in range(2):
        users = [user async for user in client.iter_users(prefetch=0, page_size=20)]
        assert [user.id for user in users] == lister.ids
        assert {user.phone for user in users} == {None}
    assert len(server.calls("usersWithPhones")) == 1
    server.answer("userPatchWithPhones", answered(UNKNOWN, status))
    server.answer("userPatch", data(userPatch={"totalCount": 1, "list": [_patched()]}))
    sibling = client.with_options(max_retries=1)
    for either in (client, sibling):
        (user,) = await either.users_by_ids(["u1"])
        assert (user.id, user.phone, user.phone_verified) == ("u1", None, None)
    assert len(server.calls("userPatchWithPhones")) == 1


async def test_what_neither_form_fits_is_told_and_not_remembered(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    for name in ("usersWithPhones", "users"):
        server.answer(name, answered(UNKNOWN, 400))
    for _ in range(2):
        with pytest.raises(InvalidOperationError):
            await anext(aiter(client.iter_users()))
    assert len(server.calls("usersWithPhones")) == 2


async def test_other_refusals_are_no_reason_to_do_without(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("usersWithPhones", refused(2020))
    with pytest.raises(AuthingAPIError):
        await anext(aiter(client.iter_users()))
    assert server.calls("users") == []


def _patched() -> dict[str, object]:
    names = (
        f.serialization_alias or n
        for n, f in UserPatchEntryWithPhone.model_fields.items()
    )
    return {**dict.fromkeys(names), "_id": "u1"}


# Identifiers


@pytest.mark.parametrize("prefetch", [0, 1, 3])
async def test_identifiers_are_asked_for_80_at_once(
    server: ScriptedServer, client: AsyncAuthing, prefetch: int
) -> None:
    at_once, most = 0, 0

    async def answer(seen: Seen) -> Reply:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        with anyio.move_on_after(1):  # Threads need time to begin.
            while at_once <= prefetch:
                await asyncio.sleep(0.001)
        await asyncio.sleep(0.02)
        at_once -= 1
        ids = seen.variables["ids"].split(",")
        assert len(ids) <= 80
        names = (
            f.serialization_alias or n
            for n, f in UserPatchEntryWithPhone.model_fields.items()
        )
        empty = dict.fromkeys(names)
        users = [{**empty, "_id": user_id} for user_id in reversed(ids)]
        return data(userPatch={"totalCount": len(ids), "list": users})

    server.handle("userPatchWithPhones", answer)
    ids = [f"u{number}" for number in range(500)]
    found = await client.users_by_ids(ids, prefetch=prefetch)
    assert [user.id for user in found] == ids
    assert len(server.calls("userPatchWithPhones")) == 7
    assert most == prefetch + 1


async def test_a_chunk_that_fails_fails_the_call(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("userPatchWithPhones", refused(2004))
    with pytest.raises(AuthingAPIError):
        await client.users_by_ids(map(str, range(500)))
    assert _readers() == []
    assert len(server.calls("userPatchWithPhones")) <= 3


# Pages that overlap, and every order of events


@pytest.mark.parametrize("largest", [*range(1, 30), 99, 150, 199, 200])
def test_windows_cover_a_list_and_overlap(largest: int) -> None:
    windows, end, number = Windows(largest), 0, 0
    while end < 3000:
        window = windows[number]
        assert 1 <= window.count <= largest
        assert window.first <= end < window.end
        if number and window.first == end:
            assert largest < 19
            assert end % math.lcm(*range(1, largest + 1)) == 0
        end, number = window.end, number + 1


@dataclass
class World:
    """A list that changes between any two looks, and looks answered in any order."""

    chance: random.Random
    ids: list[str]
    stay: set[str]
    newest_first: bool
    held: list[tuple[asyncio.Future[Page[str]], int, int]]

    async def read(self, page: int, count: int) -> Page[str]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Page[str]] = loop.create_future()
        self.held.append((future, page, count))
        return await future

    async def answer(self) -> None:
        """Change something, then look one page up for somebody who waits."""
        fresh = itertools.count()
        while True:
            await asyncio.sleep(0)
            self._change(fresh)
            self.held = [one for one in self.held if not one[0].done()]
            if not self.held or self.chance.random() < 0.3:
                continue
            future, page, count = self.held.pop(self.chance.randrange(len(self.held)))
            users = self.ids[(page - 1) * count : page * count]
            future.set_result(Page(users, len(self.ids)))

    def _change(self, fresh: Iterator[int]) -> None:
        kind = self.chance.random()
        if kind < 0.1:
            place = 0 if self.newest_first else len(self.ids)
            self.ids.insert(place, f"new{next(fresh)}")
        elif kind < 0.25:
            passing = [user_id for user_id in self.ids if user_id not in self.stay]
            if passing:
                self.ids.remove(self.chance.choice(passing))


@only("async", "the order of events is made on the event loop")
@pytest.mark.parametrize("seed", range(100))
async def test_nobody_who_stays_is_left_out_whatever_happens_when(seed: int) -> None:
    chance = random.Random(seed)
    old = [f"u{number}" for number in range(chance.randrange(1, 200))]
    stay = {user_id for user_id in old if chance.random() < 0.6}
    world = World(chance, [*old], stay, chance.random() < 0.5, [])
    answering = asyncio.create_task(world.answer())
    size, prefetch = chance.randrange(19, 60), chance.randrange(5)
    found: list[str] = []
    with anyio.fail_after(10):
        async for user in entries_in_order(
            world.read, str, first=1, most=200, page_size=size, prefetch=prefetch
        ):
            found.append(user)
            if chance.random() < 0.1:
                await asyncio.sleep(0)
    answering.cancel()
    assert len(set(found)) == len(found)
    expected = [user_id for user_id in old if user_id in stay]
    assert [user_id for user_id in found if user_id in stay] == expected
