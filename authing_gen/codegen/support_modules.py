"""The modules that no schema changes: copied, or taken from the runtime."""

from collections.abc import Mapping

from .package_names import PAGING_MODULES, SUPPORT_MODULES
from .project import SUPPORT, Project
from .unasync import to_sync


def support_modules(
    project: Project, enums: Mapping[str, str], *, is_paged: bool
) -> dict[str, str]:
    """Write them, by name: among them the base client and its synchronous twin.

    Args:
        project: The schema and the operations.
        enums: How the enums of the directives are imported, by what ours are called.
        is_paged: Whether the client goes through lists page by page.
    """
    paging = PAGING_MODULES if is_paged else ()
    base_client = project.base_client_module
    sync_base_client = project.twins.modules[base_client]
    if runtime := project.runtime:
        names = (*SUPPORT_MODULES, *paging, base_client, sync_base_client)
        return {name: runtime.module(name) for name in names}
    base_client_code = project.base_client_file.read_text(encoding="utf-8")
    return {
        **{name: _copy(name, enums) for name in (*SUPPORT_MODULES, *paging)},
        base_client: base_client_code,
        sync_base_client: project.twins.base_client(base_client_code),
    }


def _copy(module: str, enums: Mapping[str, str]) -> str:
    if module == "sync_paging":
        return to_sync(_copy("async_paging", enums))
    code = (SUPPORT / f"{module}.py").read_text(encoding="utf-8")
    for name, imported in enums.items():
        code = code.replace(
            f"from .enums import {name}", f"from .enums import {imported}"
        )
    return code
