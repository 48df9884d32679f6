"""A server asked for the schema of a new project."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

import httpx
from graphql import GraphQLSchema

from ...codegen.contract import directives_for
from ...codegen.directives import enums_of
from ...codegen.errors import CodegenError
from ...codegen.schema_diff.introspection import introspect, read_schema
from ..comparing import check_encrypted, read_headers
from ..failures import WrongUsage
from .served import first_operation, schema_sdl
from .starts import Start, served

_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_SECONDS = 30


def served_start(
    url: str | None, file: Path | None, headers: Iterable[str], allow_insecure: bool
) -> Start:
    """What a project of a server's schema starts with.

    Args:
        url: Which server is asked; otherwise `file` is read.
        file: What is read.
        headers: What is sent, as the command line says it.
        allow_insecure: Whether another machine may be asked by plain HTTP.

    Raises:
        WrongUsage: There is no schema there, or nothing that can be asked.
    """
    try:
        schema = _schema(url, file, headers, allow_insecure)
    except CodegenError as error:
        raise WrongUsage(str(error)) from error
    first = first_operation(schema)
    if first is None:
        raise WrongUsage(
            "the schema has no query that needs no arguments: write the operations"
            " into a project that `authing-gen init --bare` begins"
        )
    names = schema.type_map.keys() - {each.name for each in enums_of(schema).values()}
    files = {
        "schema/directives.graphql": directives_for(names),
        "schema/server.graphql": schema_sdl(schema),
        f"queries/{first.name}.graphql": first.document,
    }
    return served(files, first, url)


def _schema(
    url: str | None, file: Path | None, headers: Iterable[str], allow_insecure: bool
) -> GraphQLSchema:
    if url is None:
        assert file is not None
        return read_schema(file)
    if not allow_insecure:
        check_encrypted([url])
    sent = {name: _filled(value) for name, value in read_headers(headers).items()}
    with httpx.Client(timeout=_SECONDS, follow_redirects=False) as client:
        return introspect(url, sent, client)


def _filled(value: str) -> str:
    """Put variables of the environment into a header."""

    def variable(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        if not os.environ.get(name):
            raise WrongUsage(f"--header: {name} is not set")
        return os.environ[name]

    return _VARIABLE.sub(variable, value)
