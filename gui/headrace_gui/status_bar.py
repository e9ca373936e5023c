"""The line at the bottom: total speed, how many run and wait, the limit, the room left on the disk, the network."""

# ruff: noqa: N802 - Qt names its virtual methods so

from pathlib import Path
from typing import Final

from headrace.budgets import Standing, tightest
from headrace.leaving_room import Yielding
from headrace.snapshots import TotalsSnapshot
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from headrace_gui import budget_words, words
from headrace_gui.desktop.free_space import FolderRoom
from headrace_gui.icons import IconSet
from headrace_gui.texts import SEPARATOR, on_language, translate
from headrace_gui.theme import Theme, small, tabular

HEIGHT: Final = 30
_SIDE, _GAP, _BETWEEN = 16, 8, 20


class StatusBar(QFrame):
    """Shows what the window tells it; asks nobody."""

    def __init__(
        self, theme: Theme, icons: IconSet, parent: QWidget | None = None, *, graph: QWidget | None = None
    ) -> None:
        """`graph` is shown beside the total speed."""
        super().__init__(parent)
        self._theme, self._icons = theme, icons
        self._totals: TotalsSnapshot | None = None
        self._place: tuple[Path, FolderRoom] | None = None
        self._standings: tuple[Standing, ...] = ()
        self._is_online: bool | None = None
        self._yielding: Yielding | None = None
        self._shown: tuple[str, ...] = ()
        self.setObjectName("statusBar")
        self.setFixedHeight(max(HEIGHT, self.fontMetrics().height() + 12))
        self._sign, self._speed, self._counts, self._limit, self._room, self._network = (QLabel(self) for _ in range(6))
        self._plan, self._work, self._budget = QLabel(self), QLabel(self), QLabel(self)
        self._speed.setObjectName("totalSpeed")
        shown = (self._speed, self._counts, self._work, self._plan, self._limit, self._budget, self._room)
        for label in (*shown, self._network):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setFont(tabular(small(self.font())))
        self._graph = graph
        self._lay_out(graph)
        theme.changed.connect(self._tint)
        self._tint()
        on_language(self, self.retell)

    def _lay_out(self, graph: QWidget | None) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(_SIDE, 0, _SIDE, 0)
        row.setSpacing(_GAP)
        row.addWidget(self._sign)
        row.addWidget(self._speed)
        if graph is not None:
            row.addWidget(graph)
        for label in (self._counts, self._work, self._plan, self._limit, self._budget):
            label.setIndent(_BETWEEN - _GAP)  # not a spacing: those of hidden labels stay
            row.addWidget(label)
        row.addStretch(1)
        row.addWidget(self._room)
        row.addSpacing(_BETWEEN - _GAP)
        row.addWidget(self._network)
        for label in (self._work, self._plan, self._budget, self._network):
            label.hide()

    def show_totals(self, totals: TotalsSnapshot) -> None:
        """Show speed, counts and limit."""
        self._totals = totals
        parts = [translate("Status", "%Ln active", "", totals.active)] if totals.active else []
        parts += [translate("Status", "%Ln waiting", "", totals.waiting)] if totals.waiting else []
        limited = translate("Status", "Limited to {speed}").format(speed=words.limit(totals.limit))
        texts = (
            words.speed(totals.speed),
            SEPARATOR.join(parts) or translate("Status", "Nothing to do"),
            self._room_text() or (limited if totals.limit else words.limit(None)),
        )
        if texts != self._shown:
            self._shown = texts
            for label, text in zip((self._speed, self._counts, self._limit), texts, strict=True):
                label.setText(text)
            self._fit()

    def show_yielding(self, yielding: Yielding | None) -> None:
        """Show that others are left room on the line, in the place of the limit; nothing where nobody is there."""
        if yielding == self._yielding:
            return
        self._yielding = yielding
        self._limit.setToolTip("" if yielding is None else _why(yielding))
        if self._totals is not None:
            self.show_totals(self._totals)

    def _room_text(self) -> str:
        if self._yielding is None:
            return ""
        return translate("Status", "Leaving room: {speed}").format(speed=words.speed(self._yielding.limit))

    def show_budgets(self, standings: tuple[Standing, ...]) -> None:
        """Show how the data budget stands that will be used up first; nothing where none counts here."""
        if standings == self._standings:
            return
        self._standings = standings
        self._tell_budgets()
        self._fit()

    def _tell_budgets(self) -> None:
        first = tightest(self._standings)
        self._budget.setText("" if first is None else budget_words.used(first))
        self._budget.setToolTip(budget_words.in_full(self._standings))

    def show_room(self, folder: Path, room: FolderRoom | None) -> None:
        """Show the free space of the download folder; nothing where it is not known."""
        self._place = (folder, room) if room else None
        text = translate("Status", "{size} free in {folder}") if room else ""
        self._room.setText(text.format(size=words.size(room.free), folder=folder.name or folder) if room else "")
        self._fit()

    def show_work(self, text: str) -> None:
        """Show what is done to a file that is there; "" for nothing."""
        self._work.setText(text)
        self._fit()

    def show_plan(self, text: str) -> None:
        """Show what happens when all is done; "" for nothing."""
        self._plan.setText(text)
        self._fit()

    def show_network(self, is_online: bool | None) -> None:  # noqa: FBT001 - three values
        """Show whether there is a network; nothing where that is not known."""
        self._is_online = is_online
        word = translate("Status", "Online") if is_online else translate("Status", "Offline")
        self._network.setText(f"● {word}" if is_online else f"○ {word}")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what there is no room for."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Leave out the graph, then the limit, which the bar above shows as well, then the room on the disk."""
        needed = 2 * _SIDE + _GAP + self._sign.sizeHint().width()
        needed += sum(map(_width, (self._speed, self._counts)))
        parts = [
            *([(self._limit, True)] if self._yielding else ()),
            (self._plan, bool(self._plan.text())),
            (self._work, bool(self._work.text())),
            (self._budget, bool(self._budget.text())),
            (self._network, self._is_online is not None),
            (self._room, self._place is not None),
            *(() if self._yielding else [(self._limit, True)]),
        ]
        for part, wanted in parts if self._graph is None else [*parts, (self._graph, True)]:
            needed += _width(part) if wanted else 0
            part.setVisible(wanted and needed <= self.width())

    def retell(self) -> None:
        """Show the same in the language and units in force."""
        if self._totals is not None:
            self.show_totals(self._totals)
        if self._place is not None:
            self.show_room(*self._place)
        self.show_network(self._is_online)
        self._tell_budgets()
        self._limit.setToolTip("" if self._yielding is None else _why(self._yielding))

    def _tint(self) -> None:
        ratio = self.devicePixelRatioF()
        self._sign.setPixmap(self._icons.pixmap("download", self._theme.tokens.secondary, 16, ratio))


def _width(part: QWidget) -> int:
    """Return the room that a part takes, with what parts it from the one before."""
    is_indented = isinstance(part, QLabel) and part.indent() > 0
    return part.sizeHint().width() + (_GAP if is_indented else _BETWEEN)


def _why(yielding: Yielding) -> str:
    """Say why less is fetched than could be."""
    usual, slow = (words.number(seconds * 1000) for seconds in (yielding.usual, yielding.slow))
    text = translate(
        "Status",
        "The line is busy: answers took {slow} ms, and {usual} ms when it was free. Downloads step back to {speed} at"
        " most until they are quick again.",
    )
    return text.format(slow=slow, usual=usual, speed=words.speed(yielding.limit))
