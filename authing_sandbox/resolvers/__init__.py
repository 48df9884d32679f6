"""What answers the root fields, one module a file of the schema.

A resolver takes a `Call` and the field's arguments; `contract` has settled before who
asks, about which pool, and has decrypted what was encrypted.
"""

from . import (
    authentication,
    contacts,
    groups,
    metadata,
    mfa,
    organisations,
    passwords,
    permissions,
    pools,
    roles,
    social,
    sso,
    users,
    whitelist,
)

_modules = (
    authentication,
    contacts,
    groups,
    metadata,
    mfa,
    organisations,
    passwords,
    permissions,
    pools,
    roles,
    social,
    sso,
    users,
    whitelist,
)

bindables = [
    *(module.query for module in _modules),
    *(module.mutation for module in _modules),
]
