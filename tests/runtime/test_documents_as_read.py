"""Documents of the caller's own say of themselves what the generator says of ours.

They need the extra `documents` and nothing else, so that they run beside gql, too, with
a graphql-core that the generator does not take: `nox --session beside-gql`.
"""

from pathlib import Path

import pytest
from graphql import strip_ignored_characters

import authing_client
from authing_gen import DocumentError
from authing_gen.documents import read_operation

SCHEMA = Path(authing_client.__file__).with_name("schema.graphql")
PARTS = ("name", "kind", "gateway", "tokens", "encrypted", "user_pool")


@pytest.mark.parametrize("name", authing_client.OPERATIONS)
def test_what_is_read_is_what_was_generated(name: str) -> None:
    ours = authing_client.OPERATIONS[name]
    read = read_operation(ours.document, SCHEMA)
    for part in PARTS:
        assert getattr(read, part) == getattr(ours, part)
    # How objects are spaced is for each version of graphql-core to say.
    tokens = map(strip_ignored_characters, (read.document, ours.document))
    assert len({*tokens}) == 1


def test_fragments_are_written_out_with_their_conditions() -> None:
    written = """
      query some($id: String!, $pool: String!, $all: Boolean!) {
        user(id: $id, registerInClient: $pool) {
          ...Named @include(if: $all)
          ... on ExtendUser { _id ...Named @skip(if: true) }
        }
      }
      fragment Named on ExtendUser { email nickname @skip(if: $all) }
    """
    read = read_operation(written, SCHEMA)
    assert " ".join(read.document.split()) == (
        "query some($id: String!, $pool: String!, $all: Boolean!) {"
        " user(id: $id, registerInClient: $pool) {"
        " email @include(if: $all)"
        " nickname @skip(if: $all) @include(if: $all)"
        " _id email @skip(if: true)"
        " ... @skip(if: true) { nickname @skip(if: $all) } } }"
    )


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("query a { user(", "Syntax Error"),
        ("query a { nothing }", "Cannot query field 'nothing'"),
        ("query a { __schema { types { name } } }", "introspection"),
        ("{ checkLoginStatus { status } }", "give it a name"),
        (
            'mutation a { login(registerInClient: "x", password: "y") { _id } }',
            "must come from a variable",
        ),
    ],
)
def test_what_cannot_be_sent_says_why(document: str, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        read_operation(document, SCHEMA)
