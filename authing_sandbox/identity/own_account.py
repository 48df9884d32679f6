"""What users may change about their own accounts, with a UserToken."""

from collections.abc import Mapping
from typing import Any

from ..calls.errors import BusinessError, ErrorCode
from ..storage.tables import User

_OWN = frozenset(
    {
        "address",
        "birthdate",
        "browser",
        "company",
        "country",
        "device",
        "family_name",
        "formatted",
        "gender",
        "given_name",
        "locale",
        "locality",
        "middle_name",
        "name",
        "nickname",
        "photo",
        "postal_code",
        "preferred_username",
        "profile",
        "region",
        "street_address",
        "token_expired_at",
        "username",
        "website",
        "zoneinfo",
    }
)
_OF_THE_OWNER = tuple(c.key for c in User.__table__.columns if c.key not in _OWN)


def check_changes(user: User, options: Mapping[str, Any]) -> None:
    """Refuse what only the owner of the pool may change.

    That is what was proven of somebody, what decides whether they may sign in, and what
    the service keeps count of; an e-mail address among it, which would be unproven. To
    name such a value as it is, is no change. A password takes the old one.

    Args:
        user: The account as it is.
        options: A UserUpdateInput.

    Raises:
        BusinessError: 1001, or 2203 where the old password is missing.
    """
    for name in _OF_THE_OWNER:
        given = options.get(name)
        if given is not None and given != getattr(user, name):
            raise BusinessError(ErrorCode.FORBIDDEN, f"只有管理员可以修改：{name}")
    is_new = options.get("password") is not None and user.password_hash is not None
    if is_new and options.get("old_password") is None:
        raise BusinessError(ErrorCode.WRONG_OLD_PASSWORD)
