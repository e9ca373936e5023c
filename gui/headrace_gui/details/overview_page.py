"""The Overview: map, facts and speed of one download side by side, one under the other where it is narrow."""

# ruff: noqa: N802 - Qt names its virtual methods so

import time
from collections.abc import Callable, Iterator
from typing import Final

from headrace.details import DownloadDetails
from headrace.snapshots import DownloadSnapshot
from headrace.states import RUNNING
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from headrace_gui import words
from headrace_gui.details.block_map import BlockMap
from headrace_gui.details.block_words import summary_words
from headrace_gui.details.fact_form import ROW, FactForm
from headrace_gui.details.facts import facts
from headrace_gui.details.speed_graph import SpeedGraph
from headrace_gui.details.speed_plot import plot_of
from headrace_gui.details.speed_recorder import SpeedRecorder
from headrace_gui.details.speed_words import span_words
from headrace_gui.icons import IconSet
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme, semibold, small, tabular

GRAPH_SECONDS: Final = 120.0
_WIDE, _MIDDLE = 860, 560
_LOW_MAP, _HIGH_MAP = 46, 142
_GRAPH_HEIGHT: Final = 96
_MARGIN: Final = 12


class OverviewPage(QScrollArea):
    """What a person wants to know of one download at a glance."""

    wants_details: bool = True
    folder_wanted = Signal(str)
    """The id of a download whose folder is to be opened."""

    def __init__(
        self,
        theme: Theme,
        icons: IconSet,
        recorder: SpeedRecorder,
        clock: Callable[[], float] = time.time,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._recorder, self._clock = recorder, clock
        self._snapshot: DownloadSnapshot | None = None
        self._details: DownloadDetails | None = None
        self.setObjectName("detailsScroll")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inside = QWidget(self.viewport())  # where it stays: moved with all its parts it would be felt
        self._inside.setObjectName("detailsGround")
        self.map, self.form = BlockMap(theme, self._inside), FactForm(theme, icons, self._inside)
        self.graph = SpeedGraph(theme, self._inside, bare=True)
        self._map_line, self._span, self._speed = (QLabel(self._inside) for _ in range(3))
        self._make_blocks()
        self.setWidget(self._inside)
        self.form.folder_wanted.connect(self._want_folder)
        on_language(self, self._retext)

    def _make_blocks(self) -> None:
        for label in (self._map_line, self._span):
            label.setObjectName("quiet")
            label.setFont(tabular(small(self.font())))
        self._speed.setFont(tabular(semibold(small(self.font()))))
        for label in (self._map_line, self._span, self._speed):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setMinimumHeight(ROW)
        self._map_line.setWordWrap(True)
        self._map_block, self._graph_block = QWidget(self._inside), QWidget(self._inside)
        column = _column(self._map_block)
        column.addWidget(self._map_line)
        column.addWidget(self.map)
        column.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._span)
        head.addStretch(1)
        head.addWidget(self._speed)
        column = _column(self._graph_block)
        column.addLayout(head)
        column.addWidget(self.graph)
        column.addStretch(1)
        self._grid = QGridLayout(self._inside)
        self._grid.setContentsMargins(16, _MARGIN, 16, _MARGIN)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(16)

    def _retext(self) -> None:
        self.setAccessibleName(translate("Details", "Overview"))
        self._show()

    def making(self, snapshot: DownloadSnapshot) -> Iterator[None]:
        """Make what a download will be shown in, in short steps."""
        yield from self.form.making(fact.kind for fact in facts(snapshot, None, self._clock()))

    def show_download(self, snapshot: DownloadSnapshot | None) -> None:
        """Turn to another download, to be shown by the refresh that follows."""
        self._snapshot, self._details = snapshot, None
        self.verticalScrollBar().setValue(0)
        if snapshot is None:
            self._show()

    def show_details(self, details: DownloadDetails | None) -> None:
        """Take in what the engine tells besides."""
        self._details = details

    def refresh(self, snapshot: DownloadSnapshot) -> None:
        """Show the newest of the same download."""
        self._snapshot = snapshot
        self._show()

    def _show(self) -> None:
        snapshot, details = self._snapshot, self._details
        if snapshot is None:
            self.map.show_segments((), None)
            self.form.show_facts([])
            self.graph.show_plot(None)
            return
        self.map.show_segments(details.segments if details else (), snapshot.total)
        self._map_line.setText(summary_words(self.map.counts, briefly=True))
        self.form.show_facts(facts(snapshot, details, self._clock()))
        self._show_speed(snapshot)
        self._fit()

    def _show_speed(self, snapshot: DownloadSnapshot) -> None:
        """Show the last minutes of one that runs, the whole life of any other."""
        runs = snapshot.state in RUNNING
        self.graph.show_plot(plot_of(self._recorder, snapshot, GRAPH_SECONDS if runs else None))
        lately = translate("Details", "Speed, last {time}").format(time=span_words(GRAPH_SECONDS))
        self._span.setText(lately if runs else translate("Details", "Speed, whole life"))
        average = translate("Details", "average {speed}").format(speed=words.speed(snapshot.average_speed))
        self._speed.setText(words.speed(snapshot.speed) if runs else average if snapshot.average_speed else "")
        self.graph.setAccessibleName(self._span.text())
        self.graph.setAccessibleDescription(self._speed.text())

    def _want_folder(self) -> None:
        if self._snapshot is not None:
            self.folder_wanted.emit(self._snapshot.id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set the parts side by side or one under the other."""
        super().resizeEvent(event)
        self._arrange()
        self._fit()

    def _arrange(self) -> None:
        width, top = self.viewport().width(), Qt.AlignmentFlag.AlignTop
        grid, parts = self._grid, (self._map_block, self.form, self._graph_block)
        for part in parts:
            grid.removeWidget(part)
        for line in range(3):
            grid.setColumnStretch(line, 0)
        grid.setRowStretch(len(parts), 1)
        if width >= _WIDE:
            for column, (part, stretch) in enumerate(zip(parts, (3, 4, 2), strict=True)):
                grid.addWidget(part, 0, column, top)
                grid.setColumnStretch(column, stretch)
        elif width >= _MIDDLE:
            grid.addWidget(self.form, 0, 0, 2, 1, top)
            grid.addWidget(self._map_block, 0, 1, top)
            grid.addWidget(self._graph_block, 1, 1, top)
            grid.setColumnStretch(0, 3)
            grid.setColumnStretch(1, 2)
        else:
            for row, part in enumerate(parts):
                grid.addWidget(part, row, 0, top)
            grid.setColumnStretch(0, 1)

    def _fit(self) -> None:
        """Let map and graph fill the height that is in sight, where they stand beside the facts."""
        line = self._map_line.sizeHint().height() + 4
        free = self.viewport().height() - 2 * _MARGIN - line
        wide = self.viewport().width() >= _WIDE
        height = min(max(free, _LOW_MAP), _HIGH_MAP) if wide else 70
        self.map.setFixedHeight(max(self.map.height_for(QSize(self.map.width(), height)), 10))
        self.graph.setFixedHeight(min(max(free, _LOW_MAP), _HIGH_MAP) if wide else _GRAPH_HEIGHT)


def _column(parent: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(parent)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    return column
