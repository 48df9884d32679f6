"""What a start does not wait for.

Each of these is imported by the function that needs it first: together they would take
as long as a third of the start. The command imports them once it serves, while nobody
is waiting; whoever is quicker pays for no more than what they use.
"""

import importlib
import threading

MODULES = (
    "authing_sandbox.control.endpoints",  # and pydantic
    "authing_sandbox.console.app",
    "Crypto.Cipher.PKCS1_v1_5",
    "Crypto.PublicKey.RSA",
    "email_validator",
    "jinja2",
    "phonenumbers",
)


def load(stop: threading.Event) -> None:
    """Import them, unless the server has to end meanwhile."""
    for module in MODULES:
        if not stop.is_set():
            importlib.import_module(module)
