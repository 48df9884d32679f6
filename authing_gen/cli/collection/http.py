"""The format of HTTP clients in editors: one file of requests.

Source: https://www.jetbrains.com/help/idea/exploring-http-syntax.html; httpYac reads it
in other editors.
"""

from collections.abc import Iterator
from urllib.parse import quote

from .model import REFERENCE, Collection, Files, Request, reference

_SECRETS = """\
The variables with secrets are not in this file. JetBrains' editors and httpYac read
them from http-client.private.env.json beside it, which belongs into .gitignore:"""


def write(collection: Collection) -> Files:
    """Write a collection into one file."""
    requests = "\n".join("\n".join(_request(it)) for it in collection.requests)
    head = "\n".join(_head(collection))
    return {f"{collection.slug}.http": f"{head}\n\n{requests}"}


def _head(collection: Collection) -> Iterator[str]:
    keeps = [it.keeps for it in collection.requests if it.keeps]
    kept = {name for each in keeps for name in each.fields}
    yield f"# {collection.name}"
    yield "#"
    for line in _SECRETS.splitlines():
        yield f"# {line}"
    given = [f'"{name}": "…"' for name in collection.secrets if name not in kept]
    yield f'# {{"authing": {{{", ".join(given)}}}}}'
    yield ""
    for name, value in collection.values.items():
        if name not in kept:  # What is written here would go before what is kept.
            yield f"@{name} = {value or '…'}"


def _request(request: Request) -> Iterator[str]:
    yield f"### {request.folder}: {request.name}"
    for line in request.about.splitlines():
        yield f"# {_comment(line)}".rstrip()
    yield f"# @name {request.slug.replace('.', '_')}"
    yield f"{'GRAPHQL' if request.document else request.method} {request.url}"
    if request.token:
        yield f"Authorization: Bearer {reference(request.token)}"
    if request.form:
        yield "Content-Type: application/x-www-form-urlencoded"
    yield ""
    if request.document:
        # It ends at the first blank line.
        yield from (line for line in request.document.splitlines() if line.strip())
        yield ""
        yield f"{request.variables_json}\n"
    if request.form:
        form = (f"{name}={_in_form(value)}" for name, value in request.form.items())
        yield "&".join(form)
        yield ""
    if request.keeps:
        yield "> {%"
        for line in request.keeps.script("response.body", "client.global.set"):
            yield f"  {line}"
        yield "%}"
        yield ""


def _comment(line: str) -> str:
    """Keep `# @…` from being an instruction."""
    return f"\\{line}" if line.startswith("@") else line


def _in_form(value: str) -> str:
    if REFERENCE.fullmatch(value):
        return value
    return quote(value)
