"""The picture whose code is asked for after repeated failures to sign in."""

from sqlalchemy import delete

from ..calls.call import Call
from ..calls.errors import BusinessError, ErrorCode
from ..storage.tables import Message, User, VerificationCode
from . import codes, rates


async def check(call: Call, user: User, name: str, given: str | None) -> None:
    """Refuse a sign-in after too many failures, unless the picture has been read.

    The outbox shows the picture as a message to the name that signs in.
    """
    rule = call.pool
    if not rule.login_fail_check_enable or not await rates.is_reached(
        call,
        "login",
        user.id,
        rule.login_fail_check_limit,
        rule.login_fail_check_interval,
    ):
        return
    shown = VerificationCode.address == user.id, VerificationCode.purpose == "captcha"
    forget = delete(VerificationCode).where(*shown)
    # Whether right or wrong, a picture is good for one try.
    call.unit.execute_if_refused(forget)
    try:
        if given is None:
            raise BusinessError(ErrorCode.CODE_REQUIRED)
        await codes.check(call, "captcha", user.id, given.strip())
    except BusinessError:
        _show_another(call, user, name)
        raise
    await call.session.execute(forget)


def _show_another(call: Call, user: User, name: str) -> None:
    code = codes.new_code(call.pool)
    call.unit.add_if_refused(
        VerificationCode(
            pool_id=call.pool.id,
            purpose="captcha",
            address=user.id,
            code=code,
            sent_at=call.now,
        )
    )
    text = f"图片验证码：{code}"
    call.unit.add_if_refused(
        Message(kind="captcha", to=name, text=text, code=code, created_at=call.now)
    )
