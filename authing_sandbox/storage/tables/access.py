"""Who may do what: permissions, roles, groups of users, and trees of groups."""

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint
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


class Org(Identified, OfPool, Base):
    """An organisation: a tree of groups, which goes with the group at its root."""

    __tablename__ = "org"
    root_id: Mapped[str] = mapped_column(
        ForeignKey("user_group.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]


class OrgNode(Base):
    """That a group is a node of an organisation; it goes with the node above it."""

    __tablename__ = "org_node"
    __table_args__ = (
        # Checked at the end of the transaction: rows of a file come in any order.
        ForeignKeyConstraint(
            ["org_id", "parent_id"],
            ["org_node.org_id", "org_node.group_id"],
            ondelete="CASCADE",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    org_id: Mapped[str] = _end("org")
    group_id: Mapped[str] = _end("user_group")
    parent_id: Mapped[str | None]
    """The group that is the node above; none of the root."""
