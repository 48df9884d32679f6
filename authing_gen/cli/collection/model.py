"""A collection, before it is written in the format of a tool.

Texts refer to the tool's variables by `{{name}}`, as most tools do.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

REFERENCE = re.compile(r"\{\{(\w+)\}\}")

Files = Mapping[str, str]
"""Texts by their paths."""


def reference(variable: str) -> str:
    """Refer to a variable of the tool."""
    return f"{{{{{variable}}}}}"


@dataclass(frozen=True)
class Keeps:
    """What is kept of an answer in variables of the tool."""

    fields: Mapping[str, str]
    """Names of variables, and of the fields that they are filled with."""
    below: str = ""
    """The field of `data` that holds these fields; else the body itself does."""

    def script(self, body: str, set_variable: str) -> Iterator[str]:
        """The JavaScript that does it; a refusal leaves the variables as they are."""
        holder = f"({body}.data || {{}}).{self.below}" if self.below else body
        yield f"const kept = {holder} || {{}};"
        for variable, field in self.fields.items():
            value = f"kept.{field}"
            yield f'if ({value}) {set_variable}("{variable}", {value});'


@dataclass(frozen=True)
class Request:
    """One request of a collection."""

    name: str
    """Name of the operation, for people."""
    slug: str
    """Name that no other request has, on any file system."""
    folder: str
    about: str
    """What it does and takes, in paragraphs."""
    method: str
    url: str
    token: str | None = None
    """The variable that holds its token."""
    document: str = ""
    """The GraphQL; empty for a REST endpoint."""
    variables: Mapping[str, object] | None = None
    """What is filled into the document."""
    form: Mapping[str, str] | None = None
    """The form that is sent to a REST endpoint."""
    keeps: Keeps | None = None
    """What is kept of the answer."""

    @property
    def variables_json(self) -> str:
        """The variables as text."""
        return json.dumps(self.variables, ensure_ascii=False, indent=2)


@dataclass(frozen=True)
class Collection:
    """The requests, and the variables that they share."""

    name: str
    slug: str
    """Name of its files."""
    requests: tuple[Request, ...]
    values: Mapping[str, str]
    """Variables and what they hold; what is not known is empty."""
    secrets: tuple[str, ...]
    """Variables that hold a secret: their values are never written."""

    @property
    def folders(self) -> Mapping[str, list[Request]]:
        """The requests by their folders."""
        found: dict[str, list[Request]] = {}
        for request in self.requests:
            found.setdefault(request.folder, []).append(request)
        return found
