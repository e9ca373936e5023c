"""The dialog for another folder of downloads: unfinished ones take their bytes along, finished ones their file."""

from collections.abc import Sequence
from functools import partial

from headrace.manager import DownloadManager
from headrace.snapshots import DownloadSnapshot
from PySide6.QtWidgets import QWidget

from headrace_gui import words
from headrace_gui.background import Background
from headrace_gui.dialogs.folder_field import FolderField
from headrace_gui.dialogs.small_dialog import SmallDialog
from headrace_gui.icons import IconSet
from headrace_gui.texts import translate
from headrace_gui.theme import Theme


class RelocateDialog(SmallDialog):
    """Asks for a folder."""

    def __init__(
        self,
        manager: DownloadManager,
        snapshots: Sequence[DownloadSnapshot],
        background: Background,
        theme: Theme,
        icons: IconSet,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            lambda: translate("Relocate", "Move to another folder"),
            lambda: translate("Relocate", "Move"),
            parent,
            hint=lambda: translate("Relocate", "What has arrived goes along, and downloads that run go on there."),
        )
        self._manager, self._ids = manager, [snapshot.id for snapshot in snapshots]
        self.folder = FolderField(snapshots[0].folder, background, theme, icons, self)
        self.add_label(partial(_label, snapshots), self.folder)
        self.folder.changed.connect(self.check)
        self.folder.edit.selectAll()
        self.folder.edit.setFocus()

    def fault(self) -> str:
        """Return what is wrong with the folder."""
        usable = self.folder.folder() is not None
        return "" if usable else translate("Relocate", "Write the whole path of a folder.")

    def confirm(self) -> bool:
        """Have them moved."""
        folder = self.folder.folder()
        if folder is not None:
            self._manager.changes.relocate(self._ids, folder)
        return folder is not None


def _label(snapshots: Sequence[DownloadSnapshot]) -> str:
    what = snapshots[0].name if len(snapshots) == 1 else words.downloads(len(snapshots))
    return translate("Relocate", "New folder of {what}").format(what=what)
