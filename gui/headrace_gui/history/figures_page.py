"""The figures of the history: by day, week and month as bars and in words, and by host."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from headrace.history import Figure, HistoryQuery, Period
from headrace.history_figures import with_traffic
from headrace.manager import DownloadManager
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget
from shiboken6 import isValid

from headrace_gui import units
from headrace_gui.details.segmented import SegmentedButtons
from headrace_gui.history.figure_bars import FigureBars
from headrace_gui.history.history_words import key_text
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme, small

PERIODS: Final = (Period.DAY, Period.WEEK, Period.MONTH, Period.HOST)
_WIDE: Final = 130
_MOST: Final = 400
"""Sums that are listed, at most."""
_YEARS: Final = timedelta(days=3 * 366)


class FiguresPage(QWidget):
    """Reads its figures when it is shown, and when something else is to be shown."""

    def __init__(self, manager: DownloadManager, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._manager = manager
        self._serial = 0
        self._figures: Sequence[Figure] = ()
        self.periods = SegmentedButtons(len(PERIODS), theme, self)
        self.bars = FigureBars(theme, self)
        self.table = _table(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 8, 24, 0)
        column.setSpacing(12)
        column.addWidget(self.periods, 0, Qt.AlignmentFlag.AlignLeading)
        column.addWidget(self.bars)
        column.addWidget(self.table, 1)
        self.periods.chosen.connect(lambda _: self.read())
        on_language(self, self._retext)

    @property
    def period(self) -> Period:
        """What sums are over."""
        return PERIODS[self.periods.choice]

    def read(self) -> None:
        """Have the figures read; they are shown when they are there."""
        self._serial += 1
        serial, period = self._serial, self.period

        def answer(found: list[Figure]) -> None:
            if isValid(self) and serial == self._serial:
                self._show(self._with_traffic(found, period), period)

        self._manager.history.figures(HistoryQuery(), period, answer, _MOST)

    def _with_traffic(self, found: list[Figure], period: Period) -> list[Figure]:
        if period is Period.HOST:
            return found
        traffic = self._manager.traffic
        return with_traffic(found, traffic.since(traffic.today - _YEARS), period)[:_MOST]

    def _show(self, figures: Sequence[Figure], period: Period) -> None:
        self._figures = figures
        self.bars.setVisible(period is not Period.HOST)
        self.bars.show_figures(_without_gaps(figures, period), period)
        self.table.setRowCount(len(figures))
        for row, figure in enumerate(figures):
            texts = (key_text(figure, period), units.number(figure.files), units.size(figure.shown))
            for column, text in enumerate((*texts, units.speed(figure.speed))):
                item = QTableWidgetItem(text)
                side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
                item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, item)

    def _retext(self) -> None:
        self.periods.set_texts(
            [
                translate("History", "Days"),
                translate("History", "Weeks"),
                translate("History", "Months"),
                translate("History", "Hosts"),
            ]
        )
        self.table.setHorizontalHeaderLabels(
            ["", translate("History", "Files"), translate("History", "Size"), translate("History", "Average speed")]
        )
        self.table.setAccessibleName(translate("History", "Figures"))
        if self._figures:
            self._show(self._figures, self.period)


def _without_gaps(figures: Sequence[Figure], period: Period) -> list[Figure]:
    """Return the figures with the days between them on which nothing came; weeks and months stay as they are."""
    if period is not Period.DAY or not figures:
        return list(figures)
    by_key = {figure.key: figure for figure in figures}
    last = date.fromisoformat(figures[0].key)
    days = [(last - timedelta(days=number)).isoformat() for number in range(_MOST)]
    first = figures[-1].key
    return [by_key.get(day, Figure(day, 0, 0, 0.0)) for day in days if day >= first]


def _table(parent: QWidget) -> QTableWidget:
    table = QTableWidget(0, 4, parent)
    table.setObjectName("connectionTable")
    table.setShowGrid(False)
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    table.setTabKeyNavigation(False)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.verticalHeader().hide()
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setSectionsClickable(False)
    header.setFont(small(table.font()))
    header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    header.setDefaultSectionSize(_WIDE)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return table
