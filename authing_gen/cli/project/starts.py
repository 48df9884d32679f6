"""What a project starts with: operations, and what its files say of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .texts import text_of

if TYPE_CHECKING:
    from .served import FirstOperation

_HERE = Path(__file__).parent
_ROOT = Path(__file__).parents[3]
"""The top of the checkout, or the folder that packages are installed in."""

_DIRECTIVES = "schema/directives.graphql"
_EXAMPLE = 'user_exist(email="ada@example.com")'
_EXAMPLE_URL = "https://users.example.com/graphql"
_POOL = {
    "AUTHING_USER_POOL_ID": "identifier of the user pool",
    "AUTHING_SECRET": "its secret, for operations that take its OwnerToken",
}

Files = dict[str, str]
"""Texts by their paths in the project."""


@dataclass(frozen=True)
class Start:
    """The operations that a project starts with, and what is said of them."""

    operations: Files
    test: str
    """Name of the template of its test."""
    service: str
    """What it is a client of."""
    call: str
    """A call of one of its operations."""
    settings: Mapping[str, str]
    """Variables of the environment, and what each says."""
    tests: str
    """What its tests do."""
    extras: str
    """What of authing-gen generates and tests it."""
    url: str = _EXAMPLE_URL
    """Where its schema can be asked for."""
    operation: str = ""
    """Name of the operation that its test sends, where there is no server for it."""
    answer: str = ""
    """What it is answered, as Python."""


def authing(*, bare: bool) -> Start:
    """Start with the documented operations, or with one of them."""
    return Start(
        operations=dict(_bare_operations() if bare else _documented_operations()),
        test="test_bare.py" if bare else "test_authing.py",
        service="Authing",
        call=_EXAMPLE,
        settings={
            **_POOL,
            "AUTHING_USERS_URL": "the users gateway of an Authing of your own",
            "AUTHING_OAUTH_URL": "its oauth gateway",
            "AUTHING_PUBLIC_KEY": "its public key",
        },
        tests="tests against a local Authing server, which authing-gen brings",
        extras="codegen,sandbox",
    )


def served(files: Files, first: "FirstOperation", url: str | None) -> Start:
    """Start with the schema of a server.

    Args:
        files: Its schema, and the operation to begin with.
        first: That operation.
        url: Where the schema was asked for.
    """
    where = _without_secrets(url) if url else None
    return Start(
        operations=files,
        test="test_served.py",
        service=f"the GraphQL API at {where}" if where else "a GraphQL API",
        call=f"{first.method}()",
        settings={
            "AUTHING_USERS_URL": f"where it is: `{where or _EXAMPLE_URL}`",
            **_POOL,
        },
        tests="tests against what the server answers; add yours",
        extras="codegen",
        url=where or _EXAMPLE_URL,
        operation=first.name,
        answer=first.answer,
    )


def _without_secrets(url: str) -> str:
    """Leave out what may be one: user name, password, query."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=host, query="", fragment="").geturl()


def _documented_operations() -> Iterator[tuple[str, str]]:
    """The schema and the operations that `AsyncAuthing` is generated from."""
    for target, folder in (("schema", _schema()), ("queries", documented_queries())):
        for path in sorted(folder.rglob("*.graphql")):
            name = path.relative_to(folder).as_posix()
            yield f"{target}/{name}", path.read_text(encoding="utf-8")


def _bare_operations() -> Iterator[tuple[str, str]]:
    directives = _schema() / "directives.graphql"
    yield _DIRECTIVES, directives.read_text(encoding="utf-8")
    yield "schema/users.graphql", text_of("users.graphql")
    yield "queries/user_exist.graphql", text_of("user_exist.graphql")


def _schema() -> Path:
    return _folder("schema", _ROOT / "authing_sandbox/schema")


def documented_queries() -> Path:
    """The folder of the operations that `AsyncAuthing` is generated from."""
    return _folder("queries", _HERE / "queries")


def _folder(name: str, installed: Path) -> Path:
    """Find a folder of the checkout that wheels hold in another place."""
    return installed if installed.is_dir() else _ROOT / name
