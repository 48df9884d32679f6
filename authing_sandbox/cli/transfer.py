"""`export` and `import`: pools and users, out of a running sandbox and into one."""

import argparse
import http.client
import json
import os
import shutil
import sys
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlencode, urlsplit

from .output import write_line

_URL = "http://127.0.0.1:4600"
_FORMS = {".csv": "csv", ".jsonl": "jsonl", ".json": "pool"}


class Transfer(argparse.Namespace):
    """The options of both."""

    command: str
    file: Path | None
    url: str
    pool: str | None
    form: str | None


class FailedError(Exception):
    """Why it could not be done."""


def add_commands(commands: Any) -> None:
    """Add both to the command line."""
    text = "Write a pool of a running sandbox to a file: rules, users, apps and all."
    export = commands.add_parser("export", help=text, description=text)
    export.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="stdout where there is none"
    )
    text = "Bring a pool back that has been exported, or add users from a file."
    import_ = commands.add_parser(
        "import",
        help=text,
        description=f"{text} Users are JSON Lines, one a line, or CSV, with a heading; "
        "each has an email, phone, username or unionid, and a password or its "
        "password_hash, as an export has it.",
    )
    import_.add_argument("file", type=Path, metavar="FILE")
    import_.add_argument(
        "--form",
        choices=[*_FORMS.values()],
        help="What the file is; by its suffix where this is not said: .csv, .jsonl, or "
        ".json for a pool.",
    )
    for command in (export, import_):
        command.set_defaults(command=command.prog.rpartition(" ")[2])
        command.add_argument(
            "--url",
            default=os.environ.get("AUTHING_SANDBOX_URL", _URL),
            help="Where the sandbox is; also given as AUTHING_SANDBOX_URL; "
            f"{_URL} by default.",
        )
        command.add_argument(
            "--pool", metavar="ID", help="Which pool; the sandbox's first by default."
        )


def run(options: Transfer) -> None:
    """Do it; what fails ends the process with one line, and status 1."""
    try:
        if options.command == "export":
            _export(options)
        else:
            _import(options)
    except OSError as error:
        sys.exit(f"error: {error.filename}: {error.strerror}")
    except (FailedError, http.client.HTTPException) as error:
        sys.exit(f"error: {error}")


def _export(options: Transfer) -> None:
    with _asked(options, "GET", "export", {"pool": options.pool}) as answer:
        if options.file is None:
            with suppress(BrokenPipeError):  # Who has read enough, has.
                shutil.copyfileobj(answer, sys.stdout.buffer)
            sys.stdout.flush()
            return
        # Beside it at first: a file that is there is whole, whatever happens.
        part = options.file.with_name(f"{options.file.name}.part")
        with open(part, "wb", opener=_private) as file:
            shutil.copyfileobj(answer, file)
        part.replace(options.file)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)  # It holds the secrets of the pool's apps.


def _import(options: Transfer) -> None:
    assert options.file is not None
    form = options.form or _FORMS.get(options.file.suffix.lower())
    if form is None:
        raise FailedError(f"{options.file}: say what it is by --form")
    if form == "pool" and options.pool:
        raise FailedError("--pool is for users: the file says which pool it is")
    path = "import" if form == "pool" else "users/import"
    query = {} if form == "pool" else {"pool": options.pool, "form": form}
    with (
        options.file.open("rb") as file,
        _asked(options, "POST", path, query, file) as answer,
    ):
        done = json.load(answer)
    write_line(f"pool {done['id']}" if form == "pool" else f"{done['added']} users")


@contextmanager
def _asked(
    options: Transfer,
    method: str,
    path: str,
    query: Mapping[str, str | None],
    body: IO[bytes] | None = None,
) -> Generator[http.client.HTTPResponse]:
    """The answer to a request, for as long as the block lasts."""
    url = urlsplit(options.url)
    kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
    if url.scheme not in kinds or not url.hostname:
        raise FailedError(f"{options.url} is no URL of a sandbox")
    given = {name: value for name, value in query.items() if value is not None}
    target = f"{url.path.rstrip('/')}/sandbox/{path}?{urlencode(given)}"
    headers = {"content-type": "application/json"}
    if body is not None:
        headers["content-length"] = str(os.fstat(body.fileno()).st_size)
    with closing(kinds[url.scheme](url.hostname, url.port, timeout=600)) as connection:
        try:
            connection.request(method, target, body, headers)
            answer = connection.getresponse()
        except OSError as error:
            raise FailedError(f"{options.url}: {error.strerror or error}") from None
        with answer:
            if answer.status >= 400:
                raise FailedError(_reason(answer))
            yield answer


def _reason(answer: http.client.HTTPResponse) -> str:
    text = answer.read(1 << 16)
    try:
        detail = json.loads(text)["detail"]
    except (ValueError, TypeError, KeyError):
        return f"the sandbox answers {answer.status}"
    if isinstance(detail, str):
        return detail
    return "; ".join(
        f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in detail
    )
