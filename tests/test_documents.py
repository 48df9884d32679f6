"""What README and docs show works as it is shown."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks() -> list[tuple[str, str]]:
    """The Python blocks, by page and number."""
    return [
        (f"{page.name} {number}", code)
        for page in PAGES
        for number, code in enumerate(
            re.findall(r"^```python\n(.*?)^```$", page.read_text(), re.S | re.M)
        )
    ]


@pytest.mark.parametrize(("name", "code"), blocks(), ids=[name for name, _ in blocks()])
def test_block_runs(name: str, code: str) -> None:
    if "async def test_" in code:
        code += "\nimport anyio\n" + "".join(
            f"anyio.run({test})\n" for test in re.findall(r"async def (test_\w+)", code)
        )
    elif "running()" not in code:
        # A piece of a program that has a sandbox.
        code = (
            "import anyio, authing_sandbox\n"
            "async def main():\n"
            "    async with authing_sandbox.running() as sandbox:\n"
            + "".join(f"        {line}\n" for line in code.splitlines())
            + "anyio.run(main)\n"
        )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_readme_shows_what_it_says() -> None:
    (name, code), *_ = blocks()
    assert name == "README.md 0"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.splitlines()[1:] == [
        "['ada@example.com']",
        "2006 密码不正确",
    ]


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), target
