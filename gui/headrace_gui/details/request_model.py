"""Requests and their answers as rows, the newest first."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Sequence
from typing import Any, Final

from headrace.details import Exchange, Headers
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from headrace_gui.story_words import Sign, sign_name, time_of_day
from headrace_gui.texts import SEPARATOR, plain_tip, translate

AnyIndex = QModelIndex | QPersistentModelIndex
_NO_INDEX: Final = QModelIndex()
_Key = tuple[float, str]


class ExchangeModel(QAbstractListModel):
    """Takes in all exchanges again and again, and changes only the rows that changed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Exchange] = []

    def show(self, exchanges: Sequence[Exchange]) -> None:
        """Show these, which come with the newest last."""
        fresh = list(reversed(exchanges))
        if fresh == self._rows:
            return
        above = _rows_above(self._rows, fresh)
        if above is None:
            self.beginResetModel()
            self._rows = fresh
            self.endResetModel()
        else:
            self._change(fresh, above)

    def _change(self, fresh: list[Exchange], above: int) -> None:
        """Put `above` rows in front, let go of the oldest, and tell which of the others have changed."""
        kept = len(fresh) - above
        if kept < len(self._rows):
            self.beginRemoveRows(_NO_INDEX, kept, len(self._rows) - 1)
            del self._rows[kept:]
            self.endRemoveRows()
        if above:
            self.beginInsertRows(_NO_INDEX, 0, above - 1)
            self._rows[:0] = fresh[:above]
            self.endInsertRows()
        for row, exchange in enumerate(fresh):
            if exchange != self._rows[row]:
                self._rows[row] = exchange
                self.dataChanged.emit(self.index(row), self.index(row))

    def exchange(self, row: int) -> Exchange:
        """Return what is in a row."""
        return self._rows[row]

    def retold(self) -> None:
        """Have every row shown again, in another language."""
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def rowCount(self, parent: AnyIndex = _NO_INDEX) -> int:
        """Return the number of exchanges."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the status, and the whole row for screen readers."""
        if not index.isValid():
            return None
        exchange = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return status_words(exchange)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(exchange.request_line)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join((sign_name(exchange_sign(exchange)), status_words(exchange), request_words(exchange)))
        return None


def _rows_above(old: list[Exchange], fresh: list[Exchange]) -> int | None:
    """Return how many rows came in front of the old ones; None where these are other ones."""
    if not old or not fresh:
        return None
    keys, wanted = [_key(one) for one in fresh], [_key(one) for one in old]
    above = next((row for row, key in enumerate(keys) if key == wanted[0]), None)
    if above is None or keys[above:] != wanted[: len(keys) - above]:
        return None
    return above


def _key(exchange: Exchange) -> _Key:
    return exchange.at, exchange.request_line


def status_of(exchange: Exchange) -> str:
    """Return status and reason, such as "206 Partial Content"; "" without an answer."""
    return exchange.status_line.partition(" ")[2] or exchange.status_line


def status_words(exchange: Exchange) -> str:
    """Return the status, or that there is none."""
    return status_of(exchange) or translate("Details", "No answer yet")


def exchange_sign(exchange: Exchange) -> Sign:
    """Return what the answer means for the file."""
    first = status_of(exchange)[:1]
    if first == "2":
        return Sign.OK
    return Sign.WARNING if first in ("4", "5") else Sign.INFO


def request_words(exchange: Exchange) -> str:
    """Return when it was asked, and for what."""
    what = exchange.request_line.rpartition(" HTTP/")[0] or exchange.request_line
    return SEPARATOR.join((time_of_day(exchange.at), what))


def exchange_text(exchange: Exchange) -> str:
    """Return request and answer as they went over the wire."""
    parts = [exchange.request_line, *_lines(exchange.request_headers)]
    if exchange.status_line:
        parts += ["", exchange.status_line, *_lines(exchange.response_headers)]
    return "\n".join(parts) + "\n"


def _lines(headers: Headers) -> list[str]:
    return [f"{name}: {value}" for name, value in headers]
