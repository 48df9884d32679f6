"""Settings: arguments first, then `AUTHING_*` variables, then the vendor's defaults."""

import os
import re
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
)

from .deadlines import LONGEST, Timeout, check_timeout
from .errors import AuthingConfigurationError
from .urls import check_url

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

SettingsT = TypeVar("SettingsT", bound=BaseModel)

PREFIX = "AUTHING_"

_QUOTES = ("'", '"', "`", "“", "”", "‘", "’")

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


_BASE64_KEY = re.compile(r"MI[A-Za-z0-9+/\s]{100,}=*")


def _tidy(value: str) -> str:
    """Refuse a text that was pasted together with what stood around it."""
    if value != value.strip() or value[:1] in _QUOTES or value[-1:] in _QUOTES:
        raise ValueError("it has blanks, line breaks or quotes around it")
    return value


def _tidy_secret(value: SecretStr) -> SecretStr:
    _tidy(value.get_secret_value())
    return value


def _read_key(value: str) -> str:
    """Read a key: PEM text, with line breaks or `\\n`, base64, or the path of a file.

    The vendor's SDK for Java prints the base64 by itself.
    """
    if value.lstrip().startswith("-----BEGIN"):
        return value.replace("\\n", "\n")
    if _BASE64_KEY.fullmatch(value.strip()):
        lines = "\n".join(textwrap.wrap("".join(value.split()), 64))
        return f"-----BEGIN PUBLIC KEY-----\n{lines}\n-----END PUBLIC KEY-----\n"
    try:
        return Path(value).read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(
            f"it is neither PEM text nor a readable file ({error.strerror})"
        ) from error


def check_limits(timeout: Timeout, max_retries: int | None) -> None:
    """Refuse limits that no call can have; None stands for "not given".

    Raises:
        AuthingConfigurationError: The timeout is not positive, or the number of retries
            is negative.
    """
    check_timeout(timeout)
    if max_retries is not None and max_retries < 0:
        raise AuthingConfigurationError("max_retries: it is negative")


def _checked_url(value: str, info: ValidationInfo) -> str:
    # Where the flag itself is wrong, it allows nothing.
    allowed: bool = info.data.get("allow_insecure_http", False)
    return check_url(value, allow_insecure_http=allowed)


Url = Annotated[str, AfterValidator(_tidy), AfterValidator(_checked_url)]


class AuthingSettings(BaseModel):
    """What a client needs to know; `AsyncAuthing` describes each setting."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    user_pool_id: Annotated[str, AfterValidator(_tidy)] = Field(min_length=1)
    secret: Annotated[SecretStr, AfterValidator(_tidy_secret)] | None = None
    signed: bool = False
    allow_insecure_http: bool = False  # Before the URLs, which are checked with it.
    users_url: Url = USERS_URL
    oauth_url: Url = OAUTH_URL
    public_key: Annotated[str, AfterValidator(_read_key)] = PUBLIC_KEY
    timeout: float | None = Field(default=10.0, gt=0, le=LONGEST)
    max_retries: int = Field(default=2, ge=0)
    max_connections: int = Field(default=100, ge=1)
    max_rate: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    max_response_bytes: int = Field(default=64 * 1024 * 1024, ge=1)
    token_store: str = "memory"  # noqa: S105 (no token, but where they are kept)
    user_agent: str | None = Field(default=None, pattern=r"^[!-~]([ -~]*[!-~])?$")

    @property
    def origin(self) -> str:
        """Where the REST endpoints are: the users gateway without `/graphql`."""
        return self.users_url.rstrip("/").removesuffix("/graphql")


def load_settings(**given: Any) -> AuthingSettings:
    """Combine arguments, environment and defaults; None stands for "not given".

    Raises:
        AuthingConfigurationError: A setting is missing or wrong; it names them all.
    """
    return loaded(AuthingSettings, given)


def loaded(model: type[SettingsT], given: Mapping[str, object]) -> SettingsT:
    """Combine what is given, the environment and the defaults of a model.

    Raises:
        AuthingConfigurationError: A setting is missing or wrong; it names them all.
    """
    chosen = {name: value for name, value in given.items() if value is not None}
    try:
        return model.model_validate({**_from_environment(), **chosen})
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False)
    # Here, since the original holds the values, and values may be secret.
    raise AuthingConfigurationError("; ".join(map(_in_words, problems)))


def _in_words(problem: "ErrorDetails") -> str:
    said = problem["msg"].removeprefix("Value error, ")
    if not problem["loc"]:
        return said
    name = str(problem["loc"][0])
    return f"{name} ({PREFIX}{name.upper()}): {said}"


def _from_environment() -> dict[str, str]:
    """The variables that are set, by the names of their settings."""
    return {
        name[len(PREFIX) :].lower(): value
        for name, value in os.environ.items()
        if name.upper().startswith(PREFIX) and value
    }
