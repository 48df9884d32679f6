"""The module of the operations table."""

from collections.abc import Iterable

from graphql import OperationType

from .table import OperationRecord

_HEAD = '''"""Every operation and how it is sent, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from .enums import {enums}
from .operation import Operation
'''

_LONG = 256
"""Of longer tuples, as of empty ones, pyright does not say what they hold."""


def constant_name(method_name: str) -> str:
    """Name of an operation's constant in the table."""
    name = method_name.upper()
    return f"{name}_" if name == "OPERATIONS" else name


def operations_code(records: dict[str, OperationRecord], enums: Iterable[str]) -> str:
    """Write the table.

    Args:
        records: The operations by the names of their methods.
        enums: The imports of `Gateway` and `TokenKind`.
    """
    head = _HEAD.format(enums=", ".join(enums))
    entries = [_entry(method, record) for method, record in records.items()]
    constants = [constant_name(method) for method in records]
    listed, listing = f"({', '.join(constants)},)", ""
    if not constants or len(constants) > _LONG:
        listing = f"_ALL: list[Operation] = [{', '.join(constants)}]\n"
        listed = "_ALL"
    table = (
        "OPERATIONS: Mapping[str, Operation] = MappingProxyType(\n"
        f"    {{operation.name: operation for operation in {listed}}}\n)\n"
        '"""The operations by name."""\n'
    )
    return "\n".join([head, *entries, listing, table])


def _entry(method: str, record: OperationRecord) -> str:
    kind = (
        "query" if record.flat.source.operation is OperationType.QUERY else "mutation"
    )
    tokens = "".join(f"TokenKind.{name}, " for name in record.policy.tokens)
    return f"""{constant_name(method)} = Operation(
    name={record.name!r},
    kind={kind!r},
    document={_block(record.flat.document)},
    gateway=Gateway.{record.policy.gateway},
    tokens=({tokens}),
    encrypted={record.encrypted!r},
    user_pool={record.user_pool!r},
    method={method!r},
)
"""


def _block(document: str) -> str:
    if '"""' in document or "\\" in document:
        return repr(document)
    return f'"""\\\n{document}\n"""'
