"""An application and its kit."""

from collections.abc import Mapping

from flask import Flask

from ...errors import AuthingError
from .._sync.kit import Kit
from ..endings import close_at_exit
from .requests import NAME, answer_of


class AuthingExtension:
    """Gives applications their kit, and has errors of it answered.

    Nothing is read before a request needs it: an application can be made, and imported,
    where no setting is, and before a server forks its workers.

    Args:
        app: The application, or None where `init_app` is told later.
        settings: Settings by name, of the client (`user_pool_id`, …) and of the kit
            (`WebSettings`). What is left out comes from the application's config, as
            `AUTHING_USER_POOL_ID`, and then from the environment.
    """

    def __init__(
        self, app: Flask | None = None, settings: Mapping[str, object] | None = None
    ) -> None:
        self._settings = dict(settings or {})
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Give an application its kit."""

        def settings() -> Mapping[str, object]:
            return {**app.config.get_namespace("AUTHING_"), **self._settings}

        kit = app.extensions[NAME] = Kit(settings)
        close_at_exit(kit)
        app.register_error_handler(AuthingError, answer_of)
