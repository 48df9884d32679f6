"""Builds the debugger's page with npm, where a wheel is built."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SKIP = "AUTHING_SKIP_DEBUGGER"


class DebuggerHook(BuildHookInterface[Any]):
    """Runs npm in `debugger/`, and packs what it builds into the sandbox's package."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page; a wheel without it says at `/graphiql` what is missing."""
        if version == "editable":
            return  # `make debugger` does it, for those who want it.
        npm = shutil.which("npm")
        if os.environ.get(SKIP):
            self.app.display_warning(f"{SKIP} is set: the wheel has no debugger")
        elif npm is None:
            self.app.display_warning("npm is not installed: the wheel has no debugger")
        else:
            folder = Path(self.root, "debugger")
            for command in (
                [npm, "ci", "--no-audit", "--no-fund", "--silent"],
                [npm, "run", "build", "--silent"],
                [sys.executable, "pack.py"],
            ):
                subprocess.run(command, cwd=folder, check=True)  # noqa: S603
            build_data["artifacts"].append("/authing_sandbox/debugger/page.tar.xz")
