"""What the pages of the schema say around its own descriptions, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Words:
    """The words of one language."""

    suffix: str
    """Of the pages' names."""
    schema: str
    introduction: str
    index_head: str
    note: str
    """Stands below the title of each page."""
    method: str
    operation: str
    answer: str
    argument_head: str
    field_head: str
    value_head: str
    no_token: str
    either: str
    places: str
    comma: str
    deprecated: str
    kinds: Mapping[str, str] = field(default_factory=dict[str, str])
    """What a heading calls a root field or a type, where not as GraphQL does."""
    titles: Mapping[str, str] = field(default_factory=dict[str, str])
    """Of the domains, where it is not their name."""


ENGLISH = Words(
    suffix=".md",
    schema="Schema",
    introduction=(
        "What the service answers, as `schema/` describes it. The client is generated"
        " from this, and the sandbox executes it. [Its rules](rules.md) say what the"
        " directives mean and why a field may be null."
    ),
    index_head="| method | root field | gateway | token |",
    note="",
    method="Method",
    operation=", operation `{name}`: {gateway} gateway, {tokens}",
    answer="Answers with {type}.",
    argument_head="| argument | type | |",
    field_head="| field | type | |",
    value_head="| value | |",
    no_token="no token",  # noqa: S106 (it is a text)
    either=" or ",
    places="Stands on: {places}.",
    comma=", ",
    deprecated="Deprecated: {reason}.",
    titles={"mfa": "MFA", "sso": "SSO"},
)

CHINESE = Words(
    suffix=".zh.md",
    schema="Schema",
    introduction=(
        "`schema/` 描述了服务端的全部接口：客户端由它生成，沙箱执行的也是它。"
        "各指令的含义、字段何时可能为空，见[规则](rules.md)。"
    ),
    index_head="| 方法 | 根字段 | 网关 | Token |",
    note="说明文字取自 schema，只有英文。",
    method="方法",
    operation="，操作 `{name}`：{gateway} 网关，{tokens}",
    answer="返回 {type}。",
    argument_head="| 参数 | 类型 | |",
    field_head="| 字段 | 类型 | |",
    value_head="| 值 | |",
    no_token="不需要 Token",  # noqa: S106 (it is a text)
    either=" 或 ",
    places="可用于：{places}。",
    comma="、",
    deprecated="已废弃：{reason}。",
    kinds={
        "query": "查询",
        "mutation": "变更",
        "type": "类型",
        "interface": "接口",
        "input": "输入类型",
        "enum": "枚举",
    },
    titles={
        "authentication": "登录与注册",
        "common": "通用类型",
        "contacts": "邮箱与手机号",
        "directives": "指令",
        "groups": "分组",
        "metadata": "自定义数据 (metadata)",
        "mfa": "多因素认证 (MFA)",
        "organisations": "组织机构",
        "passwords": "密码",
        "permissions": "权限",
        "pools": "用户池",
        "roles": "角色",
        "social": "社会化登录",
        "sso": "单点登录 (SSO)",
        "users": "用户",
        "whitelist": "白名单",
    },
)
