"""The ways addresses come in: dialog, clipboard and drop end in one dialog, or in none where that is preferred."""

import logging
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, cast

from headrace.elsewhere import magnets_in
from headrace.manager import DownloadManager
from headrace.spec import DownloadSpec
from PySide6.QtCore import QMimeData, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from headrace_gui.background import Background
from headrace_gui.dialogs.add_face import AddFace, Surroundings, Wish
from headrace_gui.dialogs.add_probes import Asker
from headrace_gui.dialogs.add_targets import Targets
from headrace_gui.drops import is_left, is_list, is_useful, readable_files, text_of, text_of_files, tidy
from headrace_gui.icons import IconSet
from headrace_gui.memory import MemoryPart
from headrace_gui.preferences import PreferenceKeeper
from headrace_gui.steps import Steps
from headrace_gui.theme import Theme

_LOG: Final = logging.getLogger(__name__)
_SILENTLY: Final = 100
"""Downloads added without a dialog at once; more are shown before."""
_SOON_MS: Final = 1
"""Another turn of the event loop: to ask another program for its clipboard takes a while by itself."""
_TURN: Final = 0.002
"""Seconds, and one step more, between two looks at the event loop while the dialog is made: steps differ in length."""
_SHORT: Final = 100_000
"""Characters that are read without a dialog, and at once."""


class Adding(QObject):
    """Opens the add dialog of a window, at most one at a time, and adds what it says."""

    added = Signal(list)
    """The ids of what was added."""
    added_silently = Signal(list)
    """The same ids, where no dialog was shown; `added` came just before."""

    nothing_found = Signal()
    """Dropped files held no addresses."""
    magnets_found = Signal(list)
    """Magnet links that were pasted or dropped: they are for another program."""
    left_found = Signal(object)
    """The Path of a dropped file that another program left unfinished."""

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
        self._steps, self._opening = Steps(self), Steps(self, seconds=_TURN)
        self.dialog: AddFace | None = None
        """The one that is open, or about to be shown."""

    def open(self, lines: Iterable[str] = ()) -> AddFace:
        """Open the dialog, or bring the one that is open to the front, with these addresses or texts in it.

        That is done when this returns, which takes longer than a glance; `open_soon` is not felt.
        """
        self.open_soon(lines)
        self._opening.finish()
        return cast(AddFace, self.dialog)

    def open_soon(self, lines: Iterable[str] = (), *, private: bool = False) -> None:
        """Open the dialog as `open` does, in several turns of the event loop; `private` ticks what leaves no trace."""
        self._opening.finish()
        self._opening.start(self._open(list(lines), private=private))

    def _open(self, lines: list[str], *, private: bool) -> Generator[None, None, None]:
        dialog = self.dialog
        if dialog is None:
            from headrace_gui.dialogs.add_dialog import AddDialog  # noqa: PLC0415 - loaded once the window is seen

            dialog = AddDialog(self._surroundings(), self._parent)
            yield from dialog.making()
            dialog.ordered.connect(self._take_order)
            dialog.finished.connect(self._forget)
            self.dialog = dialog
        dialog.take(lines)
        if private:
            dialog.be_private()
        yield
        if self.dialog is dialog:
            yield from dialog.settling()
            _present(dialog)

    def add_at_once(self, addresses: Sequence[str], rows: Sequence[dict[str, Any]] = ()) -> None:
        """Add what the command line brought, once the stored list is known: scripts press no button.

        `rows` are downloads as `spec_json` has them.
        """
        if not addresses and not rows:
            return
        if not self._manager.is_loaded:
            again = partial(self.add_at_once, addresses, rows)
            self._manager.loaded.connect(again, Qt.ConnectionType.SingleShotConnection)
            return
        folder = self._manager.settings.download_folder
        specs = [DownloadSpec(address, folder, by_rules=True) for address in addresses]
        if rows:
            from headrace.spec_json import spec_from_json  # noqa: PLC0415 - of lists that are opened, which few are

            specs += [spec_from_json(row, folder) for row in rows]
        self.added.emit(self._manager.add(specs))

    def open_with_clipboard(self) -> None:
        """Open the dialog with what is on the clipboard in it, if it has addresses."""
        lines = list(filter(None, [self._on_clipboard()]))
        QTimer.singleShot(_SOON_MS, self, lambda: self.open_soon(lines))

    def paste(self) -> bool:
        """Add what is on the clipboard, by the dialog or without; False where it has no addresses."""
        text = self._on_clipboard()
        if text:
            QTimer.singleShot(_SOON_MS, self, lambda: self._take_tidied(text))
            return True
        copied: QMimeData | None = QGuiApplication.clipboard().mimeData()
        if copied is not None and self._offer_magnets(copied):
            return True
        return copied is not None and bool(readable_files(copied)) and self.drop(copied)

    def drop(self, data: QMimeData) -> bool:
        """Add what was dropped, by the dialog or without; False where it can hold no addresses."""
        text = text_of(data)
        if text is None:
            files = readable_files(data)
            for file in filter(is_left, files):
                self.left_found.emit(file)
            if others := [file for file in files if not is_left(file)]:
                self._background.run(self, lambda: _sorted(others), self._take_sorted)
            return True
        if is_useful(text):
            self._take_tidied(text)
            return True
        return self._offer_magnets(data)

    def _offer_magnets(self, data: QMimeData) -> bool:
        """Tell of magnet links in data that has no other addresses; say whether there are any."""
        links = magnets_in(data.text()[:_SHORT]) if data.hasText() else []
        if links:
            self.magnets_found.emit(links)
        return bool(links)

    def take_lists(self, files: list[Path]) -> None:
        """Add what lists say of their downloads."""
        self._background.run(self, lambda: _in_lists(files), self._take_lists)

    def take(self, text: str) -> None:
        """Add the addresses in a text: at once where that is preferred and they are few, else by the dialog."""
        silent = self._keeper is not None and self._keeper.now.add_silently and not self._is_open
        if not (silent and self._manager.is_loaded and self._add_silently(text)):
            self.open_soon([text] if text else ())

    def finish(self) -> None:
        """Add now what a large order has left; for the end of the program."""
        self._steps.finish()

    # -- inside ------------------------------------------------------------------------------------------------

    @property
    def _is_open(self) -> bool:
        return self.dialog is not None or self._opening.busy

    def _take_tidied(self, text: str) -> None:
        """Take what of a useful text are addresses; a long one is searched for them beside the window's thread."""
        if len(text) <= _SHORT:
            self.take(tidy(text) or text.strip())
        else:
            self._background.run(self, lambda: tidy(text) or text.strip(), lambda tidied: self.take(tidied or ""))

    def _take_sorted(self, found: tuple[list[dict[str, Any]], str] | None) -> None:
        rows, text = found or ([], "")
        if rows:
            self._take_lists(rows)
        if text or not rows:
            self._take_read(text)

    def _take_read(self, text: str | None) -> None:
        if text and is_useful(text):
            self.take(text)
        else:
            self.nothing_found.emit()

    def _take_lists(self, rows: list[dict[str, Any]] | None) -> None:
        if rows:
            self.add_at_once((), rows)
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
        from headrace_gui.dialogs.add_order import Order, Wanted  # noqa: PLC0415 - as the dialog
        from headrace_gui.dialogs.candidates import read  # noqa: PLC0415 - as the dialog

        found = read(text).candidates if len(text) <= _SHORT else []
        if not 0 < len(found) <= _SILENTLY or any(each.address is None for each in found):
            return False
        paused = self._keeper is not None and self._keeper.now.add_paused
        wanted = map(Wanted, found)
        order = Order(wanted, self._manager.settings.download_folder, paused, by_rules=True)
        for _ in order.carry_out(self._manager, self._is_free, self._tell_silent):
            pass
        return True

    def _tell_silent(self, ids: list[str]) -> None:
        self.added.emit(ids)
        self.added_silently.emit(ids)

    def _take_order(self, order: Wish) -> None:
        self._orders.append(order.carry_out(self._manager, self._is_free, self.added.emit))
        if not self._steps.busy:
            self._steps.start(self._work())

    def _work(self) -> Generator[None, None, None]:
        while self._orders:
            try:
                yield from self._orders.popleft()
            except Exception:  # noqa: BLE001 - those behind it must not be kept waiting
                _LOG.exception("an order of downloads was carried out in part")

    def _is_free(self, folder: Path, name: str) -> bool:
        return self._targets.rival(folder, name) is None

    def _on_clipboard(self) -> str:
        data: QMimeData | None = QGuiApplication.clipboard().mimeData()  # none of a clipboard that nobody has used
        text = (text_of(data) if data is not None else None) or ""
        return text if is_useful(text) else ""

    def _forget(self) -> None:
        self.dialog = None


def _sorted(files: Sequence[Path]) -> tuple[list[dict[str, Any]], str]:
    """Return the downloads in lists among files, and what the others hold, to be read for addresses. Asks the disk."""
    lists = [file for file in files if is_list(file)]
    others = [file for file in files if file not in lists]
    return _in_lists(lists), tidy(text_of_files(others))


def _in_lists(files: Sequence[Path]) -> list[dict[str, Any]]:
    """Return the downloads in lists; those that cannot be used are passed over. Touches the disk."""
    from headrace.brought import rows_in  # noqa: PLC0415 - of lists that are dropped, which few are

    found: list[dict[str, Any]] = []
    for file in files:
        try:
            found += rows_in(file)
        except ValueError as error:
            _LOG.warning("%s", error)
    return found


def _present(dialog: AddFace) -> None:
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
