"""A long stored list: taken up in turns, in its order, told in parts, and nothing starts before its end."""

from collections.abc import Iterator
from itertools import pairwise
from random import Random

import pytest
from headrace.manager import DownloadManager
from headrace.profile import Profile
from headrace.settings import Settings
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState
from PySide6.QtCore import QCoreApplication, QTimer
from pytestqt.qtbot import QtBot

from tests.support.engine_parts import make_record
from tests.support.opened_store import Opened

COUNT = 4_000
_S = DownloadState


@pytest.fixture
def manager(
    qapp: QCoreApplication, profile: Profile, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DownloadManager]:
    """Return a manager that has just begun to read a long list of which nothing lies dormant, stored in no order."""
    records = [make_record(number, state=_S.PAUSED, total=5) for number in range(COUNT)]
    for number in (0, COUNT // 2, COUNT - 1):
        folder = tmp_path_factory.mktemp("target")
        records[number] = make_record(number, folder=folder, address="http://127.0.0.1:9/nobody")
    Random(1).shuffle(records)
    opened = Opened(profile.database)
    for record in records:
        opened.store.save(record)
    assert opened.store.close(30)
    manager = DownloadManager(profile, Settings(continue_at_start=True, max_running=1))
    yield manager
    assert manager.shut_down(10.0)


def is_loaded(manager: DownloadManager) -> bool:
    return manager.is_loaded


def test_a_long_list_is_taken_up_in_turns(manager: DownloadManager, qtbot: QtBot) -> None:
    told: list[DownloadSnapshot] = []
    turns: list[int] = []
    running: list[int] = []

    def note() -> None:
        turns.append(len(told))
        running.append(len(manager._runner))

    beat = QTimer(manager)
    beat.timeout.connect(note)
    manager.downloads_added.connect(told.extend)
    beat.start(0)
    with qtbot.waitSignal(manager.loaded, timeout=20_000):
        assert not is_loaded(manager)
    beat.stop()
    parts = sorted(set(turns) - {0, COUNT})
    assert len(parts) >= 4
    assert max(after - before for before, after in pairwise(parts)) <= COUNT // 4
    assert set(running) == {0}
    assert is_loaded(manager)
    assert [each.id for each in told] == [f"{number:016x}" for number in range(COUNT)]
    assert [each.queue_place for each in told] == list(range(COUNT))
    assert [each.id for each in manager.snapshots()] == [each.id for each in told]
    qtbot.waitUntil(lambda: len(manager._runner) == 1)


def test_what_is_asked_meanwhile_waits_for_the_whole_list(manager: DownloadManager, qtbot: QtBot) -> None:
    gone = f"{COUNT - 2:016x}"
    with qtbot.waitSignal(manager.downloads_added, timeout=20_000):
        pass
    assert not is_loaded(manager)
    manager.remove([f"{1:016x}"])
    assert is_loaded(manager)
    assert len(manager.snapshots()) == COUNT - 1
    manager.remove([gone])
    assert manager.snapshot(gone) is None
    assert len(manager.snapshots()) == COUNT - 2


def test_the_program_may_end_while_the_list_is_taken_up(manager: DownloadManager, qtbot: QtBot) -> None:
    with qtbot.waitSignal(manager.downloads_added, timeout=20_000):
        pass
    assert not is_loaded(manager)
    known = len(manager.snapshots())
    assert manager.shut_down(10.0)
    qtbot.wait(50)
    assert known <= len(manager.snapshots()) < COUNT, "nobody waits for the rest of a list that nobody will see"
    assert not is_loaded(manager)
    opened = Opened(manager._profile.database)
    assert len(opened.close()) == COUNT
