"""What a program pays for a generated package before its first answers.

Each time a fresh interpreter has imported httpx and pydantic, which no client can do
without; counted is the CPU time that comes on top. The best of several counts.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks import schemas
from benchmarks.plain import configure

FEW, MANY = 35, 283
Row = tuple[str, float, float, float]
"""What is measured, ours, what it is held against, and how many times that at most."""

_IMPORT = """
import sys, time, httpx, pydantic
httpx.AsyncClient, pydantic.BaseModel
begin = time.process_time()
from {package} import AsyncClient
"""
_CALLS = """
import asyncio, json
fields = {{f"field{{n}}": "x" for n in range(10)}}
def answer(request):
    name = json.loads(request.content)["operationName"].replace("query", "thing")
    thing = {{"name": "x", **fields, "owner": {{"id": "1", **fields}}}}
    return httpx.Response(200, json={{"data": {{name: [thing]}}}})
async def main():
    http_client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    client = AsyncClient("https://example.com", http_client=http_client)
    for name in ("query_0", "query_1", "query_2"):
        [thing] = await getattr(client, name)()
        assert thing.owner.field_9 == "x"
asyncio.run(main())
"""
_END = "print(time.process_time() - begin)"


def rows(runs: int, environment: Mapping[str, str]) -> Iterator[Row]:
    """Measure."""
    calls: dict[int, float] = {}
    for operations, aim in ((FEW, 0.5), (MANY, 0.3)):
        with tempfile.TemporaryDirectory(prefix="authing-gen-") as scratch:
            project = Path(scratch)
            schemas.large(project, operations)
            ours = [str(Path(sys.executable).with_name("authing-gen")), "generate"]
            for command in (ours, configure(project)):
                subprocess.run(
                    command,
                    cwd=project,
                    env=environment,
                    stdout=subprocess.DEVNULL,
                    check=True,
                )
            made, plain = (
                project / "generated/made_client",
                project / "plain/plain_client",
            )
            times = [
                _best(_IMPORT, package, runs, environment) for package in (made, plain)
            ]
            yield f"import, {operations} operations", times[0], times[1], aim
            calls[operations] = _best(_IMPORT + _CALLS, made, runs, environment)
    yield f"three calls, {MANY} beside {FEW} operations", calls[MANY], calls[FEW], 1.5


def _best(
    program: str, package: Path, runs: int, environment: Mapping[str, str]
) -> float:
    """Milliseconds of CPU time."""
    code = program.format(package=package.name) + _END
    times = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=package.parent,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for _ in range(runs + 1)
    ]
    return min(map(float, times)) * 1000
