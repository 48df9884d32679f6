"""What is generated for Authing: how each operation is sent, and what it sends."""

from collections.abc import Mapping
from csv import DictReader
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    Visitor,
    build_schema,
    parse,
    print_ast,
    validate,
    visit,
)

from authing_client import OPERATIONS, Gateway, Operation, TokenKind

Row = tuple[str, str, str, tuple[str, ...], tuple[str, ...], str | None]

HERE = Path(__file__).parent

NO_VARIABLES: tuple[str, ...] = ()

BESIDE_THE_DOCUMENTED: list[Row] = [
    ("loginByAdConnector", "mutation", "users", (), NO_VARIABLES, None),
    (
        "loginByUsername",
        "mutation",
        "users",
        (),
        ("password",),
        "registerInClient",
    ),
    (
        "loginWithMFACode",
        "mutation",
        "users",
        (),
        ("password",),
        "registerInClient",
    ),
    (
        "registerByPhoneCode",
        "mutation",
        "users",
        (),
        ("password",),
        "registerInClient",
    ),
    (
        "queryMFAUnpaged",
        "query",
        "users",
        ("owner", "user"),
        NO_VARIABLES,
        "userPoolId",
    ),
    (
        "setPhoneInvitationState",
        "mutation",
        "users",
        ("owner",),
        NO_VARIABLES,
        "client",
    ),
    ("queryPhoneInvitationState", "query", "users", ("owner",), NO_VARIABLES, "client"),
    ("addPhoneToInvitation", "mutation", "users", ("owner",), NO_VARIABLES, "client"),
    (
        "removePhoneFromInvitation",
        "mutation",
        "users",
        ("owner",),
        NO_VARIABLES,
        "client",
    ),
    ("queryPhoneInvitation", "query", "users", ("owner",), NO_VARIABLES, "client"),
]
"""Operations in the form of production, where the documentation has another."""

BESIDE_THE_SECOND_RING: list[Row] = [
    ("rbacRoleUsers", "query", "users", ("owner",), NO_VARIABLES, None),
    ("rbacGroupUsers", "query", "users", ("owner",), NO_VARIABLES, None),
    (
        "fullUser",
        "query",
        "users",
        ("owner", "user"),
        NO_VARIABLES,
        "registerInClient",
    ),
    ("fullUsers", "query", "users", ("owner",), NO_VARIABLES, "registerInClient"),
    ("fullUserPatch", "query", "users", ("owner",), NO_VARIABLES, None),
    ("usersWithPhones", "query", "users", ("owner",), NO_VARIABLES, "registerInClient"),
    ("userPatchWithPhones", "query", "users", ("owner",), NO_VARIABLES, None),
    (
        "updateFullUser",
        "mutation",
        "users",
        ("owner", "user"),
        ("password", "oldPassword"),
        "registerInClient",
    ),
]
"""Root fields that have another operation already, asked for more of their answers."""


USERS_MAY_TOO = {"notBindOAuthList", "UpdateUser", "user"}
"""Documented with the OwnerToken, sent with a UserToken too (docs/sandbox.md)."""


def listed(name: str) -> list[Row]:
    """The operations of a list, and how they are sent."""
    with (HERE / f"{name}.tsv").open(encoding="utf-8") as file:
        return [_row(line) for line in DictReader(file, delimiter="\t")]


def _row(line: Mapping[str, str]) -> Row:
    pool = line["user pool argument"]
    tokens = _split(line["token"], "|")
    return (
        line["operation"],
        line["kind"],
        line["gateway"],
        (*tokens, "user") if line["operation"] in USERS_MAY_TOO else tokens,
        _split(line["encrypted"], ","),
        None if pool == "-" else pool,
    )


def _split(cell: str, separator: str) -> tuple[str, ...]:
    return () if cell == "-" else tuple(cell.split(separator))


DOCUMENTED = listed("documented")
SECOND_RING = listed("second-ring")
"""Those of the vendor's SDKs that are not on the documentation's page."""
ALL = (*DOCUMENTED, *BESIDE_THE_DOCUMENTED, *SECOND_RING, *BESIDE_THE_SECOND_RING)
ROWS = {row[0]: row for row in ALL}


def test_there_are_109_operations() -> None:
    assert (len(DOCUMENTED), len(SECOND_RING)) == (35, 56)
    assert len(ROWS) == len(ALL) == 109
    assert OPERATIONS.keys() == ROWS.keys()


@pytest.mark.parametrize("name", ROWS)
def test_operation_is_sent_as_it_should_be(name: str) -> None:
    operation = OPERATIONS[name]
    row: Row = (
        operation.name,
        operation.kind,
        operation.gateway.lower(),
        tuple(token.value.lower() for token in operation.tokens),
        operation.encrypted,
        operation.user_pool,
    )
    assert row == ROWS[name]


def test_table_holds_enums_not_texts() -> None:
    for operation in OPERATIONS.values():
        assert isinstance(operation.gateway, Gateway)
        assert all(isinstance(token, TokenKind) for token in operation.tokens)


def test_table_cannot_be_changed() -> None:
    assert isinstance(OPERATIONS, Mapping)
    with pytest.raises(TypeError):
        OPERATIONS["login"] = OPERATIONS["register"]  # type: ignore[index]
    with pytest.raises(FrozenInstanceError):
        OPERATIONS["login"].encrypted = ()  # type: ignore[misc]


@pytest.mark.parametrize("name", [row[0] for row in DOCUMENTED])
def test_document_is_the_documented_one(
    name: str, documents: dict[str, OperationDefinitionNode]
) -> None:
    assert print_ast(_operation(OPERATIONS[name])) == print_ast(documents[name])


def test_every_documented_document_is_generated(
    documents: dict[str, OperationDefinitionNode],
) -> None:
    assert documents.keys() == {row[0] for row in DOCUMENTED}


@pytest.mark.parametrize("name", ROWS)
def test_document_is_valid(name: str, schema: GraphQLSchema) -> None:
    assert validate(schema, parse(OPERATIONS[name].document)) == []


@pytest.mark.parametrize("name", ROWS)
def test_document_names_no_type_of_the_server(name: str) -> None:
    """Fragments do not reach a server, whose type names may be others."""
    finder = _FragmentFinder()
    visit(parse(OPERATIONS[name].document), finder)
    assert finder.found == []


@pytest.mark.parametrize("name", ROWS)
def test_variables_of_the_table_are_variables_of_the_document(name: str) -> None:
    operation = OPERATIONS[name]
    definitions = _operation(operation).variable_definitions
    variables = {node.variable.name.value for node in definitions}
    named = {path.split(".")[0] for path in operation.encrypted}
    if operation.user_pool is not None:
        named.add(operation.user_pool.split(".")[0])
    assert named <= variables


def _operation(operation: Operation) -> OperationDefinitionNode:
    (definition,) = parse(operation.document).definitions
    assert isinstance(definition, OperationDefinitionNode)
    return definition


class _FragmentFinder(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Node] = []

    def enter(self, node: Node, *_: object) -> None:
        if isinstance(
            node, (FragmentDefinitionNode, FragmentSpreadNode, InlineFragmentNode)
        ):
            self.found.append(node)


@pytest.fixture(scope="module")
def schema(root: Path) -> GraphQLSchema:
    """The schema of the project."""
    files = sorted((root / "schema").glob("*.graphql"))
    return build_schema("\n".join(file.read_text(encoding="utf-8") for file in files))


@pytest.fixture(scope="module")
def documents(root: Path) -> dict[str, OperationDefinitionNode]:
    """The documented operations as the documentation writes them, by name."""
    path = root / "tests/wire/documented.graphql"
    document: DocumentNode = parse(path.read_text(encoding="utf-8"))
    return {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode) and node.name
    }
