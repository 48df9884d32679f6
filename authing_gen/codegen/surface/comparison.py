"""What differs between two surfaces, and what of it breaks callers.

A model is read and an input is written: of a result, callers mind what it no longer
promises; of a parameter, what it no longer takes.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from ..annotations import without
from .assignable import fits
from .change import Change, Sign
from .dangers import another_default, defaults, gateways, secrecy, weight
from .reading import Class, Member, Method, Sending, Surface

T = TypeVar("T")


def compare(before: Surface, after: Surface) -> list[Change]:
    """Say what differs, in the order of the package."""
    return [
        *_methods(before, after),
        *_classes(before, after),
        *gateways(before, after),
    ]


@dataclass(frozen=True)
class _Both:
    """Two surfaces, to ask what fits what."""

    before: Surface
    after: Surface

    def still_takes(self, before: ast.expr, after: ast.expr) -> bool:
        return fits(before, after, self.after)

    def still_promises(self, before: ast.expr, after: ast.expr) -> bool:
        return fits(after, before, self.after)


def _methods(before: Surface, after: Surface) -> Iterator[Change]:
    both = _Both(before, after)
    for sign, name, old, new in _pairs(before.methods, after.methods):
        if old and new:
            yield from _method(name, old, new, both)
        else:
            yield _whole(sign, "method", f"{name}()")


def _method(name: str, old: Method, new: Method, both: _Both) -> Iterator[Change]:
    if old == new:
        return
    found = [
        *_parameters(name, old.parameters, new.parameters, both),
        *_result(name, old.result, new.result, both),
        *_sending(name, old.sending, new.sending),
    ]
    yield from found
    if not found and old.doc != new.doc:
        yield _documentation(f"{name}()")


def _parameters(
    method: str, old: Mapping[str, Member], new: Mapping[str, Member], both: _Both
) -> Iterator[Change]:
    yield from _inputs("parameter", lambda name: f"{method}({name})", old, new, both)


def _result(method: str, old: ast.expr, new: ast.expr, both: _Both) -> Iterator[Change]:
    if ast.unparse(old) != ast.unparse(new):
        yield _output("result", f"{method}()", old, new, both)


def _sending(method: str, old: Sending | None, new: Sending | None) -> Iterator[Change]:
    if old is None or new is None:
        return
    for what, before, after in (
        ("gateway", (old.gateway,), (new.gateway,)),
        ("token", old.tokens, new.tokens),
        ("encryption", old.encrypted, new.encrypted),
        ("user pool", old.user_pool, new.user_pool),
        ("kind", (old.kind,), (new.kind,)),
    ):
        if before != after:
            breaking, dangerous, why = weight(what, before, after)
            texts = " or ".join(before) or "none", " or ".join(after) or "none"
            name = f"{method}()"
            yield Change("changed", what, name, breaking, why, *texts, dangerous)
    yield from defaults(method, old, new)


def _classes(before: Surface, after: Surface) -> Iterator[Change]:
    both = _Both(before, after)
    for sign, name, old, new in _pairs(before.classes, after.classes):
        if old and new:
            yield from _class(name, old, new, both)
        else:
            class_ = old or new
            assert class_ is not None
            yield _whole(sign, class_.kind, name)


def _class(name: str, old: Class, new: Class, both: _Both) -> Iterator[Change]:
    if old == new:
        return

    def named(member: str) -> str:
        return f"{name}.{member}"

    members = both.before.members(name), both.after.members(name)
    if new.kind == "input":
        found = list(_inputs("input field", named, *members, both))
        found += _choice(name, old, new)
    elif new.kind == "enum":
        found = list(_enum_values(named, *members))
    else:
        found = list(_fields(named, *members, both))
    found += secrecy(named, *members)
    found += _bases(name, old, both)
    yield from found
    if not found and _docs(old, members[0]) != _docs(new, members[1]):
        yield _documentation(name)


def _choice(name: str, old: Class, new: Class) -> Iterator[Change]:
    if old.is_one_of != new.is_one_of:
        why = ("callers may give several fields", "callers must give exactly one field")
        breaking = new.is_one_of
        yield Change("changed", "input", name, breaking, why[breaking])


def _bases(name: str, old: Class, both: _Both) -> Iterator[Change]:
    for base in old.bases:
        if base in both.after.classes and not both.after.derives(name, base):
            why = f"it is no longer a {base}"
            yield Change("changed", "model", name, True, why)


def _docs(class_: Class, members: Mapping[str, Member]) -> tuple[str, dict[str, str]]:
    return class_.doc, {name: member.doc for name, member in members.items()}


def _inputs(
    what: str,
    named: Callable[[str], str],
    old: Mapping[str, Member],
    new: Mapping[str, Member],
    both: _Both,
) -> Iterator[Change]:
    """Compare what callers give."""
    for sign, name, before, after in _pairs(old, new):
        if before is None and after is not None:
            required = after.required
            why = "callers must give it" if required else "it may be left out"
            yield Change(sign, what, named(name), required, why, None, _given(after))
        elif before is not None and after is None:
            why = "callers must not give it"
            yield Change(sign, what, named(name), True, why, _given(before))
        elif before is not None and after is not None:
            yield from _input(what, named(name), before, after, both)


def _given(member: Member) -> str:
    """The type that callers give, and whether they may leave it out."""
    type_ = ast.unparse(without(member.type, "UnsetType"))
    return type_ if member.required else f"{type_} = ..."


def _input(
    what: str, name: str, before: Member, after: Member, both: _Both
) -> Iterator[Change]:
    texts = _given(before), _given(after)
    takes = both.still_takes(before.type, after.type)
    reasons = [
        (not takes, "it no longer takes all that it took"),
        (after.required and not before.required, "callers must give it"),
    ]
    wrong = [why for is_so, why in reasons if is_so]
    if what == "input field" and not wrong:
        yield from another_default(name, before, after)
    if wrong:
        yield Change("changed", what, name, True, ", ".join(wrong), *texts)
    elif texts[0] != texts[1]:
        yield Change("changed", what, name, False, "it takes more", *texts)


def _fields(
    named: Callable[[str], str],
    old: Mapping[str, Member],
    new: Mapping[str, Member],
    both: _Both,
) -> Iterator[Change]:
    """Compare what callers read."""
    for sign, name, before, after in _pairs(old, new):
        if before is None and after is not None:
            yield Change(
                sign, "field", named(name), False, "there is more to read", None,
                str(after),
            )  # fmt: skip
        elif before is not None and after is None:
            why = "callers cannot read it"
            yield Change(sign, "field", named(name), True, why, str(before))
        elif before is not None and after is not None and str(before) != str(after):
            yield _output("field", named(name), before.type, after.type, both)


def _output(
    what: str, name: str, before: ast.expr, after: ast.expr, both: _Both
) -> Change:
    fine = both.still_promises(before, after)
    why = "it promises more" if fine else "it no longer promises what it promised"
    texts = ast.unparse(before), ast.unparse(after)
    return Change("changed", what, name, not fine, why, *texts)


def _enum_values(
    named: Callable[[str], str], old: Mapping[str, Member], new: Mapping[str, Member]
) -> Iterator[Change]:
    for sign, name, before, after in _pairs(old, new):
        texts = str(before) if before else None, str(after) if after else None
        if texts[0] == texts[1]:
            continue
        why = {
            "added": "a match over all values needs one more case",
            "removed": "callers cannot name it",
            "changed": "it travels as another text",
        }[sign]
        breaking = sign != "added"
        yield Change(sign, "enum value", named(name), breaking, why, *texts)


def _whole(sign: Sign, what: str, name: str) -> Change:
    gone = sign == "removed"
    why = "callers cannot use it" if gone else "there is more to use"
    return Change(sign, what, name, gone, why)


def _documentation(name: str) -> Change:
    why = "nothing but the words is different"
    return Change("changed", "documentation", name, False, why)


def _pairs(
    old: Mapping[str, T], new: Mapping[str, T]
) -> Iterator[tuple[Sign, str, T | None, T | None]]:
    """What is new or in both, in the new order; then what is gone."""
    for name, after in new.items():
        before = old.get(name)
        yield ("added" if before is None else "changed"), name, before, after
    for name, before in old.items():
        if name not in new:
            yield "removed", name, before, None
