"""Bodies of requests: how large one may be, and what it says it is."""

from starlette.requests import Request as HTTPRequest

MAX_BODY = 1 << 20

JSON = "application/json"


async def read_body(http: HTTPRequest) -> bytes:
    """Read a request's body; a ValueError where it is too large."""
    body = bytearray()
    async for chunk in http.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise ValueError(f"The body is larger than {MAX_BODY} bytes.")
    return bytes(body)


def is_of_type(content_type: str, *types: str) -> bool:
    """Whether a body says that it is of one of some types, and text in UTF-8.

    A page of another site can send any body without asking first, but not as JSON.
    """
    kind, *parameters = (part.strip().lower() for part in content_type.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name == "charset" and value.strip('"') not in ("utf-8", "utf8", "us-ascii"):
            return False
    return kind in types
