"""The web kit for Flask; needs the extra `flask`.

extension = AuthingExtension()
app = Flask(__name__)
extension.init_app(app)
app.register_blueprint(blueprint, url_prefix="/auth")

@app.get("/greeting")
@login_required
def greeting() -> str:
    return f"Hello, {current_user.email}"
"""

from .extension import AuthingExtension
from .routes import blueprint
from .users import (
    authing,
    authing_of_user,
    current_user,
    form,
    login_required,
    optional_user,
    role_required,
)

__all__ = [
    "AuthingExtension",
    "authing",
    "authing_of_user",
    "blueprint",
    "current_user",
    "form",
    "login_required",
    "optional_user",
    "role_required",
]
