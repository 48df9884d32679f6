"""Whatever is given, taken and deleted in whatever order: rules as simple as these."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from authing_gen import Authing
from authing_sandbox import Sandbox

ONE = st.integers(0, 1)
"""Which of two users, permissions, roles or groups."""
ADD = st.sampled_from([True, True, True, False])
"""Whether something is given, as most often, or taken."""


@pytest.fixture
def owner(sandbox: Sandbox) -> Iterator[Authing]:
    """A client that manages the pool, and blocks."""
    with Authing(**sandbox.settings) as client:
        yield client


def change(pairs: set[tuple[str, str]], pair: tuple[str, str], add: bool) -> None:
    """Note that two belong together, or do so no longer."""
    (pairs.add if add else pairs.discard)(pair)


def without(one: str, pairs: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The pairs that one is not part of."""
    return {pair for pair in pairs if one not in pair}


def machine(owner: Authing, password: str) -> type[RuleBasedStateMachine]:
    """What can be done to two users, and what shall be true of them then."""

    def new_permission() -> str:
        return owner.create_rbac_permission(name="a:b").id

    def new_role() -> str:
        return owner.create_rbac_role(name="role").id

    def new_group() -> str:
        return owner.create_rbac_group(name="group").id

    class Access(RuleBasedStateMachine):
        """The model: pairs of what belongs together."""

        @initialize()
        def begin(self) -> None:
            """There is some of each, and nobody may do anything."""
            self.gives = set[tuple[str, str]]()
            self.has = set[tuple[str, str]]()
            self.grants = set[tuple[str, str]]()
            self.holds = set[tuple[str, str]]()
            self.users = [
                owner.register(username=uuid4().hex, password=password).id
                for _ in range(2)
            ]
            self.permissions = [new_permission() for _ in range(2)]
            self.roles = [new_role() for _ in range(2)]
            self.groups = [new_group() for _ in range(2)]

        @rule(role=ONE, permission=ONE, add=ADD)
        def permit(self, role: int, permission: int, add: bool) -> None:
            """A role gives a permission, or does so no longer."""
            pair = role_id, permission_id = (
                self.roles[role],
                self.permissions[permission],
            )
            if add:
                owner.add_permission_to_rbac_role(
                    role_id=role_id, permission_id=permission_id
                )
            else:
                owner.remove_permission_from_rbac_role(
                    role_id=role_id, permission_id=permission_id
                )
            change(self.gives, pair, add)

        @rule(role=ONE, user=ONE, add=ADD)
        def assign(self, role: int, user: int, add: bool) -> None:
            """A user has a role, or has it no longer."""
            pair = user_id, role_id = self.users[user], self.roles[role]
            if add:
                owner.assign_rbac_role_to_user(role_id=role_id, user_id=user_id)
            else:
                owner.revoke_rbac_role_from_user(role_id=role_id, user_id=user_id)
            change(self.has, pair, add)

        @rule(group=ONE, role=ONE, add=ADD)
        def grant(self, group: int, role: int, add: bool) -> None:
            """A group has a role, or has it no longer."""
            pair = group_id, role_id = self.groups[group], self.roles[role]
            if add:
                owner.add_role_to_rbac_group(group_id=group_id, role_id=role_id)
            else:
                owner.remove_role_from_rbac_group(group_id=group_id, role_id=role_id)
            change(self.grants, pair, add)

        @rule(group=ONE, user=ONE, add=ADD)
        def join(self, group: int, user: int, add: bool) -> None:
            """A user is in a group, or leaves it."""
            pair = group_id, user_id = self.groups[group], self.users[user]
            if add:
                owner.add_user_to_rbac_group(group_id=group_id, user_id=user_id)
            else:
                owner.remove_user_from_rbac_group(group_id=group_id, user_id=user_id)
            change(self.holds, pair, add)

        @rule(permission=ONE)
        def replace_permission(self, permission: int) -> None:
            """One is deleted, and given no longer; there is another."""
            owner.delete_rbac_permission(id=self.permissions[permission])
            self.gives = without(self.permissions[permission], self.gives)
            self.permissions[permission] = new_permission()

        @rule(role=ONE)
        def replace_role(self, role: int) -> None:
            """One is deleted, and nobody's any longer; there is another."""
            owner.delete_rbac_role(id=self.roles[role])
            self.gives = without(self.roles[role], self.gives)
            self.has = without(self.roles[role], self.has)
            self.grants = without(self.roles[role], self.grants)
            self.roles[role] = new_role()

        @rule(group=ONE)
        def replace_group(self, group: int) -> None:
            """One is deleted, and nobody is in it any longer; there is another."""
            owner.delete_rbac_group(id=self.groups[group])
            self.grants = without(self.groups[group], self.grants)
            self.holds = without(self.groups[group], self.holds)
            self.groups[group] = new_group()

        @rule(user=ONE)
        def ask(self, user: int) -> None:
            """The sandbox and the model agree on a user."""
            user_id = self.users[user]
            groups = {group for group, inside in self.holds if inside == user_id}
            own = {role for held_by, role in self.has if held_by == user_id}
            given = own | {role for group, role in self.grants if group in groups}
            permitted = {one for role, one in self.gives if role in given}

            held = owner.user_permission_list(id=user_id)
            assert {one.id for one in held.list_} == permitted
            assert held.total_count == len(permitted)
            assert {r.id for r in owner.user_role_list(id=user_id).list_} == own
            assert {g.id for g in owner.user_group_list(id=user_id).list_} == groups

        def teardown(self) -> None:
            """At the end all of them are asked about."""
            for user in range(2):
                self.ask(user)

    return Access


def test_rules_hold_by_any_way(owner: Authing, password: str) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine(owner, password),
        settings=settings(max_examples=15, stateful_step_count=40, deadline=None),
    )
