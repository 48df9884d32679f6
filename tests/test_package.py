"""Wheel and sdist hold what they must and nothing else; the core install is small.

They are built here without the debugger's page; `.ci/wheel` runs these tests on those
that it built with the page, whose folder AUTHING_TEST_DIST names.
"""

import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterable
from email.message import Message
from email.parser import Parser
from importlib.metadata import distribution
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import authing_gen
from authing_sandbox import Sandbox

ROOT = Path(__file__).parents[1]

PACKAGES = {
    "authing_client": ROOT / "generated/authing_client",
    "authing_gen": ROOT / "authing_gen",
    "authing_pytest": ROOT / "authing_pytest",
    "authing_sandbox": ROOT / "authing_sandbox",
}

DEBUGGER = "authing_sandbox/debugger/"

SDIST = {
    *{".ci", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile"},
    "Containerfile",
    *{"PKG-INFO", "README.md", "README.zh-CN.md", "SECURITY.md", "SECURITY.zh.md"},
    *{"authing_gen"},
    *{"authing_pytest", "authing_sandbox"},
    *{"codegen.toml", "constraints.txt", "debugger", "docs", "examples", "generated"},
    *{"hatch_build.py", "mkdocs.yml", "noxfile.py", "pyproject.toml", "queries"},
    *{"schema", "tests"},
}

CORE = {
    *{"aiohappyeyeballs", "aiohttp", "aiosignal", "annotated-types", "anyio", "attrs"},
    *{"certifi", "cffi", "cryptography", "frozenlist", "h11", "httpcore", "httpx"},
    *{"idna", "multidict", "propcache", "pycparser", "pydantic", "pydantic-core"},
    *{"typing-extensions", "typing-inspection", "yarl"},
}

LIMITS = {"other packages": 40e6, "ours": 3e6, "the debugger": 1e6}
"""Bytes that the core install may take; docs/dependencies.md says what it takes."""

CALLS = """
import anyio, sys
import authing_gen
from authing_gen import AsyncAuthing, Authing, AuthingConfigurationError

email, password, document = sys.argv[1], "correct horse", "{ a: b }"

async def main():
    async with AsyncAuthing() as authing:
        await authing.register(email=email, password=password)
        try:
            await authing.execute_document(document, {}, object)
        except AuthingConfigurationError as error:
            print(error)

anyio.run(main)
with Authing() as authing:
    print(authing.login(email=email, password=password).email)
"""

IMPORTS = """
import sys
import authing_gen
assert authing_gen.AsyncAuthing and authing_gen.Authing
print(*sorted(sys.modules))
"""


def test_wheel_holds_the_packages_and_nothing_else(wheel: ZipFile) -> None:
    info = f"authing_gen-{authing_gen.__version__}.dist-info"
    names = set(wheel.namelist())
    assert tops(names) == {*PACKAGES, info}
    expected = {
        f"{package}/{name}"
        for package, folder in PACKAGES.items()
        for name in files(folder)
    }
    expected |= {f"authing_sandbox/schema/{name}" for name in files(ROOT / "schema")}
    expected.remove("authing_sandbox/schema/README.md")
    own_project = "authing_gen/cli/project/queries"  # what `init` begins with
    expected |= {f"{own_project}/{name}" for name in files(ROOT / "queries")}
    own = {name for name in names if not name.startswith((DEBUGGER, info))}
    assert own == {name for name in expected if not name.startswith(DEBUGGER)}
    assert {PurePosixPath(name).suffix for name in own} == {
        *{".css", ".graphql", ".html", ".js", ".json", ".py", ".svg"},
        *{".toml", ".txt", ".typed"},
    }
    assert {name.removeprefix(f"{info}/") for name in names if info in name} == {
        *{"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}
    }


def test_wheel_holds_what_is_read_at_run_time(wheel: ZipFile) -> None:
    names = wheel.namelist()
    assert {f"{package}/py.typed" for package in PACKAGES} <= {*names}
    assert "authing_client/schema.graphql" in names
    assert "authing_sandbox/schema/users.graphql" in names
    assert "authing_sandbox/console/texts.toml" in names


def test_wheel_holds_the_page_where_it_was_built(wheel: ZipFile) -> None:
    page = {name for name in wheel.namelist() if name.startswith(DEBUGGER)}
    if "AUTHING_TEST_DIST" not in os.environ:
        assert page == set()
        return
    assert page == {f"{DEBUGGER}page.tar.xz"}


def test_sdist_holds_the_sources_and_nothing_else(sdist: Path) -> None:
    assert {path.name for path in sdist.iterdir()} == SDIST
    names = files(sdist)
    unwanted = (".git/", "__pycache__", "node_modules", ".so", ".pyc", ".sqlite3")
    assert [name for name in names if any(part in name for part in unwanted)] == []
    assert [name for name in names if name.startswith(DEBUGGER)] == []
    for package in ("authing_gen", "generated", "queries", "schema", "tests"):
        assert files(sdist / package) == files(ROOT / package)


def test_wheel_of_the_sdist_is_the_same(
    sdist: Path, wheel: ZipFile, tmp_path: Path
) -> None:
    build(sdist, tmp_path, "wheel")
    (path,) = tmp_path.glob("*.whl")
    with ZipFile(path) as again:
        names = {name for name in wheel.namelist() if not name.startswith(DEBUGGER)}
        assert {*again.namelist()} == names
        assert all(
            again.read(name) == wheel.read(name)
            for name in names
            if not name.endswith("/RECORD")
        )


def test_metadata(metadata: Message) -> None:
    assert metadata["Name"] == "authing-gen"
    assert metadata["License-Expression"] == "MIT"
    assert metadata.get_all("License-File") == ["LICENSE"]
    assert metadata["Requires-Python"] == ">=3.11"
    classifiers = metadata.get_all("Classifier") or []
    assert "Typing :: Typed" in classifiers
    tested = re.findall(r'"(3\.\d+)"', (ROOT / "noxfile.py").read_text())
    said = re.findall(r":: (3\.\d+)", "\n".join(classifiers))
    assert said == sorted(tested, key=lambda version: int(version.split(".")[1]))


def test_version_is_the_same_everywhere(metadata: Message) -> None:
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", changes, re.M)
    assert metadata["Version"] == authing_gen.__version__ == versions[0]
    assert re.fullmatch(r"\d+\.\d+\.\d+", authing_gen.__version__)


@pytest.mark.parametrize("command", ["authing-gen", "authing-sandbox"])
def test_commands_say_the_version(command: str) -> None:
    path = Path(sys.executable).with_name(command)
    said = subprocess.check_output([path, "--version"], text=True)
    assert said == f"{command} {authing_gen.__version__}\n"


def test_core_install_is_small(metadata: Message, core: Path) -> None:
    assert set(closure(metadata)) == CORE
    sizes = dict.fromkeys(LIMITS, 0)
    for top in core.iterdir():
        for path in top.rglob("*") if top.is_dir() else [top]:
            if path.is_file() and path.suffix != ".pyc":
                sizes[kind(path.relative_to(core))] += path.stat().st_size
    assert {name for name in LIMITS if sizes[name] > LIMITS[name]} == set()


def test_every_dependency_is_explained(metadata: Message) -> None:
    page = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    explained = " ".join(re.findall(r"^\|.*", page, re.M))
    listed = set(re.findall(r"[a-z0-9-]+", explained))
    required = map(Requirement, metadata.get_all("Requires-Dist") or ())
    names = {canonicalize_name(requirement.name) for requirement in required}
    assert sorted((names | CORE) - listed) == []


def test_both_clients_work_without_extras(
    core: Path, sandbox: Sandbox, email: str, tmp_path: Path
) -> None:
    done = python(core, tmp_path, "-c", CALLS, email, **sandbox.environment)
    assert done.returncode == 0, done.stderr
    needs_extra = "execute_document needs the extra authing-gen[documents]"
    assert done.stdout.splitlines() == [needs_extra, email]


def test_import_loads_no_extra(tmp_path: Path) -> None:
    """Not even where the extras are installed."""
    paths = [path for path in sys.path if path]
    done = python(os.pathsep.join(paths), tmp_path, "-c", IMPORTS)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert {"authing_gen._async.client", "authing_gen._sync.client"} <= loaded
    assert not loaded & {"graphql", "typer", "ariadne_codegen", "authing_sandbox"}
    assert not loaded & {"authing_gen.cli", "authing_gen.codegen"}


def test_web_kit_without_an_extra_says_what_to_install(
    core: Path, tmp_path: Path
) -> None:
    done = python(core, tmp_path, "-c", "from authing_gen.web import Kit")
    assert done.returncode == 1
    assert "pip install 'authing-gen[fastapi]'" in done.stderr


def test_command_without_its_extra_says_what_to_install(
    core: Path, tmp_path: Path
) -> None:
    script = "from authing_gen.cli.entry import main; main()"
    done = python(core, tmp_path, "-c", script)
    assert (done.returncode, done.stdout) == (2, "")
    assert "pip install 'authing-gen[cli]'" in done.stderr
    assert "Traceback" not in done.stderr


def closure(metadata: Message) -> dict[str, Path]:
    """What an installation brings besides itself: folder by name, in this environment.

    Raises:
        PackageNotFoundError: It brings what this environment does not have.
    """
    found: dict[str, Path] = {}

    def walk(requires: Iterable[str], extras: Iterable[str]) -> None:
        for requirement in map(Requirement, requires):
            name, marker = canonicalize_name(requirement.name), requirement.marker
            environments = [{"extra": extra} for extra in ("", *extras)]
            wanted = marker is None or any(map(marker.evaluate, environments))
            if wanted and name not in found:
                installed = distribution(name)
                found[name] = Path(str(installed.locate_file("")))
                walk(installed.requires or (), requirement.extras)

    walk(metadata.get_all("Requires-Dist") or (), ())
    return found


def kind(path: Path) -> str:
    """Whose a file of the core install is."""
    if path.as_posix().startswith(DEBUGGER):
        return "the debugger"
    return "ours" if path.parts[0].startswith("authing_") else "other packages"


def python(
    path: Path | str, folder: Path, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run Python with these packages and no others; warnings are errors."""
    return subprocess.run(
        [sys.executable, "-S", "-W", "error", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def build(project: Path, target: Path, *kinds: str) -> None:
    """Build without the debugger, which needs npm."""
    targets = [option for kind in kinds for option in ("--target", kind)]
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(target), *targets],
        cwd=project,
        env=os.environ | {"AUTHING_SKIP_DEBUGGER": "1"},
        capture_output=True,
        check=True,
    )


def files(folder: Path) -> set[str]:
    """The files below a folder by their paths, without caches."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def tops(names: Iterable[str]) -> set[str]:
    """The folders at the top."""
    return {name.split("/")[0] for name in names}


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a wheel and an sdist."""
    if made := os.environ.get("AUTHING_TEST_DIST"):
        return Path(made)
    target = tmp_path_factory.mktemp("dist")
    build(ROOT, target, "sdist", "wheel")
    return target


@pytest.fixture(scope="module")
def wheel(dist: Path) -> ZipFile:
    (path,) = dist.glob("*.whl")
    return ZipFile(path)


@pytest.fixture(scope="module")
def sdist(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist, unpacked."""
    (path,) = dist.glob("*.tar.gz")
    target = tmp_path_factory.mktemp("sdist")
    with tarfile.open(path) as archive:
        archive.extractall(target)
    (folder,) = target.iterdir()
    return folder


@pytest.fixture(scope="module")
def metadata(wheel: ZipFile) -> Message:
    (name,) = (name for name in wheel.namelist() if name.endswith("/METADATA"))
    return Parser().parsestr(wheel.read(name).decode())


@pytest.fixture(scope="module")
def core(
    wheel: ZipFile, metadata: Message, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder of packages like the one that `pip install authing-gen` fills."""
    target = tmp_path_factory.mktemp("core")
    wheel.extractall(target)
    for name in closure(metadata):
        installed = distribution(name)
        for top in tops(str(file) for file in installed.files or ()):
            if top not in ("..", "__pycache__") and not (target / top).exists():
                (target / top).symlink_to(Path(str(installed.locate_file(top))))
    return target
