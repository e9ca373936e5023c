"""What is asked of the history, as SQL: pages, counts and sums. Read-only; called in threads that may wait."""

import re
import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

from headrace.history import Figure, HistoryEntry, HistoryQuery, Outcome, Period
from headrace.store.history_schema import COLUMNS
from headrace.store.records import failure_from, loaded_name

_ENTRIES: Final = f"SELECT {', '.join(f'h.{name}' for name in COLUMNS)}"
_WORD: Final = re.compile(r"\w+", re.UNICODE)
_KEYS: Final = {
    Period.DAY: "h.day",
    Period.WEEK: "date(h.day, '-6 days', 'weekday 1')",
    Period.MONTH: "substr(h.day, 1, 7) || '-01'",
    Period.HOST: "+h.host",
}
"""The sign before the host keeps its index out of it: rows in its order lie all over the file."""
_SUMS: Final = f"sum(h.outcome = {int(Outcome.FINISHED)}), coalesce(sum(h.received), 0), coalesce(sum(h.seconds), 0.0)"
_ORDER: Final = {Period.HOST: "3 DESC, 1"}
"""Hosts by their bytes; all else the latest first."""


def page(
    connection: sqlite3.Connection, query: HistoryQuery, before: int | None, most: int, *, words: bool
) -> list[HistoryEntry]:
    """Return at most so many entries of numbers below `before` (None: the latest), the latest first.

    Raises sqlite3.Error.
    """
    clause, values = _where(query, before, words=words)
    order = _number(query, words=words)
    rows = connection.execute(f"{_ENTRIES} {clause} ORDER BY {order} DESC LIMIT ?", (*values, most))
    return list(filter(None, map(_entry, rows)))


def count(connection: sqlite3.Connection, query: HistoryQuery, *, words: bool, most: int = -1) -> int:
    """Return how many entries are meant; no more than `most` are counted. Raises sqlite3.Error."""
    clause, values = _where(query, None, words=words)
    statement = f"SELECT count(*) FROM (SELECT 1 {clause} LIMIT ?)"  # noqa: S608 - all that is a person's are values
    return int(connection.execute(statement, (*values, most)).fetchone()[0])


def numbers(connection: sqlite3.Connection, query: HistoryQuery, most: int, *, words: bool) -> list[int]:
    """Return the numbers of at most so many of them. Raises sqlite3.Error."""
    clause, values = _where(query, None, words=words)
    return [number for (number,) in connection.execute(f"SELECT h.number {clause} LIMIT ?", (*values, most))]


def figures(
    connection: sqlite3.Connection, query: HistoryQuery, period: Period, most: int, *, words: bool
) -> list[Figure]:
    """Return sums over the entries that are meant, of at most so many days or hosts. Raises sqlite3.Error."""
    clause, values = _where(query, None, words=words)
    key, order = _KEYS[period], _ORDER.get(period, "1 DESC")
    statement = f"SELECT {key}, {_SUMS} {clause} GROUP BY 1 ORDER BY {order} LIMIT ?"
    return [Figure(str(row[0]), *row[1:]) for row in connection.execute(statement, (*values, most))]


def total(connection: sqlite3.Connection, query: HistoryQuery, *, words: bool) -> Figure:
    """Return the sum over all of them; its key is empty. Raises sqlite3.Error."""
    clause, values = _where(query, None, words=words)
    row = connection.execute(f"SELECT {_SUMS} {clause}", values).fetchone()
    return Figure("", row[0] or 0, row[1], row[2])


def _number(query: HistoryQuery, *, words: bool) -> str:
    """Name the column by which is sorted: the index of words hands its rows out in their order for nothing."""
    return "w.rowid" if words and _match(query.words) else "h.number"


def _where(query: HistoryQuery, before: int | None, *, words: bool) -> tuple[str, tuple[Any, ...]]:
    """Return the clauses from FROM on, and the values for their question marks."""
    match = _match(query.words) if words else None
    source = "FROM history h" if match is None else "FROM words w CROSS JOIN history h ON h.number = w.rowid"
    terms = list(_terms(query, before, "h.number" if match is None else "w.rowid"))
    if match is not None:
        terms += _bounds(query)
        terms.insert(0, ("words MATCH ?", (match,)))
    elif query.words.strip():
        terms += _alike(query.words)
    clause = " AND ".join(term for term, _ in terms)
    return f"{source} WHERE {clause}" if clause else source, tuple(value for _, own in terms for value in own)


def _terms(query: HistoryQuery, before: int | None, number: str) -> Iterator[tuple[str, tuple[Any, ...]]]:
    if before is not None:
        yield f"{number} < ?", (before,)
    if query.host is not None:
        yield "h.host = ?", (query.host,)
    if query.outcome is not None:
        yield "h.outcome = ?", (int(query.outcome),)
    if query.first is not None or query.last is not None:
        first, last = query.first or date.min, query.last or date.max
        yield "h.day BETWEEN ? AND ?", (first.isoformat(), last.isoformat())


def _bounds(query: HistoryQuery) -> list[tuple[str, tuple[Any, ...]]]:
    """Return between which numbers the days lie: found words of all other days are not even looked at."""
    if query.first is None and query.last is None:
        return []
    days = (query.first or date.min).isoformat(), (query.last or date.max).isoformat()
    ends = ((">=", "min"), ("<=", "max"))
    inner = "FROM history WHERE day BETWEEN ? AND ?"
    return [(f"w.rowid {sign} (SELECT {end}(number) {inner})", days) for sign, end in ends]


def _match(text: str) -> str | None:
    """Return what FTS5 is asked for: every word of the text, or the beginning of one; None where there is no word."""
    terms = [" ".join(_WORD.findall(part.replace("_", " "))) for part in text.split()]
    found = [f'"{term}"*' for term in terms if term]
    return " ".join(found) or None


def _alike(text: str) -> list[tuple[str, tuple[Any, ...]]]:
    """Return what is asked without FTS5: each part of the text is somewhere in name or address."""
    escaped = (part.replace("!", "!!").replace("%", "!%").replace("_", "!_") for part in text.split())
    either = "(h.name LIKE ? ESCAPE '!' OR h.address LIKE ? ESCAPE '!')"
    return [(either, (f"%{part}%", f"%{part}%")) for part in escaped]


def _entry(row: tuple[Any, ...]) -> HistoryEntry | None:
    """Read an entry; None for one that makes no sense."""
    facts = dict(zip(COLUMNS, row, strict=True))
    try:
        read = {
            "outcome": Outcome(facts["outcome"]),
            "day": date.fromisoformat(facts["day"]),
            "name": loaded_name(facts["name"]),
            "folder": Path(loaded_name(facts["folder"])),
            "failure": None if facts["failure"] is None else failure_from(facts["failure"]),
        }
        return HistoryEntry(**(facts | read))
    except (ValueError, TypeError):
        return None
