"""The modules that no schema changes: copied, or taken from the runtime."""

from .package_names import PAGING_MODULES, SUPPORT_MODULES
from .project import SUPPORT, Project
from .unasync import to_sync


def support_modules(project: Project, *, is_paged: bool) -> dict[str, str]:
    """Write them, by name: among them the base client and its synchronous twin.

    Args:
        project: The schema and the operations.
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
        **{name: _copy(name) for name in (*SUPPORT_MODULES, *paging)},
        base_client: base_client_code,
        sync_base_client: project.twins.base_client(base_client_code),
    }


def _copy(name: str) -> str:
    if name == "sync_paging":
        return to_sync(_copy("async_paging"))
    return (SUPPORT / f"{name}.py").read_text(encoding="utf-8")
