"""Schemas that nobody here wrote, and operations for them.

Where nothing is published that fits a schema, the operations are written by rule: see
`rootwise`.
"""

import ast
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from graphql import (
    GraphQLSchema,
    build_client_schema,
    build_schema,
    parse,
    specified_rules,
    validate,
)

from .fetching import npm, pypi
from .rootwise import operations_of

VENDOR_SCHEMA = Path(__file__).with_name("vendor.graphql")
"""What is known of the vendor's schema of May 2020."""

_TEMPLATE = re.compile(r"`([^`]*(?:query|mutation|fragment) [^`]*)`")
_HOLE = re.compile(r"\$\{[^}]*\}")


@dataclass(frozen=True)
class Corpus:
    """A schema, and operations one by one; each document holds its own fragments."""

    name: str
    source: str
    schema: GraphQLSchema
    documents: tuple[str, ...]

    @property
    def valid(self) -> tuple[str, ...]:
        """The documents that fit the schema."""
        return tuple(each for each in self.documents if _fits(each, self.schema))


def github() -> Corpus:
    """GitHub's schema, with an operation a root field."""
    folder = npm("@octokit/graphql-schema", "15.26.1")
    # Its SDL has two fields twice.
    schema = _introspected(folder / "schema.json")
    return Corpus("GitHub", "@octokit/graphql-schema", schema, operations_of(schema))


def storefront() -> Corpus:
    """Shopify's storefront, with an operation a root field, and those of Hydrogen."""
    folder = npm("@shopify/hydrogen-react", "2026.4.4")
    schema = _introspected(folder / "storefront.schema.json")
    documents = (*operations_of(schema), *_carts(folder))
    return Corpus("Shopify Storefront", "@shopify/hydrogen-react", schema, documents)


def customer_account() -> Corpus:
    """Shopify's customer accounts, with an operation a root field."""
    folder = npm("@shopify/hydrogen-react", "2026.4.4")
    schema = _introspected(folder / "customer-account.schema.json")
    return Corpus(
        "Shopify Customer Account",
        "@shopify/hydrogen-react",
        schema,
        operations_of(schema),
    )


def saleor() -> Corpus:
    """Saleor's schema of 2020, with an operation a root field."""
    folder = pypi("saleor", "2.10.1")
    text = (folder / "saleor/graphql/schema.graphql").read_text(encoding="utf-8")
    schema = build_schema(text)
    return Corpus("Saleor 2.10", "saleor 2.10.1", schema, operations_of(schema))


def vendor() -> Corpus:
    """The documents of the vendor's SDK, with what is known of the vendor's schema."""
    folder = pypi("authing", "1.1.0")
    code = (folder / "authing" / "graphql.py").read_text(encoding="utf-8")
    (assignment,) = (
        node for node in ast.parse(code).body if isinstance(node, ast.Assign)
    )
    documents = cast(dict[str, str], ast.literal_eval(assignment.value))
    schema = build_schema(VENDOR_SCHEMA.read_text(encoding="utf-8"))
    return Corpus("Authing v1", "authing 1.1.0", schema, tuple(documents.values()))


ALL: tuple[Callable[[], Corpus], ...] = (
    github,
    storefront,
    customer_account,
    saleor,
    vendor,
)


def _introspected(path: Path) -> GraphQLSchema:
    answer = json.loads(path.read_text(encoding="utf-8"))
    return build_client_schema(answer.get("data", answer))


def _carts(folder: Path) -> Iterable[str]:
    """Hydrogen's operations on carts, each beside the fragments that it spreads."""
    code = (folder / "dist" / "node-prod" / "cart-queries.js").read_text("utf-8")
    templates = [_HOLE.sub("", each) for each in _TEMPLATE.findall(code)]
    fragments = [each for each in templates if each.lstrip().startswith("fragment")]
    for template in templates:
        if template not in fragments:
            yield "\n".join([template, *fragments])


def _fits(document: str, schema: GraphQLSchema) -> bool:
    return not validate(schema, parse(document), specified_rules)
