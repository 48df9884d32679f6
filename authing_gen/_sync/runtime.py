# Made from its twin in _async by authing_gen.codegen.unasync; do not edit.

"""A client of whatever schema: its settings, and as whom it acts."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import httpx

from authing_client.frames import sensitive_methods

from ..errors import MissingTokenError
from ..retry_policy import RetryState
from ..settings import check_limits, load_settings
from ..signed_in import SignedIn
from .assembly import assembled
from .httpx_engine import HttpClient
from .policy import Policy
from .sending import Sender
from .stores import TokenStore
from .tokens import UserCredentials

if TYPE_CHECKING:
    from opentelemetry.trace import TracerProvider


# Not `Self`: jedi takes it for the class that it stands in, and offers no operation.
RuntimeT = TypeVar("RuntimeT", bound="Runtime")


@sensitive_methods
class Runtime(Sender):
    """Sends the operations of one user pool.

    It picks the gateway, sends the token that the operation takes, fills the user pool
    in, encrypts passwords, and raises typed errors; see `authing_gen.errors`. Put it
    before a generated client, as `Authing` does, and that client's methods are
    sent this way.

    Settings that are left out come from the environment (`AUTHING_USER_POOL_ID`,
    `AUTHING_SECRET`, …), then from the vendor's defaults.

    Documentation: 初始化

    Args:
        user_pool_id: Identifier of the user pool.
        secret: Secret of the user pool. With it the client fetches the OwnerToken when
            an operation needs it.
        signed: Whether the OwnerToken is fetched with a signature, not the secret.
        users_url: URL of the users gateway. The REST endpoints are beside it.
        oauth_url: URL of the oauth gateway.
        gateway_urls: URLs of the gateways that a schema of your own adds, by their
            names in it. What is left out comes from the environment:
            `AUTHING_SHOP_URL` for the gateway SHOP.
        allow_insecure_http: Whether URLs may be plain `http://` to another machine than
            this one: passwords and tokens can be read on the way then.
        owner_token: Gets an OwnerToken in another way than by the secret. It is called
            when a token is needed, has expired or is refused.
        public_key: Public key that encrypts passwords: PEM text, or the path of a file.
        timeout: Seconds that a call may take as a whole, 10 by default: waiting for a
            place and for the OwnerToken, every try and every pause. An
            `httpx.Timeout` bounds the phases of each try, too; the whole then has as
            long as the longest of them.
        max_retries: How often a call is sent again where that can do no harm; 2 by
            default.
        max_connections: Calls that are under way at once, at most, and connections
            that are kept; 100 by default. Further calls wait for their turn.
        max_rate: Tries a second that may start, those of siblings and retries together,
            and those of a whole fleet where `token_store` is in Redis; None, the
            default, for as many as there are. Further tries wait for their turn.
        max_response_bytes: Size of an answer, decompressed, at most; 64 MiB by default.
        retry: A policy of your own: says of each try that failed after how many seconds
            there is another, or None for never, within `max_retries`, the timeout and
            the retry budget; see `RetryState`.
        user_agent: What requests say of who asks; by default this package.
        token_store: Where a fleet of processes shares the OwnerToken: `memory`, each
            process's own and the default, `file:…` for those of one machine,
            `redis://…` (extra `redis`), or a store of your own: see `TokenStore`.
            What is kept there is encrypted.
        http_client: A client of httpx, or of httpx2, to send with, for what it can do:
            client certificates, HTTP/2, other proxies, mocks. It is used as it is, but
            neither stores nor sends cookies and follows no redirects, and stays open
            when this client is closed.
        tracer_provider: Makes the spans of this client's calls, of OpenTelemetry; by
            default the one that the program has set, if it has.

    Raises:
        AuthingConfigurationError: A setting is missing or wrong.
    """

    def __init__(
        self,
        user_pool_id: str | None = None,
        secret: str | None = None,
        *,
        signed: bool | None = None,
        users_url: str | None = None,
        oauth_url: str | None = None,
        gateway_urls: Mapping[str, str] | None = None,
        allow_insecure_http: bool | None = None,
        owner_token: Callable[[], str] | None = None,
        public_key: str | None = None,
        timeout: float | httpx.Timeout | None = None,
        max_retries: int | None = None,
        max_connections: int | None = None,
        max_rate: float | None = None,
        max_response_bytes: int | None = None,
        retry: Callable[[RetryState], float | None] | None = None,
        user_agent: str | None = None,
        token_store: str | TokenStore | None = None,
        http_client: HttpClient | None = None,
        tracer_provider: "TracerProvider | None" = None,
    ) -> None:
        custom_timeout = timeout if isinstance(timeout, httpx.Timeout) else None
        settings = load_settings(
            user_pool_id=user_pool_id,
            secret=secret,
            signed=signed,
            users_url=users_url,
            oauth_url=oauth_url,
            allow_insecure_http=allow_insecure_http,
            public_key=public_key,
            timeout=None if custom_timeout else timeout,
            max_retries=max_retries,
            max_connections=max_connections,
            max_rate=max_rate,
            max_response_bytes=max_response_bytes,
            user_agent=user_agent,
            token_store=token_store if isinstance(token_store, str) else None,
        )
        super().__init__(settings.users_url)
        self._owns_connections = True
        self._origin = settings.origin
        self._use(
            assembled(
                settings,
                timeout=custom_timeout or settings.timeout,
                gateway_urls=gateway_urls,
                owner_token=owner_token,
                retry=retry,
                token_store=None if isinstance(token_store, str) else token_store,
                http_client=http_client,
                tracer_provider=tracer_provider,
            )
        )

    def close(self) -> None:
        """Close the connections, unless they belong to an `http_client` passed in.

        Calls that come later raise `AuthingClosedError`, those of siblings too.
        """
        if self._owns_connections:
            self._policy.connection.engines.close()

    def as_user(self: RuntimeT, user: SignedIn | str) -> RuntimeT:
        """Return a client that acts as a user and shares this one's connections.

        This client stays as it is, so that any number of users can act side by side.

        Args:
            user: What `login` or `register` returned, or a UserToken.

        Raises:
            MissingTokenError: It holds no token.
        """
        found: object = user if isinstance(user, str) else getattr(user, "token", None)
        token = found if isinstance(found, str) else ""
        if not token:
            raise MissingTokenError(
                "The user has no token: pass what login, register or refresh_token"
                " returned"
            )
        return self._sibling(replace(self._policy, credentials=UserCredentials(token)))

    def with_options(
        self: RuntimeT,
        *,
        timeout: float | httpx.Timeout | None = None,
        max_retries: int | None = None,
    ) -> RuntimeT:
        """Return a client with other settings that shares this one's connections.

        The OwnerToken is fetched with the settings of the first client.

        Args:
            timeout: Seconds to wait for an answer; as before where left out.
            max_retries: How often a call is sent again; as before where left out.

        Raises:
            AuthingConfigurationError: One of them cannot be.
        """
        check_limits(timeout, max_retries)
        old = self._policy.connection
        connection = replace(
            old,
            timeout=old.timeout if timeout is None else timeout,
            max_retries=old.max_retries if max_retries is None else max_retries,
        )
        return self._sibling(replace(self._policy, connection=connection))

    def __repr__(self) -> str:
        credentials = self._policy.credentials
        kind = credentials.kind.value.lower() if credentials else "nobody"
        return (
            f"{type(self).__name__}(user_pool_id={self.user_pool_id!r},"
            f" users_url={self.url!r}, acts as {kind})"
        )

    def _sibling(self: RuntimeT, policy: Policy) -> RuntimeT:
        sibling = copy.copy(self)
        sibling._owns_connections = False
        sibling._use(policy)
        return sibling
