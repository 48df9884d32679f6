"""Schemas, operations and answers by chance, for what must hold for all of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, cast

from graphql import (
    DocumentNode,
    GraphQLAbstractType,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    NoUnusedFragmentsRule,
    build_schema,
    execute_sync,
    get_named_type,
    get_operation_ast,
    is_composite_type,
    is_leaf_type,
    is_required_input_field,
    parse,
    specified_rules,
    type_from_ast,
    validate,
)

LEAVES = ("String", "Int", "Boolean", "Float", "ID", "Color", "Anything")
NAMES = ("a", "b", "id", "class", "fooBar", "foo_bar", "Date", "copy", "list")
OBJECTS = ("Cat", "Dog", "Toy", "Other")
INTERFACES = ("Node", "Named")
UNIONS = ("Pet", "Thing")


def random_schema(random: Random) -> str:
    """Write a schema: a field of one name has one type, or one that promises more."""
    types = {name: _type(random, (*LEAVES,)) for name in NAMES}
    composite = (*OBJECTS, *INTERFACES, *UNIONS)
    types |= {name: _type(random, composite) for name in ("one", "two", "three")}
    of_interfaces = {
        name: random.sample(sorted(types), random.randint(1, 4)) for name in INTERFACES
    }
    if is_nested := random.random() < 0.5:
        of_interfaces["Named"] += [
            name for name in of_interfaces["Node"] if name not in of_interfaces["Named"]
        ]
    parts = ["scalar Anything", "enum Color { RED GREEN none }"]
    for name, fields in of_interfaces.items():
        implements = " implements Node" if is_nested and name == "Named" else ""
        body = " ".join(f"{each}: {types[each]}" for each in fields)
        parts.append(f"interface {name}{implements} {{ {body} }}")
    implemented: dict[str, list[str]] = {}
    for name in OBJECTS:
        held = [each for each in INTERFACES if random.random() < 0.6]
        if name == "Cat" or (is_nested and "Named" in held):
            held = [*INTERFACES]  # Each has an object at least.
        implemented[name] = held
    for name, held in implemented.items():
        fields = [each for one in held for each in of_interfaces[one]]
        fields += random.sample(sorted(types), 3)
        implements = f" implements {' & '.join(held)}" if held else ""
        body = " ".join(
            f"{each}: {_narrower(random, types[each], implemented)}"
            for each in dict.fromkeys(fields)
        )
        parts.append(f"type {name}{implements} {{ {body} }}")
    for name in UNIONS:
        members = random.sample(OBJECTS, random.randint(1, 3))
        parts.append(f"union {name} = {' | '.join(members)}")
    roots = " ".join(
        f"root{name}: {_type(random, (name,))}" for name in (*composite, "Color", "Int")
    )
    return "\n".join([*parts, f"type Query {{ {roots} }}"])


def _type(random: Random, names: tuple[str, ...]) -> str:
    name = random.choice(names)
    return random.choice((name, f"{name}!", f"[{name}!]", f"[{name}]!", f"[[{name}]!]"))


def _narrower(
    random: Random, type_: str, implemented: Mapping[str, Sequence[str]]
) -> str:
    """What an object may promise of a field, where an interface promises a type."""
    name = type_.strip("[]!")
    objects = [each for each, held in implemented.items() if name in held]
    if objects and random.random() < 0.3:
        type_ = type_.replace(name, random.choice(objects))
    return type_ if type_.endswith("!") or random.random() < 0.7 else f"{type_}!"


@dataclass
class Writer:
    """Writes operations by chance, and the fragments that they spread."""

    schema: GraphQLSchema
    random: Random
    fragments: dict[str, tuple[str, str]] = field(
        default_factory=dict[str, tuple[str, str]]
    )
    """Type and text of the fragments by name."""

    def operation(self, name: str) -> str:
        """Write an operation that is valid."""
        root = self.schema.query_type
        assert root is not None
        while True:
            kept = dict(self.fragments)
            used = "used: __typename @include(if: $x) @skip(if: $y)"
            selected = f"{{ {used} {self._set(root, 4)[1:]}"
            text = f"query {name}($x: Boolean!, $y: Boolean!) {selected}"
            if not validate(self.schema, parse(self.document(text)), _RULES):
                return text
            self.fragments = kept

    def document(self, *operations: str) -> str:
        """Write operations with all the fragments."""
        return "\n".join([*operations, *(text for _, text in self.fragments.values())])

    def _set(self, type_: GraphQLNamedType, depth: int) -> str:
        parts = [
            self._selection(type_, depth) for _ in range(self.random.randint(1, 3))
        ]
        return f"{{ {' '.join(parts)} }}"

    def _selection(self, type_: GraphQLNamedType, depth: int) -> str:
        choice = self.random.random()
        overlapping = [*self._overlapping(type_)]
        if choice < 0.15 and depth:
            condition = self.random.choice(overlapping)
            return self._spread(condition, depth - 1)
        if choice < 0.35 and depth:
            condition = self.random.choice(overlapping)
            on = f"on {condition.name}" if self.random.random() < 0.9 else ""
            inner = self._set(condition if on else type_, depth - 1)
            return f"... {on}{self._directive()} {inner}"
        fields = {} if isinstance(type_, GraphQLUnionType) else cast(Any, type_).fields
        named = {
            name: cast(GraphQLNamedType, get_named_type(definition.type))
            for name, definition in fields.items()
        }
        usable = [name for name in named if depth or is_leaf_type(named[name])]
        if choice < 0.4 or not usable:
            return f"__typename{self._directive()}"
        name = self.random.choice(usable)
        alias = self.random.choice(("", "", "", "x: ", "y_: ", "import: "))
        inner = (
            self._set(named[name], depth - 1) if is_composite_type(named[name]) else ""
        )
        return f"{alias}{name}{self._directive()} {inner}"

    def _spread(self, type_: GraphQLNamedType, depth: int) -> str:
        known = [name for name, (on, _) in self.fragments.items() if on == type_.name]
        if known and self.random.random() < 0.5:
            return f"...{self.random.choice(known)}{self._directive()}"
        text = self._set(type_, depth)
        name = f"{self.random.choice('Ff')}{len(self.fragments)}"
        self.fragments[name] = type_.name, f"fragment {name} on {type_.name} {text}"
        return f"...{name}{self._directive()}"

    def _directive(self) -> str:
        if self.random.random() < 0.8:
            return ""
        names = ("@include(if: $x)", "@skip(if: $x)", "@include(if: $y)")
        return f" {self.random.choice((*names, '@include(if: true)'))}"

    def _overlapping(self, type_: GraphQLNamedType) -> Iterator[GraphQLNamedType]:
        own = self._possible(type_)
        for each in self.schema.type_map.values():
            is_ours = is_composite_type(each) and not each.name.startswith("__")
            if is_ours and own & self._possible(each):
                yield each

    def _possible(self, type_: GraphQLNamedType) -> set[str]:
        if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            return {each.name for each in self.schema.get_possible_types(type_)}
        return {type_.name}


_RULES = [rule for rule in specified_rules if rule is not NoUnusedFragmentsRule]


def answer(
    schema: GraphQLSchema, document: str, name: str, seed: int
) -> dict[str, Any]:
    """Answer an operation: by chance, but always alike at one place of the answer."""

    def resolve(_: object, info: GraphQLResolveInfo, **__: object) -> object:
        return _value(
            cast(Any, info).return_type, Random(f"{seed}{info.path.as_list()}")
        )

    def resolve_type(
        value: object, info: GraphQLResolveInfo, type_: GraphQLAbstractType
    ) -> str:
        possible = sorted(each.name for each in schema.get_possible_types(type_))
        return Random(f"{seed}{value}").choice(possible)

    parsed = parse(document)
    result = execute_sync(
        schema,
        parsed,
        operation_name=name,
        variable_values=_variables(schema, parsed, name, Random(seed)),
        field_resolver=resolve,
        type_resolver=resolve_type,
    )
    assert not result.errors, result.errors
    assert result.data is not None
    return result.data


def _variables(
    schema: GraphQLSchema, document: DocumentNode, name: str, random: Random
) -> dict[str, Any]:
    operation = get_operation_ast(document, name)
    assert operation is not None
    return {
        node.variable.name.value: _given(type_from_ast(schema, node.type), random)
        for node in operation.variable_definitions
    }


def _given(type_: object, random: Random) -> Any:
    """A value for a variable: no more than has to be there."""
    if isinstance(type_, GraphQLNonNull):
        return _given(cast(object, type_.of_type), random)
    if isinstance(type_, GraphQLList):
        return []
    if isinstance(type_, GraphQLInputObjectType):
        return {
            name: _given(slot.type, random)
            for name, slot in type_.fields.items()
            if is_required_input_field(slot)
        }
    return _some(type_, random)


def _value(type_: object, random: Random) -> Any:
    if isinstance(type_, GraphQLNonNull):
        return _some(cast(object, type_.of_type), random)
    return None if random.random() < 0.2 else _some(type_, random)


def _some(type_: object, random: Random) -> Any:
    if isinstance(type_, GraphQLList):
        inner = cast(object, type_.of_type)
        return [_value(inner, random) for _ in range(random.randint(0, 3))]
    if isinstance(type_, GraphQLEnumType):
        return random.choice(sorted(type_.values))
    if isinstance(type_, GraphQLScalarType):
        return random.choice(_SCALARS.get(type_.name, _SCALARS["Anything"]))
    assert isinstance(
        type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType
    )
    return f"object {random.random()}"


_SCALARS: Mapping[str, tuple[Any, ...]] = {
    "String": ("", "text", "RED"),
    "ID": ("1", "x"),
    "Int": (0, -1, 7),
    "Float": (0.5, -1.25),
    "Boolean": (True, False),
    "Anything": ({"a": [1]}, [None], "text", 1),
}


def schema_of(text: str) -> GraphQLSchema:
    """Build a schema of its text."""
    return build_schema(text)
