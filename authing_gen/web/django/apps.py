"""The application as `INSTALLED_APPS` knows it."""

from django.apps import AppConfig


class AuthingConfig(AppConfig):
    """Has the settings checked, and read anew where tests change them."""

    name = "authing_gen.web.django"
    label = "authing"
    verbose_name = "Authing"

    def ready(self) -> None:
        """Register what Django calls by itself."""
        from . import checks, kits

        checks.begin()
        kits.begin()
