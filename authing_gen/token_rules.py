"""What a token must be like, and how to come by one."""

from authing_client.enums import TokenKind
from authing_client.operation import Operation

from .errors import MissingTokenError
from .errors.base import shown


def checked_token(token: object) -> str:
    """Return a token that can travel in a header.

    Raises:
        MissingTokenError: It is empty, or can be no token.
    """
    if not token or not isinstance(token, str):
        raise MissingTokenError("The token is empty, or no text")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise MissingTokenError(
            "The token holds characters that no token has, for example a line break"
        )
    return token


def how_to_get_a_token(operation: Operation, kind: TokenKind | None) -> str:
    """Say which token an operation needs.

    Args:
        operation: The operation.
        kind: The kind of token that the client has.
    """
    return f"{shown(operation.called)} takes {_needed(operation.tokens, kind)}"


def _needed(tokens: tuple[TokenKind, ...], kind: TokenKind | None) -> str:
    owners = (
        "the OwnerToken: give the client the secret of the user pool, or set"
        " AUTHING_SECRET"
    )
    users = "a UserToken: call it on as_user(…) with what login returned"
    if kind is TokenKind.OWNER:
        return (
            "a UserToken, and this client manages the user pool: call it on as_user(…)"
            " with what login returned"
        )
    if kind is TokenKind.USER:
        return (
            "the OwnerToken, and this client acts as a user: call it on the client that"
            " has the secret"
        )
    if len(tokens) > 1:
        return (
            "the OwnerToken (give the client the secret of the user pool, or set"
            " AUTHING_SECRET) or a UserToken (call it on as_user(…) with what login"
            " returned)"
        )
    return users if TokenKind.USER in tokens else owners
