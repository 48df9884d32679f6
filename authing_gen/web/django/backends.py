"""Signs people in to Django itself, its admin for example, by their Authing account."""

from typing import Any, cast

from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.http import HttpRequest
from pydantic import ValidationError

from authing_client.frames import sensitive_variables

from ...errors import AuthingError
from ..current_user import CurrentUser
from ..forms import SignIn
from ..statuses import refusal_of
from ..visitors import Visitor
from .kits import kit
from .requests import incoming_of


class AuthingBackend(ModelBackend):
    """Authenticates by Authing, and keeps a user of Django for each of its users.

    A user of Django is named by the identifier of Authing's, and has no password of its
    own. Django's session begins with it, and ends as Django's settings say.
    """

    @sensitive_variables
    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        authing_user: CurrentUser | None = None,
        **kwargs: Any,
    ) -> User | None:
        """Say whose user name and password these are; None where they are nobody's.

        Args:
            request: The request, of whose sender the service is told.
            username: E-mail address, phone number or user name.
            password: Password.
            authing_user: Somebody who is signed in already, in place of both.
            **kwargs: What other backends take.

        Raises:
            AuthingError: The service does not answer, or a setting is wrong.
        """
        found = authing_user or self._signed_in(request, username, password)
        if not found:
            return None
        user = self.user_of(found)
        return user if self.user_can_authenticate(user) else None

    @sensitive_variables
    async def aauthenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """The same, awaited: users of Django come from its database, in a thread."""
        return await sync_to_async(self.authenticate)(
            request, username, password, **kwargs
        )

    def user_of(self, found: CurrentUser) -> User:
        """The user of Django for a user of Authing, made where there is none yet.

        Override it to keep more of them.
        """
        model = cast(type[User], get_user_model())
        user, is_new = model.objects.get_or_create(
            **{model.USERNAME_FIELD: found.id}, defaults={"email": found.email or ""}
        )
        if is_new:
            user.set_unusable_password()
            user.save(update_fields=["password"])
        return user

    def _signed_in(
        self, request: HttpRequest | None, username: str | None, password: str | None
    ) -> CurrentUser | None:
        form = _form(username, password)
        if form is None:
            return None
        visitor = Visitor()
        if request is not None:
            visitor = incoming_of(request).visitor(kit.settings)
        try:
            return kit.accounts.sign_in(form, visitor)
        except AuthingError as error:
            if refusal_of(error).status >= 500:
                raise
            return None


def _form(username: str | None, password: str | None) -> SignIn | None:
    """Read what was typed: e-mail address, phone number or user name."""
    name = username or ""
    kind = "email" if "@" in name else "username"
    if name.removeprefix("+").isdecimal():
        kind = "phone"
    try:
        return SignIn.model_validate({kind: name, "password": password})
    except ValidationError:
        return None
