"""What README and docs show works as it is shown; see `documents` for the rules."""

import inspect
import re
from operator import attrgetter
from pathlib import Path

import pytest

from authing_gen import ERROR_CLASSES, Authing
from authing_sandbox import Sandbox

from .conftest import client_of
from .documents import data, python
from .documents.pages import (
    PAGES,
    ROOT,
    blocks,
    links,
    name_of,
    of_language,
    pages_with,
)
from .documents.shell import Shell, commands

LANGUAGES = {"python", "console", "graphql", "toml", "yaml", "json", "text"}


@pytest.fixture
async def first_world(authing_sandbox: Sandbox) -> Sandbox:
    """A sandbox in which nothing has happened yet."""
    await authing_sandbox.reset()
    return authing_sandbox


def settings_of(sandbox: Sandbox, folder: Path) -> dict[str, str]:
    """The environment that points a client at a sandbox."""
    key = folder / "authing.pem"
    key.write_text(sandbox.public_key, encoding="utf-8")
    return sandbox.environment | {"AUTHING_PUBLIC_KEY": str(key)}


@pytest.mark.anyio
@pytest.mark.parametrize("page", pages_with("python"), ids=name_of)
async def test_python_runs(
    page: Path,
    first_world: Sandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in settings_of(first_world, tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    files = [block for block in of_language(page, "python") if block.file_name]
    if files:
        python.run_files(tmp_path, files)
    async with client_of(first_world) as authing:
        names = {"__name__": "page", "authing": authing, "sandbox": first_world}
        for block in of_language(page, "python"):
            if block not in files:
                await python.run(block, names)


@pytest.mark.heavy
@pytest.mark.anyio
@pytest.mark.parametrize("page", pages_with("console"), ids=name_of)
async def test_commands_run(page: Path, first_world: Sandbox, tmp_path: Path) -> None:
    async with client_of(first_world) as authing:
        ada = await authing.register(email="ada@example.com", password="correct horse")
    settings = settings_of(first_world, tmp_path)
    settings |= {"ADA_TOKEN": ada.token or "", "ADA_PASSWORD": "correct horse"}
    shell = Shell(tmp_path, first_world.url, settings)
    try:
        for block in of_language(page, "console", "graphql"):
            if block.file_name:
                shell.write(block)
            elif block.language == "console":
                for command in commands(block):
                    shell.run(command)
    finally:
        shell.close()


@pytest.mark.parametrize("page", pages_with("graphql"), ids=name_of)
def test_graphql_fits_the_schema(page: Path) -> None:
    data.use_graphql(of_language(page, "graphql"))


@pytest.mark.parametrize(
    "page", pages_with("toml", "yaml", "json", "text"), ids=name_of
)
def test_data_is_what_it_says(page: Path, tmp_path: Path) -> None:
    for block in of_language(page, "toml"):
        data.use_toml(block)
    for block in of_language(page, "yaml"):
        data.use_yaml(block, tmp_path)
    for block in of_language(page, "json"):
        data.use_json(block)
    for block in of_language(page, "text"):
        data.use_text(block)


def test_every_block_is_one_that_is_used_above() -> None:
    every = [block for page in PAGES for block in blocks(page)]
    assert not [block.place for block in every if block.language not in LANGUAGES]
    fences = sum(page.read_text(encoding="utf-8").count("```") for page in PAGES)
    assert fences == 2 * len(every)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    for target in links(page):
        path = target.partition("#")[0]
        generated = "reference/schema" in (page.parent / path).resolve().as_posix()
        assert not path or generated or (page.parent / path).exists(), target


def test_methods_that_take_the_place_of_the_vendors_exist() -> None:
    page = (ROOT / "docs/vendor-sdk.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `.*\| (.*) \|$", page, re.M)
    calls = [call for row in rows for call in re.findall(r"([\w.]+)\(([^)]*)\)", row)]
    assert len(calls) > 25
    with Authing(user_pool_id="pool") as client:
        for name, arguments in calls:
            if name == "Authing":
                continue
            method = attrgetter(name.lstrip("."))(client)
            known = inspect.signature(method).parameters
            for argument in re.findall(r"(\w+)=", arguments):
                assert argument in known, f"{name}({argument}=…)"


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_readmes_begin_with_an_example_and_what_it_costs(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    beginning = text.partition("\n## ")[0]
    assert "```python" in beginning
    assert "make bench" in beginning
    assert "(examples/)" in text


def test_the_two_readmes_link_to_each_other() -> None:
    assert "README.zh-CN.md" in links(ROOT / "README.md")
    assert "README.md" in links(ROOT / "README.zh-CN.md")


@pytest.mark.parametrize("name", ["troubleshooting.md", "troubleshooting.zh.md"])
def test_troubleshooting_names_every_code_with_its_class(name: str) -> None:
    page = (ROOT / "docs/guide" / name).read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d{4}) \| `(\w+)` \|", page, re.M)
    assert sorted((int(code), error) for code, error in rows) == sorted(
        (code, error.__name__) for code, error in ERROR_CLASSES.items()
    )
