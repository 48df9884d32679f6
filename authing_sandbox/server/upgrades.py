"""Requests that offer another protocol, which is passed over (RFC 9110, 7.8).

Java's HttpClient offers HTTP/2 with each request by plain HTTP, as `curl --http2` does.
httptools takes such a request for the last one in HTTP/1.1, and for one without a body.
"""

from collections.abc import Callable
from typing import Any

from httptools import HttpParserUpgrade, HttpRequestParser
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_FRAMING = (b"content-length", b"transfer-encoding")


class Parser(HttpRequestParser):
    """Says what follows a request that offers another protocol, instead of raising."""

    def __init__(self, callbacks: Any, go_on: Callable[[bytes], None]) -> None:
        super().__init__(callbacks)
        self.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn does
        self._go_on = go_on

    def feed_data(self, data: Any) -> None:
        """Parse what has come."""
        try:
            super().feed_data(data)
        except HttpParserUpgrade as offer:
            self._go_on(data[offer.args[0] :])


class OneProtocol(HttpToolsProtocol):
    """Speaks HTTP/1.1, whatever else is offered."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.parser = Parser(self, self._go_on)

    @property
    def has_more(self) -> bool:
        """Whether the parser takes a request for complete whose body is yet to come."""
        return self.parser.should_upgrade() and bool(self._framing)

    @property
    def _framing(self) -> bytes:
        """The headers that say how long the body is."""
        kept = (pair for pair in self.headers if pair[0] in _FRAMING)
        return b"".join(b"%b: %b\r\n" % pair for pair in kept)

    def _go_on(self, rest: bytes) -> None:
        """Parse what follows the head: a body, or the next request."""
        if framing := self._framing:
            self.parser = Parser(_BelowHead(self), self._go_on)
            self.parser.feed_data(b"POST / HTTP/1.1\r\n%b\r\n" % framing)
        self.parser.feed_data(rest)


class _BelowHead:
    """What a parser says of requests, but for the head of the first, which is known."""

    def __init__(self, protocol: OneProtocol) -> None:
        self._is_head = True
        self._headers_are_complete = protocol.on_headers_complete
        self.on_message_begin = self._unless_known(protocol.on_message_begin)
        self.on_url = self._unless_known(protocol.on_url)
        self.on_header = self._unless_known(protocol.on_header)
        self.on_body = protocol.on_body
        self.on_message_complete = protocol.on_message_complete

    def on_headers_complete(self) -> None:
        self._unless_known(self._headers_are_complete)()
        self._is_head = False

    def _unless_known(self, tell: Callable[..., None]) -> Callable[..., None]:
        return lambda *said: None if self._is_head else tell(*said)
