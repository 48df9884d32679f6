# Made from its twin in _async by authing_gen.codegen.unasync; do not edit.

"""Verification codes by SMS: two REST endpoints of the users gateway."""

from dataclasses import dataclass, field
from urllib.parse import quote

from authing_client.frames import sensitive_methods

from ..answers import json_object, refusal, validated
from ..exchange import Answer, Request
from ..headers import request_headers
from ..rest import PATHS, SUCCESS, SmsReceipt
from ..text import phone_number
from .connection import Connection


@sensitive_methods
@dataclass(frozen=True)
class Sms:
    """Sends verification codes; `Authing.sms` is one."""

    _connection: Connection = field(repr=False)
    _origin: str
    _user_pool_id: str

    def send_code(self, phone: str) -> SmsReceipt:
        """Send a code for signing in to a phone.

        Documentation: 发送短信验证码

        Args:
            phone: Phone number.

        Raises:
            UnsendableArgumentError: That is no phone number.
            AuthingAPIError: The service refuses, for example because of too many codes.
        """
        return self._send("sms.send_code", phone)

    def send_register_code(self, phone: str) -> SmsReceipt:
        """Send a code for registering to a phone that is not registered yet.

        Documentation: 发送注册用短信验证码

        Args:
            phone: Phone number.

        Raises:
            UnsendableArgumentError: That is no phone number.
            AuthingAPIError: The phone is registered, or the service refuses otherwise.
        """
        return self._send("sms.send_register_code", phone)

    def _send(self, operation: str, phone: str) -> SmsReceipt:
        connection = self._connection
        template = PATHS[operation]

        def read(answer: Answer) -> SmsReceipt:
            body = json_object(answer, operation)
            if answer.is_error or body.get("code") != SUCCESS:
                raise refusal(body, answer, operation, ())
            return validated(SmsReceipt, body, operation, answer)

        with connection.tracing.rest("GET", self._origin, template) as span:
            place = template.format(
                phone=quote(phone_number(phone), safe=""),
                user_pool_id=quote(self._user_pool_id, safe=""),
            )
            request = Request(
                "GET", f"{self._origin}{place}", request_headers(operation)
            )
            deadline = connection.deadline()
            return connection.send(
                request, operation, deadline, read, idempotent=False, span=span
            )
