"""Business errors: the codes the sandbox answers and what they say."""

from dataclasses import dataclass
from enum import Enum
from typing import Any


class ErrorCode(Enum):
    """A business error code of the service and its message."""

    def __init__(self, code: int, message: str) -> None:
        self.code = code
        self.message = message

    BUSY = 1000, "系统繁忙，请稍后再试"
    FORBIDDEN = 1001, "无权限执行此项操作"
    CODE_REQUIRED = 2000, "账号异常，需要输入验证码"
    WRONG_CODE = 2001, "验证码验证失败（验证码错误）"
    BAD_REGISTRATION_EMAIL = 2003, "注册或登录时邮箱格式不正确"
    NO_SUCH_USER = 2004, "用户不存在"
    LOCKED = 2005, "用户已被锁定"
    WRONG_PASSWORD = 2006, "密码不正确"
    NO_SUCH_APP = 2011, "应用不存在"
    BAD_SEARCH = 2014, "搜索用户时输入格式错误"
    BAD_SEARCH_TYPE = 2015, "搜索用户时搜索类型非法"
    UNDECRYPTABLE = 2016, "解密客户端密码出错"
    NOT_SIGNED_IN = 2020, "尚未登录，无权限访问此请求"
    LINK_EXPIRED = 2023, "用户邮箱验证失败，原因：验证链接已过期，需重新发送"
    MAIL_FAILED = 2025, "使用默认邮件服务商出错"
    USER_EXISTS = 2026, "用户已存在，请不要重复注册"
    NO_PASSWORD = (
        2027,
        "OAuth 注册，但尝试用密码登录，因未设置密码，无法验证，请通过 OAuth 登录",
    )
    BAD_PHONE_OR_EMAIL = 2028, "请提供正确的手机号或邮箱"
    PASSWORD_TOO_SHORT = 2029, "密码长度不能少于 6 位"
    TOO_MANY_IDS = 2030, "一次性查询的用户不能超过 80 人"
    REGISTRATION_CLOSED = 2031, "应用已禁止注册用户"
    PASSWORD_REQUIRED = 2032, "注册时需要密码"
    USERNAME_TAKEN = 2034, "用户名已存在"
    PHONE_TAKEN = 2035, "手机号已绑定"
    FOREIGN_USER = 2036, "用户不属于此用户池"
    WRONG_OLD_EMAIL = 2037, "填写的旧邮箱与实际邮箱不匹配"
    WRONG_OLD_PHONE = 2038, "填写的旧手机与实际手机不匹配"
    TOO_FREQUENT = 2100, "请求过于频繁，请稍候再试"
    POOL_REQUIRED = 2101, "请提供应用 ID"
    EMAIL_TAKEN = 2200, "该邮箱已被绑定"
    NOT_OWN_ACCOUNT = 2202, "修改的信息不属于当前用户"
    WRONG_OLD_PASSWORD = 2203, "原始密码错误"
    BAD_EMAIL = 2204, "邮箱格式不正确"
    TOKEN_EXPIRED = 2206, "登录信息已过期, 需重新登录"
    TOKEN_INVALID = 2207, "登录信息有误, 需重新登录"
    SAME_EMAIL = 2208, "请换一个与现有邮箱不同的邮箱吧"
    MAY_NOT_REMOVE = 2209, "无权限删除该用户"
    NOTHING_TO_REMOVE = 2210, "执行了错误的删除操作（意图删除不存在的用户等）"
    MAY_NOT_REMOVE_OWNER = 2212, "不能删除 root 用户"
    ALREADY_BOUND = 2213, "绑定第三方登录时，发现已绑定过此种方式"
    ACCOUNT_BOUND_ELSEWHERE = 2215, "绑定第三方登录时，将要绑定的账号已被绑定过了"
    NOT_BOUND = 2216, "解绑第三方登录时，没有绑定过此种登录"
    LAST_WAY_TO_SIGN_IN = 2217, "解绑第三方登录或邮箱时，只有一种登录方式，故不能解绑"
    NO_EMAIL_BOUND = 2219, "解绑邮箱时，此用户没有绑定邮箱"
    NO_SUCH_POOL = 2224, "用户池不存在"
    MISSING_PARAMETER = 2231, "请求参数不全"
    CODE_EXPIRED = 2300, "验证码过期"
    NO_SUCH_GROUP = 3901, "分组或组织机构不存在"
    NO_SUCH_ROLE = 3903, "角色不存在"
    NO_SUCH_PERMISSION = 3905, "权限不存在"
    NO_SUCH_OIDC_APP = 4212, "OIDC 应用不存在"


@dataclass(frozen=True)
class OtherCode:
    """A code of the service that the sandbox answers only where it is told to."""

    code: int
    message: str


def error_of(code: int) -> ErrorCode | OtherCode:
    """The error with a code."""
    known = (error for error in ErrorCode if error.code == code)
    return next(known, OtherCode(code, "系统错误"))


class BusinessError(Exception):
    """The service refuses what was asked of it."""

    def __init__(
        self, error: ErrorCode | OtherCode, message: str | None = None
    ) -> None:
        self.error = error
        self.message = message or error.message
        super().__init__(f"{error.code} {self.message}")

    @property
    def form(self) -> dict[str, Any]:
        """The error as the service words it: an object where GraphQL has a string."""
        return {"code": self.error.code, "message": self.message, "data": None}
