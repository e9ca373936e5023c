"""The program of tests.support.dying: reads a life from each line of stdin, has a child live it, says how it ended."""

import json
import os
import resource
import signal
import sqlite3
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any, Final

import headrace.manager
import pytest
from headrace.profile import Profile
from headrace.settings import Settings
from headrace.spec import Checksum
from headrace.states import DownloadState
from headrace.store import migrations
from PySide6.QtCore import QCoreApplication, qFatal

from tests.support.dying import SURVIVED, Life
from tests.support.engine import Engine
from tests.support.mishaps import Mishaps, found, replace_everywhere

_MOST_SECONDS: Final = 10
_SETTLED: Final = {DownloadState.PAUSED, DownloadState.FAILED, DownloadState.COMPLETED}


def _die(how: str) -> None:
    if how == "SIGABRT":
        qFatal("a library gives up")
    os.kill(os.getpid(), signal.Signals[how])
    signal.pause()


def _deadly(life: Life, call: Callable[..., Any], mishaps: Mishaps) -> Callable[..., Any]:
    """Return `call`, at whose fated time the process dies."""
    lock, calls = Lock(), 0

    def deadly(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        with lock:
            counts = not life.whose or mishaps.address == life.whose
            calls += counts
            fated = counts and calls == life.call
        if fated and not life.after:
            _die(life.how)
        done = call(*arguments, **options)
        if fated:
            _die(life.how)
        return done

    return deadly


def _deadly_migration(life: Life) -> Callable[[sqlite3.Connection], None]:
    """Return the migration, in which the process dies before the fated statement."""
    migrate, statements = migrations.migrate, count(1)

    def deadly(connection: sqlite3.Connection) -> None:
        connection.set_trace_callback(lambda _: _die(life.how) if next(statements) == life.statement else None)
        migrate(connection)

    return deadly


def _live(life: Life) -> None:
    """Do what there is to do until nothing is left, then end in order."""
    headrace.manager.__dict__["UNDO_SECONDS"] = 0.0
    if life.at:
        mishaps = Mishaps(pytest.MonkeyPatch())
        owner, name = found(life.at)
        replace_everywhere(setattr, owner, name, _deadly(life, getattr(owner, name), mishaps))
    if life.statement:
        replace_everywhere(setattr, migrations, "migrate", _deadly_migration(life))
    settings = Settings(Path(life.folder), continue_at_start=life.continuing, find_checksums=False)
    engine = Engine(Profile.at(life.profile), Path(life.folder), settings)
    checksum = Checksum.parse(life.checksum) if life.checksum else None
    for address in life.add:
        engine.add(address, checksum=checksum)
    engine.until(lambda: all(one.state in _SETTLED for one in engine.manager.snapshots()), _MOST_SECONDS)
    if life.remove:
        engine.manager.remove(life.remove, with_files=True, for_good=True)
    engine.close()


def _child(life: Life) -> None:
    """Live in this process, which is a child; never returns."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(2 * _MOST_SECONDS)
    application = QCoreApplication([])
    try:
        _live(life)
    except BaseException:  # noqa: BLE001 - a child must not go on as its parent would
        os._exit(1)
    del application
    os._exit(SURVIVED)


def main() -> None:
    """Serve until stdin ends."""
    for line in sys.stdin:
        life = Life(**json.loads(line))
        child = os.fork()
        if not child:
            _child(life)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
