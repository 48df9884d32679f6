"""What is known of the OwnerToken, and for how long: a token, or a refusal of one."""

import json
from dataclasses import dataclass, field
from typing import Any, cast

from .errors import AuthingAPIError, error_class
from .lifetimes import token_lifetime
from .retrying import seconds_asked

LEEWAY = 60.0
"""Seconds before its end at which an OwnerToken is renewed."""

USE_OF_THE_DEAD = 1.0
"""Seconds that a token is used for that is dead on arrival: its clock may be wrong, and
not every caller should fetch one."""

LONGEST_USE = 24 * 3600.0
"""Seconds after which a token that does not say when it ends is fetched anew."""

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds that a refusal counts for; they double with each one in a row."""
LONGEST_ASKED = 300.0
"""Seconds that it counts for at most when the service says for how long: a wrong
`Retry-After` must not keep a fleet from calling until somebody restarts it.
"""


@dataclass(frozen=True)
class Granted:
    """A token."""

    token: str = field(repr=False)

    @property
    def seconds(self) -> float:
        """For how long it is used."""
        lifetime = token_lifetime(self.token)
        if lifetime == 0:
            return USE_OF_THE_DEAD
        return min(lifetime - min(LEEWAY, lifetime / 10), LONGEST_USE)

    def encoded(self) -> bytes:
        """Write it for a store."""
        return json.dumps({"token": self.token}).encode()


@dataclass(frozen=True)
class Refused:
    """A refusal, which holds for everybody until somebody may try again."""

    message: str
    code: int | None
    status: int | None
    operation: str
    asked: float | None
    """Seconds that the service asks to wait for."""
    times: int
    """How many refusals there have been in a row."""

    @classmethod
    def of(cls, error: AuthingAPIError, before: int) -> "Refused":
        """Remember an error, after so many others in a row."""
        return cls(
            error.message,
            error.code,
            error.status_code,
            error.operation,
            seconds_asked(error),
            before + 1,
        )

    @property
    def seconds(self) -> float:
        """For how long nobody else tries."""
        if self.asked is not None:
            return min(self.asked, LONGEST_ASKED)
        doublings = min(self.times - 1, 10)
        return min(FIRST_PAUSE * float(2**doublings), LONGEST_PAUSE)

    def error(self) -> AuthingAPIError:
        """Make the error that callers get."""
        return error_class(self.code, self.status)(
            self.message,
            code=self.code,
            operation=self.operation,
            status_code=self.status,
        )

    def encoded(self) -> bytes:
        """Write it for a store."""
        return json.dumps({"refused": vars(self)}).encode()


Outcome = Granted | Refused
"""What has come of an attempt to get a token."""


def decoded(content: bytes) -> Outcome | None:
    """Read what a store has kept; None where it is something else."""
    try:
        found = cast(dict[str, Any], json.loads(content))
        if "token" in found:
            return Granted(str(found["token"]))
        return Refused(**found["refused"])
    except (ValueError, TypeError, KeyError):
        return None
