"""`python -m authing_sandbox`."""

from .cli.command import main

if __name__ == "__main__":
    main()
