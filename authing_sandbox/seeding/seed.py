"""What a sandbox starts with: the choices, and the identifiers that stay the same."""

from dataclasses import dataclass, field
from typing import Any

from ..directory.settings import DirectorySettings

POOL_ID = "5f0e1d2c3b4a59687786950a"
POOL_SECRET = "5a4db0c5ec8d4ae3a7bd5d3f0e1c2b9a"
OWNER_ID = "5f0e1d2c3b4a59687786950b"
OIDC_APP_ID = "5f0e1d2c3b4a59687786950c"
OIDC_APP_SECRET = "9d1f3c5b7a8e4260b1c2d3e4f5a69788"
OIDC_RS256_APP_ID = "5f0e1d2c3b4a59687786950d"
OIDC_PUBLIC_APP_ID = "5f0e1d2c3b4a596877869512"
OAUTH_APP_ID = "5f0e1d2c3b4a59687786950e"
OAUTH_APP_SECRET = "c0ffee5b7a8e4260b1c2d3e4f5a69788"
REDIRECT_URI = "http://127.0.0.1:3000/callback"
LDAP_DIRECTORY_ID = "5f0e1d2c3b4a59687786950f"
AD_CONNECTOR_ID = "5f0e1d2c3b4a596877869510"

DIRECTORY_PASSWORD = "planet-express"
"""Password of every person of the LDAP directory and behind the AD connector."""


RELAXED: dict[str, Any] = {"register_check_enable": False}
"""Where the first world's rules differ from the vendor's: everybody who registers in a
test suite, and everybody in a demo, comes from 127.0.0.1."""


class SeedError(ValueError):
    """A seed that no world can be made of; says why in a line."""


@dataclass(frozen=True)
class Seed:
    """What can be chosen about the first world."""

    pool_id: str = POOL_ID
    secret: str = field(default=POOL_SECRET, repr=False)
    pool_rules: dict[str, Any] = field(default_factory=dict[str, Any])
    """Columns of the pools that shall differ from their defaults, for example
    `{"sms_interval": 60}`."""
    other_pools: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    """More pools of the same owner, with social providers: secrets by identifier."""
    users: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    """Columns of accounts, their plain `password`, and `metadata` by keys."""
    providers: tuple[dict[str, Any], ...] = ()
    """Columns of social providers; one of the demo is changed by its `alias`."""
    apps: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    """Columns of single sign-on apps; one of the demo is changed by its `id`."""
    whitelist: tuple[str, ...] = ()
    """Phones that may register where the rule `whitelist_enabled` is on."""
    roles: tuple[dict[str, Any], ...] = ()
    """Roles: `name`, `description`, `id`, names of `permissions`, and `users`, each by
    an e-mail address, a phone, a user name, a unionid or an id."""
    groups: tuple[dict[str, Any], ...] = ()
    """Groups: `name`, `description`, `id`, names of `roles` above, and `users`."""
    organisations: tuple[dict[str, Any], ...] = ()
    """Trees of groups, by their roots: each node is the `name` of a group above, or all
    that a group has, and may have `children`."""
    directories: dict[str, DirectorySettings] = field(
        default_factory=dict[str, DirectorySettings]
    )
    """Real directories of the pool by their ids, which of an AD is what its forms call
    `adConnectorId`; an LDAP one takes the place of the embedded one."""
