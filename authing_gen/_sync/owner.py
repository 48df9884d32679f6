# Made from its twin in _async by authing_gen.codegen.unasync; do not edit.

"""How the OwnerToken is fetched: by the pool's secret, a signature, or the caller."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from authing_client.operations import GET_CLIENT_WHEN_SDK_INIT

from ..errors import AuthingConfigurationError
from ..forks import importing
from ..signature import sign
from .fleet import Fleet
from .tokens import OwnerCredentials

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..deadlines import Deadline
    from ..settings import AuthingSettings
    from .policy import Policy
    from .stores import TokenStore


def owner_credentials(
    policy: Policy,
    settings: AuthingSettings,
    given: Callable[[], str] | None,
    store: TokenStore | None,
) -> OwnerCredentials | None:
    """Return the credentials of the pool's owner, if there is a way to get a token.

    Args:
        policy: How the token is fetched.
        settings: They may hold the secret.
        given: Gets a token in the caller's own way.
        store: Where a fleet shares the token; None for this process's memory.

    Raises:
        AuthingConfigurationError: What is stored there cannot be encrypted.
    """
    patience = policy.connection.deadline
    make_fleet = _fleets(settings, store)
    if given is not None:

        def fetch(_: Deadline) -> str:
            return given()

        return OwnerCredentials(fetch, patience, make_fleet)
    if settings.signed or settings.secret is not None:
        fetch_token = _Initialization(policy, settings).token
        return OwnerCredentials(fetch_token, patience, make_fleet)
    return None


def _fleets(settings: AuthingSettings, store: TokenStore | None) -> Callable[[], Fleet]:
    if store is None:
        return Fleet
    if settings.secret is None:
        raise AuthingConfigurationError(
            "token_store needs the secret of the user pool: what is stored is encrypted"
            " under it"
        )
    with importing:
        from ..sealing import Seal

    secret = settings.secret.get_secret_value()
    seal = Seal(secret, settings.user_pool_id, settings.users_url)
    return partial(Fleet, store, seal)


@dataclass(frozen=True)
class _Initialization:
    """Fetches the OwnerToken from the service. Documentation: 初始化."""

    policy: Policy
    settings: AuthingSettings

    def token(self, deadline: Deadline) -> str:
        with importing:
            from authing_client.results import GetClientWhenSdkInitData

        answer = self.policy.execute(
            GET_CLIENT_WHEN_SDK_INIT,
            self._proof(),
            GetClientWhenSdkInitData,
            deadline,
            # The service takes each signature a single time.
            {"idempotent": not self.settings.signed},
        )
        token = answer.get_client_when_sdk_init.access_token
        if token is None:
            raise AuthingConfigurationError(
                "The service gave no OwnerToken: check the user pool's id and secret"
            )
        return token

    def _proof(self) -> Mapping[str, object]:
        if self.settings.signed:
            return sign()
        secret = self.settings.secret
        return {} if secret is None else {"secret": secret.get_secret_value()}
