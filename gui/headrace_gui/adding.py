"""The ways addresses come in: dialog, clipboard and drop end in one dialog, or in none where that is preferred."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from pathlib import Path
from typing import Final

from headrace.manager import DownloadManager
from headrace.spec import DownloadSpec
from PySide6.QtCore import QMimeData, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from headrace_gui.background import Background
from headrace_gui.dialogs.add_clashes import Targets
from headrace_gui.dialogs.add_dialog import AddDialog, Surroundings
from headrace_gui.dialogs.add_order import Order, Wanted, carry_out
from headrace_gui.dialogs.add_probes import Asker
from headrace_gui.dialogs.add_steps import Steps
from headrace_gui.dialogs.candidates import read
from headrace_gui.drops import is_useful, readable_files, text_of, text_of_files, tidy
from headrace_gui.icons import IconSet
from headrace_gui.memory import MemoryPart
from headrace_gui.preferences import PreferenceKeeper
from headrace_gui.theme import Theme

_SILENTLY: Final = 100
"""Downloads added without a dialog at once; more are shown before."""
_SOON_MS: Final = 1
"""Another turn of the event loop. To ask another program for its clipboard, to make the dialog, and to show it all take
a while; together they would be felt.
"""
_SHORT: Final = 100_000
"""Characters that are read without a dialog."""


class Adding(QObject):
    """Opens the add dialog of a window, at most one at a time, and adds what it says."""

    added = Signal(list)
    """The ids of what was added."""
    added_silently = Signal(list)
    """The same ids, where no dialog was shown; `added` came just before."""

    nothing_found = Signal()
    """Dropped files held no addresses."""

    def __init__(  # noqa: PLR0913 - what the dialog needs besides has defaults
        self,
        manager: DownloadManager,
        background: Background,
        theme: Theme,
        icons: IconSet,
        parent: QWidget,
        *,
        keeper: PreferenceKeeper | None = None,
        memory: MemoryPart | None = None,
        asker: Callable[[], Asker] | None = None,
    ) -> None:
        """Take `asker` to ask servers by, made anew for each dialog; None asks nobody."""
        super().__init__(parent)
        self._manager, self._background, self._theme, self._icons = manager, background, theme, icons
        self._parent, self._keeper, self._memory, self._asker = parent, keeper, memory, asker
        self._targets = Targets(manager, self)
        self._orders: deque[Generator[None, None, None]] = deque()
        self._steps = Steps(self)
        self.dialog: AddDialog | None = None

    def open(self, lines: Iterable[str] = ()) -> AddDialog:
        """Open the dialog, or bring the one that is open to the front, with these addresses or texts in it."""
        is_new, dialog = self.dialog is None, self.dialog or self._make_dialog()
        dialog.take(lines)
        if is_new:  # made and shown in one turn of the event loop it would be felt
            QTimer.singleShot(_SOON_MS, dialog, lambda: _present(dialog))
        else:
            _present(dialog)
        return dialog

    def _make_dialog(self) -> AddDialog:
        self.dialog = AddDialog(self._surroundings(), self._parent)
        self.dialog.ordered.connect(self._take_order)
        self.dialog.finished.connect(self._forget)
        return self.dialog

    def add_at_once(self, addresses: Sequence[str]) -> None:
        """Add what the command line brought, once the stored list is known: scripts press no button."""
        if not addresses:
            return
        if not self._manager.is_loaded:
            self._manager.loaded.connect(lambda: self.add_at_once(addresses), Qt.ConnectionType.SingleShotConnection)
            return
        folder = self._manager.settings.download_folder
        self.added.emit(self._manager.add([DownloadSpec(address, folder) for address in addresses]))

    def open_with_clipboard(self) -> None:
        """Open the dialog with what is on the clipboard in it, if it has addresses."""
        lines = list(filter(None, [self._on_clipboard()]))
        QTimer.singleShot(_SOON_MS, self, lambda: self.open(lines))

    def paste(self) -> bool:
        """Add what is on the clipboard, by the dialog or without; False where it has no addresses."""
        text = self._on_clipboard()
        if text:
            QTimer.singleShot(_SOON_MS, self, lambda: self.take(text))
            return True
        copied: QMimeData | None = QGuiApplication.clipboard().mimeData()
        return copied is not None and bool(readable_files(copied)) and self.drop(copied)

    def drop(self, data: QMimeData) -> bool:
        """Add what was dropped, by the dialog or without; False where it can hold no addresses."""
        text = text_of(data)
        if text is None:
            files = readable_files(data)
            self._background.run(self, lambda: text_of_files(files), self._take_read)
            return True
        if is_useful(text):
            self.take(tidy(text))
            return True
        return False

    def take(self, text: str) -> None:
        """Add the addresses in a text: at once where that is preferred and they are few, else by the dialog."""
        silent = self._keeper is not None and self._keeper.now.add_silently and self.dialog is None
        if not (silent and self._manager.is_loaded and self._add_silently(text)):
            self.open([text] if text else ())

    def finish(self) -> None:
        """Add now what a large order has left; for the end of the program."""
        self._steps.finish()

    # -- inside ------------------------------------------------------------------------------------------------

    def _take_read(self, text: str | None) -> None:
        if text and is_useful(text):
            self.take(tidy(text))
        else:
            self.nothing_found.emit()

    def _surroundings(self) -> Surroundings:
        return Surroundings(
            self._manager,
            self._background,
            self._theme,
            self._icons,
            self._targets,
            self._memory,
            self._asker if self._keeper is None or self._keeper.now.ask_servers else None,
            starts_paused=self._keeper is not None and self._keeper.now.add_paused,
        )

    def _add_silently(self, text: str) -> bool:
        """Add all there is in a text; False where a person had better look at it."""
        found = read(text).candidates if len(text) <= _SHORT else []
        if not 0 < len(found) <= _SILENTLY or any(each.address is None for each in found):
            return False
        paused = self._keeper is not None and self._keeper.now.add_paused
        wanted = map(Wanted, found)
        order = Order(wanted, self._manager.settings.download_folder, paused)
        self._orders.append(carry_out(order, self._manager, self._is_free, self._tell_silent))
        self._steps.start(self._work())
        self._steps.finish()
        return True

    def _tell_silent(self, ids: list[str]) -> None:
        self.added.emit(ids)
        self.added_silently.emit(ids)

    def _take_order(self, order: Order) -> None:
        self._orders.append(carry_out(order, self._manager, self._is_free, self.added.emit))
        if not self._steps.busy:
            self._steps.start(self._work())

    def _work(self) -> Generator[None, None, None]:
        while self._orders:
            yield from self._orders.popleft()

    def _is_free(self, folder: Path, name: str) -> bool:
        return self._targets.rival(folder, name) is None

    def _on_clipboard(self) -> str:
        data: QMimeData | None = QGuiApplication.clipboard().mimeData()  # none of a clipboard that nobody has used
        text = (text_of(data) if data is not None else None) or ""
        return tidy(text) or text.strip() if is_useful(text) else ""

    def _forget(self) -> None:
        self.dialog = None


def _present(dialog: AddDialog) -> None:
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
