"""Settings: arguments first, then `AUTHING_*` variables, then the vendor's defaults."""

from pathlib import Path
from typing import Annotated, Any

import httpx
from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from .errors import AuthingConfigurationError

USERS_URL = "https://users.authing.cn/graphql"
OAUTH_URL = "https://oauth.authing.cn/graphql"

PUBLIC_KEY = """\
-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC4xKeUgQ+Aoz7TLfAfs9+paePb
5KIofVthEopwrXFkp8OCeocaTHt9ICjTT2QeJh6cZaDaArfZ873GPUn00eOIZ7Ae
+TiA2BKHbCvloW3w5Lnqm70iSsUi5Fmu9/2+68GZRH9L7Mlh8cFksCicW2Y2W2uM
GKl64GDcIq3au+aqJQIDAQAB
-----END PUBLIC KEY-----
"""
"""The vendor's public key. Source: 登录, Public Key."""


def _read_key(value: str) -> str:
    """Read a key: PEM text, with line breaks or `\\n`, or the path of a file."""
    if value.lstrip().startswith("-----BEGIN"):
        return value.replace("\\n", "\n")
    try:
        return Path(value).read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(
            f"it is neither PEM text nor a readable file ({error.strerror})"
        ) from error


def check_url(value: str) -> str:
    """Return a URL as it is.

    Raises:
        ValueError: It is not one of HTTP.
    """
    try:
        url = httpx.URL(value)
    except httpx.InvalidURL as error:
        raise ValueError("it is not a URL") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError("it is not an http or https URL")
    if url.query or url.fragment:
        raise ValueError("it has a query or a fragment")
    return value


def without_secrets(url: str) -> str:
    """Drop from a URL what may be secret: user name and password."""
    return str(httpx.URL(url).copy_with(username=None, password=None))


def check_limits(
    timeout: float | httpx.Timeout | None, max_retries: int | None
) -> None:
    """Refuse limits that no call can have; None stands for "not given".

    Raises:
        AuthingConfigurationError: The timeout is not positive, or the number of retries
            is negative.
    """
    if isinstance(timeout, int | float) and not 0 < timeout < float("inf"):
        raise AuthingConfigurationError("timeout: it is not a number of seconds")
    if max_retries is not None and max_retries < 0:
        raise AuthingConfigurationError("max_retries: it is negative")


Url = Annotated[str, AfterValidator(check_url)]


class AuthingSettings(BaseSettings):
    """What a client needs to know; `AsyncAuthing` describes each setting."""

    model_config = SettingsConfigDict(
        env_prefix="AUTHING_",
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
        validate_default=True,
    )

    user_pool_id: str = Field(min_length=1)
    secret: SecretStr | None = None
    signed: bool = False
    users_url: Url = USERS_URL
    oauth_url: Url = OAUTH_URL
    public_key: Annotated[str, AfterValidator(_read_key)] = PUBLIC_KEY
    timeout: float | None = Field(default=10.0, gt=0, allow_inf_nan=False)
    max_retries: int = Field(default=2, ge=0)

    @property
    def origin(self) -> str:
        """Where the REST endpoints are: the users gateway without `/graphql`."""
        return self.users_url.rstrip("/").removesuffix("/graphql")


def load_settings(**given: Any) -> AuthingSettings:
    """Combine arguments, environment and defaults; None stands for "not given".

    Raises:
        AuthingConfigurationError: A setting is missing or wrong; it names them all.
    """
    chosen = {name: value for name, value in given.items() if value is not None}
    try:
        return AuthingSettings(**chosen)
    except ValidationError as error:
        problems = (
            f"{problem['loc'][0]} (AUTHING_{str(problem['loc'][0]).upper()}):"
            f" {problem['msg'].removeprefix('Value error, ')}"
            for problem in error.errors(include_input=False, include_url=False)
        )
        # The original holds the values, and values may be secret.
        raise AuthingConfigurationError("; ".join(problems)) from None
