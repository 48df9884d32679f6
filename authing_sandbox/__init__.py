"""A local Authing server, for development and tests.

    async with authing_sandbox.running() as sandbox:
        ...  # sandbox.users_url, sandbox.pool_id, await sandbox.outbox()

or `authing-sandbox serve` on the command line.
"""

from ._sync.remote import Remote
from .calls.clock import Clock
from .calls.fault import Fault
from .directory.settings import DirectorySettings
from .messages.message import Message
from .seeding.seed import Seed
from .server.running import running
from .server.sandbox import ClientSettings, Sandbox

__all__ = [
    "ClientSettings",
    "Clock",
    "DirectorySettings",
    "Fault",
    "Message",
    "Remote",
    "Sandbox",
    "Seed",
    "running",
]
