"""Keeps passwords and tokens out of what error reporters collect.

Sentry and its like upload the variables of every frame that an error came through.
"""

import sys
from collections.abc import Callable, Iterator
from functools import wraps
from inspect import iscoroutinefunction, isfunction
from traceback import clear_frames
from typing import Any, TypeVar, cast

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])
ClassT = TypeVar("ClassT", bound=type)


def sensitive_methods(cls: ClassT) -> ClassT:
    """Do to the public methods of a class, and to its making, what is done below."""
    for name, method in list(vars(cls).items()):
        if isfunction(method) and (name == "__init__" or not name.startswith("_")):
            setattr(cls, name, sensitive_variables(method))
    return cls


def sensitive_variables(function: FunctionT) -> FunctionT:
    """Clear the variables of a function, and of all that it called, when it fails.

    Files, lines and names of functions stay in the traceback; the frames of whoever
    called the function stay as they are. Named after Django's decorator.
    """
    if iscoroutinefunction(function):

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
    for found in _sources(error, seen={id(None), id(handled)}):
        clear_frames(found.__traceback__)


def _sources(error: BaseException | None, seen: set[int]) -> Iterator[BaseException]:
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    yield error
    sources = [error.__cause__, error.__context__]
    if isinstance(error, BaseExceptionGroup):
        sources += cast(BaseExceptionGroup[BaseException], error).exceptions
    for source in sources:
        yield from _sources(source, seen)
