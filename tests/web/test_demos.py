"""Each example application starts by one command, with a sandbox of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from examples.demo import ADMIN, PASSWORD

from .servers import ROOT, Visitor, free_port, wait_for

pytestmark = pytest.mark.heavy

PORT = {"fastapi": "--port={port}", "flask": "--bind=127.0.0.1:{port}"}
PORT["django"] = PORT["flask"]


@pytest.mark.parametrize("framework", PORT)
def test_one_command(framework: str, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    given = PORT[framework].format(port=port)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", f"examples.{framework}_app", given],
            cwd=ROOT,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(url, process, log)
        with Visitor(url) as visitor:
            visitor.get("/")
            visitor.post("/auth/sign-in", email=ADMIN, password=PASSWORD)
            assert visitor.get("/users").status_code == 200
        os.killpg(process.pid, signal.SIGINT)  # As a terminal does by Ctrl-C.
        assert process.wait(60) == 0
        with pytest.raises(httpx.ConnectError):  # Nothing of it is left.
            httpx.get(url)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    said = log.read_text()
    assert ADMIN in said
    assert "Traceback" not in said
