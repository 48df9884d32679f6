"""A field renamed in the schema is an error where a caller reads it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .editors import CARET, Basedpyright
from .installations import ROOT, checkout
from .lsp import LanguageServer

OLD, NEW = "loginsCount", "signInsCount"

CALLER = f"""\
from authing_gen import AsyncAuthing, Authing


async def main(authing: AsyncAuthing) -> None:
    ada = await authing.login(email="ada@example.com", password="p")
    print(ada.email)
    print(ada.{CARET}logins_count)


def blocking(authing: Authing) -> None:
    print(authing.login(phone="138", password="p").{CARET}logins_count)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what the client is generated from and with."""
    for folder in ("schema", "queries", "generated", "authing_gen"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "codegen.toml", tmp_path)
    return tmp_path


def test_field_renamed_in_the_schema_is_an_error_at_the_callers_line(
    project: Path, server: LanguageServer
) -> None:
    python = checkout().python
    editor = Basedpyright(project, server, python, extraPaths=["generated"])
    places = editor.open(CALLER)
    assert editor.problems(places[0].path) == []

    rename(project / "schema", project / "queries")
    command = [sys.executable, "-m", "authing_gen.codegen"]
    subprocess.run(command, cwd=project, check=True, capture_output=True)
    editor.files_changed([*(project / "generated").rglob("*.py")])

    message = 'Cannot access attribute "logins_count" for class "UserProfile"'
    found = editor.problems(places[0].path)
    assert [problem.line for problem in found] == [place.line for place in places]
    assert all(problem.message.startswith(message) for problem in found)
    for place in places:
        assert "sign_ins_count" in editor.completions(place)


def rename(*folders: Path) -> None:
    """Rename the field wherever schema and queries name it."""
    for folder in folders:
        for path in folder.rglob("*.graphql"):
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace(OLD, NEW), encoding="utf-8")
