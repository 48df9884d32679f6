"""Runs the vendor's Python SDK 1.1.0, as drive_python_sdk.py does the older one.

Usage: drive_python_sdk_1.py URL PUBLIC_KEY POOL_ID [SECRET]

It knows one gateway, has a method a field of the production schema, and checks what it
sends against the schema that it reads off the gateway. Its settings say everything.
"""

import json
import sys
from typing import Any


def main() -> None:
    from authing import Authing  # type: ignore[import-not-found]

    url, public_key, pool, *secret = sys.argv[1:]
    settings = {"host": url, "pubkey": public_key, "userPoolId": pool}
    sdk: Any = None

    def construct() -> None:
        nonlocal sdk
        sdk = Authing({**settings, "secret": secret[0]} if secret else settings)

    for line in sys.stdin:
        method, args, kwargs = json.loads(line)
        try:
            call = construct if sdk is None else getattr(sdk, method)
            answer = {"result": call(*args, **kwargs)}
        except BaseException as error:
            answer = {"raised": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
