"""The rows of an import: what they may hold, and what is wrong with one."""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Union, get_args

from pydantic import TypeAdapter, ValidationError

from authing_client.base_model import UnsetType

from ... import AsyncAuthing
from ..calling import hints_of
from ..failures import WrongUsage, printable
from .columns import normal
from .formats import Line

IDENTIFIERS = ("unionid", "email", "phone", "username")
"""What names an account; the first that is given does. Source: 注册."""
_SHORTEST_PASSWORD = 6
_NOT_GIVEN = {
    "id", "force_login", "register_in_client", "token", "token_expired_at",
    "old_password", "updated_at", "options", "return",
}  # fmt: skip
"""Arguments that no file gives: they sign somebody in, or name another record."""
_OF_THE_SERVICE = {"id", "registerinclient", "tokenexpiredat", "updatedat"}
"""Columns of an export that the service fills itself."""


@dataclass
class Row:
    """One user to create."""

    number: int
    """The line of the file."""
    identity: str = ""
    """What names the user, for people."""
    digest: bytes = b""
    """The same for the journal, which shall not be a list of addresses."""
    given: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)
    """Arguments of `register`."""
    changes: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)
    """What only an update can set: arguments of `update_full_user`."""
    problem: str | None = None
    """Why it cannot be sent."""


class Reader:
    """Makes rows of lines.

    Args:
        key: Of the digests.
        ignored: Columns that are left out.
        random_passwords: Whether who has no password is given one that nobody knows.
    """

    def __init__(
        self, key: bytes, ignored: Iterable[str] = (), random_passwords: bool = False
    ) -> None:
        self._key = key
        self._ignored = {normal(name) for name in ignored} | _OF_THE_SERVICE
        self._random_passwords = random_passwords
        self._register = _adapters(AsyncAuthing.register)
        self._update = _adapters(AsyncAuthing.update_full_user)
        self._names = {normal(name): name for name in self._update | self._register}

    def check_columns(self, line: Line) -> None:
        """Refuse a file that holds what an import cannot carry.

        Raises:
            WrongUsage: The line has such a column.
        """
        if unknown := [name for name in line.cells if self._name(name) is None]:
            listed = ", ".join(map(repr, unknown))
            raise WrongUsage(
                f"an import cannot carry {listed}: leave it out of the file, or say"
                f" --ignore {unknown[0]}"
            )

    def row(self, line: Line) -> Row:
        """Make a row of a line; its `problem` says what is wrong with it."""
        row = Row(line.number, problem=line.problem)
        if row.problem is None:
            try:
                self._fill(row, line.cells)
            except _WrongRow as error:
                row.problem = str(error)
        return row

    def _fill(self, row: Row, cells: Mapping[str, Any]) -> None:
        values = {self._name(column): value for column, value in cells.items()}
        for name in IDENTIFIERS:
            if value := values.get(name):
                row.identity = printable(str(value))
                row.digest = self._digest(name, str(value))
                break
        for column, value in cells.items():
            filled = self._name(column)
            if filled is None:
                raise _WrongRow(f"an import cannot carry {column!r}")
            if not filled:
                continue
            where, adapters = (
                (row.given, self._register)
                if filled in self._register
                else (row.changes, self._update)
            )
            where[filled] = _converted(adapters[filled], column, value)
        if not row.digest:
            raise _WrongRow("no e-mail address, phone, user name or unionid")
        if "@" not in row.given.get("email", "@"):
            raise _WrongRow("an e-mail address without @")
        self._check_password(row.given)

    def _name(self, column: str) -> str | None:
        """The argument that a column fills; empty where none does, None if unknown."""
        own = normal(column)
        return "" if own in self._ignored else self._names.get(own)

    def _digest(self, name: str, value: str) -> bytes:
        text = value.casefold() if name == "email" else value
        whole = f"{name}:{text}".encode("utf-8", "backslashreplace")
        return hashlib.blake2b(whole, digest_size=8, key=self._key).digest()

    def _check_password(self, given: dict[str, Any]) -> None:
        password = given.get("password")
        if password is not None and len(password) < _SHORTEST_PASSWORD:
            raise _WrongRow(f"a password of fewer than {_SHORTEST_PASSWORD} characters")
        if password is None and not given.get("unionid"):
            if not self._random_passwords:
                raise _WrongRow("no password")
            given["password"] = secrets.token_urlsafe(24)


class _WrongRow(Exception):  # noqa: N818 (it is said to the user, not handled)
    """A row cannot be sent; the message quotes no value."""


def _adapters(method: Callable[..., Any]) -> dict[str, TypeAdapter[Any]]:
    """What converts the arguments of a method, by their names."""
    return {
        name: TypeAdapter(_of_files(hint))
        for name, hint in hints_of(method).items()
        if name not in _NOT_GIVEN
    }


def _of_files(hint: Any) -> Any:
    kinds = [kind for kind in get_args(hint) if kind is not UnsetType]
    return Union[tuple(kinds)] if kinds else hint  # noqa: UP007 (made at run time)


def _converted(adapter: TypeAdapter[Any], column: str, value: object) -> Any:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        said = error.errors(include_input=False, include_url=False)[0]["msg"]
        raise _WrongRow(f"{column}: {said[:1].lower()}{said[1:]}") from None
