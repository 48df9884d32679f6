"""Why a sandbox cannot start, for whoever has to mend it."""

import errno


def explain(error: Exception) -> str | None:
    """Say in a line what is wrong, where it is nothing of ours."""
    if isinstance(error, ModuleNotFoundError):
        ours = error.name is None or error.name.startswith("authing_sandbox")
        needed = f"{error.name} is not installed: pip install 'authing-gen[sandbox]'"
        return None if ours else needed
    # Here, as they need what may not be installed.
    from ..seeding.demo import WrongPoolError
    from ..seeding.seed import SeedError
    from ..server.serving import CannotListenError
    from ..storage.engines import UnusableDatabaseError

    told = SeedError, WrongPoolError, UnusableDatabaseError, CannotListenError
    if not isinstance(error, (*told, OSError)):
        return None
    text = " ".join(str(error).split())
    if isinstance(error, CannotListenError):
        text = " ".join(str(error.strerror).split())
        if error.errno == errno.EADDRINUSE:
            text += "; --port chooses another port, 0 a free one"
    return text or type(error).__name__
