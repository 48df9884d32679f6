"""Finding users by what they are known by, and changing it."""

from dataclasses import replace
from typing import Any

from ariadne import MutationType, QueryType
from sqlalchemy import func, select

from ..calls.call import Call, Paging
from ..calls.errors import BusinessError, ErrorCode
from ..identity import codes, new_contact
from ..identity.contacts import is_email
from ..identity.new_contact import EMAIL, PHONE, Given
from ..messages import outbox
from ..storage.database import Unit
from ..storage.tables import User
from .passwords import answers_refusals
from .users import MAX_PAGE, Users

query = QueryType()
mutation = MutationType()

_SEARCHED = {
    "email": User.email,
    "phone": User.phone,
    "username": User.username,
    "nickname": User.nickname,
    "unionid": User.unionid,
}


@query.field("searchUser")
async def search_user(
    call: Call,
    *,
    type: str,
    value: str,
    page: int | None = None,
    count: int | None = None,
    **_: Any,
) -> Users:
    column = _SEARCHED.get(type)
    if column is None:
        raise BusinessError(ErrorCode.BAD_SEARCH_TYPE)
    if not value.strip():
        raise BusinessError(ErrorCode.BAD_SEARCH)
    paging = Paging.of(page, count, most=MAX_PAGE)
    chosen = select(User).where(
        User.pool_id == call.pool.id, column.icontains(value, autoescape=True)
    )
    total = await call.session.scalar(
        select(func.count()).select_from(chosen.subquery())
    )
    found = await call.session.scalars(
        chosen.order_by(User.signed_up, User.id)
        .offset(paging.first)
        .limit(paging.count)
    )
    return Users(found.all(), total or 0)


@query.field("checkPhoneCode")
@answers_refusals
async def check_phone_code(call: Call, *, phone: str, phone_code: str, **_: Any) -> str:
    # A transaction of its own: the one of a query only reads, and guesses are counted.
    async def check(unit: Unit) -> None:
        await codes.check(replace(call, unit=unit), "sms", phone, phone_code)

    await call.server.database.run(check, write=True)
    return "验证成功"


@mutation.field("sendChangeEmailVerifyCode")
@answers_refusals
async def send_change_email_code(call: Call, *, email: str, **_: Any) -> str:
    if not is_email(email):
        raise BusinessError(ErrorCode.BAD_EMAIL)
    code = await codes.make(call, "new-email", email)
    reason = "您正在修改账号的邮箱，请使用下面的验证码。"
    outbox.post_mail(call, email, "修改邮箱", reason, code=code)
    return "发送成功"


@mutation.field("updateEmail")
async def update_email(
    call: Call,
    *,
    email: str,
    email_code: str,
    old_email: str | None = None,
    old_email_code: str | None = None,
    **_: Any,
) -> User:
    given = Given(email, email_code, old_email, old_email_code)
    return await new_contact.change(call, EMAIL, given)


@mutation.field("updatePhone")
async def update_phone(
    call: Call,
    *,
    phone: str,
    phone_code: str,
    old_phone: str | None = None,
    old_phone_code: str | None = None,
    **_: Any,
) -> User:
    given = Given(phone, phone_code, old_phone, old_phone_code)
    return await new_contact.change(call, PHONE, given)
