"""Many users take hardly more memory than few."""

import pytest

from benchmarks.administration import COMMANDS, peaks

FEW, MANY = 100, 1_000
MIB = 1 << 20


@pytest.mark.heavy
def test_memory_hardly_depends_on_the_number_of_users() -> None:
    few, many = peaks(FEW), peaks(MANY)
    for (name, _), (_, less), (_, most) in zip(COMMANDS, few, many, strict=True):
        assert most - less < 4 * MIB, name
