"""Keeps passwords and tokens out of what error reporters collect.

Sentry and its like upload the variables of every frame that an error came through.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import wraps
from inspect import iscoroutinefunction, isfunction, unwrap
from traceback import walk_tb
from typing import Any, TypeVar, cast

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])
ClassT = TypeVar("ClassT", bound=type)

_SENSITIVE: set[str] = set()
"""Modules whose functions are sensitive."""

_PACKAGES = {
    *(__name__.partition(".")[0], "authing_gen"),
    *("aiohttp", "anyio", "h11", "h2", "httpcore", "httpx", "httpx2", "pydantic"),
    *("typing_extensions", "warnings", "_py_warnings"),
}
"""Packages that handle what they are given: this one, what carries its calls, and what
wraps methods that are deprecated."""


def sensitive_methods(cls: ClassT) -> ClassT:
    """Do to the public methods of a class, and to its making, what is done below."""
    for name, method in list(vars(cls).items()):
        if isfunction(method) and (name == "__init__" or not name.startswith("_")):
            setattr(cls, name, sensitive_variables(method))
    return cls


def sensitive_variables(function: FunctionT) -> FunctionT:
    """Clear the variables of a function, and of ours that it called, when it fails.

    Files, lines and names of functions stay in the traceback. Frames of the program
    itself stay as they are: of whoever called the function, and of what it calls back.
    Named after Django's decorator.
    """
    _SENSITIVE.add(function.__module__)
    # A function that is marked as deprecated is wrapped already.
    if iscoroutinefunction(unwrap(function)):

        @wraps(function)
        async def awaited(*args: Any, **kwargs: Any) -> Any:
            handled = sys.exception()
            try:
                return await function(*args, **kwargs)
            except BaseException as error:
                _clear(error, handled)
                raise

        return cast(FunctionT, awaited)

    @wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        handled = sys.exception()
        try:
            return function(*args, **kwargs)
        except BaseException as error:
            _clear(error, handled)
            raise

    return cast(FunctionT, called)


def _clear(error: BaseException, handled: BaseException | None) -> None:
    """Clear the frames of an error, and of those that it came from.

    Args:
        error: The error. The frame that has caught it leaves its traceback.
        handled: What the caller was handling before; it is left alone.
    """
    if error.__traceback__ is not None:
        error.__traceback__ = error.__traceback__.tb_next
    for found in _sources(error, handled):
        for frame, _ in walk_tb(found.__traceback__):
            if _is_sensitive(str(frame.f_globals.get("__name__"))):
                with suppress(RuntimeError):  # It is still running.
                    frame.clear()


def _is_sensitive(module: str) -> bool:
    # No others: a frame of the program may belong to a generator that is to go on.
    return module in _SENSITIVE or module.partition(".")[0] in _PACKAGES


def _sources(
    error: BaseException, handled: BaseException | None
) -> Iterator[BaseException]:
    rest: list[BaseException | None] = [error]
    seen = {id(None), id(handled)}
    while rest:
        found = rest.pop()
        if found is None or id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        rest += found.__cause__, found.__context__
        if isinstance(found, BaseExceptionGroup):
            rest += cast(BaseExceptionGroup[BaseException], found).exceptions
