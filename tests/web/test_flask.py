"""What an application of Flask has of the kit, besides what the example uses."""

import gc
import subprocess
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from authing_gen import AuthingConfigurationError
from authing_gen.web import CurrentUser
from authing_gen.web.flask import (
    AuthingExtension,
    authing_of_user,
    blueprint,
    current_user,
    login_required,
    optional_user,
    role_required,
)
from authing_sandbox import Sandbox

from .conftest import Calls
from .servers import Visitor, serving

pytestmark = pytest.mark.anyio

APP = """
from flask import Flask
from authing_gen.web.flask import AuthingExtension, blueprint, optional_user

extension = AuthingExtension()

def create_app():
    app = Flask(__name__)
    app.config["AUTHING_COOKIE_NAME"] = "shop"
    extension.init_app(app)
    app.register_blueprint(blueprint)

    @app.get("/greeting")
    def greeting():
        user = optional_user()
        return f"Hello, {user.email if user else 'whoever you are'}"

    return app
"""


@pytest.fixture
def app(sandbox: Sandbox) -> Iterator[Flask]:
    app = Flask(__name__)
    extension = AuthingExtension(settings=sandbox.settings)
    extension.init_app(app)
    app.register_blueprint(blueprint, url_prefix="/auth")

    @app.get("/twice")
    @login_required
    def twice() -> list[str]:
        assert isinstance(current_user, CurrentUser)
        return [current_user.id, current_user.id, repr(current_user)]

    @app.get("/anybody")
    def anybody() -> list[bool]:
        return [optional_user() is None]

    @app.get("/unguarded")
    def unguarded() -> str:
        return current_user.id

    @app.get("/status")
    @login_required
    def status() -> list[bool | None]:
        return [authing_of_user.check_login_status().status]

    @app.get("/administrators")
    @role_required("admin")
    def administrators() -> str:
        raise AssertionError

    yield app
    app.extensions["authing"].close()


def bearer(user: CurrentUser) -> dict[str, str]:
    return {"Authorization": f"Bearer {user.token}"}


async def test_views(app: Flask, ada: CurrentUser, calls: Calls) -> None:
    client = app.test_client()
    for path in ("/twice", "/unguarded", "/status", "/administrators", "/auth/me"):
        assert client.get(path).status_code == 401
    assert client.get("/anybody").json == [True]
    calls.new()
    answer = client.get("/twice", headers=bearer(ada)).json
    assert answer is not None
    id, again, shown = answer
    assert id == again == ada.id
    assert ada.token not in shown
    assert calls.new() == ["decodeJwtToken"]
    assert client.get("/anybody", headers=bearer(ada)).json == [False]
    assert client.get("/status", headers=bearer(ada)).json == [True]
    assert client.get("/administrators", headers=bearer(ada)).status_code == 403


async def test_requests_in_one_application_context(
    app: Flask, ada: CurrentUser
) -> None:
    """As shells and tests have it: nobody is taken for who asked before."""
    client = app.test_client()
    with app.app_context():
        assert client.get("/twice", headers=bearer(ada)).status_code == 200
        assert client.get("/twice").status_code == 401


def test_a_factory_and_its_config(sandbox: Sandbox, email: str, tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(APP)
    command = "gunicorn --bind 127.0.0.1:{port} --threads 2 shop:create_app()"
    with (
        serving(command, sandbox, tmp_path / "log", folder=tmp_path) as url,
        Visitor(url) as visitor,
    ):
        assert visitor.get("/greeting").text == "Hello, whoever you are"
        visitor.post("/register", email=email, password="correct horse")
        assert visitor.cookies.keys() == {"__Host-shop"}
        assert visitor.get("/greeting").text == f"Hello, {email}"


def test_importing_reads_no_settings(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(APP)
    subprocess.run(
        [sys.executable, "-W", "error", "-c", "import shop; shop.create_app()"],
        cwd=tmp_path,
        check=True,
    )


def test_an_application_without_the_extension() -> None:
    app = Flask(__name__)
    with app.test_request_context(), pytest.raises(AuthingConfigurationError):
        optional_user()


def test_an_application_that_is_gone_leaves_nothing() -> None:
    app = Flask(__name__)
    AuthingExtension(app)
    kit = weakref.ref(app.extensions["authing"])
    app.extensions.clear()
    del app
    gc.collect()
    assert kit() is None
