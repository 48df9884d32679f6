"""What somebody, or something, has: statements that choose it, inherited or not."""

from collections.abc import Collection

from sqlalchemy import Select, select, union

from ..storage.tables import (
    Group,
    GroupRole,
    GroupUser,
    Permission,
    Role,
    RolePermission,
    RoleUser,
    User,
)


def permissions_of_user(user_id: str) -> Select[tuple[Permission]]:
    """Those of the user's own roles, and of the roles of the user's groups."""
    own = select(RoleUser.role_id).where(RoleUser.user_id == user_id)
    roles = union(own, _inherited(user_id)).scalar_subquery()
    given = select(RolePermission.permission_id).where(
        RolePermission.role_id.in_(roles)
    )
    return select(Permission).where(Permission.id.in_(given))


def permissions_of_role(role_id: str) -> Select[tuple[Permission]]:
    """Those that a role gives."""
    given = select(RolePermission.permission_id).where(
        RolePermission.role_id == role_id
    )
    return select(Permission).where(Permission.id.in_(given))


def permissions_of_group(group_id: str) -> Select[tuple[Permission]]:
    """Those that the roles of a group give, each once."""
    given = (
        select(RolePermission.permission_id)
        .join(GroupRole, GroupRole.role_id == RolePermission.role_id)
        .where(GroupRole.group_id == group_id)
    )
    return select(Permission).where(Permission.id.in_(given))


def roles_of_user(user_id: str) -> Select[tuple[Role]]:
    """Those that are assigned to a user, without those of groups."""
    assigned = select(RoleUser.role_id).where(RoleUser.user_id == user_id)
    return select(Role).where(Role.id.in_(assigned))


def inherited_roles(user_id: str) -> Select[tuple[Role]]:
    """Those that a user has by groups, each once, be it assigned besides or not."""
    return select(Role).where(Role.id.in_(_inherited(user_id)))


def roles_of_group(group_id: str) -> Select[tuple[Role]]:
    """Those of a group."""
    given = select(GroupRole.role_id).where(GroupRole.group_id == group_id)
    return select(Role).where(Role.id.in_(given))


def groups_of_user(user_id: str) -> Select[tuple[Group]]:
    """Those that a user is in."""
    inside = select(GroupUser.group_id).where(GroupUser.user_id == user_id)
    return select(Group).where(Group.id.in_(inside))


def users_of_role(role_id: str) -> Select[tuple[User]]:
    """Those that a role is assigned to."""
    assigned = select(RoleUser.user_id).where(RoleUser.role_id == role_id)
    return select(User).where(User.id.in_(assigned))


def users_of_group(group_id: str) -> Select[tuple[User]]:
    """Those in a group."""
    return users_of_groups([group_id])


def users_of_groups(group_ids: Collection[str]) -> Select[tuple[User]]:
    """Those in any of several groups, each once."""
    inside = select(GroupUser.user_id).where(GroupUser.group_id.in_(group_ids))
    return select(User).where(User.id.in_(inside))


def _inherited(user_id: str) -> Select[tuple[str]]:
    return (
        select(GroupRole.role_id)
        .join(GroupUser, GroupUser.group_id == GroupRole.group_id)
        .where(GroupUser.user_id == user_id)
    )
