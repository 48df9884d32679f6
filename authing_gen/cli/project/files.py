"""The files of a project: what they hold, and how they are written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from ... import __version__
from .names import Names

_HERE = Path(__file__).parent
_ROOT = Path(__file__).parents[3]
"""The top of the checkout, or the folder that packages are installed in."""

_DIRECTIVES = "schema/directives.graphql"
_EXAMPLE = 'user_exist(email="ada@example.com")'
_OF_SANDBOX = (
    "tests against `authing_sandbox`, a local server of the documented operations"
)
_OF_SERVED = "a test of what the clients hold; there is no local server of this schema"
_COMMON = frozenset({".gitignore", "README.md", "pyproject.toml"})
"""What a folder may have before it holds a project; the user's is kept."""

Files = dict[str, str]
"""Texts by their paths in the project."""


@dataclass(frozen=True)
class Written:
    """What has been done to a folder."""

    files: tuple[str, ...]
    """Paths of what has been written."""
    kept: tuple[str, ...]
    """Paths of what was there and has been left as it was."""


class Occupied(Exception):  # noqa: N818 (it is said to the user, not handled)
    """Files are there that would be overwritten."""

    def __init__(self, files: list[str]) -> None:
        self.files = files
        super().__init__(", ".join(files))


def project_files(names: Names, *, bare: bool, served: Files | None = None) -> Files:
    """Make the files of a new project.

    Args:
        names: The names in it.
        bare: Whether it starts with one operation instead of the documented ones.
        served: The schema and the operations that it starts with instead of ours.
    """
    package = names.package
    kind = "bare" if bare else "authing"
    if served is not None:
        kind = "served"
    templates = {
        "codegen.toml": "codegen.toml",
        f"{package}/__init__.py": "package.py",
        f"{package}/client.py": "client.py",
        f"tests/test_{package}.py": f"test_{kind}.py",
        "README.md": "README.md",
        "pyproject.toml": "pyproject.toml",
        ".gitignore": "gitignore",
    }
    return {
        **_operations(bare, served),
        **{path: _filled(name, names, served) for path, name in templates.items()},
        f"{package}/py.typed": "",
    }


def write(files: Mapping[str, str], folder: Path, *, force: bool) -> Written:
    """Write a project into a folder, or nothing at all.

    Args:
        files: Texts by their paths.
        folder: Where they go; it is made where it is missing.
        force: Whether files are overwritten, except those that any folder may have.

    Raises:
        Occupied: Files are there that have other contents, and `force` is not given.
        OSError: They cannot be written.
    """
    there = sorted(_occupied(files, folder))
    kept = [path for path in there if path in _COMMON]
    if not force and len(there) > len(kept):
        raise Occupied([path for path in there if path not in kept])
    others = {path: text for path, text in files.items() if path not in kept}
    for path in others:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
    for path, text in others.items():
        (folder / path).write_bytes(text.encode())
    return Written(tuple(others), tuple(kept))


def _occupied(files: Mapping[str, str], folder: Path) -> Iterator[str]:
    """The paths at which something else is."""
    for path, text in files.items():
        there = folder / path
        if _is(there) and not (there.is_file() and there.read_bytes() == text.encode()):
            yield path


def _is(path: Path) -> bool:
    # A link that leads nowhere is there too.
    return path.exists() or path.is_symlink()


def _filled(name: str, names: Names, served: Files | None) -> str:
    text = _template(name)
    return Template(text).substitute(
        call=_EXAMPLE if served is None else _first_call(served),
        tests=_OF_SANDBOX if served is None else _OF_SERVED,
        package=names.package,
        distribution=names.distribution,
        client=names.client,
        async_client=names.async_client,
        version=__version__,
    )


def _first_call(served: Files) -> str:
    """Call the operation that the project begins with."""
    # It needs the extra that reads schemas, which has read this one.
    from ...codegen.checks import CLIENT_ATTRIBUTES
    from ...codegen.names import free_name, method_name

    name = next(Path(path).stem for path in served if path.startswith("queries/"))
    return f"{free_name(method_name(name), CLIENT_ATTRIBUTES)}()"


def _template(name: str) -> str:
    return (_HERE / "templates" / f"{name}.txt").read_text(encoding="utf-8")


def _operations(bare: bool, served: Files | None) -> Files:
    if served is not None:
        return served
    return dict(_bare_operations() if bare else _documented_operations())


def _directives() -> str:
    return (_schema() / "directives.graphql").read_text(encoding="utf-8")


def _documented_operations() -> Iterator[tuple[str, str]]:
    """The schema and the operations that `AsyncAuthing` is generated from."""
    for target, folder in (("schema", _schema()), ("queries", documented_queries())):
        for path in sorted(folder.rglob("*.graphql")):
            name = path.relative_to(folder).as_posix()
            yield f"{target}/{name}", path.read_text(encoding="utf-8")


def _bare_operations() -> Iterator[tuple[str, str]]:
    yield _DIRECTIVES, _directives()
    yield "schema/users.graphql", _template("users.graphql")
    yield "queries/user_exist.graphql", _template("user_exist.graphql")


def _schema() -> Path:
    return _folder("schema", _ROOT / "authing_sandbox/schema")


def documented_queries() -> Path:
    """The folder of the operations that `AsyncAuthing` is generated from."""
    return _folder("queries", _HERE / "queries")


def _folder(name: str, installed: Path) -> Path:
    """Find a folder of the checkout that wheels hold in another place."""
    return installed if installed.is_dir() else _ROOT / name
