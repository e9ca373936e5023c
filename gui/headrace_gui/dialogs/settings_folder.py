"""The field for a folder on a page of settings, looked at on the disk before it counts."""

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from headrace_gui.background import Background
from headrace_gui.dialogs.folder_field import FolderField
from headrace_gui.icons import IconSet
from headrace_gui.settings_pages.path_fields import PathControl
from headrace_gui.texts import translate
from headrace_gui.theme import Theme


class FolderControl(PathControl):
    """A folder for downloads."""

    def __init__(self, folder: Path, background: Background, theme: Theme, icons: IconSet, parent: QWidget) -> None:
        super().__init__(background, folder_fault, parent)
        self.field = FolderField(folder, background, theme, icons, self)
        self.field.changed.connect(self._pause.start)
        self.field.edit.editingFinished.connect(self.leave)
        self.setFocusProxy(self.field.edit)
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self.field)

    def describe(self, name: str, sentence: str) -> None:
        """Name the field."""
        self.field.edit.setAccessibleName(name)
        self.field.edit.setAccessibleDescription(sentence)

    def text(self) -> str:
        """Return what is written."""
        return self.field.edit.text()

    def read(self) -> None:
        """Take what is written now."""
        self.have_looked_at(self.field.folder())

    def show_value(self, value: Any) -> None:
        """Show a folder."""
        if self.field.folder() != value:
            self.field.edit.setText(str(value))
        self._pause.stop()


def folder_fault(folder: Path) -> str:
    """Say what keeps `folder` from being one for downloads; a missing one will be made. Touches the disk."""
    try:
        in_the_way = folder.exists() and not folder.is_dir()
    except OSError:
        return translate("Settings", "This folder cannot be reached.")
    return translate("Settings", "This is a file, not a folder.") if in_the_way else ""
