"""A running sandbox, as the code beside it sees it."""

from dataclasses import dataclass, field
from typing import NotRequired, TypedDict
from urllib.parse import urlsplit

from .._async.remote import AsyncRemote
from .._sync.remote import Remote
from ..addresses import is_loopback
from ..calls.clock import Clock
from ..seeding.seed import (
    AD_CONNECTOR_ID,
    DIRECTORY_PASSWORD,
    LDAP_DIRECTORY_ID,
    OAUTH_APP_ID,
    OAUTH_APP_SECRET,
    OIDC_APP_ID,
    OIDC_APP_SECRET,
    OIDC_PUBLIC_APP_ID,
    OIDC_RS256_APP_ID,
    OWNER_ID,
    REDIRECT_URI,
)


class ClientSettings(TypedDict):
    """What a client of the sandbox has to know, by the names of its arguments."""

    user_pool_id: str
    secret: str
    users_url: str
    oauth_url: str
    public_key: str
    allow_insecure_http: NotRequired[bool]
    """Only where the sandbox is on another machine, or might be, without TLS."""


@dataclass(frozen=True)
class Sandbox(AsyncRemote):
    """A running sandbox: where it is, and what is in its first world."""

    public_key: str
    pool_id: str
    secret: str = field(repr=False)
    clock: Clock = field(repr=False)
    """The server's clock; advancing it makes codes and tokens expire."""
    token_key: str = field(default="", repr=False)
    """Signs UserTokens and OwnerTokens, by HS256; the text itself is the key."""
    host: str = "127.0.0.1"
    """What it listens at."""
    owner_id: str = OWNER_ID
    oidc_app_id: str = OIDC_APP_ID
    oidc_app_secret: str = field(default=OIDC_APP_SECRET, repr=False)
    oidc_rs256_app_id: str = OIDC_RS256_APP_ID
    oidc_public_app_id: str = OIDC_PUBLIC_APP_ID
    """An app without a secret, as a mobile app or a page is one."""
    oauth_app_id: str = OAUTH_APP_ID
    oauth_app_secret: str = field(default=OAUTH_APP_SECRET, repr=False)
    redirect_uri: str = REDIRECT_URI
    """Where the apps have people sent back to."""
    ldap_directory_id: str = LDAP_DIRECTORY_ID
    ad_connector_id: str = AD_CONNECTOR_ID
    directory_password: str = field(default=DIRECTORY_PASSWORD, repr=False)
    """Password of `fry`, `leela` and `professor` in the LDAP directory and the AD."""

    @property
    def blocking(self) -> Remote:
        """The same control without `await`, for tests that are not asynchronous."""
        return Remote(self.url)

    @property
    def oidc_issuer(self) -> str:
        """The OpenID Connect provider, below which its discovery document is."""
        return f"{self.url}/users/oauth/oidc"

    @property
    def users_url(self) -> str:
        """The users gateway."""
        return f"{self.url}/users/graphql"

    @property
    def oauth_url(self) -> str:
        """The oauth gateway."""
        return f"{self.url}/oauth/graphql"

    @property
    def is_insecure(self) -> bool:
        """Whether it is called by plain HTTP that leaves the machine, or might."""
        url = urlsplit(self.url)
        here = is_loopback(url.hostname or "") and is_loopback(self.host)
        return url.scheme == "http" and not here

    @property
    def settings(self) -> ClientSettings:
        """What points a client at the sandbox: `AsyncAuthing(**sandbox.settings)`."""
        settings: ClientSettings = {
            "user_pool_id": self.pool_id,
            "secret": self.secret,
            "users_url": self.users_url,
            "oauth_url": self.oauth_url,
            "public_key": self.public_key,
        }
        if self.is_insecure:
            settings["allow_insecure_http"] = True
        return settings

    @property
    def environment(self) -> dict[str, str]:
        """The same as variables, for a client that takes its settings from there."""
        return {
            f"AUTHING_{name.upper()}": "1" if value is True else str(value)
            for name, value in self.settings.items()
        }
