"""Generates the client that a configuration describes, without the command line's
dependencies.

Usage: python -m authing_gen.codegen [CONFIG], `codegen.toml` where left out. What is
wrong with the schema or an operation is printed with file and line; then the exit
status is 1. `authing-gen generate` says more.
"""

import sys
from pathlib import Path

from .errors import CodegenError
from .generation import load_config, render


def main() -> int:
    """Generate; the result is the exit status."""
    config = sys.argv[1] if len(sys.argv) > 1 else "codegen.toml"
    try:
        output = render(load_config(Path(config)))
        output.write()
        for note in output.notes:
            print(f"note: {note}", file=sys.stderr)
    except CodegenError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
