"""Garbage is collected in the thread of the event loop: what it holds of Qt must end there."""

import gc
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Final

import pytest
from headrace.manager_garbage import GarbageCollector
from pytestqt.qtbot import QtBot

_MANY: Final = 5_000
_PROGRAM: Final = """
import sys, threading
from PySide6.QtCore import QCoreApplication, QObject, QTimer
from headrace.manager_garbage import GarbageCollector

app = QCoreApplication([])
GarbageCollector(app).follow_events()
ended = []

class Ring(QObject):
    def __init__(self):
        super().__init__()
        self.ring, self.timer = self, QTimer(self, interval=1)
        self.timer.start()
        self.destroyed.connect(lambda: ended.append(threading.current_thread() is threading.main_thread()))

def make():
    for _ in range(40):
        Ring()

def fill():
    for _ in range(40):
        [[] for _ in range(5_000)]
        kept = [[index] for index in range(5_000)]
        for each in kept:
            each.append(each)

timer = QTimer(interval=5)
timer.timeout.connect(make)
timer.start()
thread = threading.Thread(target=lambda: [fill() for _ in range(10)])
thread.start()
end = QTimer(interval=20)
end.timeout.connect(lambda: thread.is_alive() or len(ended) < 100 or app.quit())
end.start()
app.exec()
thread.join()
print(len(ended) >= 100 and all(ended))
"""


class Ring:
    """A reference cycle."""

    def __init__(self, ended: list[threading.Thread]) -> None:
        self.ring, self.ended = self, ended

    def __del__(self) -> None:
        self.ended.append(threading.current_thread())


@pytest.fixture
def collector() -> Iterator[GarbageCollector]:
    """Return one that follows no events."""
    before = gc.isenabled()
    found = GarbageCollector()
    yield found
    if before:
        gc.enable()


def test_what_another_thread_leaves_is_collected_here(collector: GarbageCollector) -> None:
    ended: list[threading.Thread] = []
    thread = threading.Thread(target=lambda: [Ring(ended) for _ in range(_MANY)])
    thread.start()
    thread.join()
    assert ended == []
    collector.collect_due()
    assert len(ended) == _MANY
    assert set(ended) == {threading.current_thread()}


def test_a_turn_of_the_event_loop_collects(qtbot: QtBot, collector: GarbageCollector) -> None:
    ended: list[threading.Thread] = []
    collector.follow_events()
    for _ in range(_MANY):
        Ring(ended)
    qtbot.waitUntil(lambda: len(ended) == _MANY)


def test_a_walk_over_everything_takes_a_small_share_of_the_time(
    collector: GarbageCollector, monkeypatch: pytest.MonkeyPatch
) -> None:
    walked: list[int] = []
    monkeypatch.setattr(gc, "get_count", lambda: (10_000, 100, 100))
    monkeypatch.setattr(gc, "collect", lambda generation=2: walked.append(generation))
    moments = [20.0, 20.0, 20.5, 71.0, 72.0, 72.0]
    monkeypatch.setattr("headrace.manager_garbage.monotonic", lambda: moments.pop(0))
    collector._full_from = 20.0
    for _ in range(3):
        collector.collect_due()
    assert walked == [2, 1, 2]


def test_without_an_event_loop_it_says_so(collector: GarbageCollector) -> None:
    said: list[str] = []

    def follow() -> None:
        with pytest.raises(RuntimeError, match="no event loop") as raised:
            collector.follow_events()
        said.append(str(raised.value))

    thread = threading.Thread(target=follow)
    thread.start()
    thread.join()
    assert len(said) == 1


def test_objects_of_qt_end_in_their_own_thread_while_others_make_garbage() -> None:
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "True", "")
