"""Bars of how much came in each day, week or month, the latest at the side where reading ends."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Sequence
from typing import Final

from headrace.history import Figure, Period
from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QToolTip, QWidget

from headrace_gui import units
from headrace_gui.history.history_words import key_text
from headrace_gui.texts import translate
from headrace_gui.theme import Theme, small, tabular

_LEAST: Final = 6
_WIDEST: Final = 34
_GAP: Final = 3
_SIDE: Final = 4


class FigureBars(QWidget):
    """Paints as many of the latest sums as there is room for; a tool tip says what a bar stands for."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._figures: Sequence[Figure] = ()
        self._period = Period.DAY
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_figures(self, figures: Sequence[Figure], period: Period) -> None:
        """Show these sums, the latest first."""
        self._figures, self._period = figures, period
        self.setAccessibleName(translate("History", "How much came"))
        self.setAccessibleDescription(_told(figures[0], period) if figures else "")
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for bars and a line of words under them."""
        return QSize(400, 150)

    def _ground(self) -> int:
        """Return the line on which the bars stand."""
        return self.height() - QFontMetrics(self.font()).height() - 6

    def _places(self) -> list[tuple[QRect, Figure]]:
        """Return where each bar stands, the latest first, at the end of the line."""
        room = self.width() - 2 * _SIDE
        count = min(len(self._figures), max(1, room // (_LEAST + _GAP)))
        if not count:
            return []
        step = min(room / count, _WIDEST + _GAP)
        top, bottom = (
            QFontMetrics(small(self.font())).height() + 6,
            self.height() - QFontMetrics(self.font()).height() - 6,
        )
        most = max(figure.shown for figure in self._figures[:count]) or 1
        places = []
        for number, figure in enumerate(self._figures[:count]):
            right = self.width() - _SIDE - round(number * step)
            height = max(round((bottom - top) * figure.shown / most), 2 if figure.shown else 0)
            bar = QRect(
                right - max(round(step) - _GAP, _LEAST - 1), bottom - height, max(round(step) - _GAP, 3), height
            )
            places.append((QStyle.visualRect(self.layoutDirection(), self.rect(), bar), figure))
        return places

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the bars, the highest one's size above and the first and last name below."""
        painter, tokens = QPainter(self), self._theme.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        places = self._places()
        bottom = self._ground()
        painter.fillRect(0, bottom + 1, self.width(), 1, QColor(tokens.line))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent))
        for bar, _ in places:
            if bar.height():
                painter.drawRoundedRect(QRectF(bar), 2, 2)
        if places:
            self._write(painter, places)
        painter.end()

    def _write(self, painter: QPainter, places: list[tuple[QRect, Figure]]) -> None:
        painter.setFont(tabular(small(self.font())))
        painter.setPen(QColor(self._theme.tokens.secondary))
        ends = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        begins = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
        rect, direction = self.rect().adjusted(_SIDE, 0, -_SIDE, 0), self.layoutDirection()
        painter.drawText(rect, QStyle.visualAlignment(direction, ends), key_text(places[0][1], self._period))
        bars = QRect(places[-1][0]).united(places[0][0])
        if len(places) > 1 and bars.width() > rect.width() // 2:
            first = QRect(bars.left(), rect.top(), bars.width(), rect.height())
            painter.drawText(first, QStyle.visualAlignment(direction, begins), key_text(places[-1][1], self._period))
        most = max((figure for _, figure in places), key=lambda figure: figure.shown)
        text = translate("History", "at most {size}").format(size=units.size(most.shown))
        top = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        painter.drawText(rect, QStyle.visualAlignment(direction, top), text)

    def event(self, event: QEvent) -> bool:
        """Tell what the bar under the pointer stands for."""
        if isinstance(event, QHelpEvent):
            x = event.pos().x()
            found = next((figure for bar, figure in self._places() if bar.left() <= x <= bar.right()), None)
            QToolTip.showText(event.globalPos(), "" if found is None else _told(found, self._period), self)
            return True
        return super().event(event)


def _told(figure: Figure, period: Period) -> str:
    files = translate("History", "%Ln file(s) finished", "", figure.files)
    return f"{key_text(figure, period)}\n{units.size(figure.shown)}\n{files}"
