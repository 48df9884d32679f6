"""The parsing alone of all pages of users that our client asked for.

They are in memory before it begins.
"""

import json
from http.client import HTTPConnection
from urllib.parse import urlsplit

from pydantic_core import from_json

from authing_client.results import UsersWithPhonesData

from ..meter import Call
from ..setup import Setup


def prepare(setup: Setup) -> Call:
    """Fetch the pages; the call makes models of them."""
    pages = [
        _fetched(setup["settings"]["users_url"], *window) for window in setup["windows"]
    ]

    def parse() -> object:
        for page in pages:
            last = UsersWithPhonesData.model_validate(from_json(page)["data"])
        return last

    return parse


def _fetched(url: str, page: int, count: int) -> bytes:
    place = urlsplit(url)
    connection = HTTPConnection(place.netloc)
    variables = {"page": page, "count": count}
    body = json.dumps({"operationName": "usersWithPhones", "variables": variables})
    connection.request("POST", place.path, body)
    answer = connection.getresponse().read()
    connection.close()
    return answer
