"""The raw client: the operations, answering with the HTTP response too."""

import ast
from collections.abc import Mapping

from .docstrings import summary
from .package_names import RAW_CLIENT
from .table import OperationRecord

_CLASS = '''
class {name}:
    """The operations; each answers with a `RawResponse`, which holds its result."""

    def __init__(self, client: {client}) -> None:
{attributes}
'''


def raw_client(
    client: str, final: str, methods: Mapping[str, OperationRecord]
) -> ast.stmt:
    """Write the class.

    Args:
        client: Name of the client's class.
        final: What the module calls `Final`.
        methods: The operations by the names of their methods.
    """
    attributes = (
        "".join(_attribute(final, *item) for item in methods.items()) or "        pass"
    )
    code = _CLASS.format(name=RAW_CLIENT, client=client, attributes=attributes)
    return ast.parse(code).body[0]


def _attribute(final: str, method: str, record: OperationRecord) -> str:
    return (
        f"        self.{method}: {final} = client.raw(client.{method})\n"
        f"        {summary(record)!r}\n"
    )
