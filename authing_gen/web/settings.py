"""Settings of the web kit: what is given first, then `AUTHING_*` variables."""

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any, Literal, Self, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    model_validator,
)

from ..settings import Url, loaded
from .visitors import UNIX

Network = IPv4Network | IPv6Network


def _words(value: object) -> object:
    """Variables hold lists as text, with commas."""
    if isinstance(value, str):
        return [word.strip() for word in value.split(",") if word.strip()]
    return value


def _networks(value: object) -> object:
    found = _words(value)
    if not isinstance(found, list | tuple):
        return found
    words = map(str, cast(Iterable[object], found))
    return [word if word == UNIX else ip_network(word, strict=False) for word in words]


def _signing_key(value: SecretStr) -> SecretStr:
    # Whoever knows a public key could sign by it.
    if "-----BEGIN" in value.get_secret_value():
        raise ValueError("it is a public or private key, and not a shared secret")
    return value


Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
SigningKey = Annotated[SecretStr, Field(min_length=1), AfterValidator(_signing_key)]


class WebSettings(BaseModel):
    """How an application knows its users, and what browsers are told.

    A setting `token_key` comes from the variable `AUTHING_TOKEN_KEY`, and so on.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    token_key: SigningKey | None = None
    """What the pool signs UserTokens by (HS256), where you have been told. With it no
    token is asked about before `max_token_age`, and none that is forged ever."""
    max_token_age: float = Field(default=60, ge=0, le=86_400)
    """Seconds that a token is believed after it was issued, or after the service last
    said that it is good: as long may one live on that has been taken back."""
    clock_leeway: float = Field(default=10, ge=0, le=300)
    """Seconds that the clocks of the service and of this machine may differ."""
    oidc_app_id: str | None = Field(default=None, min_length=1)
    """Identifier of the OpenID Connect app whose tokens are taken, too."""
    oidc_app_secret: SigningKey | None = None
    """Its secret, where its id tokens are signed by it (HS256); RS256 needs none."""
    allow_insecure_http: bool = False  # Before the issuer, which is checked with it.
    """Whether the issuer may be asked by plain `http://` on another machine."""
    oidc_issuer: Url | None = None
    """Who issues them; by default `/oauth/oidc` beside the users gateway."""
    oidc_tokens: Annotated[
        frozenset[Literal["access", "id"]], BeforeValidator(_words)
    ] = frozenset({"access", "id"})
    """Which of them are taken."""
    cookie_name: str = Field(default="authing", pattern=r"^[A-Za-z0-9_-]+$")
    """Name of the cookie. Where it is secure and has no domain, `__Host-` stands before
    it, so that no neighbouring site can set it."""
    cookie_secure: bool = True
    """Whether browsers send it by HTTPS alone (and to this machine)."""
    cookie_same_site: Literal["lax", "strict", "none"] = "lax"
    """Whether pages of other sites may have it sent."""
    cookie_domain: str | None = None
    """Domain that it is for, with all below it; by default this host alone."""
    trusted_origins: Words = ()
    """Origins besides the application's own whose pages may change something."""
    trusted_proxies: Annotated[
        tuple[Network | Literal["unix"], ...], BeforeValidator(_networks)
    ] = ()
    """Networks, as `10.0.0.0/8`, whose `X-Forwarded-For` is believed; `unix` stands for
    whoever asks by a Unix socket."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.cookie_same_site == "none" and not self.cookie_secure:
            raise ValueError("cookie_same_site none needs cookie_secure")
        return self

    @property
    def cookie(self) -> str:
        """The name of the cookie as it is sent."""
        host = "__Host-" if self.cookie_secure and not self.cookie_domain else ""
        return f"{host}{self.cookie_name}"


def split(given: Mapping[str, object]) -> tuple[WebSettings, dict[str, Any]]:
    """Divide settings into those of the kit and those of the client.

    Args:
        given: Settings by name, in whatever case; None stands for "not given".

    Raises:
        AuthingConfigurationError: One of the kit's is wrong; it names them all.
    """
    named = {name.lower(): value for name, value in given.items()}
    ours = WebSettings.model_fields.keys()
    web = loaded(WebSettings, {name: named[name] for name in ours & named.keys()})
    of_client = named.keys() - (ours - {"allow_insecure_http"})
    return web, {name: named[name] for name in sorted(of_client)}
