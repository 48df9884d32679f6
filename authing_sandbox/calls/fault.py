"""What can go wrong with a call on request."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

_LONGEST_DELAY = 600


@dataclass(frozen=True)
class Fault:
    """What shall go wrong, with which calls, and how often.

    Raises ValueError where that makes no sense.
    """

    # What pydantic, where it reads this from outside, does with other names.
    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    operation: str | None = None
    """A root field of GraphQL, as `login`; or the path of an endpoint, as
    `/users/oauth/oidc/token`, and all below it. Without one, every call of a client."""
    share: float = 1
    """The share of these calls that it strikes, by its own dice."""
    times: int | None = None
    """How many calls it strikes before it is over; without one, no end."""
    delay: float = 0
    """Seconds to wait first."""
    code: int | None = None
    """The code with which the service then refuses, in its own form."""
    status: int | None = None
    """The HTTP status that is then all of the answer, as of a proxy."""
    retry_after: int | None = None
    """With a status: in how many seconds to try again, as the header says it."""
    cut: Literal["request", "answer"] | None = None
    """End the connection: before anything is done, or, so that the answer alone is
    lost, after all of it."""

    def __post_init__(self) -> None:
        ends = [self.code, self.status, self.cut]
        if sum(end is not None for end in ends) > 1:
            raise ValueError("give one of code, status and cut")
        if not (self.delay or any(end is not None for end in ends)):
            raise ValueError("give delay, code, status or cut")
        if not 0 < self.share <= 1:
            raise ValueError("share is above 0 and at most 1")
        if self.times is not None and self.times < 1:
            raise ValueError("times is at least 1")
        if not 0 <= self.delay <= _LONGEST_DELAY:
            raise ValueError(f"delay is from 0 to {_LONGEST_DELAY} seconds")
        if self.status is not None and not 400 <= self.status < 600:
            raise ValueError("status is from 400 to 599")
        if self.retry_after is not None and (
            self.status is None or self.retry_after < 0
        ):
            raise ValueError("retry_after goes with a status, and is not negative")

    def is_of(self, names: Collection[str]) -> bool:
        """Say whether it is about a call, by its root fields and its path."""
        wanted = self.operation
        if wanted is None:
            return True
        return any(
            name == wanted or (wanted[:1] == "/" and name.startswith(f"{wanted}/"))
            for name in names
        )
