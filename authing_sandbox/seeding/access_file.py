"""Roles, groups and organisations, as people write them down."""

from typing import Any, Self

from pydantic import BaseModel

from ..storage.rows import STRICT
from ..storage.rows import String as Text


class NewRole(BaseModel):
    """A role, what it permits and who has it; permissions that are none are made."""

    model_config = STRICT

    name: Text
    description: Text | None = None
    permissions: list[Text] = []
    users: list[Text] = []
    """Each by an e-mail address, a phone, a user name, a unionid or an id."""


class NewGroup(BaseModel):
    """A group, its roles by name or id, and who is in it."""

    model_config = STRICT

    name: Text
    description: Text | None = None
    roles: list[Text] = []
    users: list[Text] = []
    """Each by an e-mail address, a phone, a user name, a unionid or an id."""


class NewNode(NewGroup):
    """A group of an organisation, and those below it; by its name alone one that is."""

    children: list[Self] = []


class Role(NewRole):
    """A role of a seed, which may say its id."""

    id: Text | None = None


class Group(NewGroup):
    """A group of a seed, which may say its id."""

    id: Text | None = None


class Node(Group):
    """A group of an organisation of a seed."""

    children: list[Self] = []


def described(given: BaseModel) -> dict[str, Any]:
    """What has been written down, and nothing that has not."""
    return given.model_dump(exclude_unset=True)
