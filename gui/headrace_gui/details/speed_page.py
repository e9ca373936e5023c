"""The Speed page: a graph over a span that a person chooses, and the figures of a download's life."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Callable
from typing import Final

from headrace.brakes import Bound
from headrace.details import DownloadDetails
from headrace.settings import Settings
from headrace.snapshots import DownloadSnapshot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from headrace_gui import words
from headrace_gui.details.figures import Figures
from headrace_gui.details.segmented import SegmentedButtons
from headrace_gui.details.speed_graph import SpeedGraph
from headrace_gui.details.speed_plot import marks_of, plot_of
from headrace_gui.details.speed_recorder import SpeedRecorder
from headrace_gui.details.speed_words import bound_words, span_words
from headrace_gui.texts import SEPARATOR, on_language, translate
from headrace_gui.theme import Theme, semibold, tabular

SPANS: Final = (60.0, 300.0, 1800.0, None)
"""Seconds that can be chosen; None is the whole life."""
_HIGHEST: Final = 320
_SIDE, _GAP = 16, 8


class SpeedPage(QWidget):
    """Graph and figures of one download."""

    wants_details: bool = True

    def __init__(
        self, theme: Theme, recorder: SpeedRecorder, settings: Callable[[], Settings], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._recorder, self._settings = recorder, settings
        self._snapshot: DownloadSnapshot | None = None
        self._bound: Bound | None = None
        self.spans = SegmentedButtons(len(SPANS), theme, self)
        self.graph = SpeedGraph(theme, self)
        self.figures = Figures(5, self)
        self._now = QLabel(self)
        self._now.setFont(tabular(semibold(self.font())))
        self._lay_out()
        self.spans.chosen.connect(self._refresh)
        on_language(self, self._retext)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(_GAP)
        head.addWidget(self.spans)
        head.addStretch(1)
        head.addWidget(self._now)
        column = QVBoxLayout(self)
        column.setContentsMargins(_SIDE, 10, _SIDE, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.graph, 1)
        self.graph.setMaximumHeight(_HIGHEST)
        column.addWidget(self.figures)
        column.addStretch(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the speed out where the spans need its place."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        needed = self.spans.minimumSizeHint().width() + self._now.sizeHint().width() + 2 * _SIDE + _GAP
        self._now.setVisible(needed <= self.width())

    def _retext(self) -> None:
        spans = [span_words(each) if each else translate("Details", "Whole life") for each in SPANS]
        self.spans.set_texts(spans)
        self.spans.setAccessibleName(translate("Details", "Span of the graph"))
        self.graph.setAccessibleName(translate("Details", "Graph of the speed"))
        self._refresh()

    def choose_span(self, number: int) -> None:
        """Show the span of that number in SPANS."""
        self.spans.choose(number)
        self._refresh()

    def show_download(self, snapshot: DownloadSnapshot | None) -> None:
        """Show another download."""
        self._snapshot, self._bound = snapshot, None
        self._refresh()

    def show_details(self, details: DownloadDetails | None) -> None:
        """Take in which limit holds it back."""
        self._bound = None if details is None else details.bound

    def refresh(self, snapshot: DownloadSnapshot) -> None:
        """Take in the newest of the same download."""
        self._snapshot = snapshot
        self._refresh()

    def _refresh(self) -> None:
        snapshot = self._snapshot
        if snapshot is None:
            self.graph.show_plot(None)
            self._now.clear()
            return
        marks = marks_of(snapshot, self._settings().limit)
        self.graph.show_plot(plot_of(self._recorder, snapshot, SPANS[self.spans.choice], marks))
        self._now.setText(words.speed(snapshot.speed))
        self._fit()
        pairs = self._pairs(snapshot)
        self.figures.show_pairs(pairs)
        self.graph.setAccessibleDescription(SEPARATOR.join(f"{name} {value}" for name, value in pairs if value))

    def _pairs(self, snapshot: DownloadSnapshot) -> list[tuple[str, str]]:
        history = self._recorder.history(snapshot.id)
        average = snapshot.average_speed
        active = snapshot.received / average if average else history.active if history else None
        return [
            (translate("Details", "Average"), words.speed(average)),
            (translate("Details", "Top"), words.speed(history.top) if history else ""),
            (translate("Details", "Received"), words.size(snapshot.received)),
            (translate("Details", "Time active"), words.duration(active) if active else ""),
            (translate("Details", "Limit"), self._limit(snapshot)),
        ]

    def _limit(self, snapshot: DownloadSnapshot) -> str:
        """Write the lowest limit, and whose it is where that is known."""
        if self._bound is not None:
            return bound_words(self._bound, is_quiet=self._settings().quiet)
        limits = [each for each in (snapshot.limit, self._settings().limit) if each is not None]
        return words.limit(min(limits)) if limits else ""
