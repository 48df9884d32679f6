"""The requests of a collection, made of what can be called."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from graphql import GraphQLError

from ...rest import DEFAULT_SCOPE, GRANTS, PATHS
from ..arguments import Argument, arguments_of, definition_of, schema_of
from ..call import how_sent
from ..catalogue import Catalogue
from ..client_source import REST, Entry
from ..failures import WrongUsage
from .filling import Filling
from .keeping import REST_KEEPS, kept
from .model import REFERENCE, Collection, Request, reference
from .usual import (
    FOLDER_OF_REST,
    OWNER_TOKEN,
    POOL,
    USER_TOKEN,
    ordered,
    starting_values,
    variable_of_rest,
)
from .written import Written

ORIGIN = "usersOrigin"
"""The variable that says below which URL the REST endpoints are."""
ACCESS_TOKEN = "access_token"  # noqa: S105 (the name of an argument)

_TOKENS = {"OWNER": OWNER_TOKEN, "USER": USER_TOKEN}


def collect(
    name: str,
    slug: str,
    catalogue: Catalogue,
    written: Mapping[str, Written],
    values: Mapping[str, str],
) -> Collection:
    """Make a collection of all that can be called.

    Args:
        name: Name of the collection.
        slug: Name of its files.
        catalogue: What can be called.
        written: The operations as they are written, by their names.
        values: Variables whose values are known: URLs, the user pool.
    """
    builder = _Builder(catalogue, written)
    requests = builder.requests()
    places = ordered({request.folder for request in requests})
    requests.sort(key=lambda it: (not _gets_owner_token(it), places.index(it.folder)))
    used, secrets = list(_used(requests)), builder.secrets
    known = {**starting_values(), **builder.values, **values}
    return Collection(
        name=name,
        slug=slug,
        requests=tuple(requests),
        values={each: known.get(each, "") for each in used if each not in secrets},
        secrets=tuple(each for each in used if each in secrets),
    )


def _gets_owner_token(request: Request) -> bool:
    return request.keeps is not None and OWNER_TOKEN in request.keeps.fields


def url_variable(gateway: str) -> str:
    """Name of the variable that holds the URL of a gateway."""
    return f"{gateway.lower()}Url"


@dataclass(frozen=True)
class _Builder:
    catalogue: Catalogue
    written: Mapping[str, Written]
    secrets: set[str] = field(default_factory=lambda: {*_TOKENS.values()})
    """The variables that hold secrets, of what has been built."""
    values: dict[str, str] = field(default_factory=dict[str, str])
    """What variables hold at first, as what has been built says."""

    def requests(self) -> list[Request]:
        entries = self.catalogue.entries.values()
        operations = [entry for entry in entries if entry.sent.kind != REST]
        built = [self._operation(entry) for entry in operations]
        # A project may have nothing to do with Authing's users, nor their endpoints.
        if any(entry.sent.gateway == "USERS" for entry in operations):
            endpoints = [entry for entry in entries if entry.sent.kind == REST]
            built += [self._endpoint(entry) for entry in endpoints]
        return built

    def _operation(self, entry: Entry) -> Request:
        schema, sent = schema_of(self.catalogue), entry.sent
        operation = definition_of(entry)
        written = self.written.get(entry.name, Written())
        filling = Filling(
            schema, operation, written.variables, self.secrets, self.values
        )
        try:
            filled = filling.variables()
        except (GraphQLError, ValueError) as error:
            # It has been written after the package, whose generation checks examples.
            raise WrongUsage(
                f"{entry.name}: an @example is wrong; authing-gen generate says which"
            ) from error
        return Request(
            name=entry.name,
            slug=entry.method,
            folder=written.folder or sent.gateway.lower(),
            about="\n\n".join(_about(entry, self._arguments(entry), filled)),
            method="POST",
            url=reference(url_variable(sent.gateway)),
            token=_TOKENS[sent.tokens[0]] if sent.tokens else None,
            document=sent.document.rstrip(),
            variables=filled,
            keeps=kept(schema, operation, sent.tokens),
        )

    def _endpoint(self, entry: Entry) -> Request:
        arguments, grant = self._arguments(entry), GRANTS.get(entry.name)
        secrets = {argument.path[0] for argument in arguments if argument.secret}
        self.secrets.update(map(variable_of_rest, secrets))
        path = PATHS[entry.name].format(
            phone=reference("phone"), user_pool_id=reference(POOL)
        )
        return Request(
            name=entry.name,
            slug=entry.method,
            folder=FOLDER_OF_REST,
            about="\n\n".join(_about(entry, (), {})),
            method="POST" if grant else "GET",
            url=reference(ORIGIN) + path,
            token=variable_of_rest(ACCESS_TOKEN) if ACCESS_TOKEN in secrets else None,
            form=dict(_form(arguments, grant)) if grant else None,
            keeps=REST_KEEPS if grant else None,
        )

    def _arguments(self, entry: Entry) -> Sequence[Argument]:
        return arguments_of(entry, self.catalogue)


def _form(arguments: Iterable[Argument], grant: str) -> Iterator[tuple[str, str]]:
    yield "grant_type", grant
    for argument in arguments:
        (name,) = argument.path
        if argument.required or name == "email":
            yield name, reference(variable_of_rest(name))
        elif name == "scope":
            yield name, DEFAULT_SCOPE


def _about(
    entry: Entry, arguments: Iterable[Argument], filled: Mapping[str, object]
) -> Iterator[str]:
    if entry.description:
        yield entry.description
    yield how_sent(entry)
    for name in REFERENCE.findall(str(filled)):
        if name.startswith("encrypted"):
            yield f"{name}: what `authing-gen encrypt` prints for it."
    names = {item.name: item.variable for item in entry.parameters}
    taken = dict.fromkeys(names[argument.path[0]] for argument in arguments)
    if others := [name for name in taken if name not in filled]:
        yield f"Takes also: {', '.join(others)}."
    if entry.section:
        yield f"Documentation: {entry.section}"


def _used(requests: Iterable[Request]) -> Mapping[str, None]:
    """The variables, in the order in which they are needed; then what is only kept."""
    used: dict[str, None] = {}
    kept: dict[str, None] = {}
    for it in requests:
        for part in (it.url, it.variables, it.form, reference(it.token or "")):
            used |= dict.fromkeys(REFERENCE.findall(str(part)))
        kept |= dict.fromkeys(it.keeps.fields if it.keeps else ())
    return used | kept
