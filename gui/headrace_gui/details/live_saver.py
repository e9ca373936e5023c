"""Saving matching lines to a file, beside the window's thread, and saying what became of it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event

from headrace.live_file import LiveSource
from headrace.live_saving import Saved, save_lines
from headrace.snapshots import DownloadSnapshot
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from headrace_gui import words
from headrace_gui.background import Background
from headrace_gui.details.live_search import LineSearch
from headrace_gui.texts import SEPARATOR, translate

AskPath = Callable[[QWidget, str, str], str]
"""Asks for a file to write: parent, title, suggestion. Returns "" for none; asks itself before one is replaced."""


def ask_path(parent: QWidget, title: str, suggestion: str) -> str:
    """Have a person choose a file to write, with the system's dialog."""
    return QFileDialog.getSaveFileName(parent, title, suggestion)[0]


class LineSaver(QWidget):
    """Saves one file at a time; `stop` from any thread. Shows nothing of its own but the dialog."""

    told = Signal(str, bool)
    """A sentence, and whether something went wrong."""
    busy_changed = Signal(bool)

    def __init__(self, background: Background, ask: AskPath, parent: QWidget) -> None:
        super().__init__(parent)
        self._background, self._ask = background, ask
        self._ended: Event | None = None
        self._left = Event()
        self._left.set()
        self.hide()

    @property
    def is_busy(self) -> bool:
        """Whether something is being saved."""
        return self._ended is not None

    def stop(self, patience: float = 0.0) -> None:
        """Leave what is being saved; nothing of it stays. Wait for that up to `patience` seconds."""
        if self._ended is not None:
            self._ended.set()
        self._left.wait(patience)

    def leave(self) -> None:
        """Stop, and say no more of it: whoever looks now has not asked for it."""
        self.stop()
        if self._ended is not None:
            self._ended = None
            self.busy_changed.emit(False)  # noqa: FBT003 - a signal's argument

    def save(
        self, snapshot: DownloadSnapshot, source: LiveSource, search: LineSearch, encoding: str | None, parent: QWidget
    ) -> None:
        """Ask where to, then write the lines of `source` in which something is found."""
        name = translate("Live", "{name} matches.txt").format(name=Path(snapshot.name).stem)
        chosen = self._ask(parent, translate("Live", "Save matches"), str(snapshot.folder / name))
        if not chosen or self.is_busy:
            return
        target, ended = Path(chosen), Event()
        self._ended = ended
        self.destroyed.connect(ended.set)
        self.busy_changed.emit(True)  # noqa: FBT003 - a signal's argument
        self.told.emit(translate("Live", "Saving to {name}…").format(name=target.name), False)  # noqa: FBT003
        work = partial(save_lines, source, target, search, encoding, ended.is_set)
        left = self._left = Event()
        self._background.run(self, lambda: _told(work, left), partial(self._saved, target, ended))

    def _saved(self, target: Path, ended: Event, saved: Saved | None) -> None:
        if ended is not self._ended:
            return
        self._ended = None
        self.busy_changed.emit(False)  # noqa: FBT003 - a signal's argument
        self.told.emit(_outcome(saved, target), saved is None or bool(saved.failure) or saved.is_itself)


def _told(work: Callable[[], Saved], left: Event) -> Saved:
    try:
        return work()
    finally:
        left.set()


def _outcome(saved: Saved | None, target: Path) -> str:
    if saved is not None and saved.is_itself:
        return translate("Live", "{name} is the download itself; choose another name").format(name=target.name)
    if saved is None or saved.failure is not None:
        why = words.failure_words(saved.failure).what if saved is not None and saved.failure is not None else ""
        failed = translate("Live", "{name} could not be saved").format(name=target.name)
        return SEPARATOR.join(filter(None, (failed, why)))
    if saved.is_ended:
        return translate("Live", "Nothing was saved")
    return translate("Live", "%Ln line(s) saved to {name}", "", saved.lines).format(name=target.name)
