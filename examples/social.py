"""What a provider says of somebody who comes back from it.

Which account is whose only the provider can say. An application exchanges the code that
people come back with for that, by a library such as Authlib; the demo, which has no
provider, knows one code of each.
"""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Identity:
    """An account at a provider."""

    unionid: str
    user_info: str


def proven_identity(provider: str, code: str) -> Identity | None:
    """Exchange a code for the account that it proves; None where it proves none."""
    if code != f"demo-{provider}":
        return None
    return Identity("583231", json.dumps({"login": "ada", "provider": provider}))
