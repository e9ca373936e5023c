"""What the window remembers: size, sidebar, columns, sorting. Read once at the start, written once at the end."""

from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt
from PySide6.QtWidgets import QWidget

from headrace_gui.downloads.columns import COLUMNS
from headrace_gui.downloads.table_view import DownloadTableView

_KEYS: Final = [column.key for column in COLUMNS]
_DEFAULT_SORT: Final = "added"
_SIDEBAR: Final = 196


class WindowMemory:
    """Keeps habits in an INI file; whatever it cannot read it ignores."""

    def __init__(self, path: Path) -> None:
        self._file = QSettings(str(path), QSettings.Format.IniFormat)

    def forget(self) -> None:
        """Begin anew with the usual sizes and columns."""
        self._file.clear()

    def restore_window(self, window: QWidget, usual: QSize) -> int:
        """Give the window its size back; return the width of the sidebar in pixels."""
        geometry = self._file.value("window/geometry")
        if not (isinstance(geometry, QByteArray) and window.restoreGeometry(geometry)):
            window.resize(usual)
        return _whole(self._file.value("window/sidebar"), _SIDEBAR)

    def restore_table(self, table: DownloadTableView) -> None:
        """Give columns their order, width and visibility back, and the list its sorting."""
        header = table.columns_header
        order = [key for key in _texts(self._file.value("columns/order")) if key in _KEYS]
        for place, key in enumerate(order):
            header.moveSection(header.visualIndex(_KEYS.index(key)), place)
        for number, key in enumerate(_KEYS):
            width = _whole(self._file.value(f"columns/width_{key}"), 0)
            if number and 40 <= width <= 2000:
                table.set_column_width(number, width)
        hidden = self._file.value("columns/hidden")
        if hidden is not None:
            table.set_hidden_columns(_KEYS.index(key) for key in _texts(hidden) if key in _KEYS)
        self._restore_sort(table)

    def _restore_sort(self, table: DownloadTableView) -> None:
        key = str(self._file.value("columns/sort", _DEFAULT_SORT))
        falling = str(self._file.value("columns/falling", "true")).lower() == "true"
        order = Qt.SortOrder.DescendingOrder if falling else Qt.SortOrder.AscendingOrder
        table.sort_by(_KEYS.index(key) if key in _KEYS else -1, order)

    def save(self, window: QWidget, sidebar_width: int, table: DownloadTableView) -> None:
        """Write everything."""
        header = table.columns_header
        column, order = header.sort_state()
        self._file.setValue("window/geometry", window.saveGeometry())
        self._file.setValue("window/sidebar", sidebar_width)
        self._file.setValue("columns/order", [_KEYS[header.logicalIndex(place)] for place in range(len(_KEYS))])
        self._file.setValue("columns/hidden", [_KEYS[number] for number in sorted(table.hidden_columns())])
        for number, key in enumerate(_KEYS):
            self._file.setValue(f"columns/width_{key}", table.column_width(number))
        self._file.setValue("columns/sort", _KEYS[column] if column >= 0 else "")
        self._file.setValue("columns/falling", order is Qt.SortOrder.DescendingOrder)
        self._file.sync()


def _whole(value: Any, usual: int) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return usual


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value] if value else []
    return [str(each) for each in value] if isinstance(value, list) else []
