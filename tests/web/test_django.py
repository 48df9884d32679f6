"""What a project of Django has of the kit, besides what the example uses."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import django
import pytest
from anyio.to_thread import run_sync
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import aauthenticate, authenticate, get_user_model
from django.core import checks
from django.core.management import call_command
from django.db import connections
from django.http import HttpResponse, JsonResponse
from django.test import AsyncClient, Client, RequestFactory, override_settings
from django.urls import include, path

from authing_gen import AuthingTransportError
from authing_gen.web import CurrentUser
from authing_sandbox import Sandbox

from .conftest import PASSWORD, Calls

if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["testserver"],
        AUTHENTICATION_BACKENDS=["authing_gen.web.django.backends.AuthingBackend"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "authing_gen.web.django",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "authing_gen.web.django.middleware.AuthingMiddleware",
        ],
        ROOT_URLCONF=__name__,
        SECRET_KEY="for these tests alone",
        USE_TZ=True,
    )
    django.setup()

from authing_gen.web.django import (
    AuthingRequest,
    authing_of_user,
    login_required,
    role_required,
)

pytestmark = pytest.mark.anyio


def greeting(request: AuthingRequest) -> HttpResponse:
    user = request.authing_user
    return HttpResponse(user.id if user else "nobody")


def untouched(request: AuthingRequest) -> HttpResponse:
    return HttpResponse("nobody was asked for")


async def asynchronous(request: AuthingRequest) -> HttpResponse:
    user, again = await request.aauthing_user(), await request.aauthing_user()
    assert user is again
    return HttpResponse(user.id if user else "nobody")


@login_required
async def guarded(request: AuthingRequest) -> HttpResponse:
    user = await request.aauthing_user()
    assert user
    return JsonResponse([user.id], safe=False)


@role_required("admin")
async def administrators(request: AuthingRequest) -> HttpResponse:
    raise AssertionError


def status(request: AuthingRequest) -> HttpResponse:
    said = authing_of_user(request).check_login_status().status
    return JsonResponse([said], safe=False)


urlpatterns = [
    path("auth/", include("authing_gen.web.django.urls")),
    path("greeting", greeting),
    path("untouched", untouched),
    path("asynchronous", asynchronous),
    path("guarded", guarded),
    path("administrators", administrators),
    path("status", status),
]


@pytest.fixture(autouse=True)
def pointed_at_the_sandbox(sandbox: Sandbox) -> Iterator[None]:
    named = {name.upper(): value for name, value in sandbox.settings.items()}
    with override_settings(AUTHING=named):
        yield


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    # A file, since Django closes no connection to a database in memory.
    file = tmp_path_factory.mktemp("django") / "database"
    connections.databases["default"]["NAME"] = str(file)
    call_command("migrate", verbosity=0)
    yield
    connections.close_all()


def bearer(user: CurrentUser) -> dict[str, Any]:
    return {"headers": {"authorization": f"Bearer {user.token}"}}


async def test_views(ada: CurrentUser, calls: Calls) -> None:
    def visit() -> None:
        client = Client()
        assert client.get("/greeting").content == b"nobody"
        calls.new()
        client.get("/untouched", **bearer(ada))
        assert calls.new() == []
        for _ in range(2):
            assert client.get("/greeting", **bearer(ada)).content == ada.id.encode()
        assert calls.new() == ["decodeJwtToken"]
        assert client.get("/status", **bearer(ada)).json() == [True]
        # What a view lets through is answered by the middleware.
        assert client.get("/status").status_code == 401

    await run_sync(visit)


async def test_asynchronous_views(ada: CurrentUser, calls: Calls) -> None:
    client = AsyncClient()
    assert (await client.get("/asynchronous")).content == b"nobody"
    calls.new()
    known = await client.get("/asynchronous", **bearer(ada))
    assert known.content == ada.id.encode()
    assert calls.new() == ["decodeJwtToken"]
    assert (await client.get("/guarded")).status_code == 401
    assert (await client.get("/guarded", **bearer(ada))).json() == [ada.id]
    assert (await client.get("/administrators")).status_code == 401
    assert (await client.get("/administrators", **bearer(ada))).status_code == 403


def test_django_s_own_protection(email: str) -> None:
    """A form without the token of Django is refused, even from a page of our own."""
    client = Client(enforce_csrf_checks=True)
    form = {"email": email, "password": PASSWORD}
    refused = client.post("/auth/register", form, "application/json")
    assert refused.status_code == 403
    client.get("/auth/me")
    token = client.cookies["csrftoken"].value
    answer = client.post(
        "/auth/register", form, "application/json", headers={"x-csrftoken": token}
    )
    assert answer.status_code == 201


@pytest.mark.usefixtures("database")
async def test_backend(ada: CurrentUser) -> None:
    def sign_in() -> None:
        request = RequestFactory().post("/")
        assert authenticate(request, username=ada.email, password="wrong") is None
        for name in ("", "+8613800138000", "nobody there"):
            assert authenticate(request, username=name, password="wrong") is None
        assert authenticate(request, username=ada.email, password="") is None
        user = authenticate(request, username=ada.email, password=PASSWORD)
        assert user is not None
        assert (user.get_username(), str(user)) == (ada.id, ada.id)
        assert get_user_model().objects.filter(email=ada.email).get() == user
        assert not user.has_usable_password()
        assert authenticate(username=ada.email, password=PASSWORD) == user
        assert authenticate(request, authing_user=ada) == user
        user.is_active = False
        user.save()
        assert authenticate(request, username=ada.email, password=PASSWORD) is None
        assert get_user_model().objects.filter(username=ada.id).count() == 1
        connections.close_all()

    await run_sync(sign_in)


@pytest.mark.usefixtures("database")
async def test_django_s_session(ada: CurrentUser) -> None:
    def sign_in() -> None:
        client = Client()
        assert not client.login(username=ada.email, password="wrong")
        assert client.login(username=ada.email, password=PASSWORD)
        connections.close_all()

    await run_sync(sign_in)
    user = await aauthenticate(username=ada.email, password=PASSWORD)
    assert user is not None
    assert user.get_username() == ada.id
    await sync_to_async(connections.close_all)()  # Where that has opened it.


@pytest.mark.usefixtures("database")
def test_a_service_that_is_away_is_no_wrong_password(email: str) -> None:
    away = {"user_pool_id": "a", "users_url": "http://127.0.0.1:9", "max_retries": 0}
    with override_settings(AUTHING=away), pytest.raises(AuthingTransportError):
        authenticate(username=email, password=PASSWORD)


def ids(*, deploy: bool = False) -> list[str | None]:
    found = checks.run_checks(
        tags=[checks.Tags.security], include_deployment_checks=deploy
    )
    return [each.id for each in found if each.id and each.id.startswith("authing.")]


def test_checks() -> None:
    assert ids(deploy=True) == []
    with override_settings(AUTHING={"max_token_age": -1}):
        assert ids(deploy=True) == ["authing.E001"]
    with override_settings(AUTHING={"no_such": 1, "user_pool_id": "a"}):
        assert ids() == ["authing.E001"]
    with override_settings(MIDDLEWARE=[]):
        assert ids() == ["authing.W001", "authing.W002"]
    insecure = {**settings.AUTHING, "COOKIE_SECURE": False}
    with override_settings(AUTHING=insecure):
        assert ids() == []
        assert ids(deploy=True) == ["authing.W003"]


def test_origins_that_django_trusts() -> None:
    from authing_gen.web.django.kits import kit

    with override_settings(CSRF_TRUSTED_ORIGINS=["https://page.example"]):
        assert [*kit.settings.trusted_origins] == ["https://page.example"]
    assert [*kit.settings.trusted_origins] == []


def test_importing_reads_no_settings() -> None:
    program = """
from django.conf import settings
import authing_gen.web.django
import authing_gen.web.django.middleware
import authing_gen.web.django.views
assert not settings.configured
settings.configure(INSTALLED_APPS=["authing_gen.web.django"])
import django
django.setup()
"""
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True)
