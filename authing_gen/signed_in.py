"""Who has signed in."""

from typing import Protocol


class SignedIn(Protocol):
    """Anything that holds a UserToken, for example what `login` returns."""

    @property
    def token(self) -> str | None:
        """The UserToken."""
        ...
