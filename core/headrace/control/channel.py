"""The way to the program that runs with a profile: a local socket, or a pipe on Windows. Loads no Qt."""

import hashlib
import io
import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, cast

from headrace.control.lines import object_of
from headrace.profile import Profile

_LONGEST_PATH: Final = 80
_PATIENCE: Final = 3.0
"""Seconds until an answer has begun: the program's window may be busy for a moment."""


class RefusedError(Exception):
    """The program does not do what it was asked for; the text is a sentence, `kind` what it is about."""

    def __init__(self, sentence: str, kind: str) -> None:
        super().__init__(sentence)
        self.kind = kind


def server_name(profile: Profile) -> str:
    """Return the name of the local server of a profile: one name per profile folder.

    It lies in the profile folder, which is its owner's alone, where the path fits into a socket address (about 100
    bytes); else, and on Windows, it is named from a hash of the path.
    """
    digest = hashlib.sha256(os.fsencode(os.path.normcase(profile.folder.resolve()))).hexdigest()[:24]
    inside = profile.folder / "window.socket"
    if sys.platform == "win32":
        return f"headrace-{digest}"
    if len(os.fsencode(inside)) <= _LONGEST_PATH:
        return str(inside)
    return str(Path(tempfile.gettempdir()) / f"headrace-{digest}")


class Channel:
    """An open way to a program; `with` closes it. One thread uses it."""

    def __init__(self, profile: Profile) -> None:
        """Connect. Raises OSError where nobody listens, or somebody else does."""
        self._socket: socket.socket | None = None
        name = server_name(profile)
        if sys.platform == "win32":
            pipe = Path(rf"\\.\pipe\{name}").open("r+b", buffering=0)  # noqa: SIM115 - open as long as this is
            self._stream = cast(io.BufferedIOBase, pipe)
            return
        if Path(name).lstat().st_uid != os.getuid():
            raise PermissionError(f"{name} belongs to somebody else")
        self._socket = socket.socket(socket.AF_UNIX)
        try:
            self._socket.settimeout(_PATIENCE)
            self._socket.connect(name)
        except OSError:
            self._socket.close()
            raise
        self._stream = self._socket.makefile("rwb")

    def __enter__(self) -> "Channel":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close it."""
        with suppress(OSError):  # what a program that is gone has not taken
            self._stream.close()
        if self._socket is not None:
            self._socket.close()

    def ask(self, line: bytes, patience: float | None = _PATIENCE) -> Iterator[dict[str, Any]]:
        """Send a request and yield what is answered, at most `patience` seconds apart; None for however long.

        Raises RefusedError, OSError where the program goes away or does not answer, ValueError for what is no answer.
        """
        if self._socket is not None:
            self._socket.settimeout(patience)
        self._stream.write(line)
        self._stream.flush()
        while True:
            answer = self._answer()
            if "ok" not in answer:
                yield answer
            elif answer["ok"] is True:
                return
            else:
                raise RefusedError(str(answer.get("error", "")), str(answer.get("kind", "")))

    def _answer(self) -> dict[str, Any]:
        line = self._stream.readline()
        if not line.endswith(b"\n"):
            raise ConnectionError("the program went away")
        return object_of(line)
