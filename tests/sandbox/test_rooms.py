"""How the sandbox is laid out: rooms, and imports that only run down the stairs."""

from collections.abc import Iterator

import pytest

from ..test_structure import ROOT, imports, modules

LONGEST = 350
"""Lines of a module, docstrings included."""
LARGEST = 1_800
"""Lines of a room, of the rooms within it too."""

ROOMS = (
    "addresses",
    "storage",
    "calls",
    "identity",
    "access",
    "messages",
    "_async",
    "_sync",
    "directory",
    "oidc",
    "seeding",
    "seed_file",
    "resolvers",
    "graphql",
    "endpoints",
    "rights",
    "control",
    "console",
    "server",
    "cli",
    "__main__",
)
"""From the bottom up. None knows what is above it, not even for its types or at the
moment when it is needed."""

MODULES = modules(ROOT / "authing_sandbox")
LINES = {
    name: len(path.read_text("utf-8").splitlines()) for name, path in MODULES.items()
}


def _room(module: str) -> str:
    return module.partition(".")[0]


def _imported_rooms(module: str) -> Iterator[str]:
    for name in imports(MODULES[module]):
        package, _, rest = name.partition(".")
        if package == "authing_sandbox":
            yield _room(rest)


def test_rooms_are_what_there_is() -> None:
    assert {_room(module) for module in MODULES} - {""} == {*ROOMS}


@pytest.mark.parametrize("module", [*MODULES])
def test_modules_are_small(module: str) -> None:
    assert LINES[module] <= LONGEST, "split it"


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_are_small(room: str) -> None:
    inside = [lines for module, lines in LINES.items() if _room(module) == room]
    assert sum(inside) <= LARGEST, "a part of it wants a room of its own"


@pytest.mark.parametrize("module", [name for name in MODULES if name])
def test_nothing_imports_what_is_above_it(module: str) -> None:
    floor = ROOMS.index(_room(module))
    above = {room for room in _imported_rooms(module) if room not in ROOMS[: floor + 1]}
    assert not above, f"{module} imports what is above it"
