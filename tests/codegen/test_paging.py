"""What goes through lists page by page, and what is told where nothing can."""

import asyncio
import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import httpx
import pytest

from authing_gen.codegen import AuthingPlugin
from authing_gen.codegen.errors import CodegenError
from authing_gen.codegen.project import Project

SCHEMA = """
type Query { books(page: Int, count: Int): Books @paged(first: 0, most: 20) }
type Books { totalCount: Int list: [Book] }
type Book { _id: ID! title: String }
"""
QUERY = "query books($page: Int, $count: Int) { books(page: $page, count: $count) "


@pytest.mark.parametrize(
    ("selected", "why"),
    [
        ("{ list { _id } }", "it does not ask for 'totalCount', how many there are"),
        ("{ totalCount }", "it does not ask for 'list', the entries"),
        (
            "{ totalCount list { title } }",
            "it does not ask for '_id', which tells entries apart",
        ),
        (
            "{ totalCount list { _id @skip(if: true) } }",
            "it does not ask for '_id', which tells entries apart",
        ),
    ],
)
def test_what_asks_for_too_little_is_told(
    load: Callable[[str, str], Project], selected: str, why: str
) -> None:
    project = load(SCHEMA, f"{QUERY} {selected} }}")
    (note,) = AuthingPlugin(project.schema, {}, project).notes
    assert note.message == (
        f"'books' reads pages, and has no twin that reads all: {why}"
    )


def test_keys_that_may_be_null_are_told(load: Callable[[str, str], Project]) -> None:
    project = load(
        SCHEMA.replace("ID!", "ID"), f"{QUERY} {{ totalCount list {{ _id }} }} }}"
    )
    (note,) = AuthingPlugin(project.schema, {}, project).notes
    assert "'_id' may be null" in note.message


def test_a_page_that_is_not_turned_needs_nothing(
    load: Callable[[str, str], Project],
) -> None:
    project = load(SCHEMA, "query first { books(page: 1) { list { title } } }")
    assert AuthingPlugin(project.schema, {}, project).notes == []


@pytest.mark.parametrize(
    ("directive", "why"),
    [
        ('@paged(page: "number")', "the field has no argument 'number'"),
        ('@paged(list: "all")', "Books has no field 'all'"),
        ("@paged(most: 0)", "a page has at least one entry"),
    ],
)
def test_a_directive_that_cannot_work_is_refused(
    load: Callable[[str, str], Project], directive: str, why: str
) -> None:
    schema = SCHEMA.replace("@paged(first: 0, most: 20)", directive)
    project = load(schema, "query first { books { list { title } } }")
    with pytest.raises(CodegenError, match=why):
        AuthingPlugin(project.schema, {}, project)


def test_nulls_and_unknown_totals_are_no_end(
    import_text: Callable[[str, str], ModuleType],
) -> None:
    package = import_text(SCHEMA, f"{QUERY} {{ totalCount list {{ _id }} }} }}")
    shelf = [None if n % 7 == 3 else {"_id": str(n)} for n in range(50)]
    asked: list[tuple[int, int]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        given = json.loads(request.content)["variables"]
        page, count = given["page"], given["count"]
        asked.append((page, count))
        found: Any = shelf[page * count : (page + 1) * count]
        books = {"totalCount": None, "list": found} if found else None
        return httpx.Response(200, json={"data": {"books": books}})

    async def read() -> list[str]:
        carrier = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        async with package.AsyncClient(
            "http://localhost", http_client=carrier
        ) as client:
            return [book.id async for book in client.iter_books(prefetch=0)]

    expected = [book["_id"] for book in shelf if book]
    assert asyncio.run(read()) == expected
    assert asked[0] == (0, 20)
    with httpx.Client(transport=httpx.MockTransport(answer)) as carrier:
        client = package.Client("http://localhost", http_client=carrier)
        assert [book.id for book in client.iter_books(page_size=19)] == expected
        with pytest.raises(ValueError, match="from 1 to 20"):
            client.iter_books(page_size=21)
