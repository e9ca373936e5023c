"""The field for the folder downloads go to, with recent ones, and the room its disk has."""

# ruff: noqa: N802 - Qt names its virtual methods so

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QLineEdit, QMenu, QToolButton, QWidget

from headrace_gui import words
from headrace_gui.background import Background
from headrace_gui.desktop.free_space import FolderRoom, folder_room
from headrace_gui.icons import IconSet
from headrace_gui.memory import MemoryPart
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme, small

_TYPING_MS: Final = 250
_PATH_MARGIN: Final = 14
_EDGES: Final = 28
"""Pixels of the field's own margins and spacings."""
_RECENT: Final = "recent_folders"
_MOST_RECENT: Final = 8


class FolderField(QFrame):
    """A path a person types or chooses. Asks the disk for its room in the background."""

    changed = Signal()

    def __init__(
        self,
        folder: Path,
        background: Background,
        theme: Theme,
        icons: IconSet,
        parent: QWidget | None = None,
        *,
        memory: MemoryPart | None = None,
        offers_rules: bool = False,
    ) -> None:
        """Show `folder`; recent ones are offered where a `memory` has them.

        Where it `offers_rules`, it is empty at first, and that is as the rules say.
        """
        super().__init__(parent)
        self._background, self._memory, self._usual = background, memory, folder
        self._offers_rules = offers_rules
        self._needed: int | None = None
        self._known: FolderRoom | None = None
        self.setObjectName("folderFrame")
        self.edit = QLineEdit("" if offers_rules else str(folder), self)
        self.edit.installEventFilter(self)
        self.setFocusProxy(self.edit)
        self._room, self._sign, self.menu_button = QLabel(self), QLabel(self), QToolButton(self)
        self._room.setObjectName("hint")
        self._room.setFont(small(self.font()))
        self._lay_out(theme, icons)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_MS)
        self._pause.timeout.connect(self._ask_room)
        self.edit.textChanged.connect(self._pause.start)
        self.edit.textChanged.connect(self.changed)
        on_language(self, self._retext)
        self._ask_room()

    def _lay_out(self, theme: Theme, icons: IconSet) -> None:
        self._theme, self._icons = theme, icons
        self._tint()
        theme.changed.connect(self._tint)
        self.menu_button.setObjectName("plain")
        self.menu_button.setIconSize(QSize(16, 16))
        self.menu_button.clicked.connect(self.offer)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(4)
        row.addSpacing(7)  # not a margin: those are not mirrored
        for part, stretch in ((self._sign, 0), (self.edit, 1), (self._room, 0), (self.menu_button, 0)):
            row.addWidget(part, stretch)

    def _tint(self) -> None:
        tokens, ratio = self._theme.tokens, self.devicePixelRatioF()
        self._sign.setPixmap(self._icons.pixmap("folder", tokens.secondary, 18, ratio))
        self.menu_button.setIcon(self._icons.icon("chevron-down", tokens.secondary, tokens.faint, 16))

    def _retext(self) -> None:
        self.edit.setAccessibleName(translate("Folder", "Folder to save to"))
        if self._offers_rules:
            self.edit.setPlaceholderText(translate("Folder", "As the rules say"))
            self.edit.setAccessibleDescription(self.edit.placeholderText())
        self.menu_button.setAccessibleName(translate("Folder", "Other folders"))
        self.menu_button.setToolTip(translate("Folder", "Other folders (Alt+Down)"))
        self._show_room()

    @property
    def is_by_rules(self) -> bool:
        """Whether the folder is left to the rules."""
        return self._offers_rules and not self.edit.text().strip()

    @property
    def is_usual(self) -> bool:
        """Whether nobody chose another folder than the usual one."""
        return self.is_by_rules or self.edit.text().strip() == str(self._usual)

    def follow(self, usual: Path) -> None:
        """Have another folder as the usual one; what somebody chose stays."""
        was_usual, self._usual = self.is_usual, usual
        if self.is_by_rules:
            self._ask_room()
        elif was_usual:
            self.edit.setText(str(usual))

    def folder(self) -> Path | None:
        """Return the folder as an absolute path; None where nothing usable is written. By rules it is the usual one."""
        text = str(self._usual) if self.is_by_rules else self.edit.text().strip()
        try:
            path = Path(text).expanduser()
        except RuntimeError:
            return None
        return path if text and path.is_absolute() else None

    def set_needed(self, needed: int | None) -> None:
        """Say how many bytes are to come, so that a lack of room is told."""
        if needed != self._needed:
            self._needed = needed
            self._show_room()

    def remember(self) -> None:
        """Put the folder first among the recent ones."""
        folder = self.folder()
        if folder is not None and self._memory is not None and not self.is_by_rules:
            others = [each for each in self.recent() if each != str(folder)]
            self._memory.set_value(_RECENT, [str(folder), *others][:_MOST_RECENT])

    def recent(self) -> list[str]:
        """Return the folders that were used last, newest first."""
        return [] if self._memory is None else self._memory.value(_RECENT, list[str]())

    def offer(self) -> QMenu:
        """Offer recent folders and all others. Return the menu, which is shown already."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self._offers_rules:
            menu.addAction(translate("Folder", "As the rules say")).triggered.connect(partial(self._use, ""))
        for folder in dict.fromkeys([*self.recent(), str(self._usual)]):
            action = menu.addAction(folder.replace("&", "&&"))
            action.triggered.connect(partial(self._use, folder))
        menu.addSeparator()
        menu.addAction(translate("Folder", "Browse…")).triggered.connect(self._browse)
        menu.setMinimumWidth(min(self.width(), 480))
        corner = self.rect().bottomRight() if self._is_mirrored() else self.rect().bottomLeft()
        menu.popup(self.mapToGlobal(corner))
        return menu

    def _is_mirrored(self) -> bool:
        return self.layoutDirection() is Qt.LayoutDirection.RightToLeft

    def _use(self, folder: str, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - what Qt hands along
        self.edit.setText(folder)
        self.edit.setFocus()

    def _ask_room(self) -> None:
        folder, self._known = self.folder(), None
        if folder is None:
            self._show_room()
        else:
            self._background.run(self, lambda: folder_room(folder), lambda room: self._take_room(folder, room))

    def _take_room(self, asked: Path, room: FolderRoom | None) -> None:
        if asked == self.folder():
            self._known = room
            self._show_room()

    def _show_room(self) -> None:
        room, lacking = self._known, self._lacking()
        if self.folder() is None:
            text = translate("Folder", "Write a whole path")
        elif room is None:
            text = ""
        elif lacking:
            text = translate("Folder", "{size} too little room").format(size=words.size(lacking))
        elif room.exists:
            text = translate("Folder", "{size} free").format(size=words.size(room.free))
        else:
            text = translate("Folder", "will be made · {size} free").format(size=words.size(room.free))
        self._room.setText(text)
        self._colour("problem" if lacking else "hint")
        self._fit()

    def _colour(self, name: str) -> None:
        if name != self._room.objectName():  # to look it up in the style takes a while
            self._room.setObjectName(name)
            self._room.style().unpolish(self._room)
            self._room.style().polish(self._room)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the room of the disk out where the path needs the place."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if not self._room.text():
            self._room.show()
            self.edit.setToolTip("")
            return
        text = self.edit.fontMetrics().horizontalAdvance(self.edit.text()) + _PATH_MARGIN
        others = self._sign.sizeHint().width() + self.menu_button.sizeHint().width() + _EDGES
        fits = text + others + self._room.sizeHint().width() <= self.width()
        self._room.setVisible(fits or self._room.objectName() == "problem" or self._known is None)
        self.edit.setToolTip("" if fits else self._room.text())

    def _lacking(self) -> int:
        """Return how many bytes the disk has too little."""
        return max((self._needed or 0) - self._known.free, 0) if self._known is not None else 0

    def _browse(self) -> None:
        dialog = QFileDialog(self, translate("Folder", "Save downloads to"), self.edit.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.edit.setText)
        dialog.open()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show the focus of the text on the whole field; open the menu with Alt+Down."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.setProperty("active", event.type() is QEvent.Type.FocusIn)
            self.style().unpolish(self)
            self.style().polish(self)
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            if alt and event.key() == Qt.Key.Key_Down:
                self.offer()
                return True
        return super().eventFilter(watched, event)
