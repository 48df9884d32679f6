"""Puts together what a client sends with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..encryption import encryption
from ..gateways import Gateways
from ..headers import common_headers
from ..retry_policy import RetryPolicy, check_retry
from ..telemetry import Tracing
from .connection import AsyncConnection
from .engine import EngineOptions
from .engines import AsyncEngines
from .httpx_engine import AsyncHttpxEngine
from .owner import owner_credentials
from .paced_engine import pacing
from .policy import AsyncPolicy
from .stores import store_named

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from opentelemetry.trace import TracerProvider

    from ..deadlines import Timeout
    from ..retry_policy import Retry
    from ..settings import AuthingSettings
    from .httpx_engine import AsyncHttpClient
    from .paced_engine import AsyncPacing
    from .stores import AsyncTokenStore


def assembled(
    settings: AuthingSettings,
    *,
    timeout: Timeout,
    gateway_urls: Mapping[str, str] | None,
    owner_token: Callable[[], Awaitable[str]] | None,
    retry: Retry | None,
    token_store: AsyncTokenStore | None,
    http_client: AsyncHttpClient | None,
    tracer_provider: TracerProvider | None,
) -> AsyncPolicy:
    """Make the policy of a client; `AsyncRuntime` describes the arguments.

    Raises:
        AuthingConfigurationError: One of them cannot be used.
    """
    check_retry(retry)
    store = store_named(settings.token_store) if token_store is None else token_store
    policy = AsyncPolicy(
        AsyncConnection(
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
    http_client: AsyncHttpClient | None,
    pace: AsyncPacing | None,
) -> AsyncEngines:
    options = EngineOptions(
        settings.max_connections,
        settings.max_response_bytes,
        common_headers(settings.user_agent),
    )
    if http_client is None:
        return AsyncEngines(options, pacing=pace)
    callers = AsyncHttpxEngine(http_client, options)
    return AsyncEngines(options, callers, pace)
