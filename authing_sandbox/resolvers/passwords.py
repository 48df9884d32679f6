"""Resetting a password, verifying an e-mail address."""

import functools
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from ariadne import MutationType, QueryType

from ..calls.call import Call
from ..calls.errors import BusinessError, ErrorCode
from ..identity import accounts, codes, tokens
from ..messages import outbox
from ..storage.tables import User

query = QueryType()
mutation = MutationType()

Outcome = dict[str, Any]


def answers_refusals(
    operation: Callable[..., Awaitable[str]],
) -> Callable[..., Awaitable[Outcome]]:
    """Answer with a CommonMessage, whether the operation succeeds or is refused."""

    @functools.wraps(operation)
    async def answer(call: Call, **given: Any) -> Outcome:
        try:
            message = await operation(call, **given)
        except BusinessError as error:
            return {
                "status": False,
                "code": error.error.code,
                "message": error.message,
            }
        return {"status": True, "code": 200, "message": message}

    return answer


@mutation.field("sendResetPasswordEmail")
@answers_refusals
async def send_reset_password_email(call: Call, *, email: str, **_: Any) -> str:
    await _by_email(call, email)
    code = await codes.make(call, "password", email)
    reason = "您正在重置账号的密码，请使用下面的验证码。"
    outbox.post_mail(call, email, "重置密码", reason, code=code)
    return "成功"


@mutation.field("verifyResetPasswordVerifyCode")
@answers_refusals
async def verify_reset_password_code(
    call: Call, *, email: str, verify_code: str, **_: Any
) -> str:
    await codes.check(call, "password", email, verify_code)
    return "验证成功"


@mutation.field("changePassword")
async def change_password(
    call: Call, *, email: str, password: str, verify_code: str, **_: Any
) -> User:
    user = await _by_email(call, email)
    await codes.consume(call, "password", email, verify_code)
    accounts.set_password(user, password)
    user.updated_at = call.now
    return user


@mutation.field("sendVerifyEmail")
@answers_refusals
async def send_verify_email(
    call: Call, *, email: str, token: str | None = None, **_: Any
) -> str:
    user = await _by_email(call, email)
    if token is not None:
        owner = (await tokens.inspect(call, token)).proven()
        if owner.user_id != user.id:
            raise BusinessError(ErrorCode.NOT_OWN_ACCOUNT)
    code = await codes.make(call, "email", email)
    proof = urlencode({"client": call.pool.id, "email": email, "code": code})
    link = f"{call.origin.base_url}/users/verify_email?{proof}"
    reason = "请打开下面的链接，证明此邮箱属于您。"
    outbox.post_mail(call, email, "验证邮箱", reason, code=code, link=link)
    return "发送验证邮件成功"


async def _by_email(call: Call, email: str) -> User:
    user = await accounts.find(call, "email", email)
    if user is None or user.is_deleted:
        raise BusinessError(ErrorCode.NO_SUCH_USER)
    return user
