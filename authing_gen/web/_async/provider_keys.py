"""The keys that an OpenID Connect provider signs by, read when they are needed."""

from time import time

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from ..._async.oidc import AsyncOidc
from ..._async.sharing import AsyncShared
from ...deadlines import Deadline
from ...errors import AuthingTransportError, ServiceError
from ...forks import renew_in_child
from ..errors import InvalidTokenError
from ..signatures import public_keys

LIFETIME = 3600.0
"""Seconds after which the keys are read anew: one may have been taken back."""

LONGEST = 24 * 3600.0
"""Seconds that they are used for at most, where the provider does not answer."""

PAUSE = 60.0
"""Seconds between two readings at least, whatever keys tokens name."""


class AsyncProviderKeys:
    """The public keys of a provider, by their names.

    Args:
        oidc: Asks the provider.
        issuer: The provider.
    """

    def __init__(self, oidc: AsyncOidc, issuer: str) -> None:
        self._oidc = oidc
        self._issuer = issuer
        self._keys: dict[str, RSAPublicKey] = {}
        self._read_at = self._tried_at = float("-inf")
        self.after_fork()
        renew_in_child(self)

    def after_fork(self) -> None:
        """Whoever reads them in the parent does not do so here."""
        self._reading = AsyncShared(self._read, _patience)

    async def find(self, name: str | None) -> RSAPublicKey:
        """Return the key that a token says it is signed by.

        Keys are read where none are there, where those that are have become old, and
        once more for a name that is unknown, since keys change.

        Args:
            name: The key's `kid`; a provider with a single key need not name it.

        Raises:
            InvalidTokenError: The provider has no such key.
            AuthingTransportError: It does not answer.
            AuthingAPIError: It refuses.
        """
        if not _is_within(LIFETIME, self._read_at):
            await self._renew()
        found = self._named(name)
        if found is None and not _is_within(PAUSE, self._tried_at):
            await self._renew()
            found = self._named(name)
        if found is None:
            raise InvalidTokenError("its provider has no such key")
        return found

    def _named(self, name: str | None) -> RSAPublicKey | None:
        if name is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(name or "")

    async def _renew(self) -> None:
        """Read them, or go on with those that are there while they are good."""
        is_usable = _is_within(LONGEST, self._read_at)
        if is_usable and _is_within(PAUSE, self._tried_at):
            return
        try:
            await self._reading.get(_patience())
        except (AuthingTransportError, ServiceError):
            if not is_usable:
                raise

    async def _read(self, _: Deadline) -> dict[str, RSAPublicKey]:
        if _is_within(PAUSE, self._read_at):
            return self._keys  # Another has read them meanwhile.
        begun = self._tried_at = time()
        keys = public_keys(await self._oidc.keys(issuer=self._issuer))
        self._keys, self._read_at = keys, begun
        return keys


def _is_within(seconds: float, since: float) -> bool:
    # A clock that was set back says nothing of how long ago that was.
    return 0 <= time() - since < seconds


def _patience() -> Deadline:
    return Deadline(None)  # The client's own timeout ends each reading.
