"""What a person looks for in lines: plain text or an expression, matched within a bounded effort."""

from typing import Final

from headrace.live_lines import Spans
from PySide6.QtCore import QRegularExpression

LONGEST: Final = 1_000
"""Characters of a search."""
_EFFORT: Final = "(*LIMIT_MATCH=50000)"
"""Bounds the work for one line to less than a millisecond. Python's own `re` knows no bound, and an expression with
nested repeats would stop the whole program: it gives way to no other thread."""
_SEEN: Final = 1 << 16
"""Characters of a line that are looked at."""
_PATIENCE: Final = 50
"""Lines that may take too long until the search is given up."""
_MARKS: Final = 40
"""Places marked in one line."""


class LineSearch:
    """A Finder for live feeds. May be used by several threads."""

    def __init__(self, text: str, *, is_expression: bool, with_case: bool) -> None:
        """Raise ValueError, with what Qt says of it and the place (from 1), for what is no expression."""
        text = text[:LONGEST]
        self.given_up = 0
        """Lines that would have taken too long, so that they count as ones without; after some, all do."""
        options = QRegularExpression.PatternOption.UseUnicodePropertiesOption
        if not with_case:
            options |= QRegularExpression.PatternOption.CaseInsensitiveOption
        pattern = text if is_expression else QRegularExpression.escape(text)
        plain = QRegularExpression(pattern, options)
        if not plain.isValid():
            raise ValueError(plain.errorString(), plain.patternErrorOffset() + 1)
        self._expression = QRegularExpression(f"{_EFFORT}{pattern}", options)
        self._expression.optimize()

    def find(self, line: str) -> Spans | None:
        """Return where it is found in UTF-16 units; None where it is not."""
        if self.given_up >= _PATIENCE:
            return None
        line = line[:_SEEN]
        first = self._expression.match(line)
        if not first.hasMatch():
            self.given_up += not first.isValid()
            return None
        spans: list[int] = []
        places = self._expression.globalMatch(line)
        while places.hasNext() and len(spans) < 2 * _MARKS:
            found = places.next()
            if found.capturedLength():
                spans += (found.capturedStart(), found.capturedLength())
        return tuple(spans)
