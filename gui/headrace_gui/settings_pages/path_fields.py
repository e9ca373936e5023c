"""Fields for paths: typed or chosen, and looked at on the disk before they count."""

import ssl
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from headrace_gui.background import Background
from headrace_gui.icons import IconSet
from headrace_gui.settings_pages.control import TYPING_MS, Control, FieldFrame
from headrace_gui.settings_pages.entry import Entry
from headrace_gui.texts import translate
from headrace_gui.theme import Theme

_ICON: Final = 18


class PathControl(Control):
    """Waits for a pause in the typing, then has the path looked at in the background."""

    def __init__(self, background: Background, look: Callable[[Path], str], parent: QWidget) -> None:
        """`look` says what is wrong with a path, in words, or "", in a thread of its own."""
        super().__init__(parent)
        self._background, self._look = background, look
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_MS)
        self._pause.timeout.connect(self.read)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)

    def text(self) -> str:
        """Return what is written."""
        raise NotImplementedError

    def read(self) -> None:
        """Take what is written now."""
        raise NotImplementedError

    def leave(self) -> None:
        """Take what is written where it is still waited for."""
        if self._pause.isActive():
            self._pause.stop()
            self.read()

    def have_looked_at(self, path: Path | None) -> None:
        """Look at a whole path, then tell it or what is wrong with it."""
        if path is None:
            self.refused.emit(translate("Settings", "Write the whole path, from the root of the disk on."))
            return
        asked = self.text()
        self._background.run(self, partial(self._look, path), lambda fault: self._take(asked, path, fault))

    def _take(self, asked: str, path: Path, fault: str | None) -> None:
        if asked != self.text():
            return
        if fault:
            self.refused.emit(fault)
        else:
            self.wanted.emit(path)


class FileControl(PathControl):
    """A file with certificates; an empty field stands for none."""

    def __init__(self, entry: Entry, background: Background, theme: Theme, icons: IconSet, parent: QWidget) -> None:
        super().__init__(background, certificate_fault, parent)
        self._entry, self._theme, self._icons = entry, theme, icons
        self._frame = FieldFrame(self)
        self._sign, self.edit, self._browse = QLabel(self._frame), QLineEdit(self._frame), QToolButton(self._frame)
        self._browse.setObjectName("plain")
        self._browse.setIconSize(QSize(_ICON, _ICON))
        self._browse.clicked.connect(self._choose)
        self._frame.watch(self.edit)
        self.edit.setClearButtonEnabled(False)
        self.edit.textChanged.connect(self._pause.start)
        self.edit.editingFinished.connect(self.leave)
        self.setFocusProxy(self.edit)
        row = QHBoxLayout(self._frame)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(4)
        row.addSpacing(7)  # not a margin: those are not mirrored
        for part, stretch in ((self._sign, 0), (self.edit, 1), (self._browse, 0)):
            row.addWidget(part, stretch)
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self._frame)
        theme.changed.connect(self._tint)
        self._tint()

    def _tint(self) -> None:
        pixmap = self._icons.pixmap("shield", self._theme.tokens.secondary, _ICON, self.devicePixelRatioF())
        self._sign.setPixmap(pixmap)

    def describe(self, name: str, sentence: str) -> None:
        """Name field and button."""
        self.edit.setAccessibleName(name)
        self.edit.setAccessibleDescription(sentence)
        self.edit.setPlaceholderText(translate("Settings", self._entry.none_text))
        self._browse.setText(translate("Settings", "Browse…"))
        self._browse.setAccessibleName(translate("Settings", "Browse: {setting}").format(setting=name))

    def text(self) -> str:
        """Return what is written."""
        return self.edit.text().strip()

    def read(self) -> None:
        """Take what is written now."""
        if not self.text():
            self.wanted.emit(None)
            return
        path = Path(self.text())
        self.have_looked_at(path if path.is_absolute() else None)

    def show_value(self, value: Any) -> None:
        """Show a file, or none."""
        with QSignalBlocker(self.edit):
            self.edit.setText("" if value is None else str(value))
        self._pause.stop()

    def _choose(self) -> None:
        dialog = QFileDialog(self, translate("Settings", "Choose a certificate file"), self.text())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        certificates, others = translate("Settings", "Certificates"), translate("Settings", "All files")
        dialog.setNameFilters([f"{certificates} (*.pem *.crt *.cer)", f"{others} (*)"])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.edit.setText)
        dialog.open()


def certificate_fault(path: Path) -> str:
    """Say what keeps the file at `path` from being one of certificates. Touches the disk."""
    try:
        if not path.is_file():
            return translate("Settings", "There is no such file.")
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        return translate("Settings", "There are no certificates in this file that can be used.")
    except OSError:
        return translate("Settings", "This file cannot be read.")
    return ""
