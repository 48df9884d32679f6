"""Generates the client that a configuration describes.

Usage: python -m authing_gen.codegen [CONFIG], `codegen.toml` where left out. What is
wrong with the schema or an operation is printed with file and line; then the exit
status is 1.
"""

import sys
from pathlib import Path
from typing import Any, cast

from ariadne_codegen import config as ariadne_config
from ariadne_codegen import main as ariadne_main
from ariadne_codegen.exceptions import CodeGenException

from .errors import CodegenError
from .project import Project


def main() -> int:
    """Generate; the result is the exit status."""
    config = sys.argv[1] if len(sys.argv) > 1 else "codegen.toml"
    try:
        settings = cast(Any, ariadne_config).get_config_dict(config)
        _make_target_folder(settings)
        # ariadne-codegen reads the same files, but does not say where they are wrong.
        Project.load(settings)
        cast(Any, ariadne_main).client(settings)
    except (CodegenError, CodeGenException) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _make_target_folder(settings: dict[str, Any]) -> None:
    section = settings.get("tool", {}).get("ariadne-codegen", {})
    Path(section.get("target_package_path", ".")).mkdir(parents=True, exist_ok=True)


if __name__ == "__main__":
    sys.exit(main())
