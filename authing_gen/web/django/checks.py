"""What `manage.py check` says."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks

from ...errors import AuthingConfigurationError
from .kits import kit

MIDDLEWARE = "authing_gen.web.django.middleware.AuthingMiddleware"
CSRF = "django.middleware.csrf.CsrfViewMiddleware"


def begin() -> None:
    """Have Django call what is below."""
    checks.register(check_settings, checks.Tags.security)
    checks.register(check_cookie, checks.Tags.security, deploy=True)


def check_settings(
    app_configs: Sequence[Any] | None, **_: object
) -> list[checks.CheckMessage]:
    """Look at the settings, and whether they fit each other."""
    found: list[checks.CheckMessage] = []
    try:
        kit.check()
    except AuthingConfigurationError as error:
        hint = "Set AUTHING in the settings, or the variables AUTHING_…"
        found.append(checks.Error(str(error), hint=hint, id="authing.E001"))
    if MIDDLEWARE not in settings.MIDDLEWARE:
        said = "The middleware of Authing is missing: no request has authing_user."
        hint = f"Add {MIDDLEWARE!r} to MIDDLEWARE."
        found.append(checks.Warning(said, hint=hint, id="authing.W001"))
    if CSRF not in settings.MIDDLEWARE:
        said = "Views of yours are not protected against pages of other sites."
        hint = f"Add {CSRF!r} to MIDDLEWARE."
        found.append(checks.Warning(said, hint=hint, id="authing.W002"))
    return found


def check_cookie(
    app_configs: Sequence[Any] | None, **_: object
) -> list[checks.CheckMessage]:
    """Look at what only matters where it is deployed."""
    try:
        is_secure = kit.settings.cookie_secure
    except AuthingConfigurationError:
        return []  # Said above.
    if is_secure:
        return []
    said = "The cookie that holds the token is sent over plain HTTP, too."
    hint = "Leave COOKIE_SECURE out of AUTHING, or make it True."
    return [checks.Warning(said, hint=hint, id="authing.W003")]
