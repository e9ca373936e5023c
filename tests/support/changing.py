"""A real engine whose downloads are changed: stalled ones, outcomes that are waited for, and two disks."""

import errno
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from threading import Event
from typing import Any, Final

import pytest
from headrace.disk import moving
from headrace.errors import StoppedError
from headrace.outcomes import ChangeKind, ChangeOutcome
from headrace.profile import Profile

from tests.support import faults
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer

SIZE: Final = 3 << 20
HALF: Final = SIZE // 2


class Witness:
    """Hears what becomes of changes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.told: list[ChangeOutcome] = []
        engine.manager.change_told.connect(self.told.append)

    def outcome(self, kind: ChangeKind, download_id: str | None = None) -> ChangeOutcome:
        """Wait for an outcome of that kind, hand it out, and forget what came before it."""
        found: list[ChangeOutcome] = []

        def seen() -> bool:
            found.extend(one for one in self.told if one.kind is kind and download_id in (None, one.id))
            return bool(found)

        self._engine.until(seen)
        del self.told[: self.told.index(found[0]) + 1]
        return found[0]

    def done(self, kind: ChangeKind, download_id: str | None = None) -> ChangeOutcome:
        """Wait for an outcome that must be a good one."""
        found = self.outcome(kind, download_id)
        assert found.failure is None, found.failure
        return found


def stalled(engine: Engine, server: FaultyServer, path: str = "/file", at: int = HALF, **wishes: Any) -> str:
    """Begin a download that stops after `at` bytes, until the server is healed."""
    server.inject(faults.stall(at, when=faults.on_path(path)))
    download_id = engine.add(server.file(SIZE, path), **wishes)
    engine.until_received(download_id, at)
    return download_id


def paused(engine: Engine, server: FaultyServer, path: str = "/file", at: int = HALF, **wishes: Any) -> str:
    """Return a paused download with `at` bytes on disk."""
    download_id = stalled(engine, server, path, at, **wishes)
    engine.manager.pause([download_id])
    engine.until_still()
    server.heal()
    return download_id


def part_on_other_disk(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, Path]]:
    """Have every two folders be on two disks, for renames; return the renames that were tried between them."""
    real: Callable[..., None] = moving._move
    tried: list[tuple[Path, Path]] = []

    def move(source: Path, target: Path, rename: Any) -> None:
        if source.parent != target.parent:
            tried.append((source, target))
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        real(source, target, rename)

    monkeypatch.setattr(moving, "_move", move)
    return tried


def after_a_crash(engine: Engine, to: Path, **changes: Any) -> Engine:
    """Open, as a next process would, what the database holds at this moment; the folders of the downloads are shared.

    The engine that is there counts as dead, and must not be asked for anything any more but to close.
    """
    shutil.copytree(engine.profile.folder, to)
    (to / "profile.lock").unlink(missing_ok=True)
    return Engine(Profile(to), engine.folder, replace(engine.settings, **changes))


class DeathTrap:
    """Stops a thread of the engine for ever at the call of one function, so that its process can be taken for dead."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, where: str, *, after: bool) -> None:
        """Lay it at the function with the dotted name `where`, before or after what that does."""
        self.reached, self._released = Event(), Event()
        module, _, name = where.rpartition(".")
        real: Callable[..., Any] = getattr(import_module(module), name)

        def call(*args: Any, **facts: Any) -> Any:
            result = real(*args, **facts) if after else None
            self.reached.set()
            self._released.wait()
            raise StoppedError(result)

        monkeypatch.setattr(where, call)

    def release(self) -> None:
        """Let the thread end, and do nothing more."""
        self._released.set()
