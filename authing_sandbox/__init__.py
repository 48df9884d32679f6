"""A local Authing server, for development and tests.

    async with authing_sandbox.running() as sandbox:
        ...  # sandbox.users_url, sandbox.pool_id, await sandbox.outbox()

or `authing-sandbox serve` on the command line.
"""

from ._sync.remote import Remote
from .clock import Clock
from .directory_settings import DirectorySettings
from .message import Message
from .running import running
from .sandbox import ClientSettings, Sandbox
from .seed import Seed

__all__ = [
    "ClientSettings",
    "Clock",
    "DirectorySettings",
    "Message",
    "Remote",
    "Sandbox",
    "Seed",
    "running",
]
