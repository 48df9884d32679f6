"""What a request may be: large enough for a client, too small to occupy the server."""

from starlette.requests import Request as HTTPRequest

MAX_BODY = 1 << 20


async def read_body(http: HTTPRequest) -> bytes:
    """Read a request's body; a ValueError where it is too large."""
    body = bytearray()
    async for chunk in http.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise ValueError(f"The body is larger than {MAX_BODY} bytes.")
    return bytes(body)
