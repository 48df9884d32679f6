"""Where the gateways are: the documented two, and those of a schema of your own."""

import os
import re
from collections.abc import Mapping

from .errors import AuthingConfigurationError
from .settings import AuthingSettings
from .urls import check_url

_VARIABLE = re.compile(r"AUTHING_(\w+)_URL", re.IGNORECASE)


class Gateways:
    """The URLs of all gateways, by their names in the schema's enum `Gateway`.

    Args:
        settings: They hold the URLs of USERS and OAUTH, and say whether plain HTTP
            may leave this machine.
        others: URLs of others. What is left out comes from the environment:
            `AUTHING_SHOP_URL` for the gateway SHOP.

    Raises:
        AuthingConfigurationError: One of `others` is no URL, is not encrypted, or has
            its own setting.
    """

    def __init__(
        self, settings: AuthingSettings, others: Mapping[str, str] | None = None
    ) -> None:
        self._known = {"USERS": settings.users_url, "OAUTH": settings.oauth_url}
        self._allow_insecure_http = settings.allow_insecure_http
        given = {name.upper(): url for name, url in (others or {}).items()}
        for name, url in given.items():
            if name in self._known:
                raise AuthingConfigurationError(
                    f"gateway_urls holds {name}: give {name.lower()}_url instead"
                )
            self._check(name, url)
        self._others = {**_from_environment(), **given}

    def url(self, name: str) -> str:
        """Return the URL of a gateway.

        Raises:
            AuthingConfigurationError: Nobody has said where it is, or it is no URL, or
                one that is not encrypted.
        """
        if url := self._known.get(name):
            return url
        # Only now: the environment may hold URLs that mean something else.
        url = self._others.get(name.upper(), "")
        self._check(name.upper(), url)
        return url

    def _check(self, name: str, url: str) -> None:
        if not url:
            raise AuthingConfigurationError(
                f"the gateway {name} has no URL: give gateway_urls={{'{name}': …}}, or"
                f" set AUTHING_{name}_URL"
            )
        try:
            check_url(url, allow_insecure_http=self._allow_insecure_http)
        except ValueError as error:
            raise AuthingConfigurationError(
                f"gateway_urls['{name}'] (AUTHING_{name}_URL): {error}"
            ) from None


def _from_environment() -> dict[str, str]:
    return {
        found[1].upper(): value
        for name, value in os.environ.items()
        if (found := _VARIABLE.fullmatch(name))
    }
