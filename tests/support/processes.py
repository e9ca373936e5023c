"""Child processes of tests: started with their output kept, always ended by their own id."""

import contextlib
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

STOP_SECONDS = 5.0
_SHORTEST, _LONGEST = 0.01, 0.05
"""Seconds between two questions."""


def end(process: subprocess.Popen[Any], timeout: float = STOP_SECONDS) -> int:
    """End `process` politely, after `timeout` seconds by force; return its exit code."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return process.returncode


@contextlib.contextmanager
def running(
    command: Sequence[str | os.PathLike[str]],
    output: Path,
    *,
    env: Mapping[str, str] | None = None,
    pass_fds: Sequence[int] = (),
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `command` with its output in the file `output` until the end of the block."""
    with output.open("ab") as stream:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, env=env, pass_fds=pass_fds
        )
    try:
        yield process
    finally:
        end(process)


def wait_until(condition: Callable[[], bool], what: str, timeout: float = 10.0) -> None:
    """Ask `condition` every 10 ms, later every 50, until it holds. Raises TimeoutError that names `what`."""
    began = time.monotonic()
    while not condition():
        waited = time.monotonic() - began
        if waited > timeout:
            raise TimeoutError(f"{what}: not within {timeout} s")
        time.sleep(min(max(_SHORTEST, waited / 10), _LONGEST))
