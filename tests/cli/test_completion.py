"""The tab key: asked as the shells ask, and pressed in the shells themselves."""

import re
import shutil
from pathlib import Path

import pytest

from authing_client import OPERATIONS

from .commands import COMMAND, on_terminal, run, run_command


def question(line: str) -> dict[str, str]:
    """How bash asks what the last word of a line can be."""
    return {
        "_AUTHING_GEN_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(line.count(" ")),
    }


def completed(line: str) -> list[str]:
    """What bash is offered for the last word of a line."""
    return run(environment=question(line)).stdout.split()


def test_commands_are_completed() -> None:
    assert {"call", "operations"} <= set(completed("authing-gen "))


def test_call_completes_every_operation() -> None:
    offered = completed("authing-gen call ")
    assert len(offered) == len(OPERATIONS) + 6
    assert "login" in offered
    assert "oidc.refresh" in offered


@pytest.mark.parametrize(
    ("begun", "offered"),
    [
        ("check_l", ["check_login_status"]),
        ("checkL", ["checkLoginStatus"]),
        ("check-l", ["check-login-status"]),
        ("sms.", ["sms.send_code", "sms.send_register_code"]),
        ("nothing", []),
    ],
)
def test_both_names_of_an_operation_are_completed(
    begun: str, offered: list[str]
) -> None:
    assert completed(f"authing-gen call {begun}") == offered


def test_operations_show_completes_names() -> None:
    assert completed("authing-gen operations show query_mfa") == [
        "query_mfa",
        "query_mfa_unpaged",
    ]


def test_options_of_the_operation_are_completed() -> None:
    offered = completed("authing-gen call login --")
    assert {"--email", "--password-stdin", "--json", "--users-url"} <= set(offered)
    assert "--password" not in offered
    assert "--enable" not in offered


def test_choices_are_completed() -> None:
    assert completed("authing-gen call oidc.login --method ") == ["POST", "GET"]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("authing-gen call check_l", "check_login_status"),
        ("authing-gen call login --password-s", "--password-stdin"),
    ],
)
def test_the_tab_key_does_not_wait_for_libraries(line: str, answer: str) -> None:
    told = {"PYTHONPROFILEIMPORTTIME": "1"}
    asked = run_command(environment=question(line) | told)
    assert asked.stdout.split() == [answer]
    loaded = set(re.findall(r"\| +([\w.]+)$", asked.stderr, re.M))
    assert "authing_gen.cli.catalogue" in loaded
    assert not {"httpx", "cryptography", "authing_client"} & loaded


@pytest.mark.parametrize(
    ("shell", "start"),
    [
        ("bash", ["--noprofile", "--norc", "-i"]),
        ("zsh", ["-f", "-i"]),
        ("fish", ["--no-config", "-i"]),
    ],
)
def test_tab_in_a_shell(shell: str, start: list[str], tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"needs {shell}")
    installed = run_command(
        "--install-completion",
        shell,
        environment={
            "HOME": str(tmp_path),
            # The shell is named: by what this process was started does not matter.
            "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1",
        },
    )
    assert installed.returncode == 0, installed.stderr
    with on_terminal([shell, *start], {"HOME": str(tmp_path)}) as terminal:
        terminal.type(LOAD[shell])
        terminal.type("echo rea''dy\n")
        terminal.wait_for("ready")
        terminal.forget()
        if shell == "zsh":  # Typer's function only sets itself up at its first call.
            terminal.type(f"{COMMAND.name} \t")
            terminal.wait_for("\a")
            terminal.type("\x15")
        terminal.type(f"{COMMAND.name} call check_l\t")
        terminal.wait_for("call check_login_status")
        terminal.type("--as\t")
        terminal.wait_for("--as-user-stdin")


LOAD = {
    "bash": ". ~/.bashrc\n",
    "zsh": ". ~/.zshrc\n",
    "fish": ". ~/.config/fish/completions/authing-gen.fish\n",
}
"""Reads what `--install-completion` has written, as a new shell would."""
