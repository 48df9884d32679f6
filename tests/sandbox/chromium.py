"""Debian's Chromium, without a network, and what goes wrong in its pages."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    sync_playwright,
)

PROGRAM = Path("/usr/bin/chromium")
OFFLINE = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


def need(path: Path, how: str) -> None:
    """Skip where something is missing, but fail in CI."""
    if not path.exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no {path}: {how}")


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that only reaches this machine."""
    need(PROGRAM, "apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=OFFLINE)
        yield browser
        browser.close()


class Problems(list[str]):
    """What goes wrong in a page: errors, and requests that leave the machine."""

    def __init__(self, page: Page, url: str) -> None:
        super().__init__()
        self._url = url
        page.on("request", self._check_address)
        page.on("console", self._check_message)
        page.on("pageerror", lambda error: self.append(str(error)))

    def _check_message(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.append(message.text)

    def _check_address(self, request: Request) -> None:
        if not request.url.startswith((self._url, "data:")):
            self.append(f"leaves the machine: {request.url}")
