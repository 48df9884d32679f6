"""The logger of this package, and what `AUTHING_LOG` switches on."""

import logging
import os
from typing import TextIO

NAME, VARIABLE = "authing_gen", "AUTHING_LOG"

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING}

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class Fallback(logging.StreamHandler[TextIO]):
    """Writes to stderr while the program has no handler of its own for our records."""

    def emit(self, record: logging.LogRecord) -> None:
        """Leave a record to the program's handlers, as soon as there are any."""
        if not _handlers_besides(self):
            super().emit(record)


def begin() -> None:
    """Log nothing that nobody asked for, and what the environment asks for.

    A value that is none is told, and counts as `warning`: nothing else depends on it.
    """
    logger = logging.getLogger(NAME)
    logger.addHandler(logging.NullHandler())
    asked = os.environ.get(VARIABLE, "").strip().lower()
    if not asked:
        return
    handler = Fallback()
    handler.setFormatter(logging.Formatter(FORMAT))
    logger.addHandler(handler)
    logger.setLevel(LEVELS.get(asked, logging.WARNING))
    if asked not in LEVELS:
        logger.warning("%s is none of %s; it counts as warning", VARIABLE, _choice())


def _choice() -> str:
    *others, last = LEVELS
    return f"{', '.join(others)} and {last}"


def _handlers_besides(own: logging.Handler) -> bool:
    known = (*logging.getLogger(NAME).handlers, *logging.getLogger().handlers)
    return any(
        handler is not own and not isinstance(handler, logging.NullHandler)
        for handler in known
    )
