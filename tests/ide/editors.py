"""What an editor shows at a place in a file, whichever language server it asks."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import jedi  # type: ignore[import-untyped]  # It ships no types.

from .lsp import Json, LanguageServer

CARET = "‸"
"""Stands in code where the editor's cursor is."""

_ERROR = 1


@dataclass(frozen=True)
class Place:
    """A place in a file that is open in an editor."""

    path: Path
    line: int
    """From 0."""
    column: int
    """From 0, in UTF-16 units; the code before a caret must be ASCII."""


@dataclass(frozen=True)
class Signature:
    """What is shown of a call while its arguments are written."""

    parameters: Mapping[str, str]
    """How each parameter is written, with type and default, by its name."""
    result: str
    """Type of the result."""
    documentation: str
    parameter_documentation: str | None = None
    """Documentation of the parameter at the cursor."""


@dataclass(frozen=True)
class Problem:
    """An error that is shown at a line."""

    line: int
    message: str


class Editor(ABC):
    """An editor with one open folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count(1)

    def open(self, code: str) -> list[Place]:
        """Open a new file.

        Args:
            code: Its text, with a caret wherever the cursor will be.

        Returns:
            The places of the carets.
        """
        path = self.folder / f"caller_{next(self._numbers)}.py"
        text = code.replace(CARET, "")
        self._open(path, text)
        before, places = "", []
        for part in code.split(CARET)[:-1]:
            before += part
            line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
            places.append(Place(path, line, column))
        return places

    @abstractmethod
    def _open(self, path: Path, text: str) -> None:
        """Show a file."""

    @abstractmethod
    def completions(self, place: Place) -> Mapping[str, Callable[[], str]]:
        """What can be written here; each with a way to its documentation."""

    @abstractmethod
    def hover(self, place: Place) -> str:
        """What is shown of the name here, as plain text in one line."""

    @abstractmethod
    def signature(self, place: Place) -> Signature:
        """What is shown of the call whose arguments are written here."""

    @abstractmethod
    def definition(self, place: Place) -> tuple[Path, int]:
        """File and line (from 0) that define the name here."""


class Basedpyright(Editor):
    """An editor that asks basedpyright's language server."""

    def __init__(
        self, folder: Path, server: LanguageServer, python: Path, **analysis: Json
    ) -> None:
        super().__init__(folder)
        self._server = server
        settings = {"python": {"pythonPath": str(python)}}
        server.add_folder(folder, settings | {"basedpyright": {"analysis": analysis}})

    def problems(self, path: Path) -> list[Problem]:
        """The errors in an open file."""
        found = self._server.request("textDocument/diagnostic", _document(path))
        return [
            Problem(item["range"]["start"]["line"], item["message"])
            for item in found["items"]
            if item["severity"] == _ERROR
        ]

    def files_changed(self, paths: Sequence[Path]) -> None:
        """Tell the server which files somebody else has written."""
        changed = [{"uri": path.as_uri(), "type": 2} for path in paths]
        self._server.notify("workspace/didChangeWatchedFiles", {"changes": changed})

    def completions(self, place: Place) -> Mapping[str, Callable[[], str]]:
        found = self._at("completion", place)
        items = found["items"] if isinstance(found, dict) else found
        return {item["label"]: self._resolver(item) for item in items}

    def hover(self, place: Place) -> str:
        return _plain(self._at("hover", place)["contents"]["value"])

    def signature(self, place: Place) -> Signature:
        found = self._at("signatureHelp", place)
        shown = found["signatures"][0]
        label = shown["label"]
        parts = [slice(*parameter["label"]) for parameter in shown["parameters"]]
        active = shown.get("activeParameter")
        return Signature(
            parameters={_name(label[part]): label[part] for part in parts},
            result=label.rpartition(" -> ")[2],
            documentation=_plain(shown["documentation"]["value"]),
            parameter_documentation=None
            if active is None
            else _plain(shown["parameters"][active]["documentation"]["value"]),
        )

    def definition(self, place: Place) -> tuple[Path, int]:
        (found,) = self._at("definition", place)
        path = Path(unquote(urlsplit(found["uri"]).path))
        return path, int(found["range"]["start"]["line"])

    def _open(self, path: Path, text: str) -> None:
        document = {"uri": path.as_uri(), "languageId": "python", "version": 1}
        self._server.notify(
            "textDocument/didOpen", {"textDocument": {**document, "text": text}}
        )

    def _at(self, question: str, place: Place) -> Json:
        position = {"line": place.line, "character": place.column}
        params = {**_document(place.path), "position": position}
        return self._server.request(f"textDocument/{question}", params)

    def _resolver(self, item: Json) -> Callable[[], str]:
        def documentation() -> str:
            resolved = self._server.request("completionItem/resolve", item)
            return _plain(resolved["documentation"]["value"])

        return documentation


class Jedi(Editor):
    """An editor that asks jedi."""

    def __init__(self, folder: Path, environment: Path) -> None:
        super().__init__(folder)
        self._project = jedi.Project(folder, environment_path=str(environment))
        self._scripts: dict[Path, Any] = {}

    def completions(self, place: Place) -> Mapping[str, Callable[[], str]]:
        found = self._at(place).complete(place.line + 1, place.column)
        return {item.name: _documentation(item) for item in found}

    def hover(self, place: Place) -> str:
        (found,) = self._at(place).help(place.line + 1, place.column)
        return _documentation(found)()

    def signature(self, place: Place) -> Signature:
        (found,) = self._at(place).get_signatures(place.line + 1, place.column)
        return Signature(
            parameters={item.name: item.to_string() for item in found.params},
            result=found.to_string().rpartition(" -> ")[2],
            documentation=_one_line(found.docstring(raw=True)),
        )

    def definition(self, place: Place) -> tuple[Path, int]:
        script = self._at(place)
        (found,) = script.goto(place.line + 1, place.column, follow_imports=True)
        return found.module_path, found.line - 1

    def _open(self, path: Path, text: str) -> None:
        self._scripts[path] = jedi.Script(text, path=path, project=self._project)

    def _at(self, place: Place) -> Any:
        return self._scripts[place.path]


def _documentation(name: Any) -> Callable[[], str]:
    return lambda: _one_line(name.docstring())


def _document(path: Path) -> Json:
    return {"textDocument": {"uri": path.as_uri()}}


def _name(parameter: str) -> str:
    return re.split("[:=]", parameter)[0].strip()


def _plain(markdown: str) -> str:
    """Markdown as the reader sees it, in one line."""
    text = re.sub(r"\\([_*`~])", r"\1", markdown.replace("&nbsp;", " "))
    return _one_line(text)


def _one_line(text: str) -> str:
    return " ".join(text.split())
