"""HTTP on one connection, as uvicorn speaks it, which can end without an answer."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ..calls.faults import ABORT


class Connection(HttpToolsProtocol):
    """Says to the application how to end it."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {ABORT: {"abort": self.transport.abort}}
