"""`operations` and `call` in a project: they speak of what it generates."""

import json
import subprocess
from pathlib import Path

import pytest

from .commands import COMMAND, plain_environment, run
from .projects import edit, make_zoo
from .shop import extend, serving


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project `shop` with operations of its own."""
    folder = tmp_path_factory.mktemp("standing")
    in_folder(folder, "init", "--package", "shop")
    extend(folder)
    in_folder(folder, "generate")
    return folder


def in_folder(
    folder: Path, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the installed command in a folder."""
    return subprocess.run(
        [COMMAND, *arguments],
        cwd=folder,
        env=plain_environment(environment),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_operations_are_the_projects(project: Path) -> None:
    listed = json.loads(in_folder(project, "operations", "--json").stdout)
    names = {each["name"] for each in listed}
    assert {"orders", "placeOrder", "login", "sms.send_code"} <= names
    shop = in_folder(project, "operations", "--gateway", "shop", "--json").stdout
    assert [each["method"] for each in json.loads(shop)] == ["place_order", "orders"]
    below = in_folder(project / "shop", "operations", "show", "place-order")
    assert "Encrypted: pin" in below.stdout
    assert "lines: Sequence[OrderLineInput]" in below.stdout


def test_calls_are_the_projects(project: Path) -> None:
    with serving(project / "schema") as service:
        environment = {**service.environment(), "PIN": "1234"}
        limit = {"amount": "12.50", "currency": "CNY"}
        lines = json.dumps([{"article": "tea", "limit": limit}])
        placed = in_folder(
            project,
            *("call", "place-order", "--lines", lines, "--pin-env", "PIN", "--json"),
            **environment,
            AUTHING_USER_TOKEN="ada",
        )
        assert placed.returncode == 0, placed.stderr
        assert json.loads(placed.stdout)["id"] == "1"
        orders = in_folder(project, "call", "orders", "--json", **environment)
        assert [each["id"] for each in json.loads(orders.stdout)] == ["1"]
        unknown = in_folder(project, "call", "ordres", **environment)
        assert "Did you mean orders" in " ".join(unknown.stderr.split())


def test_collections_are_the_projects(project: Path) -> None:
    command = ("collection", "made", "--format", "http")
    insecure = "http://shop.example.com/graphql"
    refused = in_folder(project, *command, AUTHING_SHOP_URL=insecure)
    assert refused.returncode == 2
    assert "AUTHING_SHOP_URL: plain http" in refused.stderr
    shop = insecure.replace("http", "https")
    done = in_folder(project, *command, AUTHING_SHOP_URL=shop)
    assert done.stdout == "wrote made/shop.http\n"
    text = (project / "made/shop.http").read_text(encoding="utf-8")
    assert f"@shopUrl = {shop}\n" in text
    assert "# @name place_order\nGRAPHQL {{shopUrl}}\n" in text
    assert '"pin": "{{encryptedPin}}"' in text
    assert "### users: userExist" in text


def test_options_of_a_gateway_that_is_not_there(project: Path) -> None:
    refused = in_folder(project, "operations", "--gateway", "moon")
    assert refused.returncode == 2
    assert "is not one of users, shop, oauth" in refused.stderr


@pytest.mark.parametrize("command", ["operations", "call"])
def test_project_without_a_package_yet(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(make_zoo(tmp_path))
    refused = run(command, *(("login", "--help") if command == "call" else ()))
    assert refused.exit_code == 2
    assert "run authing-gen generate" in refused.stderr


def test_package_with_a_runtime_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(make_zoo(tmp_path))
    edit(tmp_path / "codegen.toml", "zoo_client", "zoo_of_its_own")
    assert run("generate").exit_code == 0
    assert "cats" in run("operations").stdout
    refused = run("call", "ticket", "--day", "x")
    assert refused.exit_code == 2
    assert 'runtime = "authing_client"' in refused.stderr
