"""A text that grows, the page that shows it, and the pulse of the event loop meanwhile."""

import gc
import sys
import time
from pathlib import Path

from headrace.live_lines import Note
from headrace.states import DownloadState
from headrace_gui.details.live import LivePage
from headrace_gui.details.live_view import LineView
from PySide6.QtCore import QPoint, Qt, QTimer
from pytestqt.qtbot import QtBot

from tests.benchmarks.heartbeat import starved_seconds
from tests.support.fake_manager import make_details, make_snapshot

PATIENCE = 10_000


class Growing:
    """A download whose part file grows."""

    def __init__(self, folder: Path, name: str = "build.log") -> None:
        self.snapshot = make_snapshot(name, state=DownloadState.DOWNLOADING, folder=folder)
        self.part = folder / f"{name}.part"
        self.content_type: str | None = None

    def add(self, data: bytes) -> "Growing":
        with self.part.open("ab") as file:
            file.write(data)
        return self

    def finish(self) -> None:
        self.part.rename(self.snapshot.path)
        self.snapshot = make_snapshot(
            self.snapshot.name, state=DownloadState.COMPLETED, folder=self.snapshot.folder, id=self.snapshot.id
        )

    def tell(self, page: LivePage) -> None:
        """Do what the drawer does five times a second."""
        there = self.part.exists()
        received = self.part.stat().st_size if there else 0
        snapshot = make_snapshot(
            self.snapshot.name, state=self.snapshot.state, folder=self.snapshot.folder, received=received
        )
        part = self.part if there else None
        page.show_details(make_details(snapshot, part_path=part, content_type=self.content_type))
        page.refresh(self.snapshot)


def lines(page: LivePage) -> list[str]:
    found = (page.model.entry(row) for row in range(page.model.rowCount()))
    return [entry[0] for entry in found if not isinstance(entry, Note)]


def expect(qtbot: QtBot, page: LivePage, *wanted: str) -> None:
    def check() -> None:
        assert lines(page) == list(wanted)

    qtbot.waitUntil(check, timeout=PATIENCE)


def search(page: LivePage, text: str, *, expression: bool = False, only: bool = True) -> None:
    page.bar.field.setText(text)
    page.bar.expression.setChecked(expression)
    page.bar.only.setChecked(only)
    page.bar._search_now()


def row_point(view: LineView, row: int) -> QPoint:
    return view.visualRect(view.model().index(row, 0)).center()


class Pulse:
    """Beats in the event loop and keeps the longest gap, in seconds, without the time the thread had no processor."""

    def __init__(self) -> None:
        gc.collect()
        gc.freeze()  # as the window does: walking all that a test run has loaded is none of the page's work
        self.longest, self._last, self._starved = 0.0, time.perf_counter(), starved()
        self._timer = QTimer(interval=2, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now, waited = time.perf_counter(), starved()
        self.longest = max(self.longest, now - self._last - (waited - self._starved))
        self._last, self._starved = now, waited

    def stop(self) -> None:
        self._timer.stop()
        gc.unfreeze()


def starved() -> float:
    return starved_seconds() if sys.platform == "linux" else 0.0
