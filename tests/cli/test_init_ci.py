"""A project of `init`, from an empty folder to a green run of its own CI."""

import os
import subprocess
from pathlib import Path

import pytest
import yaml

from authing_gen.cli.project.files import CI_FILES, Ci, project_files
from authing_gen.cli.project.names import Names
from authing_gen.cli.project.starts import authing

from ..ide.installations import build_wheel
from .commands import COMMAND, plain_environment

pytestmark = pytest.mark.heavy

OLD = "# An old pin.\npytest==0.1\n"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Where pip finds this checkout as it will be published."""
    found = tmp_path_factory.mktemp("dist")
    build_wheel(found)
    pip = {name: value for name, value in os.environ.items() if name[:4] == "PIP_"}
    places = f"{pip.get('PIP_FIND_LINKS', '')} {found}"
    return {**pip, "PIP_FIND_LINKS": places, "PIP_COMPILE": "0"}


def test_what_ci_runs_is_green_in_a_clone(
    environment: dict[str, str], tmp_path: Path
) -> None:
    made, clone = tmp_path / "my-shop", tmp_path / "clone"
    shell(f"{COMMAND} init {made} --bare && git init {made}", tmp_path, environment)
    (made / "constraints.txt").write_text(OLD)
    shell("make pins generate && git add . && git commit -m begun", made, environment)
    pins = (made / "constraints.txt").read_text().splitlines()
    assert "pytest==0.1" not in pins
    assert pins[0].startswith("#")
    assert all("==" in pin and "/" not in pin for pin in pins[1:])

    shell(f"git clone {made} {clone}", tmp_path, environment)
    for step in steps(clone / CI_FILES[Ci.GITHUB]):
        shell(step, clone, environment)
    freeze = ".venv/bin/python -m pip freeze --all --exclude setuptools"
    frozen = shell(f"{freeze} --exclude-editable", clone, environment)
    assert frozen.splitlines() == pins[1:]
    assert shell("git status --porcelain", clone, environment) == ""

    # The wheel that is installed there begins the same project, and it is all there.
    again = ".venv/bin/authing-gen init . --package my_shop --bare"
    shell(again, clone, environment)
    assert shell("git status --porcelain", clone, environment) == ""
    shell("make build", clone, environment)
    assert [*(clone / "dist").glob("my_shop-0.1.0-*.whl")]

    # What is wrong is noticed.
    query = clone / "queries/user_exist.graphql"
    query.write_text(query.read_text().replace("userExist(\n", "there: userExist(\n"))
    assert failing("make check", clone, environment)
    client = clone / "my_shop/client.py"
    client.write_text(client.read_text().replace("AsyncRuntime, ", ""))
    assert failing("make test", clone, environment)


def test_both_kinds_of_ci_run_the_same(tmp_path: Path) -> None:
    for ci, path in CI_FILES.items():
        files = project_files(Names.of("shop"), authing(bare=True), ci)
        (tmp_path / ci).write_text(files[path], encoding="utf-8")
    github = yaml.safe_load((tmp_path / Ci.GITHUB).read_text(encoding="utf-8"))
    gitlab = yaml.safe_load((tmp_path / Ci.GITLAB).read_text(encoding="utf-8"))
    assert steps(tmp_path / Ci.GITHUB) == gitlab["test"]["script"]
    assert github["permissions"] == {"contents": "read"}
    (versions,) = gitlab["test"]["parallel"]["matrix"]
    matrix = github["jobs"]["test"]["strategy"]["matrix"]
    assert matrix["python"] == versions["PYTHON_VERSION"]


def steps(workflow: Path) -> list[str]:
    """What a workflow of GitHub's runs."""
    jobs = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"].values()
    found = [step["run"] for job in jobs for step in job["steps"] if "run" in step]
    assert found
    return found


def shell(script: str, folder: Path, environment: dict[str, str]) -> str:
    """Run what must succeed; return what it prints."""
    done = run_shell(script, folder, environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def failing(script: str, folder: Path, environment: dict[str, str]) -> bool:
    """Whether something fails."""
    return run_shell(script, folder, environment).returncode != 0


def run_shell(
    script: str, folder: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a script as GitHub does, in an environment that holds nothing of ours."""
    author = {
        f"GIT_{who}_{what}": "ada@example.com"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env=plain_environment({**environment, **author, "PATH": os.environ["PATH"]}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
