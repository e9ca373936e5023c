"""A text that grows, and the page that shows it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from headrace.live_lines import Note
from headrace.states import DownloadState
from headrace_gui.background import Background
from headrace_gui.details.live import LivePage
from headrace_gui.details.live_saver import AskPath, ask_path
from headrace_gui.details.live_view import LineView
from headrace_gui.icons import IconSet
from headrace_gui.theme import Theme
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

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


@contextmanager
def shown_page(qtbot: QtBot, theme: Theme, ask: AskPath = ask_path) -> Iterator[LivePage]:
    """Show a page, and have it let go of its file in the end."""
    page = LivePage(theme, IconSet(), Background(), ask=ask)
    qtbot.addWidget(page)
    page.resize(900, 300)
    with qtbot.waitExposed(page):
        page.show()
    yield page
    page.show_download(None)


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
