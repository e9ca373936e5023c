"""What the window remembers: size, sidebar, columns, sorting. Read once at the start, written once at the end."""

from typing import Final

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtWidgets import QWidget

from headrace_gui.downloads.columns import COLUMNS
from headrace_gui.downloads.filter_sidebar import FilterSidebar
from headrace_gui.downloads.sorting import SortBy
from headrace_gui.downloads.table_view import DownloadTableView
from headrace_gui.memory import Memory

_KEYS: Final = [column.key for column in COLUMNS]
_DEFAULT_SORT: Final = "-added"
_FALLING: Final = "-"
_SIDEBAR: Final = 196


class WindowMemory(Memory):
    """Keeps the habits of window, list and sidebar; `part` is for those of everything else."""

    def restore_window(self, window: QWidget, usual: QSize) -> int:
        """Give the window its size back; return the width of the sidebar in pixels."""
        geometry = self.value("window/geometry", QByteArray())
        if geometry.isEmpty() or not window.restoreGeometry(geometry):
            window.resize(usual)
        return self.value("window/sidebar", _SIDEBAR)

    def restore_table(self, table: DownloadTableView) -> None:
        """Give columns their order, width and visibility back, and the list its sorting."""
        header = table.columns_header
        order = [key for key in self.value("columns/order", list[str]()) if key in _KEYS]
        for place, key in enumerate(order):
            header.moveSection(header.visualIndex(_KEYS.index(key)), place)
        for number, key in enumerate(_KEYS):
            width = self.value(f"columns/width_{key}", 0)
            if number and 40 <= width <= 2000:
                table.set_column_width(number, width)
        usual = [column.key for column in COLUMNS if not column.shown]
        hidden = self.value("columns/hidden", usual)
        unknown = [key for key in usual if order and key not in order]
        table.set_hidden_columns(_KEYS.index(key) for key in {*hidden, *unknown} if key in _KEYS)
        table.sort_by_keys(_sort_keys(self.value("columns/sort", [_DEFAULT_SORT])))

    def restore_sidebar(self, sidebar: FilterSidebar) -> None:
        """Fold the sections again that were folded."""
        sidebar.fold(self.value("window/folded", list[str]()))

    def save(
        self, window: QWidget, sidebar_width: int, table: DownloadTableView, sidebar: FilterSidebar | None = None
    ) -> None:
        """Write everything, what other parts remember included."""
        header = table.columns_header
        self.set_value("window/geometry", window.saveGeometry())
        self.set_value("window/sidebar", sidebar_width)
        self.set_value("columns/order", [_KEYS[header.logicalIndex(place)] for place in range(len(_KEYS))])
        self.set_value("columns/hidden", [_KEYS[number] for number in sorted(table.hidden_columns())])
        for number, key in enumerate(_KEYS):
            self.set_value(f"columns/width_{key}", table.column_width(number))
        self.set_value("columns/sort", [_FALLING * by.falling + _KEYS[by.column] for by in header.sort_keys()])
        if sidebar is not None:
            self.set_value("window/folded", sidebar.folded())
        self.write()


def _sort_keys(texts: list[str]) -> list[SortBy]:
    """Read sort keys such as "-size"; unknown columns are left out."""
    pairs = [(text.removeprefix(_FALLING), text.startswith(_FALLING)) for text in texts]
    return [SortBy(_KEYS.index(key), falling) for key, falling in pairs if key in _KEYS]
