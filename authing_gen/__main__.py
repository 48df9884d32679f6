"""`python -m authing_gen` is the command `authing-gen`."""

from .cli.entry import main

if __name__ == "__main__":
    main()
