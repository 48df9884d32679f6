"""The model of a fragment is a base of those that spread it."""

from collections.abc import Callable
from types import ModuleType

import pytest

Import = Callable[[str, str], ModuleType]

SCHEMA = """
interface Animal { id: ID! name: String owner: Person }
type Cat implements Animal { id: ID! name: String owner: Person lives: Int!
  secret: String @secret }
type Dog implements Animal { id: ID! name: String! owner: Person }
type Person { id: ID! name: String phone: String }
type Query { cat: Cat dog: Dog animal: Animal cats: [Cat!]! }
"""

NAMED = "fragment Named on Cat { id name } "


@pytest.mark.parametrize(
    ("queries", "model", "bases"),
    [
        ("query q { cat { ...Named lives } }", "QCat", ["Named"]),
        ("query q { cat { lives id name ...Named } }", "QCat", ["Named"]),
        # Of an interface, for each object that has it; but not where it says less.
        (
            "fragment Pet on Animal { id name } query q { cat { ...Pet lives } }",
            "QCat",
            ["Pet"],
        ),
        (
            "fragment Pet on Animal { id name }"
            " query q { dog { ...Pet owner { id } } }",
            "QDog",
            ["BaseModel"],
        ),
        # In one of several types.
        (
            "query q { animal { id ... on Cat { ...Named lives } } }",
            "QAnimalCat",
            ["BaseModel"],
        ),
        (
            "fragment Pet on Animal { id name }"
            " query q { animal { ...Pet ... on Cat { lives } } }",
            "QAnimalOther",
            ["Pet"],
        ),
        # Also where the fragment says it by another one, which does not know.
        (
            "fragment Pet on Animal { id } fragment Lion on Cat { ...Pet lives }"
            " query q { animal { name ...Lion } }",
            "QAnimalCat",
            ["BaseModel"],
        ),
        # What may be left out is no part of it.
        (
            "query q($a: Boolean!) { cat { lives ...Named @include(if: $a) } }",
            "QCat",
            ["BaseModel"],
        ),
        # Nor what has more below.
        (
            "fragment Owned on Cat { owner { id } }"
            " query q { cat { ...Owned owner { name } } }",
            "QCat",
            ["BaseModel"],
        ),
        (
            "fragment Owned on Cat { owner { id } } query q { cat { lives ...Owned } }",
            "QCat",
            ["Owned"],
        ),
        # Several, and what is a base of a base anyway.
        (
            "fragment Lives on Cat { lives }"
            " query q { cat { ...Named ...Lives owner { id } } }",
            "QCat",
            ["Named", "Lives"],
        ),
        (
            "fragment More on Cat { lives ...Named }"
            " query q { cat { ...Named ...More owner { id } } }",
            "QCat",
            ["More"],
        ),
        # An order of bases that Python does not find.
        (
            "fragment A on Cat { ...Named ...Lives } fragment Lives on Cat { lives }"
            " fragment B on Cat { ...Lives ...Named }"
            " query q { cat { ...A ...B secret } }",
            "QCat",
            ["A"],
        ),
        # The same, called otherwise.
        ("query q { cat { ...Named } }", "Named", ["BaseModel"]),
        (
            "fragment Alias on Cat { ...Named } query q { cat { ...Alias } }",
            "Alias",
            ["Named"],
        ),
    ],
)
def test_bases(import_text: Import, queries: str, model: str, bases: list[str]) -> None:
    fragments = NAMED if "...Named" in queries else ""
    package = import_text(SCHEMA, fragments + queries)
    class_ = getattr(package.models, model)
    assert [base.__name__ for base in class_.__bases__] == bases


def test_a_base_reads_and_hides_alike(import_text: Import) -> None:
    package = import_text(
        SCHEMA,
        "fragment Hidden on Cat { id secret owner { phone } }"
        " query q { cat { ...Hidden lives } }",
    )
    model, base = package.models.QCat, package.models.Hidden
    cat = model.model_validate(
        {"id": "1", "secret": "whiskers", "owner": {"phone": "1"}, "lives": 9}
    )
    assert isinstance(cat, base)
    assert isinstance(cat.owner, package.models.HiddenOwner)
    assert "whiskers" not in repr(cat) + cat.model_dump_json()
    assert list(model.model_fields) == ["id", "secret", "owner", "lives"]
    assert "secret" not in model.__annotations__


def test_another_description_is_kept(import_text: Import) -> None:
    described = SCHEMA.replace("interface Animal { id", 'interface Animal { "Any." id')
    described = described.replace(
        "implements Animal { id", 'implements Animal { "Own." id'
    )
    package = import_text(
        described,
        "fragment Pet on Animal { id } query q { cat { ...Pet lives } }",
    )
    assert package.models.QCat.__bases__ == (package.models.Pet,)
    assert list(package.models.QCat.__annotations__) == ["id", "lives"]
