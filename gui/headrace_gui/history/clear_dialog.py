"""The question before the history is cleared: all of it, what is old, or a host."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from headrace.history import HistoryQuery
from PySide6.QtWidgets import QWidget

from headrace_gui.dialogs.small_dialog import SmallDialog
from headrace_gui.fields import Choice
from headrace_gui.texts import on_language, translate

_DAYS: Final = (365, 90, 30, 7)
"""What is older than so many days; the least comes first, since a slip of the hand takes what is first."""


class ClearDialog(SmallDialog):
    """Asks what is to be forgotten; `clear` is called with it."""

    def __init__(
        self, clear: Callable[[HistoryQuery], object], today: date, host: str | None, parent: QWidget | None = None
    ) -> None:
        """`host` is that of the row that is chosen, if one is."""
        super().__init__(
            lambda: translate("History", "Clear history"),
            lambda: translate("History", "Clear"),
            parent,
            hint=lambda: translate(
                "History",
                "What is cleared cannot be brought back. Files and the list stay, and so does how much came on which"
                " day.",
            ),
        )
        self._clear, self._host = clear, host
        self.choice = Choice(self)
        self.queries = [HistoryQuery(last=today - timedelta(days=days)) for days in _DAYS]
        self.queries += [HistoryQuery()] if host is None else [HistoryQuery(host=host), HistoryQuery()]
        self.add_label(lambda: translate("History", "&What"), self.choice)
        on_language(self, self._retext)

    def _retext(self) -> None:
        row = max(self.choice.currentIndex(), 0)
        self.choice.clear()
        for days in _DAYS:
            self.choice.addItem(translate("History", "What is older than %Ln day(s)", "", days))
        if self._host is not None:
            self.choice.addItem(translate("History", "All from {host}").format(host=self._host))
        self.choice.addItem(translate("History", "All of it"))
        self.choice.setCurrentIndex(row)

    def confirm(self) -> bool:
        """Have it cleared."""
        self._clear(self.queries[self.choice.currentIndex()])
        return True
