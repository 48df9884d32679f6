"""What a project's package and its classes are called."""

import keyword
import re
import sys
from dataclasses import dataclass
from pathlib import Path

_FOLDERS = {"dist", "queries", "schema", "tests"}
"""Folders beside the package."""
_NEEDED = {
    *{"ariadne_codegen", "authing_client", "authing_gen", "authing_sandbox", "graphql"},
    *{"authing_pytest", "hatchling", "httpx", "mypy", "pip", "pydantic", "pytest"},
    "typing_extensions",
}
"""What the package imports, or is built, generated and tested with."""
_CLASSES = {"Runtime", "AsyncRuntime"}
"""Base classes of the clients."""


class UnsuitableName(Exception):  # noqa: N818 (it is said to the user, not handled)
    """A package cannot be called so."""


@dataclass(frozen=True)
class Names:
    """The names in a project."""

    package: str
    """What is imported: `my_shop`."""

    @classmethod
    def of(cls, package: str) -> "Names":
        """Take a name that the user has chosen.

        Raises:
            UnsuitableName: No package can be called so, or not this one.
        """
        if reason := _why_not(package):
            raise UnsuitableName(f"{package!r} cannot name a package: {reason}")
        return cls(package)

    @classmethod
    def of_folder(cls, folder: Path) -> "Names":
        """Name the package like its folder: `my_shop` in `My-Shop`.

        Raises:
            UnsuitableName: That is not possible.
        """
        package = re.sub(r"\W+", "_", folder.resolve().name).strip("_").lower()
        try:
            return cls.of(package)
        except UnsuitableName as error:
            raise UnsuitableName(f"{error}; choose one with --package") from None

    @property
    def distribution(self) -> str:
        """What pip calls it: `my-shop`."""
        return self.package.replace("_", "-")

    @property
    def client(self) -> str:
        """Class of the client that blocks: `MyShop`."""
        words = self.package.split("_")
        return "".join(word[:1].upper() + word[1:] for word in words)

    @property
    def async_client(self) -> str:
        """Class of the client that is awaited: `AsyncMyShop`."""
        return f"Async{self.client}"


def _why_not(package: str) -> str | None:
    if not re.fullmatch(r"[A-Za-z]([A-Za-z0-9_]*[A-Za-z0-9])?", package):
        return "use letters, digits and underscores between them, a letter first"
    if keyword.iskeyword(package) or keyword.issoftkeyword(package):
        return "it is a keyword of Python"
    if package in sys.stdlib_module_names:
        return "Python has a module of this name"
    if package in _FOLDERS:
        return "another folder of the project has this name"
    if package in _NEEDED:
        return "a package that it needs has this name"
    if {Names(package).client, Names(package).async_client} & _CLASSES:
        return "its class would be called like its base class"
    return None
