"""The format of Bruno: a folder of .bru files.

Source: https://docs.usebruno.com/bru-lang/language
"""

import json
from collections.abc import Iterable, Iterator

from .model import Collection, Files, Request, reference

ENVIRONMENT = "Authing"


def write(collection: Collection) -> Files:
    """Write a collection; it is opened as a folder."""
    about = {"version": "1", "name": collection.name, "type": "collection"}
    files = {
        "bruno.json": json.dumps(about, ensure_ascii=False, indent=2) + "\n",
        f"environments/{ENVIRONMENT}.bru": _environment(collection),
    }
    for place, (folder, requests) in enumerate(collection.folders.items(), 1):
        meta = (f"name: {folder}", f"seq: {place}")
        files[f"{folder}/folder.bru"] = _block("meta", meta)
        for number, request in enumerate(requests, 1):
            blocks = _blocks(request, number)
            files[f"{folder}/{request.slug}.bru"] = "\n".join(blocks)
    return {f"{collection.slug}-bruno/{path}": text for path, text in files.items()}


def _environment(collection: Collection) -> str:
    values = _block("vars", (f"{it}: {at}" for it, at in collection.values.items()))
    # Bruno keeps the values of these encrypted, and out of the file.
    secrets = ",\n".join(f"  {name}" for name in collection.secrets)
    return f"{values}vars:secret [\n{secrets}\n]\n"


def _blocks(request: Request, number: int) -> Iterator[str]:
    graphql = bool(request.document)
    kind = "graphql" if graphql else "http"
    yield _block("meta", (f"name: {request.name}", f"type: {kind}", f"seq: {number}"))
    body = "graphql" if graphql else "formUrlEncoded" if request.form else "none"
    yield _block(
        request.method.lower(),
        (
            f"url: {request.url}",
            f"body: {body}",
            f"auth: {'bearer' if request.token else 'none'}",
        ),
    )
    if request.token:
        yield _block("auth:bearer", [f"token: {reference(request.token)}"])
    if graphql:
        yield _block("body:graphql", request.document.splitlines())
        yield _block("body:graphql:vars", request.variables_json.splitlines())
    if request.form:
        form = (f"{name}: {value}" for name, value in request.form.items())
        yield _block("body:form-urlencoded", form)
    if request.keeps:
        script = request.keeps.script("res.body", "bru.setVar")
        yield _block("script:post-response", script)
    yield _block("docs", request.about.splitlines())


def _block(name: str, lines: Iterable[str]) -> str:
    inside = "".join(f"  {line}".rstrip() + "\n" for line in lines)
    return f"{name} {{\n{inside}}}\n"
