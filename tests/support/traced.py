"""Faults at the k-th system call of a running process, by strace: a kill, an error, a write that is cut short."""

import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support import needs
from tests.support.processes import end

_SECONDS: Final = 10.0
TRACEABLE: Final = "import ctypes; ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)\n"
"""Python for a process's own start (PR_SET_PTRACER, any): else Yama lets nobody but its parents trace it."""


class NotTraceableError(RuntimeError):
    """strace may not trace here; the text is what it said."""


@dataclass(frozen=True)
class Injection:
    """What happens at the k-th of some system calls, which is counted for each thread and each call by itself."""

    calls: str
    """Names, with commas between."""
    what: str = ""
    """Such as `signal=KILL` or `error=EIO`; empty for nothing."""
    when: str = ""
    """`3` for the third, `3+` for it and all that follow."""

    @property
    def options(self) -> list[str]:
        """The options of strace."""
        fault = ["-e", f"inject={self.calls}:{self.what}:when={self.when}"] if self.what else []
        return ["-e", f"trace={self.calls}", *fault]


@contextmanager
def traced(pid: int, injection: Injection, log: Path, *, thread: int | None = None) -> Iterator[None]:
    """Trace process `pid` with all threads it has and will have, or `thread` alone, from the start of the block on.

    The calls are in `log` when the block has ended, which must end the process. Raises NotTraceableError.
    """
    whom = ["-f", "-p", str(pid)] if thread is None else ["-p", str(thread)]
    command = [needs.program("strace") or "strace", "-y", "-s", "0", "-o", str(log), *injection.options, *whom]
    said = log.with_suffix(".said")
    with said.open("wb") as stream:
        tracer = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream)
    try:
        _wait_until_attached(said, tracer)
        yield
        tracer.wait(_SECONDS)
    finally:
        end(tracer)


def _wait_until_attached(said: Path, tracer: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _SECONDS
    while " attached" not in said.read_text(encoding="utf-8", errors="replace"):
        if tracer.poll() is not None or time.monotonic() > deadline:
            raise NotTraceableError(said.read_text(encoding="utf-8", errors="replace").strip() or "no word of strace")
        time.sleep(0.005)


def why_not(folder: Path) -> str | None:
    """Say why nothing can be traced here, None where it can; a short trial shows it. `folder` takes its log."""
    if needs.program("strace") is None:
        return "needs strace: apt install strace"
    process = subprocess.Popen(["sleep", "60"])
    try:
        with traced(process.pid, Injection("pwrite64"), folder / "trial.strace"):
            process.kill()
            process.wait()
    except NotTraceableError as error:
        return f"strace may not trace here: {error}"
    finally:
        end(process)
    return None


def threads(pid: int) -> Sequence[int]:
    """Return the ids of the threads of a process, the oldest first."""
    return sorted(int(path.name) for path in Path(f"/proc/{pid}/task").iterdir())
