"""The command `collection`."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from ..catalogue import OURS, Catalogue
from ..current_project import catalogue, package_name, queries
from ..exits import DIFFERENT
from ..failures import WrongUsage, fail
from ..gathering import environment
from ..output import write_error, write_line
from ..project.writing import Occupied, write

HELP = """Write all operations as a collection of requests, for Insomnia, Bruno, or an
editor that sends `.http` files.

`authing-gen collection --format bruno`

`authing-gen collection requests --format http`

Each request is filled in: its gateway, its variables, its token. The schema says with
what, by `@example`. What you would change is a variable of the tool. So is what is
secret, and **no secret is ever written**. Send the first request first: the tool keeps
the OwnerToken of its answer for the others, as it keeps the UserToken of whatever signs
a user in. Passwords travel encrypted: what belongs
into `encryptedPassword` is what `authing-gen encrypt` prints.

URLs and user pool come from the environment (`AUTHING_*`), or from options, so that the
collection may be for the service or for a sandbox. In a project (below a
`codegen.toml`) the operations are the project's own.

Exit status: 0 done; 1 files are there that would be overwritten, nothing is written; 2
wrong usage or settings.
"""


class Format(StrEnum):
    """A format, by the name of its tool."""

    INSOMNIA = "insomnia"
    BRUNO = "bruno"
    HTTP = "http"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("collection", help=HELP)(_collection)


def _collection(
    format_: Annotated[Format, typer.Option("--format", help="Which tool it is for.")],
    folder: Annotated[
        Path, typer.Argument(help="Where to; it is made where it is missing.")
    ] = Path(),
    name: Annotated[
        str | None,
        typer.Option(
            help="What the tool calls it.", show_default="that of the package"
        ),
    ] = None,
    user_pool_id: Annotated[
        str | None, typer.Option(help="Identifier of the user pool.")
    ] = None,
    users_url: Annotated[
        str | None, typer.Option(help="URL of the users gateway.")
    ] = None,
    oauth_url: Annotated[
        str | None, typer.Option(help="URL of the oauth gateway.")
    ] = None,
    allow_insecure_http: Annotated[
        bool | None,
        typer.Option(
            "--allow-insecure-http",
            help="Whether passwords and tokens may travel by plain http to another"
            " machine.",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite files of the same names.")
    ] = False,
) -> None:
    from ...errors import AuthingError

    found = catalogue()
    given = {
        "user_pool_id": user_pool_id,
        "users_url": users_url,
        "oauth_url": oauth_url,
        "allow_insecure_http": allow_insecure_http,
    }
    try:
        files = _files(format_, found, name, given)
        write(files, folder, force=force)
    except Occupied as error:
        there = f"{len(error.files)} files are there, {error.files[0]} among them"
        write_error(f"{there}; --force overwrites them")
        raise typer.Exit(DIFFERENT) from None
    except OSError as error:
        fail(WrongUsage(f"{error.strerror}: {error.filename}"), as_json=False)
    except (WrongUsage, AuthingError) as error:
        fail(error, as_json=False)
    write_line(f"wrote {folder / _top(files)}")


def _top(files: Mapping[str, str]) -> str:
    return next(iter(files)).partition("/")[0]


def _files(
    format_: Format, found: Catalogue, name: str | None, given: Mapping[str, Any]
) -> Mapping[str, str]:
    from . import bruno, http, insomnia
    from .building import collect
    from .written import read_operations

    writers = {
        Format.INSOMNIA: insomnia.write,
        Format.BRUNO: bruno.write,
        Format.HTTP: http.write,
    }
    package = package_name(found)
    slug = "authing" if package == OURS else package
    title = " ".join((name or slug.capitalize()).split())
    operations = read_operations(queries())
    collection = collect(title, slug, found, operations, _known(found, given))
    return writers[format_](collection)


def _known(found: Catalogue, given: Mapping[str, Any]) -> dict[str, str]:
    """The values of variables: URLs, and the user pool."""
    from ...urls import check_url
    from ..servers import server_settings
    from .building import ORIGIN, url_variable
    from .usual import POOL

    settings = server_settings(**given)
    known = {
        POOL: settings.user_pool_id,
        ORIGIN: settings.origin,
        url_variable("USERS"): settings.users_url,
        url_variable("OAUTH"): settings.oauth_url,
    }
    for gateway in {entry.sent.gateway for entry in found.entries.values()}:
        name = f"AUTHING_{gateway.upper()}_URL"
        if url_variable(gateway) not in known and (url := environment(name)):
            try:
                check_url(url, allow_insecure_http=settings.allow_insecure_http)
            except ValueError as error:
                raise WrongUsage(f"{name}: {error}") from None
            known[url_variable(gateway)] = url
    return known
