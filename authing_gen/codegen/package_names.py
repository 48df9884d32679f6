"""What the modules of a generated package are called, and what they hold."""

from .twins import Twins, twin_class

RAW_CLIENT = "AsyncRawClient"
"""Name of the class whose methods answer with the HTTP response too."""

SUPPORT_MODULES = (
    "base_model",
    "exceptions",
    "operation",
    "options",
    "raw_response",
    "wire",
)
"""Modules that are copied as they are, besides the base client."""

PUBLIC = {
    "base_model": ["UNSET", "BaseModel", "UnsetType"],
    "exceptions": [
        "GraphQLClientError",
        "GraphQLHTTPError",
        "GraphQLInvalidResponseError",
        "GraphQLResponseError",
    ],
    "operation": ["Operation"],
    "operations": ["OPERATIONS"],
    "options": ["RequestOptions", "TokenlessOptions"],
    "raw_response": ["RawResponse"],
}
"""Names that the package exports, by module, besides the clients and what the schema
holds."""

PUBLIC_NAMES = (
    *(name for names in PUBLIC.values() for name in names),
    RAW_CLIENT,
    twin_class(RAW_CLIENT),
)
"""All of them, and the raw clients, which stand beside the clients."""

MODULES = ("enums", "models", "operations", "results", *SUPPORT_MODULES)
"""The modules of every package whose names nobody chooses."""


# What the modules of every package import.
_IMPORTED = {"Field", "Sequence", "Unpack"}


def taken_names(twins: Twins) -> set[str]:
    """Names of classes that every package needs, whatever the schema holds."""
    return {*_IMPORTED, *PUBLIC_NAMES, *twins.classes, *twins.classes.values()}
