"""The format of Insomnia: an export in version 4, which every Insomnia imports.

Source: https://docs.insomnia.rest/insomnia/import-export-data
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from .model import REFERENCE, Collection, Files, Request, reference

_Resource = dict[str, Any]


def write(collection: Collection) -> Files:
    """Write a collection as one export."""
    export = {
        "_type": "export",
        "__export_format": 4,
        "__export_source": "authing-gen",
        "resources": list(_resources(collection)),
    }
    text = json.dumps(export, ensure_ascii=False, indent=2)
    return {f"{collection.slug}.insomnia.json": f"{text}\n"}


def _resources(collection: Collection) -> Iterator[_Resource]:
    workspace = _resource("workspace", "", collection.name, collection.name)
    yield {**workspace, "parentId": None, "scope": "collection"}
    base = _resource("environment", workspace["_id"], "base", "Base Environment")
    yield {**base, "data": dict(collection.values), "isPrivate": False}
    secret = _resource("environment", base["_id"], "secrets", "Secrets")
    # What is private is not synchronised.
    yield {**secret, "data": dict.fromkeys(collection.secrets, ""), "isPrivate": True}
    for place, (folder, requests) in enumerate(collection.folders.items()):
        group = _resource("request_group", workspace["_id"], folder, folder)
        yield {**group, "metaSortKey": place}
        for number, request in enumerate(requests):
            yield _request(request, group["_id"], number)


def _resource(kind: str, parent: str, key: str, name: str) -> _Resource:
    digest = sha256(f"{kind} {key}".encode()).hexdigest()[:32]
    prefix = {"workspace": "wrk", "environment": "env", "request_group": "fld"}
    return {
        "_id": f"{prefix.get(kind, 'req')}_{digest}",
        "_type": kind,
        "parentId": parent,
        "name": name,
    }


def _request(request: Request, group: str, number: int) -> _Resource:
    made = _resource("request", group, request.slug, request.name) | {
        "description": request.about,
        "method": request.method,
        "url": _rendered(request.url),
        "body": _body(request),
        "headers": _headers(request),
        "authentication": _authentication(request),
        "metaSortKey": number,
    }
    if request.keeps:
        script = request.keeps.script(
            "insomnia.response.json()", "insomnia.environment.set"
        )
        made["afterResponseScript"] = "\n".join(script)
    return made


def _body(request: Request) -> _Resource:
    if request.document:
        sent = {
            "query": request.document,
            "variables": request.variables,
            "operationName": request.name,
        }
        text = _rendered(json.dumps(sent, ensure_ascii=False))
        return {"mimeType": "application/graphql", "text": text}
    if request.form:
        form = [
            {"name": name, "value": _rendered(value)}
            for name, value in request.form.items()
        ]
        return {"mimeType": "application/x-www-form-urlencoded", "params": form}
    return {}


def _headers(request: Request) -> list[dict[str, str]]:
    kind = "application/json" if request.document else None
    kind = "application/x-www-form-urlencoded" if request.form else kind
    return [{"name": "Content-Type", "value": kind}] if kind else []


def _authentication(request: Request) -> dict[str, str]:
    if request.token is None:
        return {}
    return {"type": "bearer", "token": _rendered(reference(request.token))}


def _rendered(text: str) -> str:
    """Refer to variables as Insomnia does: `{{ _.name }}`."""
    return REFERENCE.sub(r"{{ _.\1 }}", text)
