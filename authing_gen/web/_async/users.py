"""Whom a token speaks for: found out here where that can be, or by asking once."""

from contextlib import suppress
from time import time
from typing import TYPE_CHECKING

from authing_client.frames import sensitive_methods

from ...errors import NotFoundError, NotLoggedInError, OAuthError
from ..current_user import CurrentUser
from ..errors import InvalidTokenError
from ..memory import Memory
from ..presented import Presented, read
from ..settings import WebSettings
from ..signatures import check_signature
from .provider_keys import AsyncProviderKeys

if TYPE_CHECKING:
    from ..._async.client import AsyncAuthing


@sensitive_methods
class AsyncUsers:
    """Finds out whom tokens speak for.

    A token is believed without asking for `max_token_age` seconds after it was issued,
    where a key proves it. An older one is believed for as long after the service has
    said that it is good. So no token lives on for longer after it was taken back.

    Args:
        authing: Asks the service.
        settings: Which tokens are taken, and for how long.
    """

    def __init__(self, authing: "AsyncAuthing", settings: WebSettings) -> None:
        self._authing = authing
        self._settings = settings
        self._issuer = settings.oidc_issuer or authing.oidc.issuer
        self._keys = AsyncProviderKeys(authing.oidc, self._issuer)
        self._memory = Memory(settings.max_token_age)

    async def find(self, token: str) -> CurrentUser:
        """Say whom a token speaks for, with one call to the service at most.

        The keys of an OpenID Connect provider are read besides, once an hour for all.

        Raises:
            InvalidTokenError: It speaks for nobody.
            AuthingError: The service had to be asked, and has not answered.
        """
        presented = read(token)
        user = self._claimed(presented)
        known = self._memory.find(presented)
        if known is not None:
            return known
        is_young = user.seconds_old < self._settings.max_token_age
        if await self._is_proven(presented) and is_young:
            return user
        begun = time()
        user = await self._confirmed(presented)
        self._memory.keep(presented, user, begun)
        return user

    def forget(self, token: str) -> None:
        """Ask the service again before this token is believed."""
        self._memory.forget(read(token))

    def _claimed(self, presented: Presented) -> CurrentUser:
        """Whom a token claims to speak for, which is still to be proven.

        Raises:
            InvalidTokenError: It says itself that it is not meant for this application.
        """
        settings, claims = self._settings, presented.claims
        if presented.kind == "user":
            if presented.data.get("clientId") != self._authing.user_pool_id:
                raise InvalidTokenError("it is of another user pool")
        elif presented.kind not in settings.oidc_tokens or not settings.oidc_app_id:
            raise InvalidTokenError("tokens of its kind are not taken here")
        elif claims.get("iss") != self._issuer:
            raise InvalidTokenError("it is of another provider")
        elif claims.get("aud") not in (settings.oidc_app_id, [settings.oidc_app_id]):
            raise InvalidTokenError("it is for another application")
        presented.check_time(settings.clock_leeway)
        return presented.user()

    async def _is_proven(self, presented: Presented) -> bool:
        """Whether a key proves who signed it; false where there is none for its kind.

        Raises:
            InvalidTokenError: A key proves that it is forged.
        """
        algorithm = presented.header.get("alg")
        if presented.kind != "user" and algorithm == "RS256":
            name = presented.header.get("kid")
            key = await self._keys.find(name if isinstance(name, str) else None)
            check_signature(presented, key, "RS256")
            return True
        if algorithm != "HS256":
            raise InvalidTokenError("it is not signed in a way that is taken here")
        settings = self._settings
        # Access tokens by HS256 are the provider's own business: it has to be asked.
        keys = {"user": settings.token_key, "id": settings.oidc_app_secret}
        shared = keys.get(presented.kind)
        if shared is not None:
            check_signature(presented, shared.get_secret_value(), "HS256")
        elif presented.kind == "id":
            raise InvalidTokenError("no secret is known that it could be signed by")
        return shared is not None

    async def _confirmed(self, presented: Presented) -> CurrentUser:
        """Ask the service whether a token is good.

        Raises:
            InvalidTokenError: It is not, or not any more.
        """
        if presented.kind == "user":
            return await self._decoded(presented)
        if presented.kind == "access":
            return await self._informed(presented)
        return await self._still_there(presented)

    async def _decoded(self, presented: Presented) -> CurrentUser:
        decoded = await self._authing.decode_jwt_token(token=presented.token)
        status, data = decoded.status, decoded.data
        if status is None or not status.status or data is None:
            raise InvalidTokenError("the service does not take it")
        if data.client_id != self._authing.user_pool_id or not data.id:
            raise InvalidTokenError("it is of another user pool")
        user = presented.user(data.email)
        if user.id != data.id:
            raise InvalidTokenError("the service says that it is somebody else's")
        return user

    async def _informed(self, presented: Presented) -> CurrentUser:
        is_taken = True
        claims: dict[str, object] = {}
        try:
            claims = await self._authing.oidc.user_info(
                presented.token, issuer=self._issuer
            )
        except (OAuthError, NotLoggedInError) as error:
            if error.status_code not in (400, 401, 403):
                raise
            is_taken = False
        if not is_taken:
            raise InvalidTokenError("its provider does not take it")
        email = claims.get("email")
        user = presented.user(email if isinstance(email, str) else None)
        if claims.get("sub") != user.id:
            raise InvalidTokenError("its provider says that it is somebody else's")
        return user

    async def _still_there(self, presented: Presented) -> CurrentUser:
        """Nobody takes an id token back, but its user may be gone or locked out."""
        user = presented.user()
        record = None
        with suppress(NotFoundError):
            record = await self._authing.user(id=user.id)
        if record is None or record.blocked or record.is_deleted:
            raise InvalidTokenError("its user is gone, or locked out")
        return user
