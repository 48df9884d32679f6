"""The web kit for Django; needs the extra `django`.

    INSTALLED_APPS = [..., "authing_gen.web.django"]
    MIDDLEWARE = [..., "authing_gen.web.django.middleware.AuthingMiddleware"]
    AUTHING = {"USER_POOL_ID": …}  # What is left out comes from AUTHING_*.

    urlpatterns = [path("auth/", include("authing_gen.web.django.urls"))]

    def greeting(request: AuthingRequest) -> HttpResponse:
        user = request.authing_user
        return HttpResponse(f"Hello, {user.email}" if user else "Sign in first.")

`AUTHENTICATION_BACKENDS` may hold `authing_gen.web.django.backends.AuthingBackend`.
"""

from .decorators import login_required, role_required
from .requests import AuthingRequest
from .users import authing, authing_of_user, current_user, form

__all__ = [
    "AuthingRequest",
    "authing",
    "authing_of_user",
    "current_user",
    "form",
    "login_required",
    "role_required",
]
