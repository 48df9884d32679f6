# Made from its twin in _async by authing_gen.codegen.unasync; do not edit.

"""The client: the generated methods under the runtime's policy."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import TYPE_CHECKING, Unpack

from authing_client import Client
from authing_client.frames import sensitive_methods, sensitive_variables

from .listing import MAX_PAGE, users_in_order, users_of_ids
from .runtime import Runtime

if TYPE_CHECKING:
    from authing_client import RequestOptions
    from authing_client.models import (
        UserListEntry,
        UserPage,
        UserPatch,
        UserPatchEntry,
    )

PREFETCH = 2
"""Calls that are under way, by default, besides the one that is waited for."""


@sensitive_methods
class Authing(Runtime, Client):
    """A client of one user pool.

    Every operation of the documentation is a method. The client picks the gateway,
    sends the token that the operation takes, fills the user pool in, encrypts
    passwords, and raises typed errors; see `authing_gen.errors`.

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
        gateway_urls: URLs of gateways that documents of your own name; see
            `Runtime`.
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
            `redis://…` (extra `redis`), or a store of your own. What is kept there is
            encrypted.
        http_client: A client of httpx, or of httpx2, to send with, for what it can do:
            client certificates, HTTP/2, other proxies, mocks. It is used as it is, but
            for its cookies, which are neither stored nor sent, and stays open when
            this client is closed.
        tracer_provider: Makes the spans of this client's calls, of OpenTelemetry; by
            default the one that the program has set, if it has.

    Raises:
        AuthingConfigurationError: A setting is missing or wrong.
    """

    def iter_users(
        self,
        *,
        page_size: int = MAX_PAGE,
        prefetch: int = PREFETCH,
        **options: Unpack[RequestOptions],
    ) -> Generator[UserListEntry, None]:
        """Go through all users of the pool, in the service's order.

        Every user there is comes once, also while others are added or removed; who is
        added meanwhile comes where the service shows them in time. Pages overlap a
        little for that: 200 users a page are a tenth more calls than without.

        Sent to the users gateway with the OwnerToken.

        Documentation: 读取用户列表

        Args:
            page_size: Users to ask for at once, at most; 1 to 200. With fewer than 19
                some pages cannot overlap, and who moves between them while as many
                are added as removed may be left out.
            prefetch: Pages to read before they are wanted, at most; 0 reads each one
                when it is wanted.
            **options: Options of each call: timeout, headers, …

        Raises:
            ValueError: `page_size` or `prefetch` is out of range.
        """
        if not 1 <= page_size <= MAX_PAGE:
            raise ValueError(f"page_size is from 1 to {MAX_PAGE}")
        _check_prefetch(prefetch)

        @sensitive_variables
        def read(page: int, count: int) -> UserPage:
            return self.users(page=page, count=count, **options)

        return users_in_order(read, page_size, prefetch)

    def users_by_ids(
        self,
        ids: Iterable[str],
        *,
        prefetch: int = PREFETCH,
        **options: Unpack[RequestOptions],
    ) -> list[UserPatchEntry]:
        """Read any number of users by their identifiers.

        Sent to the users gateway with the OwnerToken.

        Documentation: 批量查询用户信息

        Args:
            ids: Identifiers of users. The service is asked for 80 at once.
            prefetch: Calls to begin before the last one is answered, at most.
            **options: Options of each call: timeout, headers, …

        Returns:
            The users in the order of `ids`, each once; those there are not are left
            out.

        Raises:
            ValueError: `prefetch` is negative, or an identifier holds a comma.
            TypeError: `ids` is a single string.
        """
        _check_prefetch(prefetch)

        def read(some: str) -> UserPatch:
            return self.user_patch(ids=some, **options)

        return users_of_ids(read, ids, prefetch)


def _check_prefetch(prefetch: int) -> None:
    if prefetch < 0:
        raise ValueError("prefetch is not negative")
