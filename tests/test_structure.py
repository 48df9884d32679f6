"""How the code is laid out: small modules, and imports that run one way."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from authing_gen import AsyncAuthing, AsyncRuntime, Authing, Runtime

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "authing_gen"

LONGEST = 250
"""Lines of a module, docstrings included."""

ROOMS = {
    "what all may use": "errors exchange forks urls text clock deadlines lifetimes"
    " signed_in environment unanswered outages logs telemetry spans",
    "settings": "settings gateways encryption passwords sealing",
    "engines": "bodies watchdog aiohttp_connections aiohttp_engine"
    " pacing _async.paced_engine _async.engine _async.engines _async.network"
    " _async.timed_network _async.waiting"
    " _async.httpcore_connections _async.httpcore_extensions _async.httpcore_engine"
    " _async.httpx_engine",
    "connection": "headers retrying retry_budget retry_policy _async.connection",
    "what is said": "redaction answers rest variables token_rules documents _async.oidc"
    " _async.sms",
    "tokens": "renewals signature _async.stores _async.file_store"
    " _async.redis_client _async.redis_store _async.shelf _async.fleet _async.sharing"
    " _async.tokens",
    "policy": "_async.policy _async.owner _async.assembly",
    "clients": "_async.listing _async.sending _async.runtime _async.client",
    "tokens of visitors": "web.errors web.current_user web.presented web.memory"
    " web.visitors web.settings web.signatures",
    "requests of visitors": "web.incoming web.cookies web.statuses web.forms",
    "kits": "web._async.provider_keys web._async.users web._async.accounts"
    " web._async.kit web.endings",
    "frameworks": "web",
}
"""Modules and packages of the runtime, from the bottom up. None knows what is above
it, not even for its types or at the moment when it is needed.
"""

GENERATOR = {"codegen", "cli", "__main__"}
"""What stands beside the runtime: it may use it, and is not used by it."""
USES_THE_GENERATOR = {"documents"}
"""But for this one, which reads documents as the generator does."""


def modules(folder: Path) -> dict[str, Path]:
    return {_name(path, folder): path for path in sorted(folder.rglob("*.py"))}


def _name(path: Path, folder: Path) -> str:
    parts = path.relative_to(folder).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {
    name: path
    for name, path in modules(PACKAGE).items()
    if not {*name.split(".")} & (GENERATOR | {"_sync"})
    and name not in ("", "_async", "web._async")
}
"""The runtime's, as written by hand: `_sync/` is made from `_async/`."""


def _room(module: str) -> int:
    """The number of its room, which is that of its package where it has one."""
    for number, names in enumerate(ROOMS.values()):
        if any(f"{module}.".startswith(f"{name}.") for name in names.split()):
            return number
    raise AssertionError(f"{module} is in none of the ROOMS: say where it belongs")


def imports(path: Path) -> Iterator[str]:
    """Full names of what a module imports, wherever in it."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *filter(None, [node.module])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _of_the_runtime(path: Path) -> Iterator[str]:
    """Modules of the runtime that a module imports."""
    for imported in imports(path):
        name = imported.removeprefix("authing_gen.")
        if name != imported:
            found = [name, name.rpartition(".")[0]]
            yield from [each for each in found if each in MODULES][:1]


@pytest.mark.parametrize("module", MODULES)
def test_modules_are_small(module: str) -> None:
    lines = len(MODULES[module].read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST, f"{module} has {lines} lines: split it"


@pytest.mark.parametrize("module", MODULES)
def test_nothing_imports_what_is_above_it(module: str) -> None:
    imported = set(_of_the_runtime(MODULES[module]))
    above = {name for name in imported if _room(name) > _room(module)}
    assert not above, f"{module} imports what is above it"


def test_rooms_hold_what_there_is() -> None:
    for name in " ".join(ROOMS.values()).split():
        assert name in MODULES


@pytest.mark.parametrize("page", ["architecture.md", "architecture.zh.md"])
@pytest.mark.parametrize(
    "folder",
    [
        "authing_gen",
        "authing_gen/_async",
        "authing_gen/cli",
        "authing_gen/codegen",
        "authing_gen/web",
        "authing_gen/web/_async",
        "authing_sandbox",
    ],
)
def test_the_architecture_names_all_there_is(folder: str, page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    plain = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    named = {
        part
        for name in re.findall(r"`(.*?)`", plain)
        for part in re.split(r"[./]", name)
    }
    there = {
        path.stem
        for path in (ROOT / folder).iterdir()
        if path.suffix == ".py" or any(path.glob("*.py"))
        if not path.name.startswith("_")
    }
    assert there - named == set()


@pytest.mark.parametrize("module", MODULES)
def test_the_runtime_does_not_use_the_generator(module: str) -> None:
    beside = {f"authing_gen.{name}." for name in GENERATOR}
    uses = any(name.startswith(tuple(beside)) for name in imports(MODULES[module]))
    assert uses == (module in USES_THE_GENERATOR)


@pytest.mark.parametrize(
    ("folder", "others"),
    [
        (
            "generated/authing_client",
            ("authing_gen", "authing_pytest", "authing_sandbox"),
        ),
        ("authing_sandbox", ("authing_gen", "authing_client", "authing_pytest")),
        ("authing_gen", ("authing_pytest", "authing_sandbox")),
    ],
)
def test_packages_import_one_way(folder: str, others: tuple[str, ...]) -> None:
    for path in modules(ROOT / folder).values():
        imported = {name.split(".")[0] for name in imports(path)}
        assert not imported & set(others), path


def test_both_commands_write_alike() -> None:
    names = "authing_gen/cli/streams.py", "authing_sandbox/cli/streams.py"
    ours, theirs = ((ROOT / name).read_text("utf-8") for name in names)
    assert ours == theirs


def test_the_headers_that_name_a_request_are_listed_once() -> None:
    files = [*MODULES.values(), *modules(ROOT / "generated/authing_client").values()]
    listed = [path for path in files if "x-authing-request-id" in path.read_text()]
    assert listed == [ROOT / "generated/authing_client/raw_response.py"]


def told(client: type) -> dict[str, str]:
    """What the docstring of a client says of each of its settings."""
    arguments = (client.__doc__ or "").partition("Args:\n")[2].partition("\n\n")[0]
    found = re.findall(r"^ {8}(\w+): (.+(?:\n {12}.+)*)", arguments, re.M)
    return {name: re.sub(r"\s+", " ", text) for name, text in found}


@pytest.mark.parametrize(
    ("client", "runtime"), [(AsyncAuthing, AsyncRuntime), (Authing, Runtime)]
)
def test_client_and_runtime_say_the_same_of_every_setting(
    client: type, runtime: type
) -> None:
    ours, own = told(client), told(runtime)
    assert {*ours} == {*inspect.signature(client).parameters}
    assert runtime.__name__ in ours.pop("gateway_urls")
    assert own.pop("gateway_urls")
    assert ours == own
