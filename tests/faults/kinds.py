"""The kinds of fault. Each answers one request in its way.

A fault returns whether the connection may carry another request; where it does not, the
server closes it.
"""

import asyncio
import gzip
import itertools
import random
import socket
import struct
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import formatdate

from .wire import Asked, head, http, refusal

BOMB = gzip.compress(bytes(32 * 1024 * 1024))
"""Larger than callers take, once it is decompressed."""

SHAPES = (
    b"[1]",
    b"5",
    b"null",
    b"{}",
    b'{"data": []}',
    b'{"data": {"other": 1}}',
    b'{"data": null, "errors": []}',
    b'{"errors": 5}',
    b'{"errors": [null]}',
    b'{"errors": [{"message": {"code": "x"}}]}',
    b'{"errors": [{"message": []}], "data": {}}',
    b'{"code": 200, "message": {"a": 1}}',
    b'{"data": ' + b"[" * 5000 + b"]" * 5000 + b"}",
)
_shapes = itertools.cycle(SHAPES)

HTML = b"<html><h1>Somebody else</h1></html>"
PATIENCE = 60.0
"""Seconds after which a stall ends by itself."""


@dataclass(frozen=True)
class Exchange:
    """One request, what would be right to answer, and the connection."""

    asked: Asked
    right: bytes
    """The body of the right answer."""
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    refuse_connections: Callable[[], None]
    """Close the listener for a moment."""

    async def send(self, data: bytes) -> None:
        """Send some bytes."""
        self.writer.write(data)
        await self.writer.drain()

    def reset(self) -> None:
        """End the connection at once, as a crash does."""
        found: socket.socket = self.writer.get_extra_info("socket")
        linger = struct.pack("ii", 1, 0)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.writer.transport.abort()


Fault = Callable[[Exchange], Awaitable[bool]]
FAULTS: dict[str, Fault] = {}


def _fault(name: str) -> Callable[[Fault], Fault]:
    def register(fault: Fault) -> Fault:
        FAULTS[name] = fault
        return fault

    return register


def _answers(name: str, make: Callable[[Exchange], bytes], goes_on: bool) -> None:
    async def fault(exchange: Exchange) -> bool:
        await exchange.send(make(exchange))
        return goes_on

    FAULTS[name] = fault


async def right(exchange: Exchange) -> bool:
    """No fault."""
    await exchange.send(http(exchange.right))
    return True


# Connections


@_fault("dropped before the answer")
async def _dropped(_: Exchange) -> bool:
    return False


_answers("dropped mid-headers", lambda e: http(e.right)[:40], goes_on=False)
_answers("dropped mid-body", lambda e: http(e.right)[:-9], goes_on=False)


@_fault("reset before the answer")
async def _reset(exchange: Exchange) -> bool:
    exchange.reset()
    return False


@_fault("reset mid-body")
async def _reset_mid_body(exchange: Exchange) -> bool:
    await exchange.send(http(exchange.right)[:-9])
    await asyncio.sleep(0.01)
    exchange.reset()
    return False


@_fault("refused connections")
async def _refused(exchange: Exchange) -> bool:
    exchange.refuse_connections()
    await exchange.send(http(exchange.right, connection="close"))
    return False


@_fault("connection: close")
async def _close(exchange: Exchange) -> bool:
    await exchange.send(http(exchange.right, connection="close"))
    return False


@_fault("half-close")
async def _half_close(exchange: Exchange) -> bool:
    await exchange.send(http(exchange.right))
    exchange.writer.write_eof()
    await _until_gone(exchange)
    return False


_answers(
    "ends with the connection",
    lambda e: b"HTTP/1.0 200 OK\r\n\r\n" + e.right,
    goes_on=False,
)


# Time


@_fault("stall")
async def _stall(exchange: Exchange) -> bool:
    await _until_gone(exchange)
    return False


@_fault("stall mid-body")
async def _stall_mid_body(exchange: Exchange) -> bool:
    await exchange.send(http(exchange.right)[:-9])
    await _until_gone(exchange)
    return False


@_fault("dribbled headers")
async def _dribbled_headers(exchange: Exchange) -> bool:
    await exchange.send(b"HTTP/1.1 200 OK\r\nx-long: ")
    return await _dribble(exchange, itertools.repeat(b"a"))


@_fault("dribbled body")
async def _dribbled_body(exchange: Exchange) -> bool:
    await exchange.send(head(200, {"content-length": "1000000"}))
    return await _dribble(exchange, itertools.repeat(b" "))


@_fault("slow, but in time")
async def _slow(exchange: Exchange) -> bool:
    answer = http(exchange.right)
    for start in range(0, len(answer), 40):
        await exchange.send(answer[start : start + 40])
        await asyncio.sleep(0.01)
    return True


async def _until_gone(exchange: Exchange) -> None:
    async with asyncio.timeout(PATIENCE):
        while await exchange.reader.read(1024):
            pass


async def _dribble(exchange: Exchange, pieces: "itertools.repeat[bytes]") -> bool:
    end = time.monotonic() + PATIENCE
    for piece in pieces:
        await exchange.send(piece)
        await asyncio.sleep(0.02)
        if time.monotonic() > end:
            break
    return False


# Not now


def _not_now(status: int, **headers: str) -> Callable[[Exchange], bytes]:
    return lambda _: http(b'{"message": "not now"}', status, **headers)


_answers("429", _not_now(429), goes_on=True)
_answers("502 in HTML", lambda _: http(HTML, 502, content_type="text/html"), True)
_answers("503, Retry-After: 0", _not_now(503, retry_after="0"), goes_on=True)
_answers("503, Retry-After: 0.05", _not_now(503, retry_after="0.05"), goes_on=True)
_answers("503, Retry-After: 3600", _not_now(503, retry_after="3600"), goes_on=True)
_answers("504", _not_now(504), goes_on=True)


@_fault("504, Retry-After: a date")
async def _dated(exchange: Exchange) -> bool:
    now = time.time()
    moments = {
        "date": formatdate(now, usegmt=True),
        "retry_after": formatdate(now + random.choice([-60, 1]), usegmt=True),
    }
    await exchange.send(http(b"{}", 504, **moments))
    return True


# Bodies


_answers("HTML", lambda _: http(HTML, content_type="text/html"), goes_on=True)
_answers("empty body", lambda _: http(b""), goes_on=True)
_answers("bad JSON", lambda e: http(e.right[:-1]), goes_on=True)
_answers("JSON of another shape", lambda _: http(next(_shapes)), goes_on=True)
_answers(
    "truncated gzip",
    lambda e: http(gzip.compress(e.right)[:-12], content_encoding="gzip"),
    goes_on=True,
)
_answers("gzip bomb", lambda _: http(BOMB, content_encoding="gzip"), goes_on=True)
_answers("business error 1000", lambda e: http(refusal(e.asked, 1000)), goes_on=True)
_answers("business error 2100", lambda e: http(refusal(e.asked, 2100)), goes_on=True)
_answers("not logged in", lambda e: http(refusal(e.asked, 2206)), goes_on=True)
_answers(
    "redirect",
    lambda e: http(b"", random.choice([302, 303, 307, 308]), location="/elsewhere"),
    goes_on=True,
)


# HTTP


# A second answer that comes when the connection is in use again cannot be told from the
# right one: HTTP/1.1 has no names for answers.
_answers("answered twice", lambda e: http(e.right) * 2, goes_on=True)
_answers("garbage", lambda _: b"\x16\x03\x01" + random.randbytes(99), goes_on=False)
_answers(
    "half an answer, then garbage",
    lambda e: http(e.right)[:60] + random.randbytes(99) + b"\r\n\r\n",
    goes_on=False,
)
_answers(
    "content-length too large",
    lambda e: head(200, {"content-length": str(len(e.right) + 9)}) + e.right,
    goes_on=False,
)
_answers(
    "content-length too small",
    lambda e: head(200, {"content-length": str(len(e.right) - 9)}) + e.right,
    goes_on=True,
)
_answers(
    "content-length twice",
    lambda e: head(200, {"content-length": "5", "Content-Length": "6"}) + e.right,
    goes_on=False,
)
_answers(
    "bad chunks",
    lambda e: (
        head(200, {"transfer-encoding": "chunked"})
        + random.choice([b"-5\r\n", b"zz\r\n", b"5\r\n", b"99999999999999999999\r\n"])
        + e.right
        + b"\r\n0\r\n\r\n"
    ),
    goes_on=False,
)
_answers("huge header", lambda e: http(e.right, x_huge="a" * 500_000), goes_on=False)
_answers(
    "flood of 1xx",
    lambda e: b"HTTP/1.1 103 Early Hints\r\nlink: <a>\r\n\r\n" * 200 + http(e.right),
    goes_on=True,
)
