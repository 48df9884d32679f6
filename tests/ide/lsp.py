"""A client of a language server: JSON-RPC over the server's stdin and stdout."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from types import TracebackType
from typing import IO, Any, Self

Json = Any
"""What a message holds; its shape is the protocol's."""

CAPABILITIES = {
    "textDocument": {
        "completion": {
            "completionItem": {
                "documentationFormat": ["markdown"],
                "resolveSupport": {"properties": ["documentation", "detail"]},
            }
        },
        "diagnostic": {"dynamicRegistration": False},
        "hover": {"contentFormat": ["markdown"]},
        "signatureHelp": {
            "signatureInformation": {
                "documentationFormat": ["markdown"],
                "parameterInformation": {"labelOffsetSupport": True},
                "activeParameterSupport": True,
            }
        },
    },
    "workspace": {
        "configuration": True,
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "workspaceFolders": True,
    },
}
"""What the editor can do, of that which changes the server's answers here."""


class LanguageServerError(Exception):
    """The server refused a request, ended, or did not answer in time."""


class LanguageServer:
    """A language server, and as much of an editor before it as the tests need.

    Args:
        command: How the server is started.
        timeout: Seconds to wait for its answers.
    """

    def __init__(self, command: Sequence[str], timeout: float = 60) -> None:
        self._timeout = timeout
        self._settings: dict[str, Mapping[str, Json]] = {}
        self._numbers = count(1)
        self._received: Queue[Json] = Queue()
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        Thread(target=self._receive, daemon=True).start()

    def __enter__(self) -> Self:
        params: Json = {"processId": None, "rootUri": None, "workspaceFolders": []}
        self.request("initialize", {**params, "capabilities": CAPABILITIES})
        self.notify("initialized", {})
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self.request("shutdown", None)
            self.notify("exit", None)
            self._process.wait(self._timeout)
        finally:
            self._process.kill()
            self._process.__exit__(exc_type, exc_value, traceback)

    def add_folder(self, folder: Path, settings: Mapping[str, Json]) -> None:
        """Open a folder, with the settings that an editor would keep for it."""
        uri = folder.as_uri()
        self._settings[uri] = settings
        added = [{"uri": uri, "name": folder.name}]
        self.notify(
            "workspace/didChangeWorkspaceFolders",
            {"event": {"added": added, "removed": []}},
        )

    def request(self, method: str, params: Json) -> Json:
        """Ask the server and wait for its answer.

        Raises:
            LanguageServerError: The server refused, ended, or was too slow.
        """
        number = next(self._numbers)
        self._send({"id": number, "method": method, "params": params})
        while True:
            message = self._next(method)
            if "method" in message:
                self._answer(message)
            elif message["id"] == number:
                if "error" in message:
                    raise LanguageServerError(f"{method}: {message['error']}")
                return message["result"]

    def notify(self, method: str, params: Json) -> None:
        """Tell the server something that it does not answer."""
        self._send({"method": method, "params": params})

    def _next(self, method: str) -> Json:
        try:
            message = self._received.get(timeout=self._timeout)
        except Empty:
            raise LanguageServerError(f"{method}: no answer in time") from None
        if message is None:
            raise LanguageServerError(f"{method}: the server ended")
        return message

    def _answer(self, message: Json) -> None:
        """Answer what the server asks the editor; the rest are notifications."""
        if "id" not in message:
            return
        result: Json = None
        if message["method"] == "workspace/configuration":
            result = [self._section(item) for item in message["params"]["items"]]
        self._send({"id": message["id"], "result": result})

    def _section(self, item: Mapping[str, str]) -> Json:
        found: Json = self._settings.get(item.get("scopeUri", ""), {})
        for name in item["section"].split("."):
            found = found.get(name, {})
        return found

    def _send(self, message: Mapping[str, Json]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        stream = self._process.stdin
        assert stream is not None
        stream.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        stream.flush()

    def _receive(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while message := _read(stream):
            self._received.put(message)
        self._received.put(None)


def _read(stream: IO[bytes]) -> Json | None:
    length = 0
    while (line := stream.readline()).strip():
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return json.loads(stream.read(length)) if length else None
