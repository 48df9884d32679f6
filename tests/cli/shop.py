"""A shop: what a user adds to the schema of a project, and a service of that schema."""

import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from ariadne import (
    MutationType,
    QueryType,
    format_error,
    load_schema_from_path,
    make_executable_schema,
)
from ariadne.asgi import GraphQL
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from graphql import GraphQLError, GraphQLResolveInfo

SCHEMA = '''
"""A moment: ISO 8601."""
scalar DateTime

"""An amount and its currency: `12.50 CNY`."""
scalar Money

"""One article of an order."""
input OrderLineInput {
  """What is ordered."""
  article: String!
  """What one of it costs, at most."""
  limit: Money
}

"""Something that a user has ordered."""
type Order {
  """Identifier."""
  id: ID!
  """What it costs."""
  total: Money!
  """When it was placed."""
  placedAt: DateTime!
}

extend type Mutation {
  """
  Place an order.

  Documentation: Orders
  """
  placeOrder(
    """Identifier of the user pool."""
    userPoolId: String! @userPool
    """What is ordered."""
    lines: [OrderLineInput!]!
    """The user's PIN for payments."""
    pin: String! @encrypted @secret
  ): Order! @gateway(name: SHOP) @token(accepts: [USER])
}

extend type Query {
  """
  List all orders.

  Documentation: Orders
  """
  orders(
    """Those before it are left out."""
    since: DateTime
  ): [Order!]! @gateway(name: SHOP) @token(accepts: [OWNER])
}
'''

QUERIES = """
fragment Order on Order {
  id
  total
  placedAt
}

mutation placeOrder($userPoolId: String!, $lines: [OrderLineInput!]!, $pin: String!) {
  placeOrder(userPoolId: $userPoolId, lines: $lines, pin: $pin) {
    ...Order
  }
}

query orders($since: DateTime) {
  orders(since: $since) {
    ...Order
  }
}
"""

SCALARS = """
[tool.ariadne-codegen.scalars.DateTime]
type = "datetime.datetime"

[tool.ariadne-codegen.scalars.Money]
type = "shop.money.Money"
parse = "shop.money.parse"
serialize = "shop.money.serialize"
"""

MONEY = '''\
"""Amounts of money, and how they travel."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Money:
    """An amount and its currency."""

    amount: Decimal
    currency: str


def parse(text: str) -> Money:
    """Read `12.50 CNY`."""
    amount, currency = text.split()
    return Money(Decimal(amount), currency)


def serialize(money: Money) -> str:
    """Write `12.50 CNY`."""
    return f"{money.amount} {money.currency}"
'''

GATEWAY = '''enum Gateway {
  """The shop itself."""
  SHOP'''


def extend(project: Path) -> None:
    """Add all of it to a project whose package is `shop`."""
    directives = project / "schema/directives.graphql"
    known = directives.read_text(encoding="utf-8")
    assert "enum Gateway {" in known
    directives.write_text(known.replace("enum Gateway {", GATEWAY), encoding="utf-8")
    (project / "schema/orders.graphql").write_text(SCHEMA, encoding="utf-8")
    (project / "queries/orders.graphql").write_text(QUERIES, encoding="utf-8")
    (project / "shop/money.py").write_text(MONEY, encoding="utf-8")
    with (project / "codegen.toml").open("a", encoding="utf-8") as config:
        config.write(SCALARS)


class Refusal(GraphQLError):
    """What the service refuses: Authing's errors have a code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message, extensions={"code": code})


@dataclass
class Service:
    """Users and a shop, on a gateway each; knows Ada, whose PIN is 1234."""

    url: str = ""
    received: list[tuple[str, str, str]] = field(
        default_factory=list[tuple[str, str, str]]
    )
    """Path, operation and token of each request, in their order."""
    orders: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    key: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(65537, 2048)
    )

    def environment(self) -> dict[str, str]:
        """What points a client at it."""
        public_key = self.key.public_key().public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )
        return {
            "AUTHING_USER_POOL_ID": "pool",
            "AUTHING_SECRET": "secret",
            "AUTHING_USERS_URL": f"{self.url}/users",
            "AUTHING_OAUTH_URL": f"{self.url}/oauth",
            "AUTHING_SHOP_URL": f"{self.url}/shop",
            "AUTHING_PUBLIC_KEY": public_key.decode(),
        }

    def resolvers(self) -> tuple[QueryType, MutationType]:
        """Its part of the schema that it answers."""
        query, mutation = QueryType(), MutationType()
        query.set_field("getClientWhenSdkInit", self._owner_token)
        query.set_field("orders", self._orders)
        mutation.set_field("placeOrder", self._place_order)
        return query, mutation

    def _owner_token(
        self, _: object, info: GraphQLResolveInfo, **given: Any
    ) -> dict[str, Any]:
        self._note(info, "/users")
        if given.get("secret") != "secret":
            raise Refusal(2208, "wrong secret")
        return {"accessToken": "owner"}

    def _orders(
        self, _: object, info: GraphQLResolveInfo, since: str = ""
    ) -> list[dict[str, Any]]:
        if self._note(info, "/shop") not in ("owner", "of-a-vault"):
            raise Refusal(2206, "not the owner")
        return [order for order in self.orders if order["placedAt"] >= since]

    def _place_order(
        self, _: object, info: GraphQLResolveInfo, **given: Any
    ) -> dict[str, Any]:
        if self._note(info, "/shop") != "ada":
            raise Refusal(2020, "not signed in")
        if given["userPoolId"] != "pool":
            raise GraphQLError("another pool")
        pin = self.key.decrypt(b64decode(given["pin"]), padding.PKCS1v15()).decode()
        if pin != "1234":
            raise Refusal(2006, "wrong PIN")
        if any(line["article"] == "nothing" for line in given["lines"]):
            raise GraphQLError("there is no such article")
        order = {
            "id": str(len(self.orders) + 1),
            "total": given["lines"][0]["limit"],
            "placedAt": f"2026-01-0{len(self.orders) + 1}T12:00:00+08:00",
        }
        self.orders.append(order)
        return order

    def _note(self, info: GraphQLResolveInfo, gateway: str) -> str:
        request = info.context["request"]
        assert info.operation.name is not None
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.received.append((request.url.path, info.operation.name.value, token))
        if request.url.path != gateway:
            raise GraphQLError(f"this is answered at {gateway}")
        return str(token)


@contextmanager
def serving(schema: Path) -> Iterator[Service]:
    """Serve a schema on a socket."""
    service = Service()
    executable = make_executable_schema(
        load_schema_from_path(schema), *service.resolvers()
    )
    api = GraphQL(executable, error_formatter=_as_authing_does, logger="tests.cli.shop")
    config = uvicorn.Config(api, port=0, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    socket = config.bind_socket()
    service.url = f"http://127.0.0.1:{socket.getsockname()[1]}"
    thread = threading.Thread(target=server.run, args=([socket],))
    thread.start()
    try:
        yield service
    finally:
        server.should_exit = True
        thread.join()


def _as_authing_does(error: GraphQLError, debug: bool) -> dict[str, Any]:
    code = (error.extensions or {}).get("code")
    if code is None:
        return format_error(error, debug)
    return {"message": {"code": code, "message": error.message, "data": None}}
