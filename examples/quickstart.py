"""Every operation of the client, in one story, against a sandbox of its own.

Run it with `make demo`. It ends with status 1 if any call misbehaves. With `--quiet` it
prints the summary alone.
"""

import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import ClassVar, TypeVar, Unpack, cast
from uuid import uuid4

import anyio
from pyotp.totp import TOTP
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

import authing_sandbox
from authing_client import OPERATIONS, BaseModel, Operation, RequestOptions
from authing_gen import AsyncAuthing, AuthingError
from authing_sandbox import Sandbox

T = TypeVar("T")
ModelT = TypeVar("ModelT", bound=BaseModel)

ADA, GRACE, PHONE = "ada@example.com", "grace@example.com", "13800138000"
NEW_ADDRESS, NEW_PHONE = "countess@example.com", "13600136000"
PASSWORD, NEW_PASSWORD = "correct horse", "battery staple"
UNIONID = uuid4().hex

NOISE = {
    *{"id", "iat", "url", "client", "user", "user_id", "user_pool_id", "unionid"},
    *{"browser", "oauth_url", "token_expired_at", "signed_up", "created_at"},
    *{"updated_at", "last_login", "sub", "nickname", "code", "user_info"},
    *{"email_verified", "blocked", "is_deleted", "enabled", "description"},
    *{"register_in_client", "register_method", "last_ip"},
}
"""Fields that say little in a table."""


class MisbehavedError(Exception):
    """A call succeeded, but not with what the story needs."""


class RecordingAuthing(AsyncAuthing):
    """Notes which operations were called, so that none is forgotten."""

    called: ClassVar[set[str]] = set()

    async def execute(
        self,
        operation: Operation,
        variables: Mapping[str, object],
        result: type[ModelT],
        **options: Unpack[RequestOptions],
    ) -> ModelT:
        """Note the operation and send it."""
        self.called.add(operation.name)
        return await super().execute(operation, variables, result, **options)


class Story:
    """Tells what is called and what comes back, a table a chapter."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.calls = 0
        self._table = Table()

    def chapter(self, title: str) -> None:
        """Begin a chapter."""
        self.finish()
        self._table = Table(
            title=title,
            title_justify="left",
            title_style="bold",
            box=box.SIMPLE,
            show_header=False,
            expand=True,
        )
        self._table.add_column(style="cyan", ratio=3, no_wrap=True)
        self._table.add_column(ratio=2, no_wrap=True)
        self._table.add_column(justify="right", style="dim", width=7)

    def finish(self) -> None:
        """Print the chapter that was told last."""
        if self._table.row_count:
            self.console.print(self._table)

    async def tell(
        self, call: str, answer: Awaitable[T], expected: Callable[[T], object]
    ) -> T:
        """Make a call, check its answer and show both."""
        started = time.perf_counter()
        try:
            result = await answer
        except AuthingError as error:
            raise MisbehavedError(f"{call}: {error}") from error
        elapsed = (time.perf_counter() - started) * 1000
        if not expected(result):
            raise MisbehavedError(f"{call} answered {result!r}")
        self._table.add_row(call, describe(result), f"{elapsed:.0f} ms")
        self.calls += 1
        return result


def describe(result: object) -> Text:
    """Show the type of an answer and what it holds, in short."""
    if isinstance(result, list):
        items = cast(list[object], result)
        first = describe(items[0]) if items else Text("nothing")
        return Text.assemble(f"{len(items)} × ", first)
    if not isinstance(result, BaseModel):
        return Text(repr(result))
    text = Text(type(result).__name__, style="bold green")
    fields = [
        (name, value)
        for name, value in result.__repr_args__()
        if name not in NOISE and value not in (None, "")
    ]
    for name, value in fields[:2]:
        text.append(f"  {name} ", style="dim").append(short(value), style="default")
    return text


def short(value: object) -> str:
    """Show a field: how many items a list has, only the type of a model."""
    if isinstance(value, list):
        return str(len(cast(list[object], value)))
    return type(value).__name__ if isinstance(value, BaseModel) else str(value)


async def initialise(story: Story, authing: AsyncAuthing, sandbox: Sandbox) -> None:
    """Read the pool; later calls fetch the OwnerToken by themselves."""
    story.chapter("The user pool")
    await story.tell(
        "get_client_when_sdk_init(secret=…)",
        authing.get_client_when_sdk_init(secret=sandbox.secret),
        lambda pool: pool.access_token and pool.client_info,
    )
    await story.tell(
        "read_oauth_list()", authing.read_oauth_list(), lambda found: len(found) > 2
    )


async def register(story: Story, authing: AsyncAuthing, sandbox: Sandbox) -> None:
    """Ada registers, verifies her address and signs in."""
    story.chapter("Ada registers and signs in")
    await story.tell(
        "user_exist(email=ada)",
        authing.user_exist(email=ADA),
        lambda exists: exists is False,
    )
    await story.tell(
        "register(email=ada, username='ada', password=…)",
        authing.register(email=ADA, username="ada", password=PASSWORD, nickname="Ada"),
        lambda user: user.email == ADA,
    )
    await story.tell(
        "send_verify_email(email=ada)",
        authing.send_verify_email(email=ADA),
        lambda answer: answer.status,
    )
    ada = await story.tell(
        "login(email=ada, password=…)",
        authing.login(email=ADA, password=PASSWORD),
        lambda user: user.token and user.logins_count,
    )
    await story.tell(
        "login_by_username(username='ada', password=…)",
        authing.login_by_username(username="ada", password=PASSWORD),
        lambda user: user.email == ADA,
    )
    await story.tell(
        "as_user(ada).check_login_status()",
        authing.as_user(ada).check_login_status(),
        lambda status: status.status,
    )
    await story.tell(
        "decode_jwt_token(token=ada.token)",
        authing.decode_jwt_token(token=ada.token),
        lambda token: token.data and token.data.email == ADA,
    )


async def sign_in_by_phone(
    story: Story, authing: AsyncAuthing, sandbox: Sandbox
) -> None:
    """A phone registers with a code by SMS and signs in with another."""
    story.chapter("Signing in with a phone")
    await story.tell(
        f"sms.send_register_code({PHONE!r})",
        authing.sms.send_register_code(PHONE),
        lambda receipt: receipt.code == 200,
    )
    code = await sandbox.last_code(PHONE)
    await story.tell(
        f"register_by_phone_code(phone=…, phone_code={code!r})",
        authing.register_by_phone_code(phone=PHONE, phone_code=code, password=PASSWORD),
        lambda user: user.phone == PHONE,
    )
    await story.tell(
        f"sms.send_code({PHONE!r})",
        authing.sms.send_code(PHONE),
        lambda receipt: receipt.code == 200,
    )
    code = await sandbox.last_code(PHONE)
    await story.tell(
        f"login_by_phone_code(phone=…, phone_code={code})",
        authing.login_by_phone_code(phone=PHONE, phone_code=int(code)),
        lambda user: user.token and user.phone == PHONE,
    )


async def reset_password(story: Story, authing: AsyncAuthing, sandbox: Sandbox) -> None:
    """Ada has forgotten her password."""
    story.chapter("A forgotten password")
    await story.tell(
        "send_reset_password_email(email=ada)",
        authing.send_reset_password_email(email=ADA),
        lambda answer: answer.status,
    )
    code = await sandbox.last_code(ADA)
    await story.tell(
        f"verify_reset_password_verify_code(…, {code!r})",
        authing.verify_reset_password_verify_code(email=ADA, verify_code=code),
        lambda answer: answer.status,
    )
    await story.tell(
        f"change_password(password=…, verify_code={code!r})",
        authing.change_password(email=ADA, password=NEW_PASSWORD, verify_code=code),
        lambda user: user.email == ADA,
    )
    await story.tell(
        "login(email=ada, password=<the new one>)",
        authing.login(email=ADA, password=NEW_PASSWORD),
        lambda user: user.token,
    )


async def manage_users(story: Story, authing: AsyncAuthing, sandbox: Sandbox) -> None:
    """The owner of the pool reads and changes users."""
    story.chapter("Managing users")
    page = await story.tell(
        "users(page=1, count=200)",
        authing.users(page=1, count=200),
        lambda page: page.total_count == 2 and len(page.list_) == 2,
    )
    ada = next(user for user in page.list_ if user.email == ADA)
    await story.tell(
        "user(id=ada.id)",
        authing.user(id=ada.id),
        lambda user: user is not None and user.email == ADA,
    )
    await story.tell(
        "user_patch(ids='…,…')",
        authing.user_patch(ids=",".join(user.id for user in page.list_)),
        lambda found: found.total_count == 2,
    )
    await story.tell(
        "update_user(id=ada.id, company=…)",
        authing.update_user(id=ada.id, nickname="Countess", company="Analytical"),
        lambda user: user.nickname == "Countess" and user.company == "Analytical",
    )
    await story.tell(
        "refresh_token(user=ada.id)",
        authing.refresh_token(user=ada.id),
        lambda fresh: fresh.token and fresh.exp,
    )


async def change_contacts(
    story: Story, authing: AsyncAuthing, sandbox: Sandbox
) -> None:
    """Ada gets another phone and another address, and her old address back."""
    story.chapter("Finding users, and changing how to reach them")
    page = await story.tell(
        "search_user(type_='username', value='ada')",
        authing.search_user(type_="username", value="ada"),
        lambda page: [user.email for user in page.list_] == [ADA],
    )
    ada = page.list_[0]
    await story.tell(
        f"find_user(email={ADA!r})",
        authing.find_user(email=ADA),
        lambda user: user is not None and user.id == ada.id,
    )
    await story.tell(
        "users_with_phones()",
        authing.users_with_phones(),
        lambda page: page.total_count == 2,
    )
    await story.tell(
        "users_by_ids([ada.id])",
        authing.users_by_ids([ada.id]),
        lambda users: [user.email for user in users] == [ADA],
    )
    await story.tell(
        "update_full_user(id=ada.id, name='Ada Lovelace')",
        authing.update_full_user(id=ada.id, name="Ada Lovelace"),
        lambda user: user.name == "Ada Lovelace",
    )
    await story.tell(
        "full_user(id=ada.id)",
        authing.full_user(id=ada.id),
        lambda user: user is not None and user.name == "Ada Lovelace",
    )
    await story.tell(
        "full_users()", authing.full_users(), lambda page: page.total_count == 2
    )
    await story.tell(
        "full_user_patch(ids=ada.id)",
        authing.full_user_patch(ids=ada.id),
        lambda found: found.list_[0].name == "Ada Lovelace",
    )
    await story.tell(
        "get_user_pool_settings()",
        authing.get_user_pool_settings(),
        lambda settings: settings.change_email_strategy is not None,
    )
    me = authing.as_user(await authing.login(email=ADA, password=NEW_PASSWORD))
    await authing.sms.send_code(NEW_PHONE)
    code = await sandbox.last_code(NEW_PHONE)
    await story.tell(
        f"check_phone_code(phone=…, phone_code={code!r})",
        authing.check_phone_code(phone=NEW_PHONE, phone_code=code),
        lambda answer: answer.status,
    )
    await story.tell(
        f"me.update_phone(phone=…, phone_code={code!r})",
        me.update_phone(phone=NEW_PHONE, phone_code=code),
        lambda user: user.phone == NEW_PHONE,
    )
    for email in (NEW_ADDRESS, ADA):
        await story.tell(
            f"me.send_change_email_verify_code({email!r})",
            me.send_change_email_verify_code(email=email),
            lambda answer: answer.status,
        )
        code = await sandbox.last_code(email)
        user = await story.tell(
            f"me.update_email(email=…, email_code={code!r})",
            me.update_email(email=email, email_code=code),
            lambda user: user.email_verified,
        )
        if user.email != email:
            raise MisbehavedError(f"the address is {user.email}")


async def keep_metadata(story: Story, authing: AsyncAuthing, sandbox: Sandbox) -> None:
    """The application remembers what Ada likes."""
    story.chapter("Metadata")
    ada = await authing.login(email=ADA, password=NEW_PASSWORD)
    me = authing.as_user(ada)
    await story.tell(
        "me.set_user_metadata(key='theme', value='dark')",
        me.set_user_metadata(id=ada.id, key="theme", value="dark"),
        lambda kept: kept.total_count == 1,
    )
    await story.tell(
        "user_metadata(id=ada.id)",
        authing.user_metadata(id=ada.id),
        lambda kept: [(it.key, it.value) for it in kept.list_] == [("theme", "dark")],
    )
    await story.tell(
        "remove_user_metadata(id=ada.id, key='theme')",
        authing.remove_user_metadata(id=ada.id, key="theme"),
        lambda kept: kept.list_ == [],
    )


async def decide_who_may_what(
    story: Story, authing: AsyncAuthing, sandbox: Sandbox
) -> None:
    """Permissions, and roles that give them."""
    story.chapter("Roles and permissions")
    ada = await authing.login(email=ADA, password=NEW_PASSWORD)
    read = await story.tell(
        "create_rbac_permission(name='post:read')",
        authing.create_rbac_permission(name="post:read"),
        lambda permission: permission.name == "post:read",
    )
    write = await authing.create_rbac_permission(name="post:wright")
    await story.tell(
        "update_rbac_permission(name='post:write', …)",
        authing.update_rbac_permission(id=write.id, name="post:write"),
        lambda permission: permission.id == write.id,
    )
    await story.tell(
        "rbac_permission(id=write.id)",
        authing.rbac_permission(id=write.id),
        lambda permission: permission.name == "post:write",
    )
    await story.tell(
        "rbac_permission_list()",
        authing.rbac_permission_list(),
        lambda page: page.total_count == 2,
    )
    editor = await story.tell(
        "create_rbac_role(name='editor')",
        authing.create_rbac_role(name="editor"),
        lambda role: role.name == "editor",
    )
    await story.tell(
        "add_permission_to_rbac_role(…, …)",
        authing.add_permission_to_rbac_role(role_id=editor.id, permission_id=read.id),
        lambda role: role.id == editor.id,
    )
    both = [read.id, write.id]
    await story.tell(
        "add_permission_to_rbac_role_batch(…, both)",
        authing.add_permission_to_rbac_role_batch(
            role_id=editor.id, permission_id_list=both
        ),
        lambda role: role.id == editor.id,
    )
    await story.tell(
        "rbac_role(id=editor.id)",
        authing.rbac_role(id=editor.id),
        lambda role: role.permissions and role.permissions.total_count == 2,
    )
    await story.tell(
        "assign_rbac_role_to_user(editor, ada)",
        authing.assign_rbac_role_to_user(role_id=editor.id, user_id=ada.id),
        lambda role: role.id == editor.id,
    )
    await story.tell(
        "rbac_role_users(id=editor.id)",
        authing.rbac_role_users(id=editor.id),
        lambda role: role.users and [it.id for it in role.users.list_] == [ada.id],
    )
    await story.tell(
        "as_user(ada).user_permission_list(id=ada.id)",
        authing.as_user(ada).user_permission_list(id=ada.id),
        lambda held: held.raw_list == ["post:read", "post:write"],
    )
    await story.tell(
        "user_role_list(id=ada.id)",
        authing.user_role_list(id=ada.id),
        lambda held: held.raw_list == ["editor"],
    )
    await story.tell(
        "remove_permission_from_rbac_role(…, write)",
        authing.remove_permission_from_rbac_role(
            role_id=editor.id, permission_id=write.id
        ),
        lambda role: role.id == editor.id,
    )
    await story.tell(
        "revoke_rbac_role_from_user(editor, ada)",
        authing.revoke_rbac_role_from_user(role_id=editor.id, user_id=ada.id),
        lambda role: role.id == editor.id,
    )


async def form_groups(story: Story, authing: AsyncAuthing, sandbox: Sandbox) -> None:
    """A group gives its roles to all who are in it."""
    story.chapter("Groups")
    ids = [user.id for user in (await authing.users()).list_]
    (editor,) = (await authing.rbac_role_list()).list_
    crew = await story.tell(
        "create_rbac_group(name='crew')",
        authing.create_rbac_group(name="crew"),
        lambda group: group.name == "crew",
    )
    await story.tell(
        "add_user_to_rbac_group_batch(crew, everybody)",
        authing.add_user_to_rbac_group_batch(group_id=crew.id, user_id_list=ids),
        lambda group: group.id == crew.id,
    )
    await story.tell(
        "add_role_to_rbac_group(crew, editor)",
        authing.add_role_to_rbac_group(group_id=crew.id, role_id=editor.id),
        lambda group: group.id == crew.id,
    )
    await story.tell(
        "user_permission_list(id=…)",
        authing.user_permission_list(id=ids[0]),
        lambda held: held.raw_list == ["post:read"],
    )
    await story.tell(
        "user_group_list(id=…)",
        authing.user_group_list(id=ids[0]),
        lambda held: held.raw_list == ["crew"],
    )
    await story.tell(
        "rbac_group_users(id=crew.id)",
        authing.rbac_group_users(id=crew.id),
        lambda group: group.users and group.users.total_count == len(ids),
    )
    await story.tell(
        "rbac_group(id=crew.id)",
        authing.rbac_group(id=crew.id),
        lambda group: group.roles and group.permissions,
    )
    await story.tell(
        "update_rbac_group(description=…)",
        authing.update_rbac_group(id=crew.id, description="Planet Express"),
        lambda group: group.description == "Planet Express",
    )
    await story.tell(
        "rbac_group_list()",
        authing.rbac_group_list(),
        lambda page: page.total_count == 1,
    )
    await undo_one_by_one(authing, crew.id, editor.id, ids)
    await story.tell(
        "delete_rbac_group(id=crew.id)",
        authing.delete_rbac_group(id=crew.id),
        lambda answer: answer.code == 200,
    )
    await story.tell(
        "delete_rbac_role(id=editor.id)",
        authing.delete_rbac_role(id=editor.id),
        lambda answer: answer.code == 200,
    )
    permissions = (await authing.rbac_permission_list()).list_
    await story.tell(
        "delete_rbac_permission_batch(id_list=both)",
        authing.delete_rbac_permission_batch(id_list=[it.id for it in permissions]),
        lambda answer: answer.code == 200,
    )


async def undo_one_by_one(
    authing: AsyncAuthing, crew: str, editor: str, users: list[str]
) -> None:
    """What else there is, of one and of many; the story need not tell all of it."""
    (read, write) = (it.id for it in (await authing.rbac_permission_list()).list_)
    both = [read, write]
    await authing.remove_permission_from_rbac_role_batch(
        role_id=editor, permission_id_list=both
    )
    await authing.assign_rbac_role_to_user_batch(role_id=editor, user_id_list=users)
    await authing.revoke_rbac_role_from_user_batch(role_id=editor, user_id_list=users)
    await authing.update_rbac_role(id=editor, description="Writes posts")
    await authing.remove_role_from_rbac_group(group_id=crew, role_id=editor)
    await authing.add_role_to_rbac_group_batch(group_id=crew, role_id_list=[editor])
    await authing.remove_role_from_rbac_group_batch(
        group_id=crew, role_id_list=[editor]
    )
    await authing.remove_user_from_rbac_group(group_id=crew, user_id=users[0])
    await authing.add_user_to_rbac_group(group_id=crew, user_id=users[0])
    await authing.remove_user_from_rbac_group_batch(group_id=crew, user_id_list=users)
    spare = await authing.create_rbac_permission(name="spare")
    await authing.delete_rbac_permission(id=spare.id)
    role, group = (
        await authing.create_rbac_role(name="spare"),
        await authing.create_rbac_group(name="spare"),
    )
    await authing.delete_rbac_role_batch(id_list=[role.id])
    await authing.delete_rbac_group_batch(id_list=[group.id])


async def organise(story: Story, authing: AsyncAuthing, sandbox: Sandbox) -> None:
    """Groups form a tree."""
    story.chapter("Organisations")
    company = await authing.create_rbac_group(name="Planet Express")
    crew = await authing.create_rbac_group(name="Crew")
    (ada, *_) = (await authing.users()).list_
    await authing.add_user_to_rbac_group(group_id=crew.id, user_id=ada.id)
    org = await story.tell(
        "create_org(root_group_id=company.id)",
        authing.create_org(root_group_id=company.id),
        lambda org: [node.root for node in org.nodes] == [True],
    )
    await story.tell(
        "add_org_node(crew, below the company)",
        authing.add_org_node(
            org_id=org.id, group_id=crew.id, parent_group_id=company.id
        ),
        lambda org: org.nodes[0].children == [crew.id],
    )
    await story.tell(
        "org(id=org.id)", authing.org(id=org.id), lambda org: len(org.nodes) == 2
    )
    await story.tell("orgs()", authing.orgs(), lambda page: page.total_count == 1)
    await story.tell(
        "org_root_node(id=org.id)",
        authing.org_root_node(id=org.id),
        lambda group: group.id == company.id,
    )
    await story.tell(
        "is_root_node_of_org(crew)",
        authing.is_root_node_of_org(org_id=org.id, group_id=crew.id),
        lambda is_root: is_root is False,
    )
    await story.tell(
        "org_children_nodes(company)",
        authing.org_children_nodes(org_id=org.id, group_id=company.id),
        lambda found: [(it.group.id, it.depth) for it in found] == [(crew.id, 1)],
    )
    await story.tell(
        "org_node_user_list(company, …)",
        authing.org_node_user_list(
            org_id=org.id, node_id=company.id, include_children=True
        ),
        lambda page: [user.id for user in page.list_] == [ada.id],
    )
    await story.tell(
        "remove_org_node(crew)",
        authing.remove_org_node(org_id=org.id, group_id=crew.id),
        lambda org: len(org.nodes) == 1,
    )
    await story.tell(
        "delete_org(id=org.id)",
        authing.delete_org(id=org.id),
        lambda answer: answer.code == 200,
    )


async def use_directories(
    story: Story, authing: AsyncAuthing, sandbox: Sandbox
) -> None:
    """People of a company sign in with what the company's directory knows."""
    story.chapter("Signing in through LDAP and Active Directory")
    secret, connector = sandbox.directory_password, sandbox.ad_connector_id
    await story.tell(
        "login_by_ldap(username='fry', password=…)",
        authing.login_by_ldap(username="fry", password=secret),
        lambda user: user.token and user.username == "fry",
    )
    await story.tell(
        "login_by_ad(username='leela', password=…, …)",
        authing.login_by_ad(
            ad_connector_id=connector, username="leela", password=secret
        ),
        lambda user: user.token,
    )
    await story.tell(
        "login_by_ad_connector(username='leela', …)",
        authing.login_by_ad_connector(
            ad_connector_id=connector, username="leela", password=secret
        ),
        lambda user: user.token,
    )


async def use_mfa(story: Story, authing: AsyncAuthing, sandbox: Sandbox) -> None:
    """Ada wants a second factor."""
    story.chapter("Multi-factor authentication")
    ada = await authing.login(email=ADA, password=NEW_PASSWORD)
    me = authing.as_user(ada)
    on = await story.tell(
        "me.change_mfa(enable=True, …)",
        me.change_mfa(user_id=ada.id, enable=True),
        lambda mfa: mfa.enable and mfa.share_key,
    )
    await story.tell(
        "query_mfa(user_id=ada.id)",
        authing.query_mfa(user_id=ada.id),
        lambda mfa: mfa is not None and mfa.share_key == on.share_key,
    )
    await story.tell(
        "login_with_mfa_code(email=ada, mfa_code=…, …)",
        authing.login_with_mfa_code(
            email=ADA,
            password=NEW_PASSWORD,
            mfa_code=TOTP(on.share_key or "").at(sandbox.clock.now()),
        ),
        lambda user: user.id == ada.id,
    )
    await story.tell(
        "me.change_mfa(enable=False, refresh_key=True)",
        me.change_mfa(user_id=ada.id, enable=False, refresh_key=True),
        lambda mfa: not mfa.enable and mfa.share_key != on.share_key,
    )
    await story.tell(
        "me.query_mfa_unpaged(user_id=ada.id)",
        me.query_mfa_unpaged(user_id=ada.id),
        lambda mfa: mfa is not None and not mfa.enable,
    )


async def use_social_login(
    story: Story, authing: AsyncAuthing, sandbox: Sandbox
) -> None:
    """Ada binds her GitHub account."""
    story.chapter("Social login")
    ada = await authing.login(email=ADA, password=NEW_PASSWORD)
    me = authing.as_user(ada)
    await story.tell(
        "me.bind_other_oauth(type_='github', …)",
        me.bind_other_oauth(
            user=ada.id, type_="github", unionid=UNIONID, user_info='{"login": "ada"}'
        ),
        lambda binding: binding.type_ == "github",
    )
    await story.tell(
        "not_bind_oauth_list(user=ada.id)",
        authing.not_bind_oauth_list(user=ada.id),
        lambda found: [item.type_ for item in found if item.binded] == ["github"],
    )
    await story.tell(
        "me.unbind_other_oauth(type_='github')",
        me.unbind_other_oauth(user=ada.id, type_="github"),
        lambda binding: binding.unionid == UNIONID,
    )
    await me.bind_other_oauth(
        user=ada.id, type_="github", unionid=UNIONID, user_info="{}"
    )
    await story.tell(
        "me.unbind_email()",
        me.unbind_email(user=ada.id),
        lambda user: user.email is None,
    )


async def use_single_sign_on(
    story: Story, authing: AsyncAuthing, sandbox: Sandbox
) -> None:
    """Grace signs in at an OpenID Connect app."""
    story.chapter("Single sign-on")
    grace = await authing.register(email=GRACE, password=PASSWORD)
    app, secret = sandbox.oidc_app_id, sandbox.oidc_app_secret
    tokens = await story.tell(
        "oidc.login(email=grace, password=…, …)",
        authing.oidc.login(
            email=GRACE, password=PASSWORD, client_id=app, client_secret=secret
        ),
        lambda tokens: tokens.id_token and tokens.refresh_token,
    )
    await story.tell(
        "oidc.refresh(refresh_token=…, …)",
        authing.oidc.refresh(
            refresh_token=tokens.refresh_token or "",
            client_id=app,
            client_secret=secret,
        ),
        lambda fresh: fresh.access_token != tokens.access_token,
    )
    session = await story.tell(
        "sign_in(email=grace, password=…, …)",
        authing.sign_in(oidc_app_id=app, email=GRACE, password=PASSWORD),
        lambda user: user.sub == grace.id and user.refresh_token,
    )
    await story.tell(
        "refresh_sign_in_token(refresh_token=…, …)",
        authing.refresh_sign_in_token(
            oidc_app_id=app, refresh_token=session.refresh_token or ""
        ),
        lambda fresh: fresh.access_token != session.access_token,
    )
    await story.tell(
        "get_user_authorized_apps(user_id=grace.id)",
        authing.get_user_authorized_apps(user_id=grace.id),
        lambda apps: [item.id for item in apps.oidc_apps] == [app],
    )
    await story.tell(
        "revoke_user_authorized_app(app_id=…, …)",
        authing.revoke_user_authorized_app(user_id=grace.id, app_id=app),
        lambda revoked: revoked.is_revoked == "true",
    )


async def use_whitelist(story: Story, authing: AsyncAuthing, sandbox: Sandbox) -> None:
    """Only phones that are invited may register."""
    story.chapter("Registration whitelist, as documented and as production had it")
    phone, other = "13900139000", "13700137000"
    await story.tell(
        "set_invitation_state(enable_qr_code=True)",
        authing.set_invitation_state(enable_qr_code=True),
        lambda state: state.enable_qr_code,
    )
    await story.tell(
        f"add_to_invitation(qr_code_phone={phone!r})",
        authing.add_to_invitation(qr_code_phone=phone),
        lambda entry: entry.qr_code_phone == phone,
    )
    await story.tell(
        f"add_phone_to_invitation(phone={other!r})",
        authing.add_phone_to_invitation(phone=other),
        lambda entry: entry.phone == other,
    )
    await story.tell(
        "query_invitation()",
        authing.query_invitation(),
        lambda found: {entry.qr_code_phone for entry in found} == {phone, other},
    )
    await story.tell(
        "query_phone_invitation()",
        authing.query_phone_invitation(),
        lambda found: {entry.phone for entry in found} == {phone, other},
    )
    await story.tell(
        f"remove_from_invitation(qr_code_phone={phone!r})",
        authing.remove_from_invitation(qr_code_phone=phone),
        lambda entry: entry.qr_code_phone == phone,
    )
    await story.tell(
        f"remove_phone_from_invitation(phone={other!r})",
        authing.remove_phone_from_invitation(phone=other),
        lambda entry: entry.phone == other,
    )
    await story.tell(
        "query_invitation_state()",
        authing.query_invitation_state(),
        lambda state: state.enable_qr_code,
    )
    await story.tell(
        "set_phone_invitation_state(enable_phone=False)",
        authing.set_phone_invitation_state(enable_phone=False),
        lambda state: state.enable_phone is False,
    )
    await story.tell(
        "query_phone_invitation_state()",
        authing.query_phone_invitation_state(),
        lambda state: state.enable_phone is False,
    )


async def say_goodbye(story: Story, authing: AsyncAuthing, sandbox: Sandbox) -> None:
    """Everybody leaves."""
    story.chapter("Removing users")
    page = await authing.users(count=200)
    ids = [user.id for user in page.list_]
    await story.tell(
        f"remove_users(ids=[{len(ids)} ids])",
        authing.remove_users(ids=ids),
        lambda removed: {user.id for user in removed} == set(ids),
    )
    await story.tell("users()", authing.users(), lambda page: page.total_count == 0)


CHAPTERS = (
    initialise,
    register,
    sign_in_by_phone,
    reset_password,
    manage_users,
    change_contacts,
    keep_metadata,
    decide_who_may_what,
    form_groups,
    organise,
    use_directories,
    use_mfa,
    use_social_login,
    use_single_sign_on,
    use_whitelist,
    say_goodbye,
)


async def main(console: Console) -> None:
    """Tell the story."""
    story = Story(console)
    async with (
        authing_sandbox.running() as sandbox,
        RecordingAuthing(**sandbox.settings) as authing,
    ):
        for chapter in CHAPTERS:
            await chapter(story, authing, sandbox)
        story.finish()
        if forgotten := OPERATIONS.keys() - authing.called:
            raise MisbehavedError(f"not called: {', '.join(sorted(forgotten))}")
    print(
        f"{story.calls} calls, all {len(OPERATIONS)} operations and 4 REST endpoints:"
        " every answer was as it should be."
    )


if __name__ == "__main__":
    try:
        anyio.run(main, Console(quiet="--quiet" in sys.argv))
    except MisbehavedError as error:
        sys.exit(f"misbehaved: {error}")
