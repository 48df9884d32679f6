"""A schema that `authing-gen diff --apply` has changed, in a checkout."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from authing_sandbox import running, schema

ROOT = Path(__file__).parents[2]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the schema, which the sandbox reads."""
    for path in (ROOT / "schema").glob("*.graphql"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(schema, "schema_directory", lambda: tmp_path)
    return tmp_path


@pytest.fixture
def ask(checkout: Path) -> Callable[[str], Any]:
    """Starts a sandbox and asks it something."""

    def post(query: str) -> Any:
        with running() as sandbox:
            return httpx.post(sandbox.users_url, json={"query": query}).json()

    return post


def test_what_it_does_not_know_is_an_error_that_says_so(
    checkout: Path, ask: Callable[[str], Any]
) -> None:
    (checkout / "added.graphql").write_text(
        "extend type Query { orders(of: OrderFilter): [Order!]! }\n"
        "extend type Mutation { placeOrder(article: String!): Order }\n"
        "input OrderFilter { key: String @encrypted not: OrderFilter }\n"
        "type Order { id: ID! }\n"
    )
    answer = ask("{ orders(of: {not: {}}) { id } }")
    assert "the sandbox does not know orders" in str(answer["errors"])
    answer = ask('mutation { placeOrder(article: "tea") { id } }')
    assert "the sandbox does not know placeOrder" in str(answer["errors"])


def test_what_is_gone_it_does_not_miss(
    checkout: Path, ask: Callable[[str], Any]
) -> None:
    users = checkout / "users.graphql"
    text = users.read_text(encoding="utf-8")
    assert "  userExist(" in text
    users.write_text(text.replace("  userExist(", "  userIsThere("), encoding="utf-8")
    pools = checkout / "pools.graphql"
    text = pools.read_text(encoding="utf-8")
    assert "  usersCount: Int" in text
    pools.write_text(text.replace("  usersCount:", "  count:"), encoding="utf-8")
    answer = ask('{ userIsThere(userPoolId: "1") }')
    assert "the sandbox does not know userIsThere" in str(answer)
