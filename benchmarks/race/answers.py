"""What the server answers: what a sandbox answered before.

A sandbox answers each document once. Of its page of users any other page is made: the
same users over and over, with identifiers of their own.
"""

import json
import urllib.request
from collections.abc import Iterable
from functools import cache
from typing import Any
from urllib.error import HTTPError

PASSED = ("authorization", "content-type")
KEPT = ("Date", "Server", "Content-Type", "Vary")

PAGED = ("users", "usersWithPhones")
"""Operations that list users."""

Headers = dict[str, str]


class Answers:
    """Answers to requests, whole, as they travel.

    The first part of a path is how many users there are: `/200/users/graphql`.
    """

    def __init__(self, sandbox_url: str) -> None:
        self.windows: list[tuple[int, int]] = []
        """Page and size of the pages of users that were asked for."""
        self._sandbox_url = sandbox_url
        self._recorded: dict[tuple[str, str], bytes] = {}
        self._users: dict[str, list[bytes]] = {}
        self._page = cache(self._make_page)

    def to(self, path: str, headers: Headers, body: bytes) -> bytes:
        """Answer a request; variables make no difference, but to pages of users."""
        content = json.loads(body)
        if (name := content.get("operationName")) in PAGED:
            variables = content["variables"]
            return self._page_of_users(name, path, headers, body, variables)
        key = path, content["query"]
        if key not in self._recorded:
            found, kept = self._ask(path, headers, body)
            self._recorded[key] = whole(found, kept)
        return self._recorded[key]

    def _page_of_users(
        self,
        name: str,
        path: str,
        headers: Headers,
        body: bytes,
        variables: dict[str, int],
    ) -> bytes:
        if name not in self._users:
            found, self._kept = self._ask(path, headers, body)
            listed = json.loads(found)["data"]["users"]["list"]
            self._users[name] = _without_ids(listed)
        window = variables["page"], variables["count"]
        self.windows.append(window)
        return self._page(name, int(path.split("/")[1]), *window)

    def _make_page(self, name: str, total: int, page: int, count: int) -> bytes:
        numbers = range((page - 1) * count, min(page * count, total))
        users = b",".join(self._user(name, number) for number in numbers)
        content = b'{"data":{"users":{"totalCount":%d,"list":[%b]}}}' % (total, users)
        return whole(content, self._kept)

    def _user(self, name: str, number: int) -> bytes:
        users = self._users[name]
        return b'{"_id":"%024x",%b' % (number, users[number % len(users)])

    def _ask(self, path: str, headers: Headers, body: bytes) -> tuple[bytes, str]:
        """Ask the sandbox; its answer, and the first lines of it that matter."""
        place = path.split("/", 2)[2]
        passed = {name: headers[name] for name in PASSED if name in headers}
        request = urllib.request.Request(f"{self._sandbox_url}/{place}", body, passed)
        try:
            with urllib.request.urlopen(request) as answer:
                content: bytes = answer.read()
                return content, _head("200 OK", answer.headers.items())
        except HTTPError as error:
            return error.read(), _head(f"{error.code} {error.reason}", ())


def whole(content: bytes, head: str) -> bytes:
    """An answer as it travels."""
    return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content


def _head(status: str, headers: Iterable[tuple[str, str]]) -> str:
    kept = (f"{name}: {value}\r\n" for name, value in headers if name.title() in KEPT)
    return f"HTTP/1.1 {status}\r\n{''.join(kept)}"


def _without_ids(users: list[dict[str, Any]]) -> list[bytes]:
    """What follows the identifier of each user."""
    for user in users:
        del user["_id"]
    texts = (
        json.dumps(user, ensure_ascii=False, separators=(",", ":")) for user in users
    )
    return [text.removeprefix("{").encode() for text in texts]
