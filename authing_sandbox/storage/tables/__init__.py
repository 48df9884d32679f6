"""What a sandbox stores: one class a table, nothing specific to one database."""

from .access import (
    Group,
    GroupRole,
    GroupUser,
    Org,
    OrgNode,
    Permission,
    Role,
    RolePermission,
    RoleUser,
)
from .apps import (
    App,
    Authorisation,
    AuthorisationCode,
    BrowserSession,
    Grant,
    OfGrant,
    RefreshToken,
)
from .base import Base, Instant, OfPool, Phone, new_id
from .pools import Directory, DirectoryEntry, Pool, SocialProvider, WhitelistEntry
from .proofs import (
    KeyRing,
    Message,
    Occurrence,
    SeedRecord,
    UsedNonce,
    VerificationCode,
)
from .users import MFA, Place, SignIn, SocialBinding, User, UserMetadata

__all__ = [
    "MFA",
    "App",
    "Authorisation",
    "AuthorisationCode",
    "Base",
    "BrowserSession",
    "Directory",
    "DirectoryEntry",
    "Grant",
    "Group",
    "GroupRole",
    "GroupUser",
    "Instant",
    "KeyRing",
    "Message",
    "Occurrence",
    "OfGrant",
    "OfPool",
    "Org",
    "OrgNode",
    "Permission",
    "Phone",
    "Place",
    "Pool",
    "RefreshToken",
    "Role",
    "RolePermission",
    "RoleUser",
    "SeedRecord",
    "SignIn",
    "SocialBinding",
    "SocialProvider",
    "UsedNonce",
    "User",
    "UserMetadata",
    "VerificationCode",
    "WhitelistEntry",
    "new_id",
]
