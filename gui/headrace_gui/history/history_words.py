"""What the history says of downloads that have ended, in the language in force."""

from datetime import date
from enum import IntEnum
from typing import Final

from headrace.history import Figure, HistoryEntry, Outcome, Period
from PySide6.QtCore import QDate, QLocale, Qt

from headrace_gui import units
from headrace_gui.texts import QT_TRANSLATE_NOOP, SEPARATOR, translate
from headrace_gui.words import failure_words

_OUTCOMES: Final = {
    Outcome.FINISHED: QT_TRANSLATE_NOOP("History", "Finished"),
    Outcome.FAILED: QT_TRANSLATE_NOOP("History", "Failed"),
    Outcome.REMOVED: QT_TRANSLATE_NOOP("History", "Removed unfinished"),
}


class HistoryColumn(IntEnum):
    """The columns of the table, in their order."""

    NAME = 0
    ENDED = 1
    SIZE = 2
    SPEED = 3
    HOST = 4
    OUTCOME = 5


TITLES: Final = {
    HistoryColumn.NAME: QT_TRANSLATE_NOOP("History", "Name"),
    HistoryColumn.ENDED: QT_TRANSLATE_NOOP("History", "Ended"),
    HistoryColumn.SIZE: QT_TRANSLATE_NOOP("History", "Size"),
    HistoryColumn.SPEED: QT_TRANSLATE_NOOP("History", "Speed"),
    HistoryColumn.HOST: QT_TRANSLATE_NOOP("History", "Host"),
    HistoryColumn.OUTCOME: QT_TRANSLATE_NOOP("History", "How it ended"),
}
RIGHT: Final = frozenset({HistoryColumn.SIZE, HistoryColumn.SPEED})
"""Columns of figures, which stand under one another."""


def cell_text(entry: HistoryEntry, column: HistoryColumn, now: float) -> str:
    """Return what a cell says."""
    if column is HistoryColumn.NAME:
        return entry.name
    if column is HistoryColumn.ENDED:
        return units.moment(entry.ended_at, now)
    if column is HistoryColumn.SIZE:
        whole = entry.outcome is Outcome.FINISHED and entry.size is not None
        return units.size(entry.size if whole else entry.received)
    if column is HistoryColumn.SPEED:
        return units.speed(entry.speed)
    return entry.host if column is HistoryColumn.HOST else outcome_text(entry)


def outcome_text(entry: HistoryEntry) -> str:
    """Return how a download ended, and why."""
    if entry.failure is None or entry.outcome is Outcome.FINISHED:
        return translate("History", _OUTCOMES[entry.outcome])
    return f"{translate('History', _OUTCOMES[entry.outcome])}: {failure_words(entry.failure).what}"


def told(entry: HistoryEntry) -> str:
    """Return all that is known of an entry, a line for each fact."""
    lines = [entry.name, str(entry.folder), entry.address, outcome_text(entry), units.full_moment(entry.ended_at)]
    if entry.final_host is not None:
        lines.append(translate("History", "Redirected to {host}").format(host=entry.final_host))
    if entry.seconds:
        lines.append(
            translate("History", "{size} in {time}").format(
                size=units.size(entry.received), time=units.duration(entry.seconds)
            )
        )
    if entry.proven is not None:
        lines.append(translate("History", "Proven by {checksum}").format(checksum=entry.proven))
    return "\n".join(lines)


def total_text(whole: Figure) -> str:
    """Return the sum over all that is shown."""
    parts = [translate("History", "%Ln file(s) finished", "", whole.files), units.size(whole.received)]
    if whole.speed is not None:
        parts.append(translate("History", "{speed} on average").format(speed=units.speed(whole.speed)))
    return SEPARATOR.join(parts)


def key_text(figure: Figure, period: Period) -> str:
    """Return the name of a day, week or month, or a host."""
    if period is Period.HOST:
        return figure.key
    day = date.fromisoformat(figure.key)
    when = QDate(day.year, day.month, day.day)
    if period is Period.MONTH:
        return QLocale().toString(when, "MMMM yyyy")
    text = QLocale().toString(when, QLocale.FormatType.ShortFormat)
    return translate("History", "Week from {day}").format(day=text) if period is Period.WEEK else text


def side(column: HistoryColumn) -> Qt.AlignmentFlag:
    """Return the side on which a column's texts stand."""
    return Qt.AlignmentFlag.AlignRight if column in RIGHT else Qt.AlignmentFlag.AlignLeft
