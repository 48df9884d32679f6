"""What a sandbox starts with: the choices, and the identifiers that stay the same."""

from dataclasses import dataclass, field
from typing import Any

POOL_ID = "5f0e1d2c3b4a59687786950a"
POOL_SECRET = "5a4db0c5ec8d4ae3a7bd5d3f0e1c2b9a"
OWNER_ID = "5f0e1d2c3b4a59687786950b"
OIDC_APP_ID = "5f0e1d2c3b4a59687786950c"
OIDC_APP_SECRET = "9d1f3c5b7a8e4260b1c2d3e4f5a69788"
OIDC_RS256_APP_ID = "5f0e1d2c3b4a59687786950d"
OAUTH_APP_ID = "5f0e1d2c3b4a59687786950e"
OAUTH_APP_SECRET = "c0ffee5b7a8e4260b1c2d3e4f5a69788"
LDAP_DIRECTORY_ID = "5f0e1d2c3b4a59687786950f"
AD_CONNECTOR_ID = "5f0e1d2c3b4a596877869510"

DIRECTORY_PASSWORD = "planet-express"
"""Password of every person of the LDAP directory and behind the AD connector."""


@dataclass(frozen=True)
class Seed:
    """What can be chosen about the first world."""

    pool_id: str = POOL_ID
    secret: str = field(default=POOL_SECRET, repr=False)
    pool_rules: dict[str, Any] = field(default_factory=dict[str, Any])
    """Columns of the pool that shall differ from their defaults, for example
    `{"sms_interval": 60}`."""
