"""The requests of a collection, made of what can be called."""

from collections.abc import Iterator, Mapping
from typing import Any

from ...rest import DEFAULT_SCOPE, GRANTS, PATHS
from ..arguments import arguments_of, definition_of, schema_of
from ..call import how_sent
from ..catalogue import REST, Catalogue, Entry
from .filling import Filling
from .keeping import OWNERS, REST_KEEPS, kept
from .model import REFERENCE, Collection, Request, reference
from .usual import (
    OWNER_TOKEN,
    POOL,
    USER_TOKEN,
    ordered,
    starting_values,
    variable,
)

ORIGIN = "usersOrigin"
"""The variable that says below which URL the REST endpoints are."""
USERS = "USERS"

_TOKENS = {"OWNER": OWNER_TOKEN, "USER": USER_TOKEN}


def collect(
    name: str,
    slug: str,
    catalogue: Catalogue,
    folders: Mapping[str, str],
    values: Mapping[str, str],
) -> Collection:
    """Make a collection of all that can be called.

    Args:
        name: Name of the collection.
        slug: Name of its files.
        catalogue: What can be called.
        folders: Folders of the operations, by their names.
        values: Variables whose values are known: URLs, the user pool.
    """
    secrets = {*_TOKENS.values()}
    entries = catalogue.entries.values()
    with_rest = any(_is_of_users(entry) for entry in entries)
    requests = [
        _of_endpoint(entry, catalogue, secrets)
        if entry.sent.kind == REST
        else _of_operation(entry, catalogue, folders, secrets)
        for entry in entries
        if with_rest or entry.sent.kind != REST
    ]
    places = ordered({request.folder for request in requests})
    requests.sort(key=lambda it: (it.name != OWNERS, places.index(it.folder)))
    used = _used(requests)
    known = {**starting_values(), **values}
    return Collection(
        name=name,
        slug=slug,
        requests=tuple(requests),
        values={each: known.get(each, "") for each in used if each not in secrets},
        secrets=tuple(each for each in used if each in secrets),
    )


def url_variable(gateway: str) -> str:
    """Name of the variable that holds the URL of a gateway."""
    return f"{gateway.lower()}Url"


def _is_of_users(entry: Entry) -> bool:
    return entry.sent.kind != REST and entry.sent.gateway == USERS


def _of_operation(
    entry: Entry,
    catalogue: Catalogue,
    folders: Mapping[str, str],
    secrets: set[str],
) -> Request:
    schema, operation, sent = schema_of(catalogue), definition_of(entry), entry.sent
    folder = folders.get(entry.name, sent.gateway.lower())
    filled = Filling(schema, entry.name, operation, folder, secrets).variables()
    return Request(
        name=entry.name,
        slug=entry.method,
        folder=folder,
        about="\n\n".join(_about(entry, catalogue, filled)),
        method="POST",
        url=reference(url_variable(sent.gateway)),
        token=_TOKENS[sent.tokens[0]] if sent.tokens else None,
        document=_without_blank_lines(sent.document),
        variables=filled,
        keeps=kept(schema, operation, sent.tokens, folder),
    )


def _of_endpoint(entry: Entry, catalogue: Catalogue, secrets: set[str]) -> Request:
    names = {"phone": reference("phone"), "user_pool_id": reference(POOL)}
    grant = GRANTS.get(entry.name)
    return Request(
        name=entry.name,
        slug=entry.method,
        folder="REST",
        about="\n\n".join((entry.description, how_sent(entry))),
        method="POST" if grant else "GET",
        url=reference(ORIGIN) + PATHS[entry.name].format(**names),
        token="accessToken" if _takes_access_token(entry, secrets) else None,
        form=dict(_form(entry, catalogue, grant, secrets)) if grant else None,
        keeps=REST_KEEPS if grant else None,
    )


def _takes_access_token(entry: Entry, secrets: set[str]) -> bool:
    takes = any(item.name == "access_token" for item in entry.parameters)
    secrets |= {"accessToken"} if takes else set()
    return takes


def _form(
    entry: Entry, catalogue: Catalogue, grant: str, secrets: set[str]
) -> Iterator[tuple[str, str]]:
    yield "grant_type", grant
    for argument in arguments_of(entry, catalogue):
        (name,) = argument.path
        if argument.secret:
            secrets.add(variable(name))
        if argument.required or name == "email":
            yield name, reference(variable(name))
        elif name == "scope":
            yield name, DEFAULT_SCOPE


def _about(
    entry: Entry, catalogue: Catalogue, filled: Mapping[str, object]
) -> Iterator[str]:
    if entry.description:
        yield entry.description
    yield how_sent(entry)
    if encrypted := [name for name in REFERENCE.findall(str(filled)) if _sealed(name)]:
        yield (
            f"{', '.join(encrypted)}: what `authing-gen encrypt` makes of the password."
        )
    names = {item.name: item.variable for item in entry.parameters}
    paths = (argument.path for argument in arguments_of(entry, catalogue))
    left = dict.fromkeys(names[path[0]] for path in paths)
    if others := [each for each in left if each not in filled]:
        yield f"Takes also: {', '.join(others)}."
    if entry.section:
        yield f"Documentation: {entry.section}"


def _sealed(name: str) -> bool:
    return name.startswith("encrypted")


def _without_blank_lines(document: str) -> str:
    # In a file of HTTP requests, the document ends at the first one.
    return "\n".join(line for line in document.splitlines() if line.strip())


def _used(requests: list[Request]) -> list[str]:
    """The variables, in the order in which they are needed."""
    texts: Iterator[Any] = (
        part
        for it in requests
        for part in (it.url, it.variables, it.form, reference(it.token or ""))
    )
    found: dict[str, None] = {}
    for text in texts:
        names = REFERENCE.findall(str(text))
        found |= dict.fromkeys(names)
    for request in requests:
        found |= dict.fromkeys(request.keeps.fields if request.keeps else ())
    return list(found)
