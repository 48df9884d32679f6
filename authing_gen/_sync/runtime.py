# Made from its twin in _async by authing_gen.codegen.unasync; do not edit.

"""The policy under which operations are sent, whatever schema they come from."""

import copy
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import httpx
from typing_extensions import Self, Unpack

from authing_client.base_model import BaseModel
from authing_client.enums import TokenKind
from authing_client.operation import Operation
from authing_client.operations import GET_CLIENT_WHEN_SDK_INIT
from authing_client.options import RequestOptions, check_options
from authing_client.results import GetClientWhenSdkInitData
from authing_client.sync_base_client import BaseClient
from authing_client.wire import request_body

from ..answers import graphql_data, validated
from ..errors import AuthingConfigurationError, MissingTokenError, NotLoggedInError
from ..gateways import Gateways
from ..passwords import cipher_for
from ..settings import check_limits, load_settings, without_secrets
from ..signature import sign
from ..signed_in import SignedIn
from ..variables import prepare
from .oidc import Oidc
from .sms import Sms
from .tokens import Credentials, OwnerCredentials, UserCredentials
from .transport import Transport

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
        timeout: Seconds to wait for an answer, or an `httpx.Timeout`; 10 by default.
        max_retries: How often a call is sent again where that can do no harm; 2 by
            default.
        http_client: The connections to use. It stays open when this client is closed.

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
        http_client: httpx.Client | None = None,
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
        )
        super().__init__(settings.users_url, http_client=http_client)
        self._settings = settings
        self._encrypt = cipher_for(settings.public_key).encrypt
        self._gateways = Gateways(settings, gateway_urls)
        self._credentials = self._owner_credentials(owner_token)
        self._use(
            Transport(
                self.http_client,
                custom_timeout or settings.timeout,
                settings.max_retries,
            )
        )

    @property
    def user_pool_id(self) -> str:
        """Identifier of the user pool."""
        return self._settings.user_pool_id

    def as_user(self, user: SignedIn | str) -> Self:
        """Return a client that acts as a user and shares this one's connections.

        This client stays as it is, so that any number of users can act side by side.

        Args:
            user: What `login` or `register` returned, or a UserToken.

        Raises:
            MissingTokenError: It holds no token.
        """
        token = user if isinstance(user, str) else user.token
        if not token:
            raise MissingTokenError(
                "The user has no token: pass what login, register or refresh_token"
                " returned"
            )
        sibling = self._sibling()
        sibling._credentials = UserCredentials(token)
        return sibling

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
        sibling = self._sibling()
        old = self._transport
        sibling._use(
            Transport(
                old.http_client,
                old.timeout if timeout is None else timeout,
                old.max_retries if max_retries is None else max_retries,
            )
        )
        return sibling

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
        sent = prepare(operation, variables, self.user_pool_id, self._encrypt)
        credentials = None if "token" in options else self._credentials_for(operation)
        token = credentials.token() if credentials else options.get("token")
        try:
            data = self._send(operation, variables, sent, token, options)
        except NotLoggedInError:
            if credentials is None or token is None:
                raise
            if not credentials.reject(token):
                raise
            token = credentials.token()
            data = self._send(operation, variables, sent, token, options)
        return validated(result, data, operation.name)

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
        kind = self._credentials.kind.value.lower() if self._credentials else "nobody"
        return (
            f"{type(self).__name__}(user_pool_id={self.user_pool_id!r},"
            f" users_url={without_secrets(self.url)!r}, acts as {kind})"
        )

    def _send(
        self,
        operation: Operation,
        given: Mapping[str, object],
        sent: dict[str, Any],
        token: str | None,
        options: RequestOptions,
    ) -> object:
        headers = httpx.Headers(options.get("headers"))
        if token is not None:
            headers["Authorization"] = _bearer(token)
        request = self._transport.request(
            "POST",
            self._gateways.url(operation.gateway),
            json=request_body(operation, sent),
            headers=headers,
            timeout=options.get("timeout", self._transport.timeout),
        )
        idempotent = options.get("idempotent", operation.kind == "query")
        response = self._transport.send(request, operation.name, idempotent=idempotent)
        self._observed(response)
        # Passwords travel encrypted, and may be quoted as they were before.
        secrets = (given, sent, token, options.get("headers"))
        return graphql_data(response, operation.name, secrets)

    def _credentials_for(self, operation: Operation) -> Credentials | None:
        if not operation.tokens:
            return None
        credentials = self._credentials
        if credentials is not None and credentials.kind in operation.tokens:
            return credentials
        raise MissingTokenError(_how_to_get_a_token(operation, credentials))

    def _owner_credentials(self, fetch: Callable[[], str] | None) -> Credentials | None:
        settings = self._settings
        if fetch is not None:
            return OwnerCredentials(fetch)
        if settings.signed or settings.secret is not None:
            return OwnerCredentials(self._fetch_owner_token)
        return None

    def _fetch_owner_token(self) -> str:
        settings = self._settings
        proof: Mapping[str, object] = {}
        if settings.signed:
            proof = sign()
        elif settings.secret is not None:
            proof = {"secret": settings.secret.get_secret_value()}
        answer = self.execute(
            GET_CLIENT_WHEN_SDK_INIT,
            proof,
            GetClientWhenSdkInitData,
            # The service takes each signature a single time.
            idempotent=not settings.signed,
        )
        token = answer.get_client_when_sdk_init.access_token
        if token is None:
            raise AuthingConfigurationError(
                "The service gave no OwnerToken: check the user pool's id and secret"
            )
        return token

    def _sibling(self) -> Self:
        sibling = copy.copy(self)
        sibling._owns_http_client = False
        return sibling

    def _use(self, transport: Transport) -> None:
        self._transport = transport
        origin = self._settings.origin
        self.sms = Sms(transport, origin, self.user_pool_id)
        self.oidc = Oidc(transport, origin)


def _bearer(token: str) -> str:
    if not token:
        raise MissingTokenError("The token is empty")
    # httpx would quote a header that it cannot send.
    if not token.isascii() or not token.isprintable() or " " in token:
        raise MissingTokenError(
            "The token holds characters that no token has, for example a line break"
        )
    return f"Bearer {token}"


def _how_to_get_a_token(operation: Operation, credentials: Credentials | None) -> str:
    if credentials is None and len(operation.tokens) > 1:
        needed = (
            "the OwnerToken (give the client the secret of the user pool, or set"
            " AUTHING_SECRET) or a UserToken (call it on as_user(…) with what login"
            " returned)"
        )
    elif credentials is None and TokenKind.USER in operation.tokens:
        needed = "a UserToken: call it on as_user(…) with what login returned"
    elif operation.tokens == (TokenKind.USER,):
        needed = (
            "a UserToken, and this client manages the user pool: call it on as_user(…)"
            " with what login returned"
        )
    elif credentials is None:
        needed = (
            "the OwnerToken: give the client the secret of the user pool, or set"
            " AUTHING_SECRET"
        )
    else:
        needed = (
            "the OwnerToken, and this client acts as a user: call it on the client that"
            " has the secret"
        )
    return f"{operation.name} takes {needed}"
