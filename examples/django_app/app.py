"""A complete application: people register and sign in, by password or by phone, reset
their password, see and change their profile, connect other accounts, and sign out;
administrators see everybody.

    python -m examples.django_app

runs it against a sandbox. With `AUTHING_USER_POOL_ID` and `AUTHING_SECRET` set,
`gunicorn --threads 4 examples.django_app.app:application` runs it against the service.
It is one module, so that it can be read at once; a project has these settings in
`settings.py`, and the rest in an application.
"""

import os
import secrets

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_http_methods
from pydantic import BaseModel, Field

from authing_gen.web import CurrentUser, Form, UnreadableFormError
from authing_gen.web.django import (
    AuthingRequest,
    authing,
    authing_of_user,
    current_user,
    form,
    login_required,
    role_required,
)
from examples.page import PAGE
from examples.social import proven_identity

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    INSTALLED_APPS=["authing_gen.web.django"],
    MIDDLEWARE=[
        "django.middleware.csrf.CsrfViewMiddleware",
        "authing_gen.web.django.middleware.AuthingMiddleware",
    ],
    AUTHING={},  # Settings come from AUTHING_*, when they are first needed.
    ROOT_URLCONF=__name__,
    SECRET_KEY=os.environ.get("SECRET_KEY") or secrets.token_hex(),
    USE_TZ=True,
)


def as_json(model: BaseModel) -> dict[str, object]:
    """A model as JSON, by the service's names, without secrets."""
    return model.model_dump(mode="json", by_alias=True)


def done() -> HttpResponse:
    """Nothing to say."""
    return HttpResponse(status=204)


@require_GET
@ensure_csrf_cookie
def page(request: AuthingRequest) -> HttpResponse:
    """The page, which asks all the rest."""
    return HttpResponse(PAGE.read_bytes())


class ProfileChange(Form):
    """What people may change of themselves."""

    nickname: str = Field(min_length=1, max_length=40)


@require_http_methods(["GET", "PATCH"])
@login_required
def profile(request: AuthingRequest) -> HttpResponse:
    """Who am I? `authing_of_user` acts as whoever asks, with no other rights."""
    me, user = authing_of_user(request), current_user(request)
    if request.method == "PATCH":
        me.update_user(id=user.id, nickname=form(ProfileChange, request).nickname)
        return done()
    found = me.user(id=user.id)
    return JsonResponse(found and as_json(found), safe=False)


@require_GET
@role_required("admin")
def everybody(request: AuthingRequest) -> HttpResponse:
    """All users, by `authing()`, which manages the pool: for administrators."""
    number = request.GET.get("page", "1")
    if not number.isdecimal() or int(number) < 1:
        raise UnreadableFormError([{"field": "page", "problem": "it begins with 1"}])
    return JsonResponse(as_json(authing().users(page=int(number), count=20)))


@require_GET
@login_required
def connections(request: AuthingRequest) -> HttpResponse:
    """Which other accounts could I sign in with, and which of them are connected?"""
    me, user = authing_of_user(request), current_user(request)
    found = me.not_bind_oauth_list(user=user.id)
    return JsonResponse([as_json(each) for each in found], safe=False)


class Returned(Form):
    """What a provider sends people back with."""

    code: str


@require_http_methods(["POST", "DELETE"])
@login_required
def connection(request: AuthingRequest, provider: str) -> HttpResponse:
    """Connect an account at a provider, or disconnect it."""
    user = current_user(request)
    if request.method == "POST":
        return connect(request, provider, user)
    authing_of_user(request).unbind_other_oauth(user=user.id, type_=provider)
    return done()


def connect(request: AuthingRequest, provider: str, user: CurrentUser) -> HttpResponse:
    """Connect an account at a provider, which has to say itself whose it is."""
    identity = proven_identity(provider, form(Returned, request).code)
    if identity is None:
        said = {"detail": "The provider does not know this code."}
        return JsonResponse(said, status=400)
    authing_of_user(request).bind_other_oauth(
        user=user.id,
        type_=provider,
        unionid=identity.unionid,
        user_info=identity.user_info,
    )
    return done()


urlpatterns = [
    path("auth/", include("authing_gen.web.django.urls")),  # sign-in, register, …
    path("", page),
    path("profile", profile),
    path("users", everybody),
    path("social", connections),
    path("social/<str:provider>", connection),
]

application = get_wsgi_application()
asgi_application = get_asgi_application()
