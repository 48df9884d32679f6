"""Waiting: for a lock, for a while."""

from anyio import Lock, sleep

__all__ = ["Lock", "sleep"]
