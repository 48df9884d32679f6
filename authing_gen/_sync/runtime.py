# Made from its twin in _async by authing_gen.codegen.unasync; do not edit.

"""The policy under which operations are sent, whatever schema they come from."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Self, TypeVar, Unpack

import httpx

from authing_client.base_model import BaseModel
from authing_client.operation import Operation
from authing_client.options import RequestOptions, check_options
from authing_client.sync_base_client import BaseClient

from ..deadlines import Deadline, check_timeout
from ..encryption import encryption
from ..errors import AuthingConfigurationError, MissingTokenError
from ..gateways import Gateways
from ..headers import common_headers
from ..retry_policy import RetryPolicy, RetryState, check_retry
from ..settings import AuthingSettings, check_limits, load_settings
from ..signed_in import SignedIn
from .connection import Connection
from .engine import EngineOptions
from .engines import Engines
from .httpx_engine import HttpClient, HttpxEngine
from .oidc import Oidc
from .owner import owner_credentials
from .paced_engine import Pacing, pacing
from .policy import Policy
from .sms import Sms
from .stores import TokenStore, store_named
from .tokens import UserCredentials

ModelT = TypeVar("ModelT", bound=BaseModel)


class Runtime(BaseClient):
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
            `redis://…` (extra `redis`), or a store of your own. What is kept there is
            encrypted.
        http_client: A client of httpx, or of httpx2, to send with, for what it can do:
            client certificates, HTTP/2, other proxies, mocks. It is used as it is, but
            for its cookies, which are neither stored nor sent, and stays open when
            this client is closed.

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
    ) -> None:
        custom_timeout = timeout if isinstance(timeout, httpx.Timeout) else None
        settings = load_settings(
            user_pool_id=user_pool_id,
            secret=secret,
            signed=signed,
            users_url=users_url,
            oauth_url=oauth_url,
            public_key=public_key,
            timeout=None if custom_timeout else timeout,
            max_retries=max_retries,
            max_connections=max_connections,
            max_rate=max_rate,
            max_response_bytes=max_response_bytes,
            user_agent=user_agent,
            token_store=token_store if isinstance(token_store, str) else None,
        )
        check_retry(retry)
        if token_store is None or isinstance(token_store, str):
            token_store = store_named(settings.token_store)
        super().__init__(settings.users_url)
        self._owns_connections = True
        policy = Policy(
            Connection(
                _engines(settings, http_client, pacing(settings, token_store)),
                custom_timeout or settings.timeout,
                settings.max_retries,
                RetryPolicy(retry),
            ),
            Gateways(settings, gateway_urls),
            settings.user_pool_id,
            encryption(settings.public_key),
        )
        self._origin = settings.origin
        self._use(
            replace(
                policy,
                credentials=owner_credentials(
                    policy, settings, owner_token, token_store
                ),
            )
        )

    def close(self) -> None:
        """Close the connections, unless they belong to an `http_client` passed in.

        Calls that come later raise `AuthingClosedError`, those of siblings too.
        """
        if self._owns_connections:
            self._policy.connection.engines.close()

    @property
    def user_pool_id(self) -> str:
        """Identifier of the user pool."""
        return self._policy.user_pool_id

    def as_user(self, user: SignedIn | str) -> Self:
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
        self,
        *,
        timeout: float | httpx.Timeout | None = None,
        max_retries: int | None = None,
    ) -> Self:
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

    def execute(
        self,
        operation: Operation,
        variables: Mapping[str, object],
        result: type[ModelT],
        **options: Unpack[RequestOptions],
    ) -> ModelT:
        """Send one operation as its record says and validate its answer.

        Args:
            operation: How the operation is sent.
            variables: Arguments by the names of the operation's variables.
            result: Model of the answer's data.
            **options: Options of this call: timeout, headers, token, idempotent.

        Raises:
            TypeError: There is no such option.
            MissingTokenError: The operation needs a token that this client cannot have.
            PasswordTooLongError: The public key cannot carry the password.
            UnsendableTextError: An argument holds half a character.
            AuthingTransportError: No answer arrived.
            AuthingResponseError: The answer is not what the schema promises.
            AuthingAPIError: The service refused.
        """
        check_options(operation.name, options)
        deadline = self._policy.connection.deadline()
        if "timeout" in options:
            check_timeout(options["timeout"])
            deadline = Deadline(options["timeout"])
        return self._policy.execute(
            operation, variables, result, deadline, options, self._observe
        )

    def execute_document(
        self,
        document: str,
        variables: Mapping[str, object],
        result: type[ModelT],
        **options: Unpack[RequestOptions],
    ) -> ModelT:
        """Send a document of your own, under the same policy as every operation.

        The schema says which gateway answers it, which token it takes, which variables
        are encrypted and which one is the user pool. Needs the extra `documents`.

        Args:
            document: A GraphQL document with one operation, which has a name.
            variables: Values of its variables by name, passwords in plain text.
            result: Model of the answer's data: its fields are the root fields.
            **options: Options of this call: timeout, headers, token, idempotent.

        Raises:
            DocumentError: The document does not fit the schema.
            AuthingConfigurationError: The extra is not installed.
            AuthingError: As for every operation; see `execute`.
        """
        try:
            from ..documents import read_operation
        except ModuleNotFoundError as error:
            raise AuthingConfigurationError(
                "execute_document needs the extra authing-gen[documents]"
            ) from error
        operation = read_operation(document, self.schema_file)
        return self.execute(operation, variables, result, **options)

    def __repr__(self) -> str:
        credentials = self._policy.credentials
        kind = credentials.kind.value.lower() if credentials else "nobody"
        return (
            f"{type(self).__name__}(user_pool_id={self.user_pool_id!r},"
            f" users_url={self.url!r}, acts as {kind})"
        )

    def _sibling(self, policy: Policy) -> Self:
        sibling = copy.copy(self)
        sibling._owns_connections = False
        sibling._use(policy)
        return sibling

    def _use(self, policy: Policy) -> None:
        self._policy = policy
        connection = policy.connection
        self.sms = Sms(connection, self._origin, policy.user_pool_id)
        self.oidc = Oidc(connection, self._origin)


def _engines(
    settings: AuthingSettings,
    http_client: HttpClient | None,
    pace: Pacing | None,
) -> Engines:
    options = EngineOptions(
        settings.max_connections,
        settings.max_response_bytes,
        common_headers(settings.user_agent),
    )
    if http_client is None:
        return Engines(options, pacing=pace)
    callers = HttpxEngine(http_client, options)
    return Engines(options, callers, pace)
