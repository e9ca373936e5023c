"""The dialog that shows where the rules want what is chosen, and has it moved there."""

from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Final

from headrace.manager import DownloadManager
from headrace.tidying import Move, carry_out, moves
from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QVBoxLayout, QWidget

from headrace_gui import words
from headrace_gui.dialogs.small_dialog import SmallDialog
from headrace_gui.steps import Steps
from headrace_gui.texts import translate

_SHOWN: Final = 500
"""Moves that are shown one by one."""
_HEIGHT: Final = 200
Tell = Callable[[str, str, Callable[[], object]], object]
"""Tells what was done, with the name of the button that takes it back, and what that does."""


class SortDialog(SmallDialog):
    """Finds out in steps what would move; only then can it be confirmed."""

    def __init__(self, manager: DownloadManager, ids: Sequence[str], tell: Tell, parent: QWidget | None = None) -> None:
        super().__init__(
            lambda: translate("Sort", "Sort by the rules"),
            lambda: translate("Relocate", "Move"),
            parent,
            hint=lambda: translate("Sort", "Files move to where the rules want them. Their names stay."),
        )
        self._manager, self._tell = manager, tell
        self._moves: list[Move] = []
        self._is_ready = False
        self._lines = QStringListModel(self)
        self.list = QListView(self)
        self.list.setObjectName("addList")
        self.list.setModel(self._lines)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(translate("Sort", "What moves"))
        frame = QFrame(self)
        frame.setObjectName("addFrame")
        frame.setMinimumHeight(_HEIGHT)
        room = QVBoxLayout(frame)
        room.setContentsMargins(6, 6, 6, 6)
        room.addWidget(self.list)
        self.fields.addWidget(frame)
        self._steps = Steps(self)
        self._steps.start(self._find(ids))
        self.check()

    def _find(self, ids: Sequence[str]) -> Generator[None, None, None]:
        for move in moves(self._manager, ids):
            if move is not None:
                self._moves.append(move)
            yield
        self._is_ready = True
        self._show()
        self.check()

    def _show(self) -> None:
        line = translate("Sort", "{name} → {folder}")
        lines = [line.format(name=move.name, folder=self._short(move.target)) for move in self._moves[:_SHOWN]]
        if more := len(self._moves) - _SHOWN:
            lines += [translate("Sort", "and {count} more").format(count=words.number(more))] if more > 0 else []
        self._lines.setStringList(lines)

    def _short(self, folder: Path) -> Path:
        """Return a folder as seen from the one for downloads, where it is below that."""
        ground = self._manager.settings.download_folder
        return folder.relative_to(ground) if folder.is_relative_to(ground) and folder != ground else folder

    def fault(self) -> str:
        """Return why there is nothing to be moved."""
        if not self._manager.settings.rules:
            return translate("Sort", "There are no rules yet. Make some in the settings.")
        if self._is_ready and not self._moves:
            return translate("Sort", "All of it is where the rules want it.")
        return ""

    def confirm(self) -> bool:
        """Have them moved; a toast offers the way back."""
        self._steps.finish()
        if not self._moves:
            return False
        back = carry_out(self._manager, self._moves)
        said = translate("Sort", "Moving {what}").format(what=words.downloads(len(self._moves)))
        self._tell(said, translate("Commands", "Undo"), back)
        return True
