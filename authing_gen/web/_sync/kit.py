# Made from its twin in _async by authing_gen.codegen.unasync; do not edit.

"""What an application has of all this, made when it is first used."""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from inspect import signature
from typing import TYPE_CHECKING

from authing_client.frames import sensitive_methods

from ...errors import AuthingConfigurationError
from ...forks import renew_in_child
from ..current_user import CurrentUser
from ..errors import MissingRoleError, NotSignedInError
from ..incoming import Incoming
from ..settings import WebSettings, split
from .accounts import Accounts
from .users import Users

if TYPE_CHECKING:
    from ..._sync.client import Authing


Given = Mapping[str, object] | Callable[[], Mapping[str, object]] | None


@dataclass(frozen=True)
class _Made:
    settings: WebSettings
    authing: "Authing"
    users: Users


@sensitive_methods
class Kit:
    """One client for a whole application, and whom each request comes from.

    Args:
        given: Settings by name, of the client (`user_pool_id`, …) and of the kit
            (`WebSettings`), or what returns them. What is left out comes from the
            environment. They are read when the kit is first used, so that a module may
            make it while it is imported.
    """

    def __init__(self, given: Given = None) -> None:
        self._given = given
        self._made: _Made | None = None
        self.after_fork()
        renew_in_child(self)

    def after_fork(self) -> None:
        """A thread of the parent may have held the lock."""
        self._making = threading.Lock()

    @property
    def settings(self) -> WebSettings:
        """The settings of the kit.

        Raises:
            AuthingConfigurationError: A setting is missing or wrong.
        """
        return self._all().settings

    @property
    def authing(self) -> "Authing":
        """The client that manages the pool.

        Raises:
            AuthingConfigurationError: A setting is missing or wrong.
        """
        return self._all().authing

    @property
    def accounts(self) -> Accounts:
        """Signing in, registering, new passwords."""
        return Accounts(self.authing)

    def check(self) -> None:
        """Read the settings now.

        Raises:
            AuthingConfigurationError: A setting is missing or wrong.
        """
        self._all()

    def current_user(self, incoming: Incoming) -> CurrentUser:
        """Say who has sent a request, with one call to the service at most.

        Raises:
            NotSignedInError: Nobody who is signed in.
            CrossSiteError: A page of another site has their browser send it.
            AuthingError: The service had to be asked, and has not answered.
        """
        made = self._all()
        return made.users.find(incoming.token(made.settings))

    def optional_user(self, incoming: Incoming) -> CurrentUser | None:
        """Say who has sent a request; None where nobody who is signed in has.

        Raises:
            CrossSiteError: A page of another site has their browser send it.
            AuthingError: The service had to be asked, and has not answered.
        """
        try:
            return self.current_user(incoming)
        except NotSignedInError:
            return None

    def check_role(self, user: CurrentUser, role: str) -> None:
        """Refuse who does not have a role; asks the service each time.

        Raises:
            MissingRoleError: The user does not have it.
            AuthingError: The service has not answered.
        """
        roles = self.authing.user_role_list(id=user.id)
        if role not in {each.name for each in roles.list_}:
            raise MissingRoleError

    def sign_out(self, incoming: Incoming) -> None:
        """Have the service asked again before the token of a request is believed.

        Raises:
            CrossSiteError: A page of another site has their browser send it.
        """
        made = self._all()
        incoming.check_site(made.settings)
        with suppress(NotSignedInError):  # Whoever is not signed in is signed out.
            made.users.forget(incoming.token(made.settings))

    def close(self) -> None:
        """Close the connections; used again, the kit begins anew."""
        made = self.reset()
        if made is not None:
            made.authing.close()

    def reset(self) -> _Made | None:
        """Have the settings read anew; connections end when nobody has them."""
        with self._making:
            made, self._made = self._made, None
        return made

    def _all(self) -> _Made:
        with self._making:
            if self._made is None:
                self._made = self._make()
            return self._made

    def _make(self) -> _Made:
        # Imported late, so that whoever imports an application does not wait for it.
        from ..._sync.client import Authing

        given = self._given() if callable(self._given) else self._given
        settings, of_client = split(given or {})
        unknown = of_client.keys() - signature(Authing).parameters.keys()
        if unknown:
            names = ", ".join(sorted(unknown))
            raise AuthingConfigurationError(f"There is no such setting: {names}")
        authing = Authing(**of_client)
        return _Made(settings, authing, Users(authing, settings))
