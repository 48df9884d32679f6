"""Why a request is refused before the service is asked, or after it has been.

None of them quotes a token, a password or a code.
"""

from ..errors import AuthingError


class NotSignedInError(AuthingError):
    """The request says of nobody that they are signed in."""

    def __init__(self, message: str = "Sign in first.") -> None:
        super().__init__(message)


class InvalidTokenError(NotSignedInError):
    """The request came with a token that proves nothing: it is no token, is signed by
    somebody else, has expired or has been taken back, or is for another application.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"The token is not valid: {reason}.")
        self.reason = reason
        """Why, in a few words; the answer to the visitor need not say it."""


class WrongCredentialsError(NotSignedInError):
    """What was given to sign in is wrong.

    It says the same of a name that there is not as of a password that is wrong, so that
    nobody can find out who has an account.
    """

    def __init__(self, message: str = "Name or password is wrong.") -> None:
        super().__init__(message)


class CrossSiteError(AuthingError):
    """A page of another site has a browser send this, with the visitor's cookie."""

    def __init__(self) -> None:
        super().__init__("The request comes from a page of another site.")


class MissingRoleError(AuthingError):
    """Who has sent the request may not do this: they do not have the role."""

    def __init__(self) -> None:
        super().__init__("You may not do this.")


class UnreadableFormError(AuthingError):
    """The body is not of the form that is asked for."""

    def __init__(self, problems: list[dict[str, str]]) -> None:
        super().__init__("The request is not of the form that is asked for.")
        self.problems = problems
        """What is wrong where: `{"field": "email", "problem": "Field required"}`."""
