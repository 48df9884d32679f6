# Made from its twin in _async by authing_gen.codegen.unasync; do not edit.

"""Puts together what a client sends with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..encryption import encryption
from ..gateways import Gateways
from ..headers import common_headers
from ..retry_policy import RetryPolicy, check_retry
from ..telemetry import Tracing
from .connection import Connection
from .engine import EngineOptions
from .engines import Engines
from .httpx_engine import HttpxEngine
from .owner import owner_credentials
from .paced_engine import pacing
from .policy import Policy
from .stores import store_named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from opentelemetry.trace import TracerProvider

    from ..deadlines import Timeout
    from ..retry_policy import Retry
    from ..settings import AuthingSettings
    from .httpx_engine import HttpClient
    from .paced_engine import Pacing
    from .stores import TokenStore


def assembled(
    settings: AuthingSettings,
    *,
    timeout: Timeout,
    gateway_urls: Mapping[str, str] | None,
    owner_token: Callable[[], str] | None,
    retry: Retry | None,
    token_store: TokenStore | None,
    http_client: HttpClient | None,
    tracer_provider: TracerProvider | None,
) -> Policy:
    """Make the policy of a client; `Runtime` describes the arguments.

    Raises:
        AuthingConfigurationError: One of them cannot be used.
    """
    check_retry(retry)
    store = store_named(settings.token_store) if token_store is None else token_store
    policy = Policy(
        Connection(
            _engines(settings, http_client, pacing(settings, store)),
            timeout,
            settings.max_retries,
            RetryPolicy(retry),
            Tracing(tracer_provider),
        ),
        Gateways(settings, gateway_urls),
        settings.user_pool_id,
        encryption(settings.public_key),
    )
    credentials = owner_credentials(policy, settings, owner_token, store)
    return replace(policy, credentials=credentials)


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
