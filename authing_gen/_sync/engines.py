"""Which engine carries a request: one for each process."""

import threading

from ..deadlines import Deadline
from ..exchange import Answer, Request
from ..forks import abandon, importing, renew_in_child
from ..unanswered import closed, late
from .engine import Engine, EngineOptions
from .paced_engine import Pacing
from .waiting import Places, Turn


class Engines:
    """The engine of one client and of all its siblings."""

    def __init__(
        self,
        options: EngineOptions,
        callers: Engine | None = None,
        pacing: Pacing | None = None,
    ) -> None:
        self.options = options
        self._callers = callers
        self._pacing = pacing
        self._closed = False
        self._engine: Engine | None = None
        self._lock = threading.Lock()
        self._places = Places(options.max_connections)
        renew_in_child(self)

    def after_fork(self) -> None:
        """Leave the parent's connections alone."""
        abandon(self._engine)
        self._engine = None
        self._lock = threading.Lock()
        self._places = Places(self.options.max_connections)

    def exchange(self, request: Request, deadline: Deadline) -> Answer:
        """Send a request when there is a place."""
        if self._closed:
            raise closed()
        engine = self._engine or self._start()
        places, turn = self._places, Turn()
        try:
            places.take(turn, deadline)
            if self._closed:  # While this call waited for its place.
                raise closed()
            if not deadline.allows(0):
                raise late()
            return engine.exchange(request, deadline)
        finally:
            try:
                places.give_back(turn)
            finally:  # Again, since an interrupt may have come before.
                places.give_back(turn)

    def close(self) -> None:
        """Close the connections; those in use are closed after their answer."""
        self._closed = True
        with self._lock:
            if self._engine is not None:
                self._engine.close()

    def _start(self) -> Engine:
        with self._lock:
            if self._engine is None:
                engine = self._callers or _engine(self.options)
                paced = self._pacing.paced(engine) if self._pacing else engine
                self._engine = paced
            return self._engine


def _engine(options: EngineOptions) -> Engine:
    with importing:
        from .httpcore_engine import HttpcoreEngine

        return HttpcoreEngine(options)
