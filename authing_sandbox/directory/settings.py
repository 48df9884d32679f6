"""What there is to say about a real directory."""

import re
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

_FILTERS = {
    "ldap": "(uid={username})",
    "ad": "(|(sAMAccountName={username})(userPrincipalName={upn}))",
}


@dataclass(frozen=True)
class DirectorySettings:
    """Where a directory is, and how people are found in it.

    Raises ValueError where that cannot be.
    """

    # What pydantic, where it reads this from outside, does with other names.
    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    url: str
    """`ldap://host:port`, or `ldaps://` with a certificate that is verified."""
    base_dn: str
    """Everybody is found below it."""
    kind: Literal["ldap", "ad"] = "ldap"
    user_filter: str | None = None
    """How one person is found: `{username}` stands for the name as it was typed,
    `{upn}` for the same with the UPN suffix."""
    bind_dn: str | None = None
    """The account that searches; without it, searches are anonymous."""
    bind_password: str | None = field(default=None, repr=False)
    upn_suffix: str | None = None
    """The domain of AD's user principal names. Without a bind account people bind by
    such a name and are searched for with their own rights."""
    name: str = ""

    def __post_init__(self) -> None:
        address = urlsplit(self.url)
        if address.scheme not in ("ldap", "ldaps") or not address.hostname:
            raise ValueError("url is not of the form ldap://host:port")
        _ = address.port  # raises ValueError where it is no number
        if bool(self.bind_dn) != bool(self.bind_password):
            # LDAP would take a name without a password for nobody, and agree.
            raise ValueError("bind_dn and bind_password go together")
        if self.user_filter and not re.search(r"\{(username|upn)\}", self.user_filter):
            raise ValueError("user_filter has no {username}")

    @property
    def columns(self) -> dict[str, Any]:
        """The same as columns of the table `directory`."""
        user_filter = self.user_filter or _FILTERS[self.kind]
        return asdict(self) | {"user_filter": user_filter}
