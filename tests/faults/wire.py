"""Requests as the hostile server reads them, and answers as it should write them."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

REPEATABLE = "repeatable"
"""Part of the id of a call that may be sent again, though it is a mutation."""


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    target: str
    headers: Mapping[str, str]
    content: bytes

    @cached_property
    def body(self) -> dict[str, Any]:
        """The GraphQL request; empty where it is none."""
        if not self.target.endswith("/graphql"):
            return {}
        body: dict[str, Any] = json.loads(self.content)
        return body

    @property
    def operation(self) -> str:
        """Name of the operation, or of the REST endpoint."""
        if "send_smscode" in self.target:
            return "sms"
        return str(self.body.get("operationName", self.target.rpartition("/")[2]))

    @cached_property
    def id(self) -> str:
        """The id that the caller gave to the call; empty where there is none."""
        variables = self.body.get("variables", {})
        for name in ("userId", "user", "email", "token"):
            if name in variables:
                return str(variables[name])
        if self.operation == "sms":
            return self.target.split("/")[-2]
        form = dict(parse_qsl(self.content.decode()))
        return form.get("refresh_token", self.headers.get("x-call", ""))

    @property
    def token(self) -> str:
        """The token it was sent with; empty where there is none."""
        return self.headers.get("authorization", "").removeprefix("Bearer ")

    @property
    def once(self) -> bool:
        """Whether it may not be sent again."""
        document = self.body.get("query", "mutation")
        return document.startswith("mutation") and REPEATABLE not in self.id


async def read(stream: asyncio.StreamReader) -> Asked:
    """Read one request."""
    head = (await stream.readuntil(b"\r\n\r\n")).decode("latin-1")
    start, *lines = head.rstrip().split("\r\n")
    method, target, _ = start.split(" ")
    pairs = (line.partition(": ") for line in lines)
    headers = {name.lower(): value for name, _, value in pairs}
    length = int(headers.get("content-length", "0"))
    return Asked(method, target, headers, await stream.readexactly(length))


def result(asked: Asked, owner: str) -> object:
    """What a service in good health answers: every answer names its call.

    Args:
        asked: The request.
        owner: The OwnerToken to give, where one is asked for.
    """
    mfa = {
        "_id": asked.id,
        "userId": asked.id,
        "userPoolId": "pool",
        "enable": True,
        "shareKey": asked.token,
    }
    status = {"status": True, "code": 200}
    payload = {"id": asked.id, "email": None, "clientId": None, "unionid": None}
    match asked.operation:
        case "sms":
            return {"code": 200, "message": asked.id}
        case "token":
            return {"access_token": asked.id, "token_type": "Bearer"}
        case "getClientWhenSdkInit":
            field: object = {"accessToken": owner, "clientInfo": None}
        case "queryMFAUnpaged":
            return {"data": {"queryMFA": mfa}}
        case "changeMFA":
            field = mfa
        case "RefreshToken":
            token = {"token": asked.id, "iat": 1, "exp": 2}
            return {"data": {"refreshToken": token}}
        case "sendVerifyEmail":
            field = {**status, "message": asked.id}
        case "checkLoginStatus":
            field = {**status, "message": f"{asked.token} {asked.id}"}
        case "decodeJwtToken":
            field = {"data": payload, "status": None, "iat": None, "exp": None}
        case other:
            raise LookupError(other)
    return {"data": {asked.operation: field}}


def refusal(asked: Asked, code: int) -> bytes:
    """A business error, which names its call too."""
    error = {"code": code, "message": "不可以", "data": {"id": asked.id}}
    if asked.body:
        return json.dumps({"errors": [{"message": error}], "data": None}).encode()
    return json.dumps(error).encode()


def http(content: bytes, status: int = 200, **headers: str) -> bytes:
    """An answer as it travels."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return head(status, {"content-length": str(len(content)), **names}) + content


def head(status: int, headers: Mapping[str, str]) -> bytes:
    """The head of an answer, which sets a cookie as well."""
    common = {"content-type": "application/json", "set-cookie": "session=of-somebody"}
    lines = [f"HTTP/1.1 {status} Hostile"]
    lines += [f"{name}: {value}" for name, value in (common | dict(headers)).items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
