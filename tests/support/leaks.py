"""What a test leaves behind in its process: threads and open files."""

import gc
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

GRACE_SECONDS: Final = 3.0

EXPLAINED_THREADS: Final = (
    "QDBusConnection",  # Qt's thread for the session bus: one per process, for good
    "Thread (pooled)",  # QThreadPool keeps its threads for 30 s
)
"""Beginnings of names of system threads that may stay."""

EXPLAINED_FILES: Final = ("anon_inode:[eventfd]",)
"""Beginnings of what an open descriptor may lead to: Qt gives the main thread's event loop an eventfd."""


@dataclass(frozen=True)
class Held:
    """The threads and the descriptors of this process at one moment."""

    threads: frozenset[threading.Thread]
    """Python threads that would keep the process from ending."""
    system_threads: frozenset[tuple[int, str]]
    """Thread ids and names as Linux has them; empty elsewhere."""
    files: frozenset[tuple[int, str]]
    """Descriptors and what they lead to, on Linux; empty elsewhere."""


def held() -> Held:
    """Look at the running process."""
    lasting = (thread for thread in threading.enumerate() if not thread.daemon)
    return Held(frozenset(lasting), frozenset(_system_threads()), frozenset(_open_files()))


def left_behind(before: Held) -> list[str]:
    """Wait up to GRACE_SECONDS for everything to go that was not there `before`; return what stays, in words."""
    deadline = time.monotonic() + GRACE_SECONDS
    while (found := _more_than(before)) and time.monotonic() < deadline:
        gc.collect()
        time.sleep(0.02)
    return found


def _more_than(before: Held) -> list[str]:
    now = held()
    found = [f"thread {thread.name}" for thread in now.threads - before.threads]
    found += [f"system thread {name}" for _, name in now.system_threads - before.system_threads]
    found += [f"descriptor {number} -> {target}" for number, target in now.files - before.files]
    return sorted(found)


def _system_threads() -> set[tuple[int, str]]:
    if sys.platform != "linux":
        return set()
    found = ((int(task.name), _text(task / "comm")) for task in Path("/proc/self/task").iterdir())
    return {(number, name) for number, name in found if name and not name.startswith(EXPLAINED_THREADS)}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:  # the thread ended meanwhile
        return ""


def _open_files() -> set[tuple[int, str]]:
    if sys.platform != "linux":
        return set()
    found = ((int(entry.name), _target(entry)) for entry in Path("/proc/self/fd").iterdir())
    return {(number, target) for number, target in found if target and not target.startswith(EXPLAINED_FILES)}


def _target(entry: Path) -> str:
    try:
        return str(entry.readlink())
    except OSError:  # the descriptor that listed the folder
        return ""
