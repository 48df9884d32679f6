"""Imports that wait until something is asked for."""

import os
import sys
import threading
from importlib import import_module
from typing import Any

_importing = threading.RLock()

if hasattr(os, "register_at_fork"):  # Windows does not fork.
    # A child that was forked while another thread imports could never do so itself.
    os.register_at_fork(
        before=_importing.acquire,
        after_in_parent=_importing.release,
        after_in_child=_importing.release,
    )


class LazyModule:
    """A module beside another one, imported when something of it is first needed.

    A program that calls three operations should not pay for the models of all others
    when it starts.
    """

    def __init__(self, name: str, beside: str) -> None:
        self._path = f"{beside.rpartition('.')[0]}.{name}"

    def __getattr__(self, name: str) -> Any:
        # Python's own locks of imports may stay locked where an interrupt comes, and
        # are not needed for what is there already.
        found = getattr(sys.modules.get(self._path), name, None)
        if found is None:
            with _importing:
                found = getattr(import_module(self._path), name)
        setattr(self, name, found)  # From now on it is found without us.
        return found
