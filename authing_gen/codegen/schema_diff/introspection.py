"""Reads the schema of somebody else: of a live gateway, or from a file."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast

import httpx
from graphql import (
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLSchema,
    build_ast_schema,
    build_client_schema,
    concat_ast,
)

from ..default_cycles import check_default_cycles
from ..errors import CodegenError
from ..sources import graphql_files, parse_source, read_source
from .asking import ask, json_object, json_objects
from .changes import ONE_OF_UNTOLD
from .defaults import mend_defaults


def introspect(
    url: str, headers: Mapping[str, str], client: httpx.Client
) -> GraphQLSchema:
    """Ask a gateway for its schema.

    Raises:
        CodegenError: It cannot be reached, or does not answer introspection.
    """
    shown = address(url)
    return _from_introspection(ask(url, shown, headers, client), shown)


def read_schema(path: Path) -> GraphQLSchema:
    """Read SDL, a folder of SDL files, or the JSON that answers an introspection.

    Raises:
        CodegenError: It cannot be read, or is none of these.
    """
    try:
        if path.is_dir():
            return _with_roots(_from_sdl(graphql_files(path)), str(path))
        if path.suffix == ".json":
            value = json.loads(path.read_text(encoding="utf-8"))
            return _from_introspection(value, str(path))
        return _with_roots(_from_sdl([path]), str(path))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CodegenError(f"cannot read {path}: {reason}") from error
    except ValueError as error:
        raise CodegenError(f"{path} is neither SDL nor JSON: {error}") from error


def address(url: str) -> str:
    """Write a URL without what may be secret in it."""
    try:
        parsed = httpx.URL(url)
        return str(parsed.copy_with(userinfo=b"", query=None, fragment=None))
    except httpx.InvalidURL:
        return "the URL"


def _from_introspection(value: Any, name: str) -> GraphQLSchema:
    answer = json_object(value)
    data = json_object(answer.get("data", answer))
    if not json_object(data.get("__schema")):
        said = "; ".join(_messages(value))
        raise CodegenError(
            f"{name} answers no introspection{f' ({said})' if said else ''};"
            " compare with a file instead: --schema FILE"
        )
    try:
        mend_defaults(data["__schema"])
        schema = build_client_schema(cast(Any, data), assume_valid=True)
        _mark_untold(schema, data["__schema"])
    except (TypeError, KeyError, GraphQLError) as error:
        raise CodegenError(f"the introspection of {name} is wrong: {error}") from error
    return _with_roots(schema, name)


def _mark_untold(schema: GraphQLSchema, told: object) -> None:
    """Tell inputs of which an old server does not say whether they take one field."""
    for each in json_objects(json_object(told).get("types")):
        type_ = schema.type_map.get(str(each.get("name")))
        if isinstance(type_, GraphQLInputObjectType) and each.get("isOneOf") is None:
            type_.extensions = {**type_.extensions, ONE_OF_UNTOLD: True}


def _with_roots(schema: GraphQLSchema, name: str) -> GraphQLSchema:
    if schema.query_type is None and schema.mutation_type is None:
        raise CodegenError(f"the schema of {name} has neither queries nor mutations")
    return schema


def _messages(value: object) -> Iterable[str]:
    for error in json_objects(json_object(value).get("errors")):
        message = error.get("message")
        if isinstance(message, str):
            yield message


def _from_sdl(files: Iterable[Path]) -> GraphQLSchema:
    try:
        document = concat_ast([parse_source(read_source(path)) for path in files])
        check_default_cycles(document)
        # It need not declare the directives that it uses.
        return build_ast_schema(document, assume_valid=True, assume_valid_sdl=True)
    except GraphQLError as error:
        raise CodegenError.from_graphql([error]) from error
    except TypeError as error:
        raise CodegenError(str(error)) from error
