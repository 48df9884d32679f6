"""The raw clients: the operations, answering with the HTTP response too."""

from collections.abc import Mapping

from .docstrings import summary
from .project import RAW_CLIENT, Project
from .table import OperationRecord

_HEAD = '''"""The operations, answering with the HTTP response beside the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .{module} import {client}
    from .{sync_module} import {sync_client}
'''

_CLASS = '''
class {name}:
    """The operations; each answers with a `RawResponse`, which holds its result."""

    def __init__(self, client: {client}) -> None:
'''


def raw_clients_code(project: Project, methods: Mapping[str, OperationRecord]) -> str:
    """Write the module.

    Args:
        project: The project.
        methods: The operations by the names of their methods.
    """
    client, module = project.settings.client_name, project.settings.client_file_name
    twins = project.twins
    sync_client = twins.classes[client]
    attributes = (
        "".join(_attribute(*item) for item in methods.items()) or "        pass\n"
    )
    head = _HEAD.format(
        module=module,
        client=client,
        sync_module=twins.modules[module],
        sync_client=sync_client,
    )
    clients = {RAW_CLIENT: client, twins.classes[RAW_CLIENT]: sync_client}
    classes = [
        _CLASS.format(name=name, client=client) + attributes
        for name, client in clients.items()
    ]
    return "\n".join([head, *classes])


def _attribute(method: str, record: OperationRecord) -> str:
    return (
        f"        self.{method}: Final = client.raw(client.{method})\n"
        f"        {summary(record)!r}\n"
    )
