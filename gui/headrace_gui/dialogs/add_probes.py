"""Asking servers for a dialog: what was asked is kept, what nobody wants is dropped, answers come in batches."""

from collections.abc import Callable, Collection, Iterable, Sequence
from queue import Empty, SimpleQueue
from typing import Final, Protocol

from headrace.file_facts import FileFacts, Question
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from shiboken6 import isValid

_BATCH_MS: Final = 80


class Asker(Protocol):
    """What asks: `headrace.probing.Prober`."""

    def ask(
        self, questions: Iterable[Question], listener: Callable[[Question, FileFacts], None], *, urgent: bool = False
    ) -> None:
        """Have `listener` told, in any thread."""

    def drop(self, unwanted: Collection[Question]) -> None:
        """Ask these no more."""

    def close(self) -> None:
        """End all of it."""


class Probes(QObject):
    """Brings answers to the window's thread. Without an asker it asks nobody and knows nothing."""

    answered = Signal(object)
    """list[tuple[Question, FileFacts]], at most a dozen times a second."""
    _came = Signal()

    def __init__(self, asker: Asker | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asker = asker
        self._known: dict[Question, FileFacts] = {}
        self._open: dict[Question, None] = {}
        self._mail: SimpleQueue[tuple[Question, FileFacts]] = SimpleQueue()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_BATCH_MS)
        self._pause.timeout.connect(self._deliver)
        self._came.connect(self._wait, Qt.ConnectionType.QueuedConnection)

    @property
    def enabled(self) -> bool:
        """Whether anybody is asked."""
        return self._asker is not None

    def known(self, question: Question) -> FileFacts | None:
        """Return what was answered."""
        return self._known.get(question)

    def open(self) -> list[Question]:
        """Return the questions whose answers are still to come."""
        return list(self._open)

    def want(self, questions: Sequence[Question], *, urgent: bool = False) -> None:
        """Ask these, those apart that were asked already."""
        fresh = [each for each in dict.fromkeys(questions) if each not in self._known and each not in self._open]
        if self._asker is not None and fresh:
            self._open.update(dict.fromkeys(fresh))
            self._asker.ask(fresh, self._hear, urgent=urgent)

    def keep(self, questions: Collection[Question]) -> None:
        """Drop every open question that is none of these."""
        unwanted = [each for each in self._open if each not in questions]
        if self._asker is not None and unwanted:
            for each in unwanted:
                del self._open[each]
            self._asker.drop(unwanted)

    def forget(self, questions: Iterable[Question]) -> None:
        """Forget what was answered to these, so that they can be asked again."""
        for each in questions:
            self._known.pop(each, None)

    def close(self) -> None:
        """Ask no more."""
        if self._asker is not None:
            self._asker.close()
            self._asker = None

    def _hear(self, question: Question, facts: FileFacts) -> None:
        """Take an answer, in one of the asker's threads."""
        self._mail.put((question, facts))
        if isValid(self):
            self._came.emit()

    def _wait(self) -> None:
        if not self._pause.isActive():
            self._pause.start()

    def _deliver(self) -> None:
        batch: list[tuple[Question, FileFacts]] = []
        while True:
            try:
                question, facts = self._mail.get_nowait()
            except Empty:
                break
            if question in self._open:
                del self._open[question]
                self._known[question] = facts
                batch.append((question, facts))
        if batch and self._asker is not None:
            self.answered.emit(batch)
