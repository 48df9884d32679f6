# Made from its twin in _async by authing_gen.codegen.unasync; do not edit.

"""The client: the generated methods under the runtime's policy."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import TYPE_CHECKING, Unpack

from authing_client import Client
from authing_client.base_model import UNSET, UnsetType
from authing_client.frames import sensitive_methods, sensitive_variables
from authing_client.sync_paging import (
    PREFETCH,
    Page,
    check_prefetch,
    entries_in_order,
)

from .listing import first_of, is_called, known_form, users_of_ids, without_phone
from .runtime import Runtime

if TYPE_CHECKING:
    from authing_client import RequestOptions
    from authing_client.models import (
        FullUser,
        UserListEntryWithPhone,
        UserPatchEntryWithPhone,
    )

MAX_PAGE = 200
"""Users a page that the service gives at most. Source: 读取用户列表."""


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

    def iter_users(
        self,
        *,
        register_in_client: str | UnsetType = UNSET,
        page_size: int = MAX_PAGE,
        prefetch: int = PREFETCH,
        **options: Unpack[RequestOptions],
    ) -> Generator[UserListEntryWithPhone, None]:
        """Go through all users of the pool, in the service's order.

        Every user there is comes once, also while others are added or removed; who is
        added meanwhile comes where the service shows them in time. Pages overlap a
        little for that: 200 users a page are a tenth more calls than without.

        A user comes with the phone. A service that knows no phones of users refuses
        that once; the phone is None then.

        Sent to the users gateway with the OwnerToken.

        Documentation: 读取用户列表

        Args:
            register_in_client: Identifier of the user pool. The client's own where left
                out.
            page_size: Users to ask for at once, at most; 1 to 200. With fewer than 19
                some pages cannot overlap, and who moves between them while as many
                are added as removed may be left out.
            prefetch: Pages to read before they are wanted, at most; 0 reads each one
                when it is wanted.
            **options: Options of each call: timeout, headers, …

        Raises:
            ValueError: `page_size` or `prefetch` is out of range.
        """
        from authing_client.models import UserListEntryWithPhone

        @sensitive_variables
        def read(page: int, count: int) -> Page[UserListEntryWithPhone]:
            place = {"register_in_client": register_in_client}

            def ask() -> Page[UserListEntryWithPhone]:
                found = self.users_with_phones(
                    page=page, count=count, **place, **options
                )
                return Page(found.list_, found.total_count)

            def ask_documented() -> Page[UserListEntryWithPhone]:
                found = self.users(page=page, count=count, **place, **options)
                users = (
                    without_phone(UserListEntryWithPhone, user) for user in found.list_
                )
                return Page(users, found.total_count)

            unknown = self._policy.connection.unknown
            return known_form(unknown, "users", ask, ask_documented)

        return entries_in_order(
            read,
            lambda user: user.id,
            first=1,
            most=MAX_PAGE,
            page_size=page_size,
            prefetch=prefetch,
        )

    def find_user(
        self,
        *,
        email: str | None = None,
        phone: str | None = None,
        username: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> FullUser | None:
        """Find the user whose e-mail address, phone number or user name this is.

        One call as a rule: `search_user` by the type `email`, `phone` or `username`, as
        assumed, and whoever's value is the same among those that it finds.

        Sent to the users gateway with the OwnerToken.

        Source: documents of the Python SDK 1.1.0, `searchUser`

        Args:
            email: E-mail address, in any case.
            phone: Phone number.
            username: User name.
            **options: Options of each call: timeout, headers, …

        Returns:
            The user; None where there is nobody.

        Raises:
            TypeError: Not one of the three is given.
        """
        known = {"email": email, "phone": phone, "username": username}
        given = {name: value for name, value in known.items() if value is not None}
        if len(given) != 1:
            raise TypeError("find_user takes one of email, phone and username")
        ((type_, value),) = given.items()
        found = self.iter_search_user(type_=type_, value=value, prefetch=0, **options)
        return first_of(found, lambda user: is_called(user, type_, value))

    def users_by_ids(
        self,
        ids: Iterable[str],
        *,
        prefetch: int = PREFETCH,
        **options: Unpack[RequestOptions],
    ) -> list[UserPatchEntryWithPhone]:
        """Read any number of users by their identifiers.

        A user comes with the phone. A service that knows no phones of users refuses
        that once; the phone is None then.

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
        from authing_client.models import UserPatchEntryWithPhone

        check_prefetch(prefetch)

        @sensitive_variables
        def read(some: str) -> list[UserPatchEntryWithPhone]:
            def ask() -> list[UserPatchEntryWithPhone]:
                return (self.user_patch_with_phones(ids=some, **options)).list_

            def ask_documented() -> list[UserPatchEntryWithPhone]:
                found = self.user_patch(ids=some, **options)
                return [
                    without_phone(UserPatchEntryWithPhone, user) for user in found.list_
                ]

            unknown = self._policy.connection.unknown
            return known_form(unknown, "userPatch", ask, ask_documented)

        return users_of_ids(read, ids, prefetch)
