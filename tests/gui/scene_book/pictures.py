"""Pictures of scenes: kept as files, with dialogs painted over their windows, and gathered on one sheet."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QWidget

_SHADE: Final = QColor(16, 24, 40, 70)
_ROUND: Final = 10
_SHADOW: Final = 24
_COLUMNS: Final = 3
_CELL: Final = (620, 430)
_TITLE: Final = 22


class Album:
    """Keeps a picture of everything it is shown."""

    def __init__(self, folder: Path, suffix: str) -> None:
        self._folder, self._suffix = folder, suffix
        self.files: list[Path] = []

    def keep(self, name: str, widget: QWidget, over: QWidget | None = None) -> None:
        """Save a picture of a widget, with a dialog over it where there is one."""
        file = self._folder / f"{name}{self._suffix}.png"
        picture_of(widget, over).save(str(file))
        self.files.append(file)


def picture_of(widget: QWidget, over: QWidget | None = None) -> QPixmap:
    """Return what is to be seen of a widget and of a dialog in front of it."""
    picture = widget.grab()
    if over is None or over.width() > widget.width() or over.height() > widget.height():
        return picture if over is None else over.grab()
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(widget.rect(), _SHADE)
    place = QRect(widget.rect().center() - over.rect().center(), over.size())
    _paint_shadow(painter, place)
    outline = QPainterPath()
    outline.addRoundedRect(QRectF(place), _ROUND, _ROUND)
    painter.setClipPath(outline)
    painter.drawPixmap(place.topLeft(), over.grab())
    painter.setClipping(False)
    painter.setPen(over.palette().mid().color())
    painter.drawPath(outline)
    painter.end()
    return picture


def _paint_shadow(painter: QPainter, place: QRect) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    for step in range(_SHADOW):
        painter.setBrush(QColor(16, 24, 40, 3))
        grown = QRectF(place).adjusted(-step, 6 - step, step, 6 + step)
        painter.drawRoundedRect(grown, _ROUND + step, _ROUND + step)


def make_sheet(files: Sequence[Path], target: Path) -> None:
    """Put all pictures on one sheet, each with its name."""
    width, height = _CELL
    rows = -(-len(files) // _COLUMNS)
    sheet = QImage(_COLUMNS * width, max(rows, 1) * height, QImage.Format.Format_RGB32)
    sheet.fill(QColor("#8A8F98"))
    painter = QPainter(sheet)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    for number, file in enumerate(files):
        corner = QPoint(number % _COLUMNS * width, number // _COLUMNS * height)
        painter.drawText(corner + QPoint(8, _TITLE - 6), file.stem)
        image = QImage(str(file))
        room = QRect(corner + QPoint(8, _TITLE), corner + QPoint(width - 8, height - 8)).size()
        if image.width() > room.width() or image.height() > room.height():
            image = image.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        painter.drawImage(corner + QPoint(8, _TITLE), image)
    painter.end()
    sheet.save(str(target))
