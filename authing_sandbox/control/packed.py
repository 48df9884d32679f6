"""Files that lie in the package as one, and how each of them is answered.

The debugger's page is as large as the rest of an installation's own code, and few open
it: so it lies packed, and is unpacked into memory when it is first asked for.
"""

import functools
import gzip
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

_TYPES = {  # Those of `mimetypes` depend on the machine.
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".ttf": "font/ttf",
}
_WEIGHT = re.compile(r"\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*")


class _Body(NamedTuple):
    content: bytes
    etag: str


class PackedFiles:
    """What a `.tar.xz` holds."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._encoded = functools.cache(self._encode)

    @functools.cached_property
    def _files(self) -> dict[str, bytes]:
        import lzma  # Not every Python has been built with it.
        import tarfile

        with lzma.open(self._path) as stream, tarfile.open(fileobj=stream) as tar:
            files = {member.name: tar.extractfile(member) for member in tar}
            return {name: file.read() for name, file in files.items() if file}

    async def answer(
        self, request: Request, name: str, headers: Mapping[str, str]
    ) -> Response:
        """Answer one of the files, or that who asks has it already.

        Raises ImportError where this Python cannot unpack it.
        """
        accepted = ",".join(request.headers.getlist("accept-encoding"))
        gzipped = prefers_gzip(accepted)
        body = await run_in_threadpool(self._encoded, name, gzipped)
        if body is None:
            raise HTTPException(404)
        headers = {**headers, "etag": body.etag, "vary": "accept-encoding"}
        if body.etag in _etags(request):
            return Response(status_code=304, headers=headers)
        if gzipped:
            headers["content-encoding"] = "gzip"
        kind = _TYPES[PurePosixPath(name).suffix]
        return Response(body.content, headers=headers, media_type=kind)

    def _encode(self, name: str, gzipped: bool) -> _Body | None:
        content = self._files.get(name)
        if content is None:
            return None
        tag = hashlib.sha256(content).hexdigest()[:32]
        if gzipped:
            return _Body(gzip.compress(content, mtime=0), f'"{tag}-gzip"')
        return _Body(content, f'"{tag}"')


def prefers_gzip(accepted: str) -> bool:
    """Whether `Accept-Encoding` wants gzip rather than no coding (RFC 9110, 12.5.3)."""
    weights: dict[str, float] = {}
    for item in accepted.lower().split(","):
        coding, has_weight, weight = item.partition(";")
        found = _WEIGHT.fullmatch(weight)
        weights[coding.strip()] = float(found[1]) if found else not has_weight
    wanted = weights.get("gzip", weights.get("*", 0))
    return wanted > 0 and wanted >= weights.get("identity", 0)


def _etags(request: Request) -> set[str]:
    told = ",".join(request.headers.getlist("if-none-match"))
    return {tag.strip().removeprefix("W/") for tag in told.split(",")}
