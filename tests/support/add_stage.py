"""What tests of adding share: a dialog without a window, and somebody who answers for all servers."""

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from headrace.file_facts import FileFacts, Question
from headrace.manager import DownloadManager
from headrace.spec import IfExists
from headrace_gui.adding import Adding
from headrace_gui.background import Background
from headrace_gui.dialogs.add_dialog import AddDialog
from headrace_gui.dialogs.add_face import AddFace
from headrace_gui.icons import IconSet
from headrace_gui.memory import Memory
from headrace_gui.preferences import PreferenceKeeper
from headrace_gui.theme import Theme
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from tests.support.fake_manager import FakeManager

_PATIENCE: Final = 5.0
Listener = Callable[[Question, FileFacts], None]


@dataclass
class FakeAsker:
    """Remembers what it is asked, and answers when told."""

    asked: list[Question] = field(default_factory=list)
    urgent: list[Question] = field(default_factory=list)
    dropped: list[Question] = field(default_factory=list)
    closed: bool = False
    _listener: Listener | None = None

    def ask(self, questions: Iterable[Question], listener: Listener, *, urgent: bool = False) -> None:
        """Remember."""
        fresh = list(questions)
        self.asked += fresh
        self.urgent += fresh if urgent else []
        self._listener = listener

    def drop(self, unwanted: Collection[Question]) -> None:
        """Remember."""
        self.dropped += unwanted

    def close(self) -> None:
        """Remember."""
        self.closed = True

    def answer(self, address: str, facts: FileFacts) -> None:
        """Answer the last question for an address."""
        assert self._listener is not None
        self._listener(next(each for each in reversed(self.asked) if each.address == address), facts)


def dialog_behind(face: AddFace | None) -> AddDialog:
    """Return what a window has as the open dialog, with all it consists of."""
    assert isinstance(face, AddDialog)
    return face


class AddStage:
    """A dialog of its own, over a fake manager."""

    def __init__(self, manager: FakeManager, theme: Theme, folder: Path) -> None:
        self.parent = QWidget()
        self.manager, self.asker, self.folder = manager, FakeAsker(), folder
        self.memory = Memory(folder / "window.ini")
        self.keeper = PreferenceKeeper(folder / "window.ini", self.parent)
        self.adding = Adding(
            cast(DownloadManager, manager),
            Background(self.parent),
            theme,
            IconSet(),
            self.parent,
            keeper=self.keeper,
            memory=self.memory.part("add"),
            asker=lambda: self.asker,
        )

    def open(self, *lines: str) -> AddDialog:
        """Open the dialog with these lines in it, and wait until it is shown."""
        self.adding.open(lines)
        return self.shown()

    def shown(self) -> AddDialog:
        """Wait until the dialog is shown, and return it."""
        until = time.monotonic() + _PATIENCE
        while (dialog := self.adding.dialog) is None or not dialog.isVisible():
            assert time.monotonic() < until, "no dialog was shown"
            QTest.qWait(1)
        return dialog_behind(dialog)

    def remarks(self) -> list[str]:
        """Return what is said of each row."""
        dialog = dialog_behind(self.adding.dialog)
        return [dialog._model.remark(row) for row in range(dialog._model.rowCount())]

    def added(self) -> list[tuple[str, str | None, IfExists]]:
        """Return what was added: the last part of each address, the name wanted, what is done with a file."""
        specs = [spec for call, specs in self.manager.calls if call == "add" for spec in specs]
        return [(spec.address.rpartition("/")[2], spec.name, spec.if_exists) for spec in specs]
