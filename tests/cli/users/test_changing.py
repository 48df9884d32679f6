"""`users block`, `unblock` and `remove`."""

from pathlib import Path

import pytest

from authing_gen import Authing
from authing_sandbox import Sandbox

from ..commands import COMMAND, on_terminal
from .conftest import Users

NAMES = ["ada", "grace", "barbara"]


@pytest.fixture
def ids(authing: Authing) -> list[str]:
    """Identifiers of three users."""
    return [
        authing.register(
            email=f"{name}@example.com",
            phone=f"1380013800{place}",
            username=name,
            password="correct horse",
        ).id
        for place, name in enumerate(NAMES)
    ]


def blocked(authing: Authing) -> list[str | None]:
    return [user.username for user in authing.iter_users() if user.blocked]


def test_named_in_any_way(users: Users, authing: Authing, ids: list[str]) -> None:
    named = ("--id", ids[0], "--email", "GRACE@example.com", "--phone", "13800138002")
    result = users("block", *named, "--yes")
    assert (result.exit_code, result.stdout) == (0, "3 blocked\n"), result.stderr
    assert blocked(authing) == NAMES
    result = users("unblock", "--username", "ada", "--yes")
    assert (result.exit_code, result.stdout) == (0, "1 unblocked\n"), result.stderr
    assert blocked(authing) == NAMES[1:]


def test_who_is_not_there(users: Users, authing: Authing, ids: list[str]) -> None:
    result = users(
        *("remove", "--id", ids[0], "--id", "none", "--email", "nobody@example.com"),
        *("--yes", "--failures", "failed.csv"),
    )
    assert (result.exit_code, result.stdout) == (1, "1 removed\n")
    assert "failed: nobody@example.com: there is no such user" in result.stderr
    assert ",none,2210,UserNotFoundError," in Path("failed.csv").read_text("utf-8")
    assert [user.username for user in authing.iter_users()] == NAMES[1:]


def test_by_a_file_or_a_pipe(users: Users, authing: Authing, ids: list[str]) -> None:
    assert users("export", "all.csv").exit_code == 0
    assert users("block", "--from", "all.csv", "--yes").stdout == "3 blocked\n"
    lines = f"{ids[0]}\nbarbara@example.com\n"
    result = users("remove", "--from", "-", "--yes", input=lines)
    assert (result.exit_code, result.stdout) == (0, "2 removed\n"), result.stderr
    assert [user.username for user in authing.iter_users()] == ["grace"]


def test_a_rehearsal_changes_nothing(
    users: Users, authing: Authing, ids: list[str]
) -> None:
    result = users(
        "remove", "--id", ids[0], "--email", "grace@example.com", "--dry-run"
    )
    assert result.exit_code == 0, result.stderr
    assert sorted(result.stdout.splitlines()) == [
        "2 would be removed",
        f"would remove ada@example.com ({ids[0]})",
        f"would remove grace@example.com ({ids[1]})",
    ]
    assert len([*authing.iter_users()]) == 3


@pytest.mark.parametrize(("answer", "left"), [("n\r", 3), ("y\r", 2)])
def test_it_asks_first(
    box: Sandbox, authing: Authing, ids: list[str], answer: str, left: int
) -> None:
    command = [str(COMMAND), "users", "remove", "--email", "ada@example.com"]
    with on_terminal(command, box.environment) as terminal:
        shown = terminal.wait_for("[y/N]")
        assert "Remove 1 user: ada@example.com? This cannot be undone." in shown
        terminal.type(answer)
        assert terminal.finish() == (1 if left == 3 else 0)
    assert len([*authing.iter_users()]) == left
