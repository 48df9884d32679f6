"""The server that a command is about, where it is not called."""

from typing import Any

from ..settings import AuthingSettings, load_settings
from .gathering import environment

_ANY = "-"
"""Stands for a user pool where none is known."""


def server_settings(**given: Any) -> AuthingSettings:
    """Return the settings, of which the user pool may be missing: it is empty then.

    Raises:
        AuthingConfigurationError: One of them is wrong.
    """
    pool = given.get("user_pool_id") or environment("AUTHING_USER_POOL_ID")
    settings = load_settings(**{**given, "user_pool_id": pool or _ANY})
    return settings if pool else settings.model_copy(update={"user_pool_id": ""})
