"""Scenes of the history: its table, its figures, and where it has nothing to show."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import cast

from headrace.history import Figure, HistoryEntry, Outcome, Period
from headrace.manager import DownloadManager
from headrace.states import Failure, FailureReason
from headrace_gui.history.clear_dialog import ClearDialog
from headrace_gui.history.history_dialog import HistoryDialog
from headrace_gui.main_window import MainWindow

from tests.gui.scene_book.jobs import NOW, mixed_jobs
from tests.gui.scene_book.stage import Stage
from tests.support.remembering import make_entry

_FILES = (
    ("debian-13.2.0-amd64-netinst.iso", "cdimage.debian.org", 783_000_000),
    ("big-buck-bunny-2160p-60fps.mp4", "download.blender.org", 892_000_000),
    ("linux-6.18.tar.xz", "cdn.kernel.org", 147_000_000),
    ("Inkscape-1.5.AppImage", "inkscape.org", 118_000_000),
    ("census-2026.csv", "data.example.gov", 24_100_000),
    ("lecture-12-notes.pdf", "media.example.edu", 3_400_000),
    (
        "a-very-long-name-that-nobody-would-ever-want-to-type-but-that-a-server-sent-anyway.tar.zst",
        "cdn.example",
        51_000,
    ),
)


def _entries(count: int) -> Iterator[HistoryEntry]:
    for number in range(count, 0, -1):
        name, host, size = _FILES[number % len(_FILES)]
        ended = NOW - (count - number) * 7_300.0
        outcome = Outcome.FAILED if number % 11 == 7 else Outcome.REMOVED if number % 13 == 5 else Outcome.FINISHED
        received = size if outcome is Outcome.FINISHED else size // 3
        yield make_entry(
            number,
            name=name,
            host=host,
            address=f"https://{host}/pub/{name}",
            folder=Path("/home/ada/Downloads"),
            size=size,
            received=received,
            seconds=received / 8_400_000,
            outcome=outcome,
            ended_at=ended,
            day=datetime.fromtimestamp(ended, UTC).date(),
            failure=Failure(FailureReason.NOT_FOUND, status=404) if outcome is Outcome.FAILED else None,
        )


def _opened(stage: Stage, count: int) -> tuple[MainWindow, HistoryDialog]:
    window = stage.window(mixed_jobs())
    stage.manager.history.put(*_entries(count))
    dialog = HistoryDialog(
        cast(DownloadManager, stage.manager), window.background, (stage.theme, stage._icons), lambda _: None, window
    )
    dialog.model._clock = lambda: NOW
    dialog.show()
    return window, dialog


def history(stage: Stage) -> None:
    window, dialog = _opened(stage, 300)
    dialog.table.selectRow(2)
    dialog.table.setFocus()
    stage.keep("history", window, dialog)
    dialog.resize(560, 420)
    stage.keep("history-small", window, dialog)


def history_empty(stage: Stage) -> None:
    window, dialog = _opened(stage, 0)
    stage.keep("history-empty", window, dialog)
    stage.clear()
    window, dialog = _opened(stage, 20)
    dialog.search.setText("nowhere")
    stage.until(lambda: dialog.model.rowCount() == 0)
    stage.keep("history-none", window, dialog)


def history_figures(stage: Stage) -> None:
    window, dialog = _opened(stage, 30)
    today, rnd = date(2026, 5, 4), random.Random(3)
    stage.manager.traffic.days = {
        today - timedelta(days=number): rnd.randrange(40_000_000, 9_000_000_000)
        for number in range(60)
        if number % 6 != 4
    }
    stage.manager.history.sums = {
        Period.DAY: [Figure((today - timedelta(days=n)).isoformat(), 1 + n % 4, 3_000_000, 1.0) for n in range(60)],
        Period.HOST: [Figure(host, 3 + 2 * n, size * 9, size / 900_000) for n, (_, host, size) in enumerate(_FILES)],
    }
    dialog.pages.choose(1)
    dialog._show_page()
    stage.keep("history-figures", window, dialog)
    dialog.figures.periods.choose(3)
    dialog.figures.read()
    stage.keep("history-hosts", window, dialog)


def history_clear(stage: Stage) -> None:
    window, dialog = _opened(stage, 30)
    dialog.table.selectRow(0)
    dialog.ask_clear()
    question = dialog.findChild(ClearDialog)
    assert question is not None
    stage.keep("history-clear", window, question)


def private(stage: Stage) -> None:
    jobs = mixed_jobs()
    window = stage.window([replace(job, is_private=number in (0, 6, 9)) for number, job in enumerate(jobs)])
    stage.keep("private", window)
