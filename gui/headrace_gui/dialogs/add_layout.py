"""The parts of the add dialog and where they stand."""

from collections.abc import Generator
from itertools import pairwise
from typing import Final

from headrace.category_entries import places
from headrace.settings import Settings
from headrace.sorting import ground_of
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from headrace_gui.background import Background
from headrace_gui.dialogs.add_box import AddressBox
from headrace_gui.dialogs.add_place import Place
from headrace_gui.dialogs.add_strip import ClashStrip
from headrace_gui.dialogs.add_tick import ShortLabel, TickBox
from headrace_gui.dialogs.candidate_list import CandidateView
from headrace_gui.dialogs.candidate_model import CandidateModel
from headrace_gui.dialogs.folder_field import FolderField
from headrace_gui.dialogs.more_fold import MoreFold
from headrace_gui.icons import IconSet
from headrace_gui.memory import MemoryPart
from headrace_gui.texts import translate
from headrace_gui.theme import Theme

_MARGIN: Final = 24
_LIST_LEAST: Final = 112
_CHEVRON: Final = 16
_USUAL: Final = 560
_LOW: Final = 460
"""Height of the dialog below which its heading makes room: the window's frame says the same."""

Look = tuple[Theme, IconSet]


class AddLayout(QObject):
    """Makes the widgets of the dialog and lays them out; what they do is the dialog's."""

    def __init__(
        self,
        dialog: QDialog,
        settings: Settings,
        model: CandidateModel,
        background: Background,
        look: Look,
        memory: MemoryPart | None,
    ) -> None:
        super().__init__(dialog)
        self._dialog, self._settings, self._model, self._background = dialog, settings, model, background
        self._look, self._memory = look, memory

    def making(self) -> Generator[None, None, None]:
        """Make all widgets in short steps; none may be asked for before the last."""
        look, dialog = self._look, self._dialog
        self.area = QScrollArea(dialog)
        self.body = QWidget(self.area.viewport())  # where it stays: moved with all its parts it would be felt
        self.heading = _label("dialogTitle", self.body)
        self.text = AddressBox(self.body)
        yield
        self.hint, self.summary, self.remarks = (
            ShortLabel(self.body),
            _label("hint", self.body),
            _label("hint", self.body),
        )
        self.literal = TickBox(*look, self.body)
        self.strip = ClashStrip(*look, self.literal, self.body)
        self.list = CandidateView(self._model, *look, self.body)
        yield
        settings = self._settings
        ruled = any(rule.enabled for rule in settings.rules) or places(settings.categories)
        self.folder = FolderField(
            ground_of(settings, ""), self._background, *look, self.body, memory=self._memory, offers_rules=ruled
        )
        yield
        self.place = Place(self.folder, settings, self.body)
        yield
        self.more_button = QPushButton(self.body)
        self.more = MoreFold(self.more_button, self.body, look)
        self.footer = QFrame(dialog)
        self.later, self.cancel, self.now = (QPushButton(self.footer) for _ in range(3))
        yield
        self._lay_out(dialog)
        self._tint()
        look[0].changed.connect(self._tint)

    def _lay_out(self, dialog: QDialog) -> None:
        column = QVBoxLayout(self.body)
        column.setContentsMargins(_MARGIN, 18, _MARGIN, 14)
        column.setSpacing(8)
        column.addWidget(self.heading)
        column.addWidget(self.text)
        column.addLayout(self._hints())
        column.addWidget(self.remarks)
        column.addWidget(self.strip)
        column.addWidget(self._framed(self.list), 1)
        column.addSpacing(2)
        column.addWidget(self.place)
        column.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignLeading)
        column.addWidget(self.more)
        self.body.setObjectName("dialogBody")
        self.remarks.setWordWrap(True)
        self.remarks.hide()
        self._set_up_more()
        self.area.setObjectName("dialogScroll")
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole = QVBoxLayout(dialog)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.area, 1)
        whole.addWidget(self._footer())

        order = (self.list, self.place.name, self.folder.edit, self.folder.menu_button, self.place.category)
        for before, behind in pairwise((*order, self.place.queue, self.more_button)):
            QWidget.setTabOrder(before, behind)

    def settling(self) -> Generator[None, None, None]:
        """Find out what everything looks like and how large it is, in short steps, before the dialog is shown."""
        for each in self._dialog.findChildren(QWidget):
            each.ensurePolished()
            yield
        if self.area.widget() is None:
            self.area.setWidget(self.body)

    def _hints(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        self.hint.setObjectName("hint")
        self.literal.hide()
        row.addWidget(self.literal)
        row.addWidget(self.hint, 1)
        row.addWidget(self.summary)
        return row

    def _framed(self, inner: QWidget) -> QFrame:
        frame = QFrame(self.body)
        frame.setObjectName("addFrame")
        frame.setMinimumHeight(_LIST_LEAST)
        room = QVBoxLayout(frame)
        room.setContentsMargins(1, 4, 1, 4)
        room.addWidget(inner)
        return frame

    def _set_up_more(self) -> None:
        button = self.more_button
        button.setObjectName("link")
        button.setCheckable(True)
        button.setAutoDefault(False)
        self.more.hide()

    def _footer(self) -> QFrame:
        self.footer.setObjectName("dialogFooter")
        row = QHBoxLayout(self.footer)
        row.setContentsMargins(_MARGIN, 12, _MARGIN, 12)
        row.setSpacing(10)
        row.addWidget(self.later)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.now)
        self.now.setObjectName("primary")
        self.now.setDefault(True)
        return self.footer

    def _tint(self) -> None:
        theme, icons = self._look
        mirrored = self.body.layoutDirection() is Qt.LayoutDirection.RightToLeft
        closed = "chevron-left" if mirrored else "chevron-right"
        name = "chevron-down" if self.more_button.isChecked() else closed
        self.more_button.setStyleSheet("" if mirrored else "margin-left: -9px")  # under the fields' edge
        self.more_button.setIcon(icons.icon(name, theme.tokens.accent_text, theme.tokens.faint, _CHEVRON))

    def open_more(self, *, opened: bool) -> None:
        """Show or hide what few downloads need."""
        self.more_button.setChecked(opened)
        self.more.open(opened=opened)
        self._tint()

    def offer_literal(self, *, offered: bool) -> None:
        """Offer to take brackets as they are, in the place of the hint that explains patterns."""
        self.literal.setVisible(offered)
        self.hint.setText("" if offered else _hint())

    def fit(self, height: int) -> None:
        """Leave out what a low dialog has no room for."""
        low = height < _LOW
        self.text.show_lines(2 if low else 3 if height < _USUAL else 4)
        self.heading.setHidden(low)
        margins = self.body.layout()
        if margins is not None:
            margins.setContentsMargins(_MARGIN, 12 if low else 18, _MARGIN, 10 if low else 14)

    def retext(self) -> None:
        """Set the fixed texts."""
        self.heading.setText(translate("Add", "Add downloads"))
        self.offer_literal(offered=not self.literal.isHidden())
        self.literal.setText(translate("Add", "Take &brackets as they are"))
        self.literal.setToolTip(translate("Add", "For addresses that really hold [1-3] or {a,b}"))
        self.more_button.setText(translate("Add", "Mor&e: headers, login, proxy, limit, checksum, mirrors"))
        self.cancel.setText(translate("Add", "Cancel"))
        self._tint()


def _hint() -> str:
    return translate("Add", "One address a line, patterns such as [01-12], or a pasted curl command")


def _label(name: str, parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
