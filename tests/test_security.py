"""Each promise of SECURITY.md names a test that is there."""

import ast
import re

import pytest

from .documents.pages import ROOT

ROWS = re.findall(
    r"^\| (.+) \| `(tests/[^`:]+)(?:::(\w+))?` \|$",
    (ROOT / "SECURITY.md").read_text(encoding="utf-8"),
    re.M,
)

COMING = {
    "tests/runtime/test_frames.py",
    "tests/runtime/test_insecure_http.py",
    "tests/runtime/test_logging.py",
    "tests/runtime/test_telemetry.py",
}
"""Modules that are being written; when one is there, it has to leave this list, and its
row to name a test in it.
"""


def _tests_in(path: str) -> set[str]:
    module = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    kinds = ast.FunctionDef, ast.AsyncFunctionDef
    return {node.name for node in module.body if isinstance(node, kinds)}


@pytest.mark.parametrize(("promise", "path", "test"), ROWS)
def test_a_promise_has_a_test(promise: str, path: str, test: str) -> None:
    if path in COMING:
        assert not (ROOT / path).exists(), f"name a test of {path}"
    else:
        assert test in _tests_in(path), promise


def test_no_row_is_overlooked() -> None:
    page = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    table = page.partition("| promise | test |")[2]
    assert len(ROWS) == table.count("\n| ") - 1 > 30
    assert {path for _, path, _ in ROWS} >= COMING
