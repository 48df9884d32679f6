"""`python -m authing_sandbox`."""

from .cli.command import main

main()
