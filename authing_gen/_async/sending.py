"""Sends the operations of whatever schema under the policy of a client."""

from collections.abc import Mapping
from typing import TypeVar, Unpack

from authing_client.base_client import AsyncBaseClient
from authing_client.base_model import BaseModel
from authing_client.frames import sensitive_methods
from authing_client.operation import Operation
from authing_client.options import RequestOptions, check_options

from ..deadlines import Deadline, check_timeout
from ..errors import AuthingConfigurationError
from .oidc import AsyncOidc
from .policy import AsyncPolicy
from .sms import AsyncSms

ModelT = TypeVar("ModelT", bound=BaseModel)


@sensitive_methods
class AsyncSender(AsyncBaseClient):
    """What every client under a policy can do."""

    _policy: AsyncPolicy
    _origin: str

    @property
    def user_pool_id(self) -> str:
        """Identifier of the user pool."""
        return self._policy.user_pool_id

    async def execute(
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
        return await self._policy.execute(
            operation, variables, result, deadline, options, self._observe
        )

    async def execute_document(
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
        return await self.execute(operation, variables, result, **options)

    def _use(self, policy: AsyncPolicy) -> None:
        self._policy = policy
        connection = policy.connection
        self.sms = AsyncSms(connection, self._origin, policy.user_pool_id)
        self.oidc = AsyncOidc(connection, self._origin)
