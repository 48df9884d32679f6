"""Bodies of requests: how large one may be, and what it says it is."""

JSON = "application/json"

MAX_BODY = 1 << 20
MAX_IMPORT = 1 << 30
"""What is imported is on the disk, and nowhere else."""


class BodyTooLargeError(ValueError):
    """A body is larger than it may be."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"The body is larger than {limit} bytes.")


def is_of_type(content_type: str, *types: str) -> bool:
    """Whether a body says that it is of one of some types, and text in UTF-8.

    A page of another site can send any body without asking first, but not as JSON.
    """
    kind, *parameters = (part.strip().lower() for part in content_type.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name == "charset" and value.strip('"') not in ("utf-8", "utf8", "us-ascii"):
            return False
    return kind in types
