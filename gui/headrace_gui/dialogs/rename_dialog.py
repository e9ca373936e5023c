"""The dialog for another name of a download, running or done."""

from pathlib import PurePath

from headrace.manager import DownloadManager
from headrace.snapshots import DownloadSnapshot
from PySide6.QtWidgets import QLineEdit, QWidget

from headrace_gui.dialogs.name_words import name_complaint
from headrace_gui.dialogs.small_dialog import SmallDialog
from headrace_gui.texts import translate


class RenameDialog(SmallDialog):
    """Asks for a file's name and looks at it while it is typed."""

    def __init__(self, manager: DownloadManager, snapshot: DownloadSnapshot, parent: QWidget | None = None) -> None:
        super().__init__(translate("Rename", "Rename"), "", translate("Rename", "Rename"), parent)
        self._manager, self._snapshot = manager, snapshot
        self.name = QLineEdit(snapshot.name, self)
        self.add_label(translate("Rename", "Name of the file"), self.name)
        self.name.textChanged.connect(lambda: self.complain(name_complaint(self.name.text())))
        self.name.setSelection(0, len(stem_of(snapshot.name)))
        self.name.setFocus()

    def confirm(self) -> bool:
        """Rename, or say why not."""
        name = self.name.text().strip()
        try:
            done = name == self._snapshot.name or self._manager.changes.rename(self._snapshot.id, name)
        except ValueError:
            self.complain(translate("Rename", "This name cannot be used."))
            return False
        if not done:
            self.complain(translate("Rename", "It cannot be renamed at this moment; try again shortly."))
        return done


def stem_of(name: str) -> str:
    """Return a name without its endings, such as "linux-6.18" of "linux-6.18.tar.xz"."""
    path = PurePath(name)
    inner = PurePath(path.stem)
    return inner.stem if inner.suffix == ".tar" else path.stem
