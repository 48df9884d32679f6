"""A seed as a YAML file: what the first world has besides the demo."""

from pathlib import Path
from typing import Annotated, Any, cast

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    StrictStr,
    ValidationError,
    create_model,
)

from ..directory.settings import DirectorySettings
from ..identity.contacts import is_email
from ..storage.phones import is_phone
from ..storage.rows import RULES, STRICT, given, row_model
from ..storage.tables import App, SocialProvider, User, table_of
from .access_file import Group, Node, Role, described
from .seed import POOL_ID, POOL_SECRET, Seed, SeedError


def read_seed(path: Path) -> Seed:
    """Read a seed; raises ValueError, which says where, for what cannot be one."""
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
        file = cast("Any", _model().model_validate({} if content is None else content))
    except yaml.YAMLError as error:
        raise SeedError(f"{path} is not YAML: {' '.join(str(error).split())}") from None
    except UnicodeDecodeError:
        raise SeedError(f"{path} is not text in UTF-8") from None
    except RecursionError:
        raise SeedError(f"{path} is nested too deeply") from None
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
            for problem in error.errors(include_url=False, include_input=False)
        )
        raise SeedError(f"{path}: {problems}") from None
    return Seed(
        pool_id=file.pool.id,
        secret=file.pool.secret,
        pool_rules=given(file.rules),
        users=tuple(given(user) for user in file.users),
        providers=tuple(given(provider) for provider in file.providers),
        apps=tuple(given(app) for app in file.apps),
        whitelist=tuple(file.whitelist),
        roles=tuple(described(role) for role in file.roles),
        groups=tuple(described(group) for group in file.groups),
        organisations=tuple(described(root) for root in file.organisations),
        directories=file.directories,
    )


def user_model(**more: Any) -> Any:
    """A user as a file has it, with fields of the caller's besides."""
    user = row_model(
        table_of(User),
        "User",
        partial=True,
        without={"pool_id", "password_hash", "token", "token_series", "updated_at"},
        password=(StrictStr | None, Field(None, min_length=6)),
        **more,
    )
    return Annotated[user, AfterValidator(_identified)]


def _identified(user: BaseModel) -> BaseModel:
    if not user.model_fields_set & {"unionid", "email", "phone", "username"}:
        raise ValueError("a user has an email, phone, username or unionid")
    known = given(user)
    if (email := known.get("email")) and not is_email(email):
        raise ValueError("email is no e-mail address")
    if (phone := known.get("phone")) and not is_phone(phone):
        raise ValueError("phone is no phone number")
    return user


def _phone(text: str) -> str:
    if not is_phone(text):
        raise ValueError("no phone number")
    return text


def _model() -> type[BaseModel]:
    pool = create_model(
        "Pool",
        __config__=STRICT,
        id=(StrictStr, POOL_ID),
        secret=(StrictStr, POOL_SECRET),
    )
    provider = row_model(
        table_of(SocialProvider),
        "Provider",
        partial=True,
        without={"id", "pool_id"},
        alias=(StrictStr, ...),
    )
    app = row_model(
        table_of(App),
        "App",
        partial=True,
        without={"pool_id", "created_at"},
        id=(StrictStr, ...),
    )
    fields: dict[str, Any] = {
        name: (list.__class_getitem__(kind), Field(default_factory=list))
        for name, kind in {
            "users": user_model(metadata=(dict[StrictStr, StrictStr], {})),
            "providers": provider,
            "apps": app,
            "roles": Role,
            "groups": Group,
            "organisations": Node,
            "whitelist": Annotated[StrictStr, AfterValidator(_phone)],
        }.items()
    }
    return create_model(
        "SeedFile",
        __config__=STRICT,
        pool=(pool, Field(default_factory=pool)),
        rules=(RULES, Field(default_factory=RULES)),
        directories=(dict[str, DirectorySettings], Field(default_factory=dict)),
        **fields,
    )
