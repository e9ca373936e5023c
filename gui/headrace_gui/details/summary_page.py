"""What the drawer shows of several downloads at once."""

from typing import Final

from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from headrace_gui import words
from headrace_gui.details.figures import Figures
from headrace_gui.details.summary import Summary
from headrace_gui.texts import on_language, translate

_STATES: Final = 8


class SummaryPage(QScrollArea):
    """Sums, and how many are in which state."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._summary: Summary | None = None
        self.setObjectName("detailsScroll")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        inside = QWidget(self)
        inside.setObjectName("detailsGround")
        self.sums, self.states = Figures(5, inside, large=True), Figures(_STATES, inside)
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 14, 16, 12)
        column.setSpacing(16)
        for part in (self.sums, self.states):
            column.addWidget(part)
        column.addStretch(1)
        self.setWidget(inside)
        on_language(self, self._show)

    def show_summary(self, summary: Summary | None) -> None:
        """Show sums, nothing for None."""
        self._summary = summary
        self._show()

    def _show(self) -> None:
        self.setAccessibleName(translate("Details", "Together"))
        if self._summary is None:
            return
        summary = self._summary
        known = summary.unknown < len(summary)
        self.sums.show_pairs(
            [
                (translate("Details", "Together"), words.size(summary.total) if known else ""),
                (translate("Details", "Received"), words.size(summary.received)),
                (translate("Details", "Progress"), self._progress(summary)),
                (translate("Details", "Speed"), words.speed(summary.speed) if summary.speed else ""),
                (translate("Details", "Size unknown"), words.number(summary.unknown) if summary.unknown else ""),
            ]
        )
        pairs = [(words.state_name(state), words.number(count)) for state, count in summary.states()]
        self.states.show_pairs(pairs + [("", "")] * (_STATES - len(pairs)))

    def _progress(self, summary: Summary) -> str:
        if summary.unknown or not summary.total:
            return ""
        return words.percent(summary.received / summary.total)
