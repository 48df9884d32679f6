"""Packs the built page into the one file that the sandbox serves it from.

    python debugger/pack.py

The same page makes the same bytes, whoever packs it, and when.
"""

import lzma
import tarfile
from pathlib import Path

HERE = Path(__file__).parent
BUILT = HERE / "dist"
PACKED = HERE.parent / "authing_sandbox/debugger/page.tar.xz"

_TEXT = [
    {
        "id": lzma.FILTER_LZMA2,
        "preset": 6 | lzma.PRESET_EXTREME,  # Looks back 8 MiB: at all of the page.
        "lc": 4,
        "pb": 0,
    }
]


def pack(folder: Path, target: Path) -> None:
    """Write the files of a folder, by their paths in it, into one."""
    target.parent.mkdir(exist_ok=True)
    with (
        lzma.open(target, "wb", filters=_TEXT) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.USTAR_FORMAT) as tar,
    ):
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                # Of an own making: without times, owners or modes of this machine.
                member = tarfile.TarInfo(file.relative_to(folder).as_posix())
                member.size = file.stat().st_size
                with file.open("rb") as content:
                    tar.addfile(member, content)


if __name__ == "__main__":
    pack(BUILT, PACKED)
    print(f"{PACKED.relative_to(HERE.parent)}: {PACKED.stat().st_size:,} bytes")
