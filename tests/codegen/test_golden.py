"""What the generator writes, one small case a feature.

Each folder of `cases` holds a schema, operations, perhaps settings, and in `expected`
the modules that show the feature. `UPDATE_GOLDEN=1 pytest tests/codegen` rewrites the
files in `expected`; a new case starts with empty ones. They end in `.txt`, so that no
other tool takes them for code of ours.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

CASES = sorted(
    path.parent.name for path in Path(__file__).parent.glob("cases/*/schema.graphql")
)


@pytest.mark.parametrize("case", CASES)
def test_modules_are_as_expected(
    case: str, generate_case: Callable[[str, Path], Path], cases: Path, tmp_path: Path
) -> None:
    package = generate_case(case, tmp_path)
    for expected in sorted((cases / case / "expected").iterdir()):
        made = (package / expected.stem).read_text(encoding="utf-8")
        if os.environ.get("UPDATE_GOLDEN"):
            expected.write_text(made, encoding="utf-8")
        assert made == expected.read_text(encoding="utf-8"), expected.name


@pytest.mark.parametrize("case", CASES)
def test_expected_modules_show_something(case: str, cases: Path) -> None:
    expected = list((cases / case / "expected").iterdir())
    assert expected
    assert all(path.read_text(encoding="utf-8") for path in expected)
