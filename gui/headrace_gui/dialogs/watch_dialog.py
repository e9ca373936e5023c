"""The dialog for watching addresses: how often they are looked at, and how many versions are kept."""

from collections.abc import Sequence
from typing import Final

from headrace.manager import DownloadManager
from headrace.snapshots import DownloadSnapshot
from headrace.watches import DAY, EVERY, HOUR, KEEP, MINUTE, USUAL_EVERY, USUAL_KEEP
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from headrace_gui.dialogs.small_dialog import SmallDialog
from headrace_gui.fields import Choice, WholeField
from headrace_gui.texts import QT_TRANSLATE_NOOP, on_language, translate
from headrace_gui.watch_words import watch_sentences

_UNITS: Final = (
    (MINUTE, QT_TRANSLATE_NOOP("Watch", "minutes")),
    (HOUR, QT_TRANSLATE_NOOP("Watch", "hours")),
    (DAY, QT_TRANSLATE_NOOP("Watch", "days")),
)
_ALL: Final = 0
"""As the number of versions."""


class WatchDialog(SmallDialog):
    """Asks for both; of addresses that are watched already it also has them looked at now, or let go."""

    def __init__(
        self, manager: DownloadManager, snapshots: Sequence[DownloadSnapshot], parent: QWidget | None = None
    ) -> None:
        super().__init__(
            lambda: translate("Watch", "Watch for changes"),
            lambda: translate("Watch", "Watch"),
            parent,
            hint=_hint,
        )
        self._manager, self._ids = manager, [snapshot.id for snapshot in snapshots]
        found = (manager.watching.of(download_id) for download_id in self._ids)
        self._watched = [watch for watch in found if watch is not None]
        self.number, self.unit, self.keep = WholeField(self), Choice(self), WholeField(self)
        self._fill()
        self.add_label(lambda: translate("Watch", "Look &every"), self._interval())
        self.add_label(lambda: translate("Watch", "Versions to &keep, the newest among them"), self.keep)
        if self._watched:
            self._add_deeds()
        self.number.setFocus()
        self.number.selectAll()

    def _interval(self) -> QWidget:
        both = QWidget(self)
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.number, 1)
        row.addWidget(self.unit, 1)
        both.setFocusProxy(self.number)
        return both

    def _fill(self) -> None:
        every = self._watched[0].every if self._watched else USUAL_EVERY
        keep = self._watched[0].keep if self._watched else USUAL_KEEP
        unit = max(length for length, _ in _UNITS if every % length == 0 or length == MINUTE)
        for length, _ in _UNITS:
            self.unit.addItem("", length)
        self.unit.setCurrentIndex(self.unit.findData(unit))
        self.unit.currentIndexChanged.connect(self._bound)
        self._bound()
        self.number.setValue(max(1, every // unit))
        self.keep.setRange(_ALL, KEEP[1])
        self.keep.setValue(_ALL if keep is None else keep)
        on_language(self, self._retext)

    def _bound(self) -> None:
        self.number.setRange(1, EVERY[1] // int(self.unit.currentData()))

    def _retext(self) -> None:
        for row, (_, text) in enumerate(_UNITS):
            self.unit.setItemText(row, translate("Watch", text))
        self.number.setAccessibleName(translate("Watch", "Time between two looks"))
        self.unit.setAccessibleName(translate("Watch", "Unit of the time between two looks"))
        self.keep.setSpecialValueText(translate("Watch", "All"))

    def _add_deeds(self) -> None:
        told, now, stop = QLabel(self), QPushButton(self), QPushButton(self)
        told.setObjectName("hint")
        told.setWordWrap(True)
        self.fields.addWidget(told)
        row = QHBoxLayout()
        row.addWidget(now)
        row.addWidget(stop)
        row.addStretch(1)
        self.fields.addLayout(row)
        now.clicked.connect(self.look)
        stop.clicked.connect(self.stop)

        def write() -> None:
            told.setText(watch_sentences(self._watched[0]) if len(self._ids) == 1 else "")
            told.setVisible(len(self._ids) == 1)
            now.setText(translate("Watch", "&Look now"))
            stop.setText(translate("Watch", "&Stop watching"))

        on_language(self, write)

    def look(self) -> None:
        """Have the addresses looked at now."""
        self._manager.watching.look(self._ids)
        self.accept()

    def stop(self) -> None:
        """Have them watched no more."""
        self._manager.watching.stop(self._ids)
        self.accept()

    def confirm(self) -> bool:
        """Have them watched."""
        every = self.number.value() * int(self.unit.currentData())
        keep = self.keep.value()
        try:
            self._manager.watching.watch(self._ids, every, None if keep == _ALL else keep)
        except ValueError:
            return self.refuse(translate("Watch", "A recording cannot be watched."))
        return True


def _hint() -> str:
    return translate(
        "Watch",
        "While Headrace runs, the server is asked whether the file has changed. A new version is downloaded and takes "
        "the file's name; the one before it is kept under a name with its date.",
    )
