"""The kits of the process, by `settings.AUTHING`, which are read when they are used."""

from collections.abc import Mapping
from typing import cast

from django.conf import settings
from django.core.signals import setting_changed

from .._async.kit import AsyncKit
from .._sync.kit import Kit
from ..endings import close_at_exit

SETTING = "AUTHING"


def _given() -> Mapping[str, object]:
    """What the settings say; Django's own word on who may post holds here, too."""
    said = cast(Mapping[str, object], getattr(settings, SETTING, {}))
    return {"TRUSTED_ORIGINS": tuple(settings.CSRF_TRUSTED_ORIGINS), **said}


kit = Kit(_given)
"""For views that are not asynchronous."""
async_kit = AsyncKit(_given)
"""For those that are."""

close_at_exit(kit)


def begin() -> None:
    """Read the settings anew where `override_settings` changes them."""
    setting_changed.connect(_forget, dispatch_uid=f"{__name__}.forget")


def _forget(setting: str, **_: object) -> None:
    if setting in (SETTING, "CSRF_TRUSTED_ORIGINS"):
        kit.close()
        async_kit.reset()
