"""The three example applications, each run by a real server in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from authing_sandbox import Sandbox
from examples.demo import settings_of

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0

PROXY = "127.0.0.2"
"""An address of this machine that the applications take for a proxy's."""

UVICORN = "uvicorn --port {port} --no-access-log --no-proxy-headers"
GUNICORN = "gunicorn --workers 2 --threads 4 --bind 127.0.0.1:{port}"
COMMANDS = {
    "fastapi": f"{UVICORN} examples.fastapi_app.app:app",
    "flask": f"{GUNICORN} --preload examples.flask_app.app:app",
    "flask-late": f"{GUNICORN} examples.flask_app.app:app",
    "django": f"{GUNICORN} --preload examples.django_app.app:application",
    "django-late": f"{GUNICORN} examples.django_app.app:application",
    "django-asgi": f"{UVICORN} --lifespan off examples.django_app.app:asgi_application",
}
"""What runs each application; as `examples/*/__main__.py` does, and otherwise."""

OTHERWISE = {"flask-late", "django-late", "django-asgi"}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def serving(
    command: str,
    sandbox: Sandbox,
    log: Path,
    environment: Mapping[str, str] | None = None,
    folder: Path = ROOT,
) -> Iterator[str]:
    """Run a server against a sandbox, and return its URL; it has no complaints."""
    port = free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", *command.format(port=port).split()],
            cwd=folder,
            env={
                **os.environ,
                **settings_of(sandbox),
                "AUTHING_TRUSTED_PROXIES": PROXY,
                "PYTHONPATH": os.pathsep.join([str(folder), *filter(None, sys.path)]),
                **(environment or {}),
            },
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url, process, log)
        yield url
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    said = log.read_text()
    complaints = ("Traceback", "Exception ignored", "Unclosed", "never awaited")
    assert not any(complaint in said for complaint in complaints), said


def wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            httpx.get(url, timeout=PATIENCE)
            return
        except httpx.TransportError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.1)


class Visitor:
    """A browser without a page: it keeps the cookie, which needs HTTPS otherwise."""

    def __init__(self, url: str, address: str = "127.0.0.1") -> None:
        transport = httpx.HTTPTransport(local_address=address)
        self.http = httpx.Client(base_url=url, transport=transport, timeout=PATIENCE)
        self.cookies: dict[str, str] = {}

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def ask(
        self, method: str, path: str, json: object = None, **headers: str
    ) -> httpx.Response:
        """Send a request; headers with `_` for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            pairs = (f"{name}={value}" for name, value in self.cookies.items())
            named["Cookie"] = "; ".join(pairs)
        if "csrftoken" in self.cookies:
            named["X-CSRFToken"] = self.cookies["csrftoken"]
        answer = self.http.request(method, path, json=json, headers=named)
        for line in answer.headers.get_list("set-cookie"):
            name, _, rest = line.partition("=")
            value = rest.partition(";")[0].strip('"')
            self.cookies.pop(name, None)
            if value:
                self.cookies[name] = value
        return answer

    def post(self, path: str, **form: object) -> httpx.Response:
        return self.ask("POST", path, form)

    def get(self, path: str) -> httpx.Response:
        return self.ask("GET", path)
