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
        super().__init__(_title, _title, parent)
        self._manager, self._id = manager, snapshot.id
        self.name = QLineEdit(snapshot.name, self)
        self.add_label(lambda: translate("Rename", "Name of the file"), self.name)
        self.name.textChanged.connect(self.check)
        self.name.setSelection(0, len(stem_of(snapshot.name)))
        self.name.setFocus()

    def fault(self) -> str:
        """Return what is wrong with the name."""
        return name_complaint(self.name.text())

    def confirm(self) -> bool:
        """Rename, or say why not."""
        name, now = self.name.text().strip(), self._manager.snapshot(self._id)
        try:
            if now is not None and now.name != name:
                self._manager.changes.rename(self._id, name)
        except ValueError:
            return self.refuse(translate("Rename", "This name cannot be used."))
        return True


def _title() -> str:
    return translate("Rename", "Rename")


def stem_of(name: str) -> str:
    """Return a name without its endings, such as "linux-6.18" of "linux-6.18.tar.xz"."""
    path = PurePath(name)
    inner = PurePath(path.stem)
    return inner.stem if inner.suffix == ".tar" else path.stem
