# Made from its twin in _async by authing_gen.codegen.unasync; do not edit.

"""OpenID Connect: REST endpoints of the users gateway."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlencode

from authing_client.frames import sensitive_methods

from ..answers import json_object, validated
from ..exchange import Answer, Request
from ..headers import request_headers
from ..rest import (
    DEFAULT_SCOPE,
    GRANTS,
    PATHS,
    PROVIDER,
    KeySet,
    Method,
    TokenSet,
    check_form,
    oauth_refusal,
)
from ..text import sendable
from ..token_rules import checked_token
from .connection import Connection

ResultT = TypeVar("ResultT")


@sensitive_methods
@dataclass(frozen=True)
class Oidc:
    """Gets and checks tokens of OpenID Connect apps; `Authing.oidc` is one."""

    _connection: Connection = field(repr=False)
    _origin: str

    def login(
        self,
        *,
        client_id: str,
        client_secret: str,
        password: str,
        email: str | None = None,
        phone: str | None = None,
        username: str | None = None,
        unionid: str | None = None,
        scope: str = DEFAULT_SCOPE,
        method: Method = "POST",
    ) -> TokenSet:
        """Sign a user in at an app, by the resource owner password grant.

        The password travels as it is. Exactly one of `email`, `phone`, `username` and
        `unionid` names the user.

        Documentation: 通过 OIDC 登录

        Args:
            client_id: Identifier of the app.
            client_secret: Secret of the app.
            password: Password.
            email: E-mail address of the user.
            phone: Phone number of the user.
            username: User name of the user.
            unionid: Identifier of the user at an identity provider.
            scope: Scopes to ask for, separated by spaces.
            method: `GET` sends the same form in the way that the documentation shows.

        Raises:
            OAuthError: The endpoint refuses, for example with `invalid_grant`.
        """
        names = {
            "email": email,
            "phone": phone,
            "username": username,
            "unionid": unionid,
        }
        named = {name: value for name, value in names.items() if value is not None}
        if len(named) != 1:
            raise TypeError("give exactly one of email, phone, username and unionid")
        form = {
            "grant_type": GRANTS["oidc.login"],
            "client_id": client_id,
            "client_secret": client_secret,
            "scope": scope,
            "password": password,
            **named,
        }
        return self._token("oidc.login", method, form)

    def refresh(
        self,
        *,
        client_id: str,
        client_secret: str,
        refresh_token: str,
        method: Method = "POST",
    ) -> TokenSet:
        """Exchange a refresh token for fresh tokens.

        Documentation: 刷新 OIDC oken

        Args:
            client_id: Identifier of the app.
            client_secret: Secret of the app.
            refresh_token: The refresh token; it may be used up by this.
            method: `GET` sends the same form in the way that the documentation shows.

        Raises:
            OAuthError: The endpoint refuses, for example with `invalid_grant`.
        """
        form = {
            "grant_type": GRANTS["oidc.refresh"],
            "client_id": client_id,
            "client_secret": client_secret,
            "refresh_token": refresh_token,
        }
        return self._token("oidc.refresh", method, form)

    @property
    def issuer(self) -> str:
        """The provider, below which its endpoints are."""
        return f"{self._origin}{PROVIDER}"

    def keys(self, *, issuer: str | None = None) -> list[dict[str, Any]]:
        """Read the public keys that the provider signs tokens with.

        Source: RFC 7517, and OpenID Connect Discovery 1.0, 3.

        Args:
            issuer: Another provider than the pool's own.

        Raises:
            AuthingAPIError: The endpoint refuses.
            AuthingResponseError: The answer is no set of keys.
        """

        def read(answer: Answer) -> list[dict[str, Any]]:
            body = json_object(answer, "oidc.keys")
            if answer.is_error or "keys" not in body:
                raise oauth_refusal(body, answer, "oidc.keys", {})
            return validated(KeySet, body, "oidc.keys", answer).keys

        return self._read("oidc.keys", issuer, None, read)

    def user_info(
        self, access_token: str, *, issuer: str | None = None
    ) -> dict[str, Any]:
        """Read the claims that an access token opens; `sub` is the user's identifier.

        Source: OpenID Connect Core 1.0, 5.3.

        Args:
            access_token: The access token.
            issuer: Another provider than the pool's own.

        Raises:
            MissingTokenError: It can be no token.
            OAuthError: The token is not, or no longer, valid: `invalid_token`.
        """
        token = checked_token(access_token)

        def read(answer: Answer) -> dict[str, Any]:
            body = json_object(answer, "oidc.user_info", token)
            if answer.is_error or "sub" not in body:
                raise oauth_refusal(body, answer, "oidc.user_info", token)
            return body

        return self._read("oidc.user_info", issuer, token, read)

    def _read(
        self,
        operation: str,
        issuer: str | None,
        token: str | None,
        read: Callable[[Answer], ResultT],
    ) -> ResultT:
        connection, place = self._connection, issuer or self.issuer
        path = PATHS[operation].removeprefix(PROVIDER)
        with connection.tracing.rest("GET", place, path) as span:
            headers = request_headers(operation, token=token)
            return connection.send(
                Request("GET", f"{place}{path}", headers),
                operation,
                connection.deadline(),
                read,
                idempotent=True,
                span=span,
            )

    def _token(self, operation: str, method: Method, form: dict[str, str]) -> TokenSet:
        check_form(method, form)
        connection, path = self._connection, PATHS[operation]
        form_type = "application/x-www-form-urlencoded"
        # What every caller sends is no secret, and words of many messages.
        sent = {name: form[name] for name in form.keys() - {"grant_type", "scope"}}

        def read(answer: Answer) -> TokenSet:
            body = json_object(answer, operation, sent)
            if not answer.is_error and "access_token" in body:
                return validated(TokenSet, body, operation, answer, sent)
            raise oauth_refusal(body, answer, operation, sent)

        with connection.tracing.rest(method, self._origin, path) as span:
            # A GET carries the form in its body too: a URL ends up in logs.
            request = Request(
                method,
                f"{self._origin}{path}",
                request_headers(operation, content_type=form_type),
                sendable(partial(urlencode, form)).encode(),
            )
            deadline = connection.deadline()
            return connection.send(
                request, operation, deadline, read, idempotent=False, span=span
            )
