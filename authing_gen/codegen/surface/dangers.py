"""Changes that break no caller, and that nobody should miss."""

from collections.abc import Callable, Iterator, Mapping

from graphql import (
    GraphQLSyntaxError,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    OperationDefinitionNode,
    print_ast,
)
from graphql import (
    parse as _parse,  # pyright: ignore[reportUnknownVariableType]
)

from .change import Change
from .reading import Member, Sending, Surface

_KNOWN_GATEWAYS = {"USERS", "OAUTH"}
"""Those whose URLs the clients know."""


def weight(
    what: str, before: tuple[str, ...], after: tuple[str, ...]
) -> tuple[bool, bool, str]:
    """Say whether another way of sending is breaking or dangerous, and why."""
    if what == "token" and after and (set(before) - set(after) or not before):
        # No token at all is what every caller has.
        return True, False, "callers may lack the token"
    if what == "user pool" and before:
        return True, False, "the client fills it in no more"
    if what == "encryption" and (plain := [one for one in before if one not in after]):
        return False, True, f"{', '.join(plain)}: no longer encrypted, travels plain"
    if what == "gateway" and not _KNOWN_GATEWAYS.issuperset(after):
        return False, True, _needs_url(after[0])
    return False, False, "callers need not care"


def gateways(before: Surface, after: Surface) -> Iterator[Change]:
    """Gateways that are new: somebody has to say where they are."""
    known = _KNOWN_GATEWAYS | _gateways(before)
    for name in sorted(_gateways(after) - known):
        yield Change("added", "gateway", name, False, _needs_url(name), dangerous=True)


def _gateways(surface: Surface) -> set[str]:
    # All enums are open, but for those of the directives.
    named = {
        name
        for each in surface.classes.values()
        if each.kind == "enum" and "OpenEnum" not in each.bases
        if not _KNOWN_GATEWAYS.isdisjoint(each.own)
        for name in each.own
    }
    sendings = (method.sending for method in surface.methods.values())
    return named | {sending.gateway for sending in sendings if sending}


def _needs_url(name: str) -> str:
    return f"calls fail until it has a URL: gateway_urls, or AUTHING_{name}_URL"


def secrecy(
    named: Callable[[str], str], old: Mapping[str, Member], new: Mapping[str, Member]
) -> Iterator[Change]:
    """Fields that are secret no longer, or only now."""
    for name, after in new.items():
        before = old.get(name)
        if before and before.secret != after.secret:
            why = (
                "dumps and JSON leave it out, unless secrets are kept"
                if after.secret
                else "reprs, logs, dumps and JSON show it"
            )
            texts = [("plain", "secret")[one.secret] for one in (before, after)]
            yield _danger("secrecy", named(name), why, *texts)


def another_default(name: str, before: Member, after: Member) -> Iterator[Change]:
    """An input field that means something else where it is left out."""
    if not before.required and before.default != after.default:
        yield _default(name, before.default, after.default)


def defaults(method: str, old: Sending, new: Sending) -> Iterator[Change]:
    """Variables that mean something else where they are left out."""
    if old.document == new.document:
        return
    before, after = _defaults(old.document), _defaults(new.document)
    for name in before.keys() & after.keys():
        if before[name] != after[name]:
            yield _default(f"{method}({name})", before[name], after[name])


def _default(name: str, before: str | None, after: str | None) -> Change:
    why = "who leaves it out asks for something else"
    return _danger("default", name, why, before or "none", after or "none")


def _danger(what: str, name: str, why: str, before: str, after: str) -> Change:
    return Change("changed", what, name, False, why, before, after, dangerous=True)


def _defaults(document: str) -> dict[str, str | None]:
    """The variables of an operation, and their defaults as they are written."""
    operation = _parse(document).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return {
        node.variable.name.value: print_ast(value) if value else None
        for node in operation.variable_definitions
        for value in [node.default_value]
    }


def argument_defaults(before: str, after: str) -> Iterator[Change]:
    """Arguments of the schema that mean something else where they are left out.

    Args:
        before: The schema, in SDL.
        after: The new one.
    """
    if before == after:
        return
    try:
        old, new = _arguments(before), _arguments(after)
    except GraphQLSyntaxError:  # Somebody has edited it.
        return
    for coordinate, default in new.items():
        if coordinate in old and old[coordinate] != default:
            yield _default(coordinate, old[coordinate], default)


def _arguments(sdl: str) -> dict[str, str | None]:
    """The arguments of all fields by their coordinates, and their defaults."""
    return {
        f"{type_.name.value}.{field.name.value}({argument.name.value}:)": print_ast(
            value
        )
        if (value := argument.default_value)
        else None
        for type_ in _parse(sdl).definitions
        if isinstance(type_, ObjectTypeDefinitionNode | ObjectTypeExtensionNode)
        for field in type_.fields
        for argument in field.arguments
    }
