"""The project that the command line stands in, and what can be called there."""

import sys
import tomllib
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from ..codegen.twins import twin_class, twin_module
from .catalogue import OURS, Catalogue, installed
from .failures import WrongUsage, fail
from .project.starts import documented_queries

CONFIG = "codegen.toml"


def catalogue() -> Catalogue:
    """What the project here generates; outside of one, what is installed.

    Ends the command where the project has no package yet.
    """
    config = _config(Path.cwd())
    if config is None:
        return installed()
    try:
        return _of(config, config.stat().st_mtime_ns)
    except (WrongUsage, OSError) as error:
        fail(error, as_json=False)


def queries() -> Path:
    """Where the operations of `catalogue()` are written, in folders by domain."""
    config = _config(Path.cwd())
    if config is None:
        return documented_queries()
    try:
        return config.parent / _section(config).get("queries_path", "queries")
    except (WrongUsage, OSError) as error:
        fail(error, as_json=False)


def package_name(catalogue: Catalogue) -> str:
    """Name of the package that holds the operations, or of the one around it."""
    return _module(catalogue.package)[1].partition(".")[0]


def client_class(catalogue: Catalogue) -> Any:
    """The client that blocks: ours, or one of the project's methods and our policy.

    Raises:
        WrongUsage: The project's package has a runtime of its own, or none can import
            it.
    """
    from .. import Authing, Runtime

    if catalogue == installed():
        return Authing
    package, name = _module(catalogue.package)
    sys.path.insert(0, str(package))
    try:
        module = import_module(f"{name}.{catalogue.client_module}")
    except ImportError as error:
        raise WrongUsage(f"{name} cannot be imported: {error}") from None
    generated = getattr(module, catalogue.client_class)
    if not issubclass(generated, import_module(OURS).BaseClient):
        raise WrongUsage(
            f"{name} is generated without our runtime, whose policy calls are sent by:"
            f' write runtime = "{OURS}" below [tool.authing-gen] in {CONFIG}'
        )
    return type(catalogue.client_class, (Runtime, generated), {})


def _config(folder: Path) -> Path | None:
    places = (each / CONFIG for each in (folder, *folder.parents))
    return next((place for place in places if place.is_file()), None)


@cache
def _of(config: Path, _: int) -> Catalogue:
    section = _section(config)
    name = section.get("target_package_name", "graphql_client")
    package = config.parent / section.get("target_package_path", ".") / name
    module = twin_module(section.get("client_file_name", "client"))
    found = Catalogue(
        package.resolve(), module, twin_class(section.get("client_name", "Client"))
    )
    if found == installed():
        return installed()
    for file in (f"{module}.py", "operations.py", "schema.graphql"):
        if not (package / file).is_file():
            raise WrongUsage(
                f"{config} describes the package {name}, which is not there yet: run"
                " authing-gen generate"
            )
    return found


def _section(config: Path) -> dict[str, str]:
    try:
        tool = tomllib.loads(config.read_text(encoding="utf-8")).get("tool", {})
    except ValueError as error:
        raise WrongUsage(f"{config} is no TOML: {error}") from None
    section: dict[str, str] = tool.get("ariadne-codegen", {})
    return section


def _module(package: Path) -> tuple[Path, str]:
    """Where Python finds a package, and by which name."""
    names = [package.name]
    folder = package.parent
    while (folder / "__init__.py").is_file():
        names.insert(0, folder.name)
        folder = folder.parent
    return folder, ".".join(names)
