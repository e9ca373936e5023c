"""One process per profile: a lock the system frees when its holder dies, and a note of who holds it."""

import json
import os
import sys
from pathlib import Path

_LOCKED_BYTE = 1 << 30
"""Where the lock lies on Windows, far from the note: a locked byte cannot be read there."""


class ProfileInUseError(RuntimeError):
    """Another process uses the profile. `pid` is None and `role` empty where it left no readable note."""

    def __init__(self, folder: Path, pid: int | None, role: str) -> None:
        super().__init__(f"the profile {folder} is in use" + (f" by process {pid} ({role})" if pid else ""))
        self.pid, self.role = pid, role


class ProfileLock:
    """Holds a profile until `release`, or until the process ends however it ends."""

    def __init__(self, path: Path, role: str) -> None:
        """Take the lock at once. Raises ProfileInUseError, OSError."""
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            _lock(self._descriptor)
            _write_note(self._descriptor, role)
        except (BlockingIOError, PermissionError) as error:
            pid, holder = _read_note(self._descriptor)
            self.release()
            raise ProfileInUseError(path.parent, pid, holder) from error
        except OSError:
            self.release()
            raise

    def release(self) -> None:
        """Free the profile. Twice does no harm."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - there on Windows only

        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415 - not there on Windows

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _write_note(descriptor: int, role: str) -> None:
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, json.dumps({"pid": os.getpid(), "role": role}).encode())


def _read_note(descriptor: int) -> tuple[int | None, str]:
    try:
        os.lseek(descriptor, 0, os.SEEK_SET)
        note = json.loads(os.read(descriptor, 1000))
        return int(note["pid"]), str(note["role"])
    except (OSError, ValueError, KeyError, TypeError):
        return None, ""
