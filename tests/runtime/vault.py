"""Functions whose variables are sensitive; those of this module alone."""

import asyncio

from authing_client.frames import sensitive_methods, sensitive_variables


def _broken(secret: str) -> None:
    try:
        dict[str, str]()[secret]
    except KeyError as error:
        raise ExceptionGroup("both", [error, ValueError("no")]) from error


@sensitive_methods
class Vault:
    def __init__(self, secret: str = "") -> None:
        if secret:
            _broken(secret)

    def open(self, secret: str) -> None:
        _broken(secret)

    async def open_later(self, secret: str) -> None:
        await asyncio.sleep(0)
        _broken(secret)

    def _open(self, secret: str) -> None:
        _broken(secret)


@sensitive_variables
def fail_after_many(errors: int) -> None:
    """Fail by the last of many errors, each of which came while one was handled."""
    error = ValueError("0")
    for number in range(1, errors):
        following = ValueError(str(number))
        following.__context__ = error
        error = following
    raise error
