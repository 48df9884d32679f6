"""`python -m authing_sandbox`."""

from .cli import main

main()
