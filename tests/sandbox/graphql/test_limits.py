"""What a request may ask for: whatever is sent, the sandbox goes on answering."""

import time
from collections.abc import AsyncIterator

import httpx
import pytest
from graphql import get_introspection_query

from authing_sandbox import running
from authing_sandbox.graphql import documents
from authing_sandbox.graphql.documents import Documents, RefusedDocument
from authing_sandbox.graphql.schema import build_schema

pytestmark = pytest.mark.anyio

AT_MOST = 20.0
"""Seconds, on a machine that is busy with other tests."""
FIELD = "checkLoginStatus { status }"


def chain(depth: int, fragment: str, last: str) -> str:
    """Fragments of which each spreads the next; `{}` is the next one's spread."""
    return (
        "query q { ...A0 }"
        + "".join(
            f" fragment A{i} on Query {{ {fragment.format(f'...A{i + 1}')} }}"
            for i in range(depth)
        )
        + f" fragment A{depth} on Query {{ {last} }}"
    )


def names(count: int, text: str) -> str:
    return " ".join(text.replace("{}", str(i)) for i in range(count))


TOO_MUCH = {
    "fragments that spread the next one twice": chain(28, "{0} {0}", "...A28x"),
    "fragments without a field": chain(28, "{0} {0}", "... { ...Z }"),
    "fragments with a field": chain(28, "{0} {0}", FIELD),
    "fragments below inline ones": chain(14, "... {{ {0} }} ... {{ {0} }}", FIELD),
    "fragments below fields": chain(20, "a: checkLoginStatus {{ {0} {0} }}", "status"),
    "spreads with directives": chain(
        28, "{0} @include(if: true) {0} @skip(if: false)", FIELD
    ),
    "a fragment of itself": chain(1, "{0} {0}", "...A0 ...A0"),
    "a long chain": chain(1500, "{0}", FIELD),
    "a thousand aliases": f"{{ {names(1001, 'a{}: __typename')} }}",
    "one name a thousand times": f"{{ {names(499, FIELD)} }}",
    "one name, on two levels": "{"
    + ("a: users { " + "totalCount " * 30 + "} ") * 30
    + "}",
    "many operations": names(400, "query q{} { ...F }")
    + f" fragment F on Query {{ {names(400, 'a{}: __typename')} }}",
    "many inline fragments": "{" + "... { __typename } " * 600 + "}",
    "inline fragments in each other": "{ " + "... { " * 150 + FIELD + " }" * 151,
    "fields in each other": "{ " + "a { " * 60 + "a" + " }" * 61,
    "lists in each other": f"{{ user(id: {'[' * 400}1{']' * 400}) {{ _id }} }}",
    "objects in each other": f"{{ user(id: {'{a: ' * 400}1{'}' * 400}) {{ _id }} }}",
    "many tokens": f"{{ user(id: [{'1 ' * 20_000}]) {{ _id }} }}",
    "many comments": "{ __typename }" + "#\n" * 400_000,
    "introspection of introspection": "{ __schema { types { "
    + "fields { type { " * 9
    + "name"
    + " } }" * 9
    + " } } }",
    "the schema's fields, again and again": "{ __schema { types { "
    + names(40, "a{}: fields { name type { name } args { name type { name } } }")
    + " } } }",
    "the types of the schema's fields": "{ __schema { types { fields { type { fields { "
    + names(300, "a{}: name")
    + " } } } } } }",
    "the schema, again and again": f"{{ {names(80, 'a{}: __schema { ...F }')} }} "
    "fragment F on __Schema { types { fields { name description args { name } } } }",
    "unknown fields": f"{{ {names(1000, 'usrs{}')} }}",
    "directives": f"{{ __typename {'@include(if: true) ' * 1900} }}",
}


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with running() as box, httpx.AsyncClient(base_url=box.url) as http:
        yield http


@pytest.mark.parametrize("query", TOO_MUCH.values(), ids=TOO_MUCH)
async def test_too_much_is_refused_at_once(http: httpx.AsyncClient, query: str) -> None:
    began = time.monotonic()
    answer = await http.post("/users/graphql", json={"query": query}, timeout=30)
    assert time.monotonic() - began < AT_MOST
    assert answer.status_code == 400
    assert all(isinstance(one["message"], str) for one in answer.json()["errors"])


async def test_too_much_of_the_schema_is_called_so(http: httpx.AsyncClient) -> None:
    query = TOO_MUCH["the schema, again and again"]
    (error,) = (await http.post("/users/graphql", json={"query": query})).json()[
        "errors"
    ]
    assert error["message"] == "More than 50000 values of the schema are asked for."


# As Apollo, Insomnia, GraphiQL and code generators ask, with more or less of it.
@pytest.mark.parametrize("gateway", ["users", "oauth"])
@pytest.mark.parametrize(
    "query",
    [
        get_introspection_query(),
        get_introspection_query(
            specified_by_url=True,
            directive_is_repeatable=True,
            schema_description=True,
            input_value_deprecation=True,
        ),
        "{ __schema { types { name fields { name type { name fields { name } } } } } }",
        "{ "
        + names(30, 'a{}: __type(name: "User") { fields { name type { name } } }')
        + " }",
    ],
)
async def test_what_tools_ask_of_the_schema_is_answered(
    http: httpx.AsyncClient, gateway: str, query: str
) -> None:
    answer = await http.post(f"/{gateway}/graphql", json={"query": query})
    assert answer.status_code == 200
    assert "errors" not in answer.json()


@pytest.mark.parametrize(
    "query",
    [
        "query { ...A } fragment A on Query { ...B ...B } fragment B on Query "
        "{ ...C ...C } fragment C on Query { __typename }",
        f"{{ {names(900, 'a{}: __typename')} }}",
        f"{{ {names(100, '__typename')} }}",
        "{ " + "... { " * 27 + "__typename" + " }" * 28,
    ],
)
async def test_enough_is_answered(http: httpx.AsyncClient, query: str) -> None:
    answer = await http.post("/users/graphql", json={"query": query})
    assert answer.json()["data"]["__typename" if "a1" not in query else "a1"] == "Query"


@pytest.mark.parametrize(
    "variables",
    [
        f'{{"a": {"[" * 101}{"]" * 101}}}',
        "{" + '"a": {' * 500 + "}" * 501,
        "{" + '"a": [{' * 5_000 + "}]" * 5_000 + "}",
    ],
)
async def test_deep_variables_are_refused(
    http: httpx.AsyncClient, variables: str
) -> None:
    body = f'{{"query": "{{ __typename }}", "variables": {variables}}}'
    answer = await http.post(
        "/users/graphql", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400
    assert "nested too deeply" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
async def test_what_only_python_takes_for_json_is_refused(
    http: httpx.AsyncClient, number: str
) -> None:
    body = f'{{"query": "{{ __typename }}", "variables": {{"a": {number}}}}}'
    answer = await http.post(
        "/users/graphql", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"] == "The body is not JSON."


async def test_several_requests_in_one_body_are_refused(
    http: httpx.AsyncClient,
) -> None:
    answer = await http.post("/users/graphql", json=[{"query": "{ __typename }"}] * 2)
    assert answer.status_code == 400


def test_documents_that_are_kept_take_no_more_than_they_may(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(documents, "MAX_KEPT", 1 << 20)
    kept = Documents(build_schema())
    first = "{ __typename }"
    prepared = kept.prepare(first)
    for number in range(50):
        kept.prepare(f"# {number} {'x' * 50_000}\n{{ __typename }}")
        assert kept.prepare(first) is prepared  # Who is asked for stays.
        assert kept.size <= 1 << 20
    kept.prepare(f"# {'x' * (1 << 20)}\n{{ __typename }}")
    assert kept.size <= 1 << 20
    with pytest.raises(RefusedDocument):
        kept.prepare(f"# {'x' * 50_000}\n{{ nonsense }}")
    assert kept.size == 0
