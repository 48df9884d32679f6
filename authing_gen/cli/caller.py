"""Who calls: the client's settings, and the user it acts as."""

from collections.abc import Mapping
from typing import Any

from .client_source import Entry
from .failures import WrongUsage
from .gathering import environment
from .option import SETTING_OPTIONS
from .standard_input import StandardInput

POOL_SECRET = "pool-secret-stdin"  # noqa: S105 (the name of an option)
USER_TOKEN = "AUTHING_USER_TOKEN"  # noqa: S105 (the name of a variable)


def settings_of(
    values: Mapping[str, Any], standard_input: StandardInput
) -> dict[str, Any]:
    """Return the arguments of the client that are given by options.

    Raises:
        WrongUsage: Standard input holds no secret.
    """
    names = [option.name for option in SETTING_OPTIONS if option.name != POOL_SECRET]
    settings = {name.replace("-", "_"): values.get(name) for name in names}
    if values.get(POOL_SECRET):
        secret = standard_input.secret("Secret of the user pool", f"--{POOL_SECRET}")
        settings["secret"] = secret
    return settings


def user_token(
    entry: Entry,
    values: Mapping[str, Any],
    settings: Mapping[str, Any],
    standard_input: StandardInput,
) -> str | None:
    """Return the UserToken to act with; None for the owner of the pool, or nobody.

    Where an operation takes either token, its first one that is there is sent, unless
    a UserToken is given by option.

    Raises:
        WrongUsage: The operation needs a token that is not there.
    """
    if values.get("as-user-stdin"):
        return standard_input.secret("UserToken", "--as-user-stdin")
    there = {
        "OWNER": _acts_as_owner(settings),
        "USER": environment(USER_TOKEN) is not None,
    }
    for kind in entry.sent.tokens:
        if there[kind]:
            return environment(USER_TOKEN) if kind == "USER" else None
    if entry.sent.tokens:
        raise WrongUsage(f"{entry.name} takes {_ways(entry)}")
    return None


def _acts_as_owner(settings: Mapping[str, Any]) -> bool:
    if settings.get("secret") or environment("AUTHING_SECRET"):
        return True
    signed = settings.get("signed")
    return bool(environment("AUTHING_SIGNED") if signed is None else signed)


def _ways(entry: Entry) -> str:
    ways = {
        "OWNER": "the OwnerToken (set AUTHING_SECRET or give --pool-secret-stdin)",
        "USER": f"a UserToken (set {USER_TOKEN} or give --as-user-stdin)",
    }
    return " or ".join(ways[kind] for kind in entry.sent.tokens)
