"""A complete application: people register and sign in, by password or by phone, reset
their password, see and change their profile, connect other accounts, and sign out;
administrators see everybody.

    python -m examples.flask_app

runs it against a sandbox. With `AUTHING_USER_POOL_ID` and `AUTHING_SECRET` set,
`gunicorn --threads 4 examples.flask_app.app:app` runs it against the service.
"""

from flask import Flask, Response, abort, jsonify, request, send_file
from pydantic import BaseModel, Field

from authing_gen.web import Form, UnreadableFormError
from authing_gen.web.flask import (
    AuthingExtension,
    authing,
    authing_of_user,
    blueprint,
    current_user,
    form,
    login_required,
    role_required,
)
from examples.page import PAGE
from examples.social import proven_identity

app = Flask(__name__)
AuthingExtension(app)  # Settings come from AUTHING_*, when they are first needed.
app.register_blueprint(blueprint, url_prefix="/auth")  # sign-in, register, sign-out, …

DONE = ("", 204)


def as_json(model: BaseModel) -> dict[str, object]:
    """A model as JSON, by the service's names, without secrets."""
    return model.model_dump(mode="json", by_alias=True)


@app.get("/")
def page() -> Response:
    """The page, which asks all the rest."""
    return send_file(PAGE)


@app.get("/profile")
@login_required
def profile() -> Response:
    """Who am I? `authing_of_user` acts as whoever asks, with no other rights."""
    found = authing_of_user.user(id=current_user.id)
    return jsonify(found and as_json(found))


class ProfileChange(Form):
    """What people may change of themselves."""

    nickname: str = Field(min_length=1, max_length=40)


@app.patch("/profile")
@login_required
def change_profile() -> tuple[str, int]:
    """Change the name that is shown."""
    nickname = form(ProfileChange).nickname
    authing_of_user.update_user(id=current_user.id, nickname=nickname)
    return DONE


@app.get("/users")
@role_required("admin")
def everybody() -> Response:
    """All users, by `authing`, which manages the pool: for administrators."""
    page = request.args.get("page", 1, type=int)
    if page < 1:
        raise UnreadableFormError([{"field": "page", "problem": "it begins with 1"}])
    return jsonify(as_json(authing.users(page=page, count=20)))


@app.get("/social")
@login_required
def connections() -> Response:
    """Which other accounts could I sign in with, and which of them are connected?"""
    found = authing_of_user.not_bind_oauth_list(user=current_user.id)
    return jsonify([as_json(each) for each in found])


class Returned(Form):
    """What a provider sends people back with."""

    code: str


@app.post("/social/<provider>")
@login_required
def connect(provider: str) -> tuple[str, int]:
    """Connect an account at a provider, which has to say itself whose it is."""
    identity = proven_identity(provider, form(Returned).code)
    if identity is None:
        abort(400, "The provider does not know this code.")
    authing_of_user.bind_other_oauth(
        user=current_user.id,
        type_=provider,
        unionid=identity.unionid,
        user_info=identity.user_info,
    )
    return DONE


@app.delete("/social/<provider>")
@login_required
def disconnect(provider: str) -> tuple[str, int]:
    """Disconnect it."""
    authing_of_user.unbind_other_oauth(user=current_user.id, type_=provider)
    return DONE
