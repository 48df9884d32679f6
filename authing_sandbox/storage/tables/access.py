"""Who may do what: permissions, roles that give them, groups of users with roles."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Identified, OfPool


class Named(Identified, OfPool):
    """A record that people have named and described; names need not be unique."""

    name: Mapped[str]
    description: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Permission(Named, Base):
    """A name that an application asks for."""

    __tablename__ = "permission"


class Role(Named, Base):
    """A set of permissions, for users and for groups."""

    __tablename__ = "role"


class Group(Named, Base):
    """Users who have the permissions of all its roles."""

    __tablename__ = "user_group"


def _end(table: str) -> Mapped[str]:
    """One end of a relation, which goes with the record there."""
    key = ForeignKey(f"{table}.id", ondelete="CASCADE")
    return mapped_column(key, primary_key=True, index=True)


class RolePermission(Base):
    """That a role gives a permission."""

    __tablename__ = "role_permission"
    role_id: Mapped[str] = _end("role")
    permission_id: Mapped[str] = _end("permission")


class RoleUser(Base):
    """That a user has a role."""

    __tablename__ = "role_user"
    role_id: Mapped[str] = _end("role")
    user_id: Mapped[str] = _end("account")


class GroupRole(Base):
    """That the users of a group have a role."""

    __tablename__ = "group_role"
    group_id: Mapped[str] = _end("user_group")
    role_id: Mapped[str] = _end("role")


class GroupUser(Base):
    """That a user is in a group."""

    __tablename__ = "group_user"
    group_id: Mapped[str] = _end("user_group")
    user_id: Mapped[str] = _end("account")


Link = RolePermission | RoleUser | GroupRole | GroupUser
"""A relation of two records."""
