"""Endpoints that say what they take and answer: checked by it, described by it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from typing_extensions import is_typeddict


class RefusedError(Exception):
    """A request that cannot be answered, and why: something that JSON can say."""

    def __init__(self, status: int, detail: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


@dataclass(frozen=True)
class Endpoint:
    """One method of one path; `None` for what it does not have.

    What answers it is called with the parameters of the path and, where the endpoint
    has them, with `query` and `body`.
    """

    method: str
    path: str
    answer: Callable[..., Awaitable[Any]]
    query: Any = None
    body: Any = None
    returns: Any = None
    media_type: str = "application/json"

    @property
    def route(self) -> Route:
        """Where it is."""
        return Route(self.path, self.respond, methods=[self.method])

    async def respond(self, request: Request) -> Response:
        """Answer a request."""
        try:
            if any("\0" in value for value in request.path_params.values()):
                raise RefusedError(404, "no such thing")
            answer = await self.answer(
                **request.path_params, **await self._given(request)
            )
        except RefusedError as error:
            return JSONResponse({"detail": error.detail}, error.status)
        if self.returns is None:
            return Response(status_code=204)
        if is_typeddict(self.returns):
            return JSONResponse(answer)
        if self.returns is not str:
            from pydantic import TypeAdapter

            answer = TypeAdapter(self.returns).dump_json(answer)
        return Response(answer, media_type=self.media_type)

    async def _given(self, request: Request) -> dict[str, Any]:
        """What a request holds besides its path; refused where it is not as stated."""
        if self.query is None and self.body is None:
            return {}
        from pydantic import TypeAdapter, ValidationError  # Here: see `deferred`.

        given: dict[str, Any] = {}
        try:
            if self.query is not None:
                query = TypeAdapter(self.query)
                given["query"] = query.validate_python(dict(request.query_params))
            if self.body is not None:
                body = TypeAdapter(self.body)
                given["body"] = body.validate_json(await request.body())
        except ValidationError as error:
            problems = error.errors(
                include_url=False, include_context=False, include_input=False
            )
            raise RefusedError(422, problems) from None
        return given
