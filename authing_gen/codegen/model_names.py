"""What the models are called: after their fragments, or where they are selected.

A name follows from the operation or the fragment itself, so that no other operation can
change it. A model of a fragment is called like it; any other like the operation and the
way to it: `login { user }` of `signIn` makes `SignInLogin` and `SignInLoginUser`. Where
the field is called like its operation, that is enough: `login` makes `Login`. Where an
object may be of several types, each has a model with the type behind its name.

The model of a fragment is a base of those that hold what it selects because they spread
it.
"""

from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from ariadne_codegen.utils import str_to_pascal_case
from graphql import GraphQLObjectType, OperationDefinitionNode, is_abstract_type

from .bases import bases_of
from .collecting import Collector
from .names import class_name, field_names, free_name, method_name
from .selections import Member, Selected, Selection


@dataclass(eq=False)
class Model:
    """A class that is written, with what its fields are."""

    name: str
    member: Member
    fields: dict[str, str]
    """The Python names by those in the answer."""
    home: str
    """The module of its operation or fragment, where each has one."""
    inner: dict[str, "Models"] = field(default_factory=dict[str, "Models"])
    """What is selected below its fields."""
    bases: tuple["Model", ...] = ()
    """Models of fragments, whose fields it inherits."""

    def below(self, item: Selected) -> "Models | None":
        """The models of a field, where it selects the same below as another one."""
        own = self.member.field(item.key)
        if own and own.inner and item.inner and own.inner.shape == item.inner.shape:
            return self.inner[item.key]
        return None


@dataclass(eq=False)
class Models:
    """The classes of one selection."""

    name: str
    """Name of the only class, or of all together."""
    classes: list[Model]
    home: str
    is_fragment: bool = False

    @property
    def is_union(self) -> bool:
        """Whether the answer says which of several classes it is."""
        return len(self.classes) > 1


class ModelNames:
    """Gives each model its name.

    Args:
        collector: Finds the fields.
        taken: Names that no model can have.
        snake_case: Whether fields are called `so_and_so`.
    """

    def __init__(
        self, collector: Collector, taken: Iterable[str], *, snake_case: bool
    ) -> None:
        self._collector = collector
        self._taken = {*taken}
        self._given: list[str] = []
        self._field_names = partial(field_names, snake_case=snake_case)
        self._data: set[str] = set()
        self._homes: dict[tuple[str, str], str] = {}
        self._home = ""
        self._names: dict[str, str] = {}
        self._fragments: dict[str, Models] = {}
        self._on_types: dict[tuple[str, str], Models] = {}
        for fragment in sorted(collector.fragments):
            self._names[fragment] = self._new(class_name(fragment))
            self._homes["fragment", fragment] = self._new_home(fragment)

    def operation(self, node: OperationDefinitionNode, name: str) -> Model:
        """Name the models of an operation, the first of which holds all its data."""
        (member,) = self._collector.operation(node).members
        prefix = class_name(name)
        self._home = self._homes["operation", name] = self._new_home(name)
        model = Model("", member, self._fields(member), self._home)
        start = len(self._given)
        self._fill([model], prefix, is_data=True)
        # `cartCreate` and `CartCreate` are two operations; `cart { data }` has a model
        # of that name.
        model.name = free_name(f"{prefix}Data", self._data.union(self._given[start:]))
        self._data.add(model.name)
        return model

    def _new_home(self, name: str) -> str:
        return free_name(f"models_of_{method_name(name)}", {*self._homes.values()})

    @contextmanager
    def _at(self, fragment: str) -> Generator[None]:
        """Let the models of a fragment live where it does."""
        before, self._home = self._home, self._homes["fragment", fragment]
        try:
            yield
        finally:
            self._home = before

    def _fields(self, member: Member) -> dict[str, str]:
        return self._field_names(item.key for item in member.fields)

    def _new(self, name: str) -> str:
        name = free_name(name, self._taken)
        self._taken.add(name)
        self._given.append(name)
        return name

    def _models(self, selection: Selection, prefix: str, short: str = "") -> Models:
        """Take the models of a fragment that selects the same, or name new ones."""
        for spread in selection.spreads:
            if found := self._of_fragment(spread, selection):
                return found
        if len(selection.members) > 1:
            return self._write(selection, prefix)
        name = short if short and short not in self._taken else prefix
        return self._write(selection, self._new(name), prefix)

    def _of_fragment(self, name: str, selection: Selection) -> Models | None:
        type_ = selection.type_
        own = self._collector.type_of(name)
        if own is type_:
            same = self._collector.fragment(name)
            return self._fragment(name) if same.shape == selection.shape else None
        if not isinstance(type_, GraphQLObjectType) or not is_abstract_type(own):
            return None
        same = self._collector.fragment(name, type_)
        return self._fragment_on(name, same) if same.shape == selection.shape else None

    def _fragment(self, name: str) -> Models:
        if name not in self._fragments:
            with self._at(name):
                models = self._write(self._collector.fragment(name), self._names[name])
            models.is_fragment = True
            self._fragments[name] = models
        return self._fragments[name]

    def _fragment_on(self, name: str, selection: Selection) -> Models:
        """What a fragment on an interface or a union is where the type is known."""
        type_ = selection.type_.name
        if (name, type_) not in self._on_types:
            with self._at(name):
                self._on_types[name, type_] = self._chosen(name, selection)
        return self._on_types[name, type_]

    def _chosen(self, name: str, selection: Selection) -> Models:
        (wanted,) = selection.members
        own = self._collector.fragment(name).members
        for index, member in enumerate(own):
            matches = selection.type_.name in member.types or not member.types
            if matches and member.untyped == wanted.untyped:
                found = self._fragment(name).classes[index]
                return Models(found.name, [found], found.home)
        return self._write(
            selection, self._new(self._names[name] + selection.type_.name)
        )

    def _write(self, selection: Selection, name: str, prefix: str = "") -> Models:
        classes = [
            Model(
                self._new(name + member.label) if member.label else name,
                member,
                self._fields(member),
                self._home,
            )
            for member in selection.members
        ]
        spread = [
            (self._collector.type_of(each), models.classes[0])
            for each in selection.spreads
            if len((models := self._fragment(each)).classes) == 1
        ]
        self._fill(classes, prefix or name, [model for _, model in spread])
        for model in classes:
            model.bases = bases_of(model, spread, self._collector.schema)
        return Models(name, classes, self._home)

    def _fill(
        self,
        classes: list[Model],
        prefix: str,
        spread: Sequence[Model] = (),
        is_data: bool = False,
    ) -> None:
        """Name what is selected below: once, where members select the same.

        Args:
            classes: What it is selected below of.
            prefix: How the names begin.
            spread: Models of the fragments that are spread there.
            is_data: Whether it is the data of a whole operation.
        """
        found: dict[tuple[str, object], Models] = {}
        kinds = Counter(
            key
            for key, _ in {
                (item.key, item.inner.shape)
                for model in classes
                for item in model.member.fields
                if item.inner
            }
        )
        labels = {model.member.label for model in classes}
        for model in classes:
            for item in model.member.fields:
                if item.inner:
                    key = item.key, item.inner.shape
                    if key not in found:
                        is_sole = kinds[item.key] == 1
                        is_free = _pascal(model, item) not in labels
                        of = "" if is_sole and is_free else model.member.label
                        path = prefix + of + _pascal(model, item)
                        is_repeated = is_data and path == prefix * 2
                        short = prefix if is_repeated else ""
                        there = (each.below(item) for each in spread)
                        found[key] = next(filter(None, there), None) or self._models(
                            item.inner, path, short
                        )
                    model.inner[item.key] = found[key]


def _pascal(model: Model, item: Selected) -> str:
    return str_to_pascal_case(model.fields[item.key])
