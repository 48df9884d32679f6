"""Waiting: for a lock, for a while."""

from threading import Lock
from time import sleep

__all__ = ["Lock", "sleep"]
