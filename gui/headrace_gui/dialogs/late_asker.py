"""Asks servers by what is loaded only once there is something to ask: an idle window does without the network."""

from collections.abc import Callable, Collection, Iterable

from headrace.file_facts import FileFacts, Question
from PySide6.QtCore import QObject

from headrace_gui.background import Background
from headrace_gui.dialogs.add_probes import Asker

_Listener = Callable[[Question, FileFacts], None]


class LateAsker:
    """An Asker in whose place another one answers as soon as it is made, in a thread. For the window's thread."""

    def __init__(self, background: Background, owner: QObject, make: Callable[[], Asker]) -> None:
        """Have `make` called in a thread for the first question; it may take a while."""
        self._background, self._owner, self._make = background, owner, make
        self._asker: Asker | None = None
        self._waiting: dict[Question, tuple[_Listener, bool]] = {}
        self._begun = self._closed = False

    def ask(self, questions: Iterable[Question], listener: _Listener, *, urgent: bool = False) -> None:
        """Have `listener` told, in any thread."""
        if self._asker is not None:
            self._asker.ask(questions, listener, urgent=urgent)
            return
        self._waiting.update((question, (listener, urgent)) for question in questions)
        if not self._begun:
            self._begun = True
            self._background.run(self._owner, self._make, self._take)

    def drop(self, unwanted: Collection[Question]) -> None:
        """Ask these no more."""
        for question in unwanted:
            self._waiting.pop(question, None)
        if self._asker is not None:
            self._asker.drop(unwanted)

    def close(self) -> None:
        """End all of it."""
        self._closed = True
        self._waiting.clear()
        if self._asker is not None:
            self._asker.close()

    def _take(self, asker: Asker | None) -> None:
        if asker is None:  # it was logged; what was asked stays unknown
            return
        self._asker = asker
        if self._closed:
            asker.close()
        waiting, self._waiting = self._waiting, {}
        for question, (listener, urgent) in waiting.items():
            asker.ask([question], listener, urgent=urgent)
