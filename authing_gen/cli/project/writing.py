"""Files written into a folder: all of them or none, and never over others' work."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path

Paths = tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What becomes of each file, by its path in the folder."""

    added: Paths
    """Nothing is there yet."""
    overwritten: Paths
    """Something else is there."""
    unchanged: Paths
    """It is there as it would be written."""
    kept: Paths
    """Something else is there, and stays."""


class Occupied(Exception):  # noqa: N818 (it is said to the user, not handled)
    """Files are there that would be overwritten."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.files = plan.overwritten
        super().__init__(", ".join(self.files))


def plan(files: Mapping[str, str], folder: Path, keep: Container[str] = ()) -> Plan:
    """Find out what writing files would do.

    Args:
        files: Texts by their paths.
        folder: Where they go.
        keep: Paths at which whatever is there stays.
    """
    there = {path for path in files if _is(folder / path)}
    same = {path for path in there if _holds(folder / path, files[path])}
    others = there - same
    return Plan(
        added=tuple(path for path in files if path not in there),
        overwritten=tuple(sorted(path for path in others if path not in keep)),
        unchanged=tuple(path for path in files if path in same),
        kept=tuple(sorted(path for path in others if path in keep)),
    )


def write(
    files: Mapping[str, str],
    folder: Path,
    *,
    force: bool,
    keep: Container[str] = (),
    dry: bool = False,
) -> Plan:
    """Write files into a folder, or nothing at all.

    Args:
        files: Texts by their paths.
        folder: Where they go; it is made where it is missing.
        force: Whether files are overwritten, except those in `keep`.
        keep: Paths at which whatever is there stays.
        dry: Whether nothing is written, whatever is there.

    Raises:
        Occupied: Files are there that have other contents, and `force` is not given.
        OSError: They cannot be written.
    """
    planned = plan(files, folder, keep)
    if planned.overwritten and not force:
        raise Occupied(planned)
    paths = () if dry else planned.added + planned.overwritten
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
    for path in paths:
        (folder / path).write_bytes(files[path].encode())
    return planned


def _is(path: Path) -> bool:
    # A link that leads nowhere is there too.
    return path.exists() or path.is_symlink()


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode()
