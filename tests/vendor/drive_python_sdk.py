"""Runs the vendor's Python SDK, method by method, in a process of its own.

Usage: drive_python_sdk.py USERS_URL OAUTH_URL PUBLIC_KEY POOL_ID SECRET [USER_TOKEN]

Reads a line of JSON a call, `[method, arguments, keyword arguments]`, and writes a line
of JSON an answer: `{"result": …}` or `{"raised": …}`; the first call constructs it. Of
the SDK nothing is changed but its URLs and its public key.
"""

import json
import sys
from typing import Any

from authing import pub  # type: ignore[import-not-found]


class Unseen(dict[str, Any]):
    """Options whose `get` finds nothing.

    Some methods of the SDK refuse an e-mail address that *is* given: the check is the
    wrong way round. It asks `get`; what is sent comes from `[]`.
    """

    def get(self, key: str, default: Any = None) -> Any:
        return default


WRONG_WAY_ROUND = {
    "changePassword",
    "sendResetPasswordEmail",
    "sendVerifyEmail",
    "verifyResetPasswordVerifyCode",
}


def main() -> None:
    users, oauth, pub.KeyData, pool, secret, *token = sys.argv[1:]
    from authing.authing import Authing  # type: ignore[import-not-found]

    sdk: Any = None

    def construct() -> None:
        nonlocal sdk
        user_token = token[0] if token else None
        urls = {"users": users, "oauth": oauth, "userToken": user_token}
        sdk = Authing(pool, secret, urls)
        page = f"{users.removesuffix('/users/graphql')}/sandbox/public-key"
        sdk.preflightUrl, sdk.cdnPreflightUrl = {"users": page, "oauth": page}, page

    for line in sys.stdin:
        method, args, kwargs = json.loads(line)
        if method in WRONG_WAY_ROUND:
            args = [Unseen(args[0])]
        try:
            call = construct if sdk is None else getattr(sdk, method)
            answer = {"result": call(*args, **kwargs)}
        except Exception as error:
            answer = {"raised": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
