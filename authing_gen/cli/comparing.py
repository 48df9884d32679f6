"""One comparison, as the command `diff` does it: ask, compare, write."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from ..codegen.errors import CodegenError
from ..codegen.generation import load_config, load_project
from ..codegen.project import Project
from ..codegen.schema_diff.apply import Applied, apply, writable
from ..codegen.schema_diff.comparison import (
    Comparison,
    Difference,
    Theirs,
    compare_schemas,
)
from ..codegen.schema_diff.fitting import Fitted, fit_operations
from ..codegen.schema_diff.introspection import address, introspect, read_schema
from ..codegen.schema_diff.part import gateways
from ..urls import is_insecure
from .exits import DIFFERENT, OK


@dataclass(frozen=True)
class Request:
    """What is to be compared."""

    config: Path
    urls: Sequence[tuple[str, dict[str, str]]]
    """Gateways to ask, with the headers to send."""
    file: Path | None
    """The schema to read instead."""
    gateways: Sequence[str]
    """Which gateways they are, if the user says so."""
    timeout: float
    allow_insecure_http: bool = False
    """Whether a gateway may be asked by plain HTTP that leaves this machine."""


@dataclass(frozen=True)
class Outcome:
    """What differs, and what of it has been written."""

    comparison: Comparison
    applied: list[Applied] | None
    """None where nothing was to be written."""
    after: Comparison
    """The same once that is written."""
    fitted: Sequence[Fitted] = ()
    """What has been taken out of operations that did not fit any more."""

    @property
    def left(self) -> Sequence[Difference]:
        """The differences that are still there."""
        return self.after.differences

    @property
    def status(self) -> int:
        """The exit status."""
        return DIFFERENT if self.left or self.after.unexplained else OK


def compare(request: Request, write: bool, breaking: bool = False) -> Outcome:
    """Compare our schema with others.

    Args:
        request: With which.
        write: Whether what is safe is written into our schema.
        breaking: Whether what is not is written too; operations that do not fit then
            are made to.

    Raises:
        CodegenError: A gateway or a file does not answer, or must not be asked by plain
            HTTP, or our schema is wrong.
    """
    if not request.allow_insecure_http:
        _check_encrypted(url for url, _ in request.urls)
    project = load_project(load_config(request.config))
    _check_gateways(request.gateways, gateways(project.schema))
    sources = list(_sources(request, project))
    comparison = compare_schemas(project, sources)
    if not write:
        return Outcome(comparison, None, comparison)
    applied: list[Applied] = []
    fitted: list[Fitted] = []
    after = comparison
    # What is added leads to types of ours that no operation could reach before.
    while written := apply(project, writable(after.differences, breaking)):
        applied += written
        if breaking:
            config = load_config(request.config)
            fitted += fit_operations(load_project(config, fitting=False))
        project = load_project(load_config(request.config))
        after = compare_schemas(project, sources)
    return Outcome(comparison, applied, after, fitted)


def read_headers(options: Iterable[str]) -> dict[str, str]:
    """Read headers as the command line gives them.

    Raises:
        CodegenError: One has no colon, or a file cannot be read. The message does not
            repeat it: it may be secret.
    """
    lines = [line for option in options for line in _lines(option) if line.strip()]
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise CodegenError("a header is written `Name: value`")
        headers[name.strip()] = value.strip()
    return headers


def _lines(option: str) -> list[str]:
    if not option.startswith("@"):
        return [option]
    try:
        return Path(option[1:]).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CodegenError(f"cannot read {option[1:]}: {reason}") from error


def _sources(request: Request, project: Project) -> Iterator[Theirs]:
    ours = project.schema
    named: list[str | None] = [*request.gateways]
    named = named or [None] * max(len(request.urls), 1)
    if request.file:
        schema = read_schema(request.file)
        yield Theirs.of(ours, str(request.file), schema, named[0])
        return
    with httpx.Client(timeout=request.timeout, follow_redirects=False) as client:
        for (url, headers), gateway in zip(request.urls, named, strict=True):
            schema = introspect(url, headers, client)
            yield Theirs.of(ours, address(url), schema, gateway)


def _check_encrypted(urls: Iterable[str]) -> None:
    for url in urls:
        try:
            insecure = is_insecure(httpx.URL(url))
        except httpx.InvalidURL:
            continue  # Nobody can be asked at it, as will be said.
        if insecure:
            raise CodegenError(
                f"plain http to {httpx.URL(url).host} shows the headers to everybody on"
                " the way, who may also change the schema; use https, or, in a network"
                " that you trust, --allow-insecure-http (AUTHING_ALLOW_INSECURE_HTTP=1)"
            )


def _check_gateways(named: Sequence[str], known: Sequence[str]) -> None:
    for name in named:
        if name not in known:
            listed = ", ".join(known) or "none"
            raise CodegenError(f"the schema knows no gateway {name!r}; it has {listed}")
