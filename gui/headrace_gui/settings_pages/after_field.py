"""What happens to each file when it is there: a few steps to be ticked, with a folder and a sound of one's own."""

from pathlib import Path
from typing import Any, Final

from headrace.after import After
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from headrace_gui.settings_pages.control import TYPING_MS, Control, FieldFrame
from headrace_gui.settings_pages.switch import Switch
from headrace_gui.texts import translate
from headrace_gui.theme import Theme

_INDENT: Final = 26
_GAP: Final = 8


class AfterField(Control):
    """Its value is what `after.After` reads."""

    def __init__(self, theme: Theme, parent: QWidget | None) -> None:
        super().__init__(parent)
        switches = [Switch(theme, self) for _ in range(5)]
        self.opens, self.extracts, self.trashes, self.sounds, self.moves = switches
        self._labels = {switch: QLabel(self) for switch in switches}
        self.file, self.folder = QLineEdit(), QLineEdit()
        self._file_frame, self._folder_frame = (_framed(edit, self) for edit in (self.file, self.folder))
        self.setFocusProxy(self.opens)
        self._pause = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._pause.timeout.connect(self._read)
        self._lay_out()
        for box in (self.opens, self.extracts, self.trashes, self.sounds, self.moves):
            box.clicked.connect(self._click)
        for edit in (self.file, self.folder):
            edit.textEdited.connect(self._pause.start)
            edit.editingFinished.connect(self._leave)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_GAP)
        for switch in (self.opens, self.extracts):
            column.addLayout(self._row(switch))
        column.addLayout(self._row(self.trashes, _INDENT))
        for switch, frame in ((self.sounds, self._file_frame), (self.moves, self._folder_frame)):
            column.addLayout(self._row(switch))
            column.addLayout(_indented(frame))

    def _row(self, switch: Switch, indent: int = 0) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(indent, 0, 0, 0)
        row.addWidget(self._labels[switch], 1)
        row.addWidget(switch)
        return row

    def describe(self, name: str, sentence: str) -> None:
        """Name all parts."""
        self.setAccessibleName(name)
        for box, text in (
            (self.opens, translate("Settings", "Open it")),
            (self.extracts, translate("Settings", "Extract archives into a folder beside them")),
            (self.trashes, translate("Settings", "Then move the archive to the trash")),
            (self.sounds, translate("Settings", "Play a sound")),
            (self.moves, translate("Settings", "Move it to another folder")),
        ):
            self._labels[box].setText(text)
            box.setAccessibleName(f"{name}: {text}")
            box.setAccessibleDescription(sentence)
        self.file.setPlaceholderText(translate("Settings", "The system's sound, or a file"))
        self.file.setAccessibleName(translate("Settings", "File with the sound"))
        self.folder.setPlaceholderText(translate("Settings", "The folder, in full"))
        self.folder.setAccessibleName(translate("Settings", "Folder to move to"))

    def show_value(self, value: Any) -> None:
        """Show the steps in force."""
        self._pause.stop()
        after = After.of(value)
        shown = (
            (self.opens, after.open),
            (self.extracts, after.extract),
            (self.trashes, after.trash),
            (self.sounds, after.sound is not None),
            (self.moves, after.move is not None),
        )
        is_writing = after.move is None and self.folder.hasFocus()
        for box, is_on in shown:
            box.setChecked(is_on or (box is self.moves and is_writing))
        for edit, text in ((self.file, after.sound or ""), (self.folder, str(after.move or ""))):
            if edit.text() != text and not (edit is self.folder and is_writing):
                edit.setText(text)
        self._show_parts()

    def _show_parts(self) -> None:
        self.trashes.setEnabled(self.extracts.isChecked())
        self._labels[self.trashes].setEnabled(self.extracts.isChecked())
        self._file_frame.setVisible(self.sounds.isChecked())
        self._folder_frame.setVisible(self.moves.isChecked())

    def _click(self) -> None:
        self._show_parts()
        if self.moves.isChecked() and not self.folder.text().strip():
            self.folder.setFocus()
        self._read()

    def _leave(self) -> None:
        if self._pause.isActive():
            self._pause.stop()
            self._read()

    def _read(self) -> None:
        folder, file = self.folder.text().strip(), self.file.text().strip()
        if self.moves.isChecked() and folder and not Path(folder).is_absolute():
            self.refused.emit(translate("Settings", "Write the folder in full."))
            return
        if self.sounds.isChecked() and file and not Path(file).is_absolute():
            self.refused.emit(translate("Settings", "Write the file in full."))
            return
        after = After(
            Path(folder) if self.moves.isChecked() and folder else None,
            self.extracts.isChecked(),
            self.trashes.isChecked() and self.extracts.isChecked(),
            self.opens.isChecked(),
            file if self.sounds.isChecked() else None,
        )
        if self.moves.isChecked() and not folder:
            return  # it is still to be written
        self.wanted.emit(after.texts())


def _framed(edit: QLineEdit, parent: QWidget) -> QWidget:
    frame = FieldFrame(parent)
    inner = QHBoxLayout(frame)
    inner.setContentsMargins(8, 1, 8, 1)
    inner.addWidget(edit, 1)
    frame.watch(edit)
    return frame


def _indented(part: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(_INDENT, 0, 0, 0)
    row.addWidget(part, 1)
    return row
