"""Finding records and users by what people call them: an identifier, or a name."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from ..identity.accounts import REGISTER_METHODS
from ..storage.tables import Group, Permission, Role, User
from .records import Record

One = TypeVar("One", Permission, Role, Group, User)


class AmbiguousNameError(ValueError):
    """Several go by a name, and it is the identifier of none."""


async def find(
    session: AsyncSession, pool_id: str, kind: type[Record], name: str
) -> Record | None:
    """The permission, role or group of a pool that has this identifier, or this name.

    Raises:
        AmbiguousNameError: Several are called so.
    """
    is_called = or_(kind.id == name, kind.name == name)
    chosen = select(kind).where(kind.pool_id == pool_id, is_called)
    by_id_first = chosen.order_by((kind.id == name).desc()).limit(2)
    return _only((await session.scalars(by_id_first)).all(), name)


async def find_user(session: AsyncSession, pool_id: str, name: str) -> User | None:
    """The user of a pool with this id, e-mail address, phone, user name or unionid.

    Raises:
        AmbiguousNameError: It is one person's user name, say, and another's unionid.
    """
    # Each by its index: one condition for all would read the whole pool.
    ids = union(
        *(
            select(User.id).where(User.pool_id == pool_id, column == name)
            for column in (User.id, *(getattr(User, one) for one in REGISTER_METHODS))
        )
    )
    chosen = select(User).where(User.id.in_(ids.scalar_subquery()))
    by_id_first = chosen.order_by((User.id == name).desc()).limit(2)
    return _only((await session.scalars(by_id_first)).all(), name)


def _only(found: Sequence[One], name: str) -> One | None:
    """The one with this identifier, which comes first, or the only one."""
    if len(found) > 1 and found[0].id != name:
        raise AmbiguousNameError(f"several are called {name}: give the id of one")
    return found[0] if found else None
