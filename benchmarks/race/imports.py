"""How long it takes until there is a client, in a fresh interpreter."""

import subprocess
from pathlib import Path

from .process import ROOT, FailedError, environment
from .table import Figure

OURS = """
from authing_gen import AsyncAuthing
AsyncAuthing("pool", "secret")
"""

THEIRS = """
import httpx, pydantic

class User(pydantic.BaseModel):
    id: str = pydantic.Field(alias="_id")
    email: str | None
    email_verified: bool | None = pydantic.Field(alias="emailVerified")
    username: str | None
    nickname: str | None
    company: str | None
    phone: str | None
    photo: str | None
    browser: str | None
    token: str | None
    token_expired_at: str | None = pydantic.Field(alias="tokenExpiredAt")
    logins_count: int | None = pydantic.Field(alias="loginsCount")
    last_login: str | None = pydantic.Field(alias="lastLogin")
    last_ip: str | None = pydantic.Field(alias="lastIP")
    signed_up: str | None = pydantic.Field(alias="signedUp")
    blocked: bool | None
    is_deleted: bool | None = pydantic.Field(alias="isDeleted")
"""
"""The fields of what `login` answers."""

METERED = """
import os, resource
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {{{core}}})
def used():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
begin = used()
{source}
print((used() - begin) * 1000)
"""


def race(python: Path, core: int, rounds: int) -> tuple[Figure, Figure]:
    """The best of several starts of each, in milliseconds of CPU time, in turns."""
    ours: list[float] = []
    theirs: list[float] = []
    try:
        for _ in range(rounds + 1):  # The first one compiles.
            ours.append(_start(python, core, OURS))
            theirs.append(_start(python, core, THEIRS))
    except (OSError, FailedError) as error:
        return FailedError(str(error)), FailedError("it was not asked")
    return min(ours), min(theirs)


def _start(python: Path, core: int, source: str) -> float:
    """Milliseconds from the first statement to the last."""
    found = subprocess.run(
        [str(python), "-c", METERED.format(core=core, source=source)],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode:
        raise FailedError(found.stderr.strip().splitlines()[-1])
    return float(found.stdout)
