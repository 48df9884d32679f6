"""What travels: a request, and the answer to it.

All that sends meets here. Nothing above knows which engine carries a request, and no
engine knows what a request is about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import httpx

from authing_client.raw_response import REQUEST_IDS

RawHeaders = Sequence[tuple[bytes, bytes]]

_REQUEST_IDS = tuple(name.encode() for name in REQUEST_IDS)


@dataclass(slots=True)
class Request:
    """A request. Its repr shows neither headers nor body, since they hold secrets."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    """Its own; they replace those of the same names that every request has."""
    body: bytes = field(default=b"", repr=False)

    @property
    def place(self) -> str:
        """Host and port, without a user name and a password."""
        return self.url.partition("://")[2].partition("/")[0].rpartition("@")[2]


@dataclass(slots=True)
class Answer:
    """An answer whose body has been read and decompressed, or why it cannot be."""

    status: int
    headers: RawHeaders = field(repr=False)
    content: bytes | bytearray = field(repr=False)
    fault: str | None = None
    """What is wrong with the body, where it was given up."""
    elapsed: float = 0.0
    """Seconds from sending the request until the answer was read."""

    def __str__(self) -> str:
        return f"HTTP {self.status}"

    @property
    def is_error(self) -> bool:
        """Whether the status says that the call failed."""
        return self.status >= 400

    def header(self, name: bytes) -> str | None:
        """Return a header by its name in lower case; the first, where it repeats."""
        return header(self.headers, name)


def header(headers: RawHeaders, name: bytes) -> str | None:
    """Find a header by its name in lower case."""
    for known, value in headers:
        if known.lower() == name:
            return value.decode("latin-1")
    return None


def request_id(headers: RawHeaders) -> str | None:
    """Find what the service calls the request."""
    found = (header(headers, name) for name in _REQUEST_IDS)
    return next((name for name in found if name is not None), None)


def as_httpx(
    answer: Answer, request: Request, common: Mapping[str, str]
) -> httpx.Response:
    """Make a response of httpx, for those who ask for one.

    Args:
        answer: The answer.
        request: What it answers.
        common: Headers that every request has.
    """
    sent = httpx.Headers(common)
    sent.update(request.headers)
    decoded = {b"content-encoding", b"content-length", b"transfer-encoding"}
    response = httpx.Response(
        answer.status,
        headers=[item for item in answer.headers if item[0].lower() not in decoded],
        content=bytes(answer.content),
        request=httpx.Request(
            request.method, request.url, headers=sent, content=request.body
        ),
    )
    response.elapsed = timedelta(seconds=answer.elapsed)
    return response
