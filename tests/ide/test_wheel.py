"""The wheel tells type checkers and editors that its packages are typed."""

from pathlib import Path
from zipfile import ZipFile

import pytest


@pytest.mark.parametrize(
    "package", ["authing_client", "authing_gen", "authing_sandbox"]
)
def test_wheel_says_that_a_package_is_typed(wheel: Path, package: str) -> None:
    with ZipFile(wheel) as archive:
        assert f"{package}/py.typed" in archive.namelist()
