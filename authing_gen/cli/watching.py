"""Waits for edits of what a package is generated from."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import NamedTuple

from ariadne_codegen.exceptions import CodeGenException
from watchfiles import watch

from ..codegen.errors import CodegenError
from ..codegen.generation import load_config, load_settings
from ..codegen.sources import graphql_files, schema_files

_STILL_MS = 60
"""An editor may write several files one after the other: wait until it is still."""
_LOOK_MS = 500
"""How often to look at the files where the operating system announces nothing."""


class _File(NamedTuple):
    path: Path
    time: int
    size: int


def edits(config: Path, stop: Event | None = None) -> Iterator[None]:
    """Yield at once, and then whenever what a package is generated from has changed.

    Args:
        config: The configuration's file, one of the things that are watched.
        stop: Ends the waiting.
    """
    last: list[_File] | None = None
    while stop is None or not stop.is_set():
        # Which folders to watch may be what has been edited.
        present = _state(config)
        if present != last:
            # Taken before the generation: an edit during it is one more.
            last = present
            yield
        _wait(config, stop)


def _wait(config: Path, stop: Event | None) -> None:
    paths = {path for path in (config, *_roots(config)) if path.exists()}
    if not paths:
        (stop or Event()).wait(_LOOK_MS / 1000)
        return
    next(
        watch(
            *paths,
            watch_filter=None,
            debounce=_STILL_MS * 4,
            step=_STILL_MS,
            stop_event=stop,
            rust_timeout=_LOOK_MS,
            yield_on_timeout=True,
            raise_interrupt=True,
        ),
        None,
    )


def _state(config: Path) -> list[_File]:
    return sorted(
        _File(path, stat.st_mtime_ns, stat.st_size)
        for path in {config, *_files(config)}
        if path.exists() and (stat := path.stat())
    )


def _roots(config: Path) -> list[Path]:
    """The files and folders that a configuration names; none where it is wrong."""
    try:
        settings = load_settings(load_config(config))
        found = [*schema_files(settings.schema_paths)]
    except (CodegenError, CodeGenException):
        return []
    names = [settings.schema_path, settings.queries_path, *settings.files_to_include]
    return [*found, *(Path(name) for name in names if name)]


def _files(config: Path) -> Iterator[Path]:
    for path in _roots(config):
        with suppress(OSError):  # A folder may go while it is read.
            yield from graphql_files(path)
