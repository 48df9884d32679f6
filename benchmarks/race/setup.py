"""What a contestant is told before it begins."""

from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:  # The vendor's environment does not have it.
    from authing_sandbox import ClientSettings

EMAIL, PASSWORD = "ada@example.com", "correct horse"

Work = Literal["login", "users", "iterate"]


class Sent(TypedDict):
    """A request as our client sent it."""

    headers: dict[str, str]
    """Without those that every HTTP library writes itself."""
    body: str


class Setup(TypedDict):
    """What to call, and where."""

    work: Work
    settings: "ClientSettings"
    """Arguments of our client; `users_url` is what everybody calls."""
    sent: Sent | None
    """The request to repeat byte for byte; None for our own client."""
    windows: list[tuple[int, int]]
    """The pages of users, and how many a page, that our client asked for."""
    plain: str
    """The folder of the client that plain ariadne-codegen made."""
