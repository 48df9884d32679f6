"""Each promise of SECURITY.md names a test that is there."""

import ast
import re

import pytest

from .documents.pages import ROOT

ROWS = re.findall(
    r"^\| (.+) \| `(tests/[^`:]+)::(\w+)` \|$",
    (ROOT / "SECURITY.md").read_text(encoding="utf-8"),
    re.M,
)


def _tests_in(path: str) -> set[str]:
    module = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    kinds = ast.FunctionDef, ast.AsyncFunctionDef
    return {node.name for node in module.body if isinstance(node, kinds)}


@pytest.mark.parametrize(("promise", "path", "test"), ROWS)
def test_a_promise_has_a_test(promise: str, path: str, test: str) -> None:
    assert test in _tests_in(path), promise


def test_the_chinese_page_names_the_same_tests() -> None:
    pages = [ROOT / "SECURITY.md", ROOT / "SECURITY.zh.md"]
    ours, theirs = (page.read_text(encoding="utf-8") for page in pages)
    assert re.findall("`tests/.*`", ours) == re.findall("`tests/.*`", theirs)


def test_no_row_is_overlooked() -> None:
    page = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    table = page.partition("| promise | test |")[2]
    assert len(ROWS) == table.count("\n| ") - 1 > 30
