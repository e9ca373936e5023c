"""Rows on their way by mouse: what they are to this window, to file managers and to everybody else."""

import json
from collections.abc import Sequence
from typing import Final

from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState
from PySide6.QtCore import QMimeData, QRect, Qt, QUrl
from PySide6.QtGui import QFont, QPainter, QPixmap

from headrace_gui import words
from headrace_gui.downloads.painting import Type, ink
from headrace_gui.icons import IconSet, file_icon
from headrace_gui.theme import Tokens, medium

ROWS: Final = "application/x-headrace-rows"
"""The type of data of rows: a JSON list of ids."""
_MOST_OUTSIDE: Final = 2_000
"""Files and addresses handed to other programs at once."""
_ICON: Final = 16
_HEIGHT: Final = 34
_WIDEST: Final = 320


def mime_of(snapshots: Sequence[DownloadSnapshot]) -> QMimeData:
    """Return rows as data: their ids, finished files as files to copy, addresses of the others as text."""
    data = QMimeData()
    data.setData(ROWS, json.dumps([each.id for each in snapshots]).encode())
    there = [each for each in snapshots if each.state is DownloadState.COMPLETED and not each.is_missing]
    others = [each for each in snapshots if each.state is not DownloadState.COMPLETED]
    if there:
        data.setUrls([QUrl.fromLocalFile(str(each.path)) for each in there[:_MOST_OUTSIDE]])
    if others:
        data.setText("\n".join(each.address for each in others[:_MOST_OUTSIDE]))
    return data


def ids_in(data: QMimeData) -> list[str]:
    """Return the ids of rows that are dragged; nothing where something else is."""
    if not data.hasFormat(ROWS):
        return []
    try:
        found = json.loads(bytes(data.data(ROWS).data()))
    except ValueError:
        return []
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def drag_picture(
    snapshots: Sequence[DownloadSnapshot], tokens: Tokens, icons: IconSet, font: QFont, ratio: float
) -> QPixmap:
    """Return what hangs at the pointer: the name of one row, the number of several."""
    type_ = Type(medium(font))
    single = len(snapshots) == 1
    text = snapshots[0].name if single else words.downloads(len(snapshots))
    shown = type_.cut(text, _WIDEST).text
    width = 12 + _ICON + 8 + type_.width(shown) + 14
    pixmap = QPixmap(round(width * ratio), round(_HEIGHT * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(ink(tokens.accent))
    painter.setBrush(ink(tokens.surface))
    painter.drawRoundedRect(QRect(0, 0, width, _HEIGHT).adjusted(1, 1, -2, -2), 8, 8)
    icon = file_icon(snapshots[0].name) if single else "list"
    painter.drawPixmap(12, (_HEIGHT - _ICON) // 2, icons.pixmap(icon, tokens.secondary, _ICON, ratio))
    place = QRect(12 + _ICON + 8, 0, type_.width(shown) + 2, _HEIGHT)
    type_.write(painter, place, shown, tokens.text)
    painter.end()
    return pixmap
