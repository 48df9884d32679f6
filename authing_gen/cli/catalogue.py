"""All that can be called, as the source of the generated package says it."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path

from .client_source import (
    REST,
    Entry,
    Sent,
    constant_of,
    entry_of,
    methods_of,
    records_of,
)

OURS = "authing_client"
"""The package of the documented operations."""


@dataclass(frozen=True)
class Catalogue:
    """All that can be called."""

    package: Path
    """Folder of the generated package."""
    client_module: str = "sync_client"
    """Name of the module of the client that blocks."""
    client_class: str = "Client"
    """Name of that client."""

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """Everything by the name of its method, the REST endpoints last."""
        records = records_of(self.package / "operations.py")
        methods = methods_of(self.package / f"{self.client_module}.py")
        found = [
            entry_of(method, method.name, records[constant])
            for method in methods
            if (constant := constant_of(method)) in records
        ]
        return {item.method: item for item in (*found, *_endpoints())}

    @property
    def schema_file(self) -> Path:
        """The schema, in SDL."""
        return self.package / "schema.graphql"

    def find(self, name: str) -> Entry | None:
        """Find by the name of the operation or of the method.

        `-` and `_` are alike; so is the case, unless there are several then.
        """
        if found := self.entries.get(name.replace("-", "_")):
            return found
        entries = self.entries.values()
        exact = [it for it in entries if it.name == name]
        alike = exact or [it for it in entries if it.name.lower() == name.lower()]
        return alike[0] if len(alike) == 1 else None

    def near(self, name: str) -> list[str]:
        """Names like one that there is not."""
        names = {
            label.lower(): it.method
            for it in self.entries.values()
            for label in (it.name, it.method)
        }
        close = get_close_matches(name.lower(), names, n=3)
        return list(dict.fromkeys(names[label] for label in close))

    def complete(self, incomplete: str) -> list[tuple[str, Entry]]:
        """Names that begin like this: of methods, else of operations, else `a-b`."""
        entries = self.entries.values()
        spellings = (
            [(it.method, it) for it in entries],
            [(it.name, it) for it in entries],
            [(it.method.replace("_", "-"), it) for it in entries],
        )
        begun = (
            [(name, it) for name, it in names if name.startswith(incomplete)]
            for names in spellings
        )
        nothing: list[tuple[str, Entry]] = []
        return next((found for found in begun if found), nothing)


@cache
def installed(package: str = OURS) -> Catalogue:
    """Return what the installed generated package can call."""
    spec = find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    if not folders:
        raise ModuleNotFoundError(f"there is no package {package}", name=package)
    return Catalogue(Path(folders[0]).resolve())


def _endpoints() -> Iterator[Entry]:
    folder = Path(__file__).parents[1] / "_sync"
    for group in ("sms", "oidc"):
        for method in methods_of(folder / f"{group}.py"):
            name = f"{group}.{method.name}"
            yield entry_of(method, name, Sent(name, REST))
