"""The table: every engine in every kind of trouble."""

import ssl
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import trustme

from ..race.process import ROOT, environment
from .clients import ASYNC, BLOCKING
from .server import serving
from .trials import HTTP_PROXY, NEEDS_AWAIT, SSL_CERT_FILE, TRIALS

TRIAL = f"{__package__}.trials"

PATIENCE = 30
"""Seconds that a trial may take."""

ELSEWHERE = "http://service.invalid"
"""Nobody finds it, but the proxy answers for it."""

AT_ONCE = 2
"""Trials that are made at once: most of them wait."""


def properties(python: Path) -> list[Sequence[str]]:
    """A line for each engine, after the titles."""
    engines = (*ASYNC, *BLOCKING)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        cells = {
            (engine, trial): pool.submit(_outcome, python, engine, trial)
            for engine in engines
            for trial in TRIALS
            if engine in ASYNC or trial not in NEEDS_AWAIT
        }
        found = {place: cell.result() for place, cell in cells.items()}
    return [
        ("engine", *TRIALS),
        *(
            (engine, *(found.get((engine, trial), "–") for trial in TRIALS))
            for engine in engines
        ),
    ]


def _outcome(python: Path, engine: str, trial: str) -> str:
    command = [str(python), "-m", TRIAL, engine, trial]
    if trial == SSL_CERT_FILE:
        authority = trustme.CA()
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("localhost").configure_cert(tls)
        with authority.cert_pem.tempfile() as file, serving(tls) as url:
            return _said([*command, url], SSL_CERT_FILE=file)
    with serving() as url:
        if trial == HTTP_PROXY:
            return _said([*command, ELSEWHERE], HTTP_PROXY=url, http_proxy=url)
        return _said([*command, url])


def _said(command: Sequence[str], **more: str) -> str:
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment() | more,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "hangs"
    lines = (done.stdout or done.stderr).strip().splitlines()
    return lines[-1] if lines else f"exit status {done.returncode}"
