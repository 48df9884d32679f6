"""Which arguments are filled in, with what, and which variables the others become."""

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from ..examples import examples
from .model import reference

FOLDER_OF_REST = "REST"
"""The folder of the endpoints that are no operations."""
POOL = "userPoolId"
OWNER_TOKEN = "ownerToken"  # noqa: S105 (the name of a variable, as the next one)
USER_TOKEN = "userToken"  # noqa: S105

_USUAL = {
    *("password", "secret", "refreshToken", "oidcAppId", "appId", "page", "count"),
    *("id", "ids", "user", "userId"),
    *("enablePhone", "enableQrCode", "includeChildren", "qrCodePhone"),
}
"""Optional arguments that make an operation ready to run."""
_WHO = ("email", "phone", "username")
"""One of them says who is meant, where none is required."""
_SAME = {
    **dict.fromkeys(("ids", "user"), "userId"),
    **dict.fromkeys(("rootGroupId", "parentGroupId", "nodeId"), "groupId"),
    "appId": "oidcAppId",
    "token": USER_TOKEN,
    "access_token": "accessToken",
    "client_id": "oidcAppId",
    "client_secret": "oidcAppSecret",
    "refresh_token": "refreshToken",
}
"""Arguments that hold what has another name elsewhere."""
_OF_FOLDER = {
    **dict.fromkeys(("users", "metadata"), "userId"),
    "roles": "roleId",
    "groups": "groupId",
    "permissions": "permissionId",
    "organisations": "orgId",
}
"""What `_id` is among the operations of a folder."""
_RENAMED = {"email": None, "phone": None, "password": None, "nickname": "Ada"}
_NEW_EMAIL = {"email": reference("newEmail")}
_CHANGES: Mapping[str, Mapping[str, object]] = {
    "decodeJwtToken": {"token": reference(USER_TOKEN)},
    "loginByPhoneCode": {"phoneCode": 0},
    "UpdateUser": _RENAMED,
    "updateFullUser": _RENAMED,
    "sendChangeEmailVerifyCode": _NEW_EMAIL,
    "updateEmail": _NEW_EMAIL,
    "updatePhone": {"phone": reference("newPhone")},
    "searchUser": {"type": "email", "value": reference("email")},
    "bindOtherOAuth": {"type": "qq", "unionid": "qq-1", "userInfo": "{}"},
    "unbindOtherOAuth": {"type": "qq"},
}
"""Where the names of arguments do not tell enough; None is left out."""


def wanted(names: Set[str], required: Set[str]) -> Iterator[str]:
    """Names of what is filled in: what is required, and what is usual."""
    yield from required
    yield from _USUAL & names
    if not required & {*_WHO}:
        yield from [name for name in _WHO if name in names][:1]


def changed(operation: str, filled: Mapping[str, object]) -> dict[str, object]:
    """Correct what an operation is filled in with."""
    changed = {**filled, **_CHANGES.get(operation, {})}
    return {name: value for name, value in changed.items() if value is not None}


def example(argument: str, folder: str) -> Any:
    """The value that an example can show, or None."""
    if argument == "name":
        return examples()["names"].get(folder)
    return examples()["values"].get(argument)


def variable(argument: str, folder: str = "", operation: str = "") -> str:
    """Name of the tool's variable that holds an argument."""
    if argument in ("_id", "id"):
        return "userId" if operation.startswith("user") else identifier(folder)
    return _SAME.get(argument, argument)


def identifier(folder: str) -> str:
    """Name of the variable that holds what the operations of a folder are about."""
    return _OF_FOLDER.get(folder, "id")


def ordered(folders: Set[str]) -> list[str]:
    """Folders in the order in which people need them."""
    first: Sequence[str] = examples()["folders"]["first"]
    rest = sorted(folders - {*first, FOLDER_OF_REST})
    return [*(name for name in first if name in folders), *rest, FOLDER_OF_REST]


def starting_values() -> dict[str, str]:
    """What variables hold at first."""
    known = examples()
    return {**known["person"], **known["others"]}
