"""Listens to the clipboard for addresses of files. Off until a person wants it; nothing is asked again and again."""

from collections import deque
from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote, urlsplit

from headrace.filters import Category, category_of, extension_of
from PySide6.QtCore import QMimeData, QObject, QTimer, Signal
from PySide6.QtGui import QClipboard

from headrace_gui.drops import addresses_of
from headrace_gui.preferences import PreferenceKeeper, Preferences

READ_IN_A_BROWSER: Final = frozenset(
    "com htm html json key log md py rst sh tex txt xml xhtml yaml yml".split()  # com: a host rather than a program
)
"""Endings of addresses that are copied far more often to be read or passed on than to be downloaded."""

_LONGEST: Final = 100_000
"""Characters of a text that is looked at; longer ones are not somebody's links."""
KEPT: Final = 200
"""Addresses that are remembered, the latest ones."""
_SECRET: Final = "x-kde-passwordManagerHint"  # noqa: S105 - the name of a format
_SOON_MS: Final = 50


def is_wanted(address: str) -> bool:
    """Say whether an address is that of a file to download, by the ending of its path."""
    try:
        name = unquote(urlsplit(address).path.rpartition("/")[2])
    except ValueError:
        return False
    return category_of(name) is not Category.OTHER and extension_of(name) not in READ_IN_A_BROWSER


class ClipboardWatch(QObject):
    """Tells of addresses copied in other programs, each once."""

    found = Signal(list)
    """list[str], never empty."""

    def __init__(self, clipboard: QClipboard, keeper: PreferenceKeeper, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clipboard = clipboard
        self._seen: deque[str] = deque(maxlen=KEPT)
        self._is_on = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self._look)
        keeper.changed.connect(self._follow)
        self._follow(keeper.now)

    def _follow(self, preferences: Preferences) -> None:
        if preferences.watch_clipboard == self._is_on:
            return
        self._is_on = preferences.watch_clipboard
        if self._is_on:
            self._clipboard.dataChanged.connect(self._soon.start)  # some programs set the clipboard twice at once
        else:
            self._clipboard.dataChanged.disconnect(self._soon.start)
            self._soon.stop()

    def _look(self) -> None:
        if self._clipboard.ownsClipboard():
            return
        data: QMimeData | None = self._clipboard.mimeData()  # none once the program it came from has ended
        fresh = self._fresh(wanted_in(data) if data is not None else [])
        if fresh:
            self.found.emit(fresh)

    def _fresh(self, addresses: Sequence[str]) -> list[str]:
        fresh = [each for each in addresses if each not in self._seen]
        self._seen.extend(fresh)
        return fresh


def wanted_in(data: QMimeData) -> list[str]:
    """Return the addresses of files in copied data; nothing of what a password manager copied."""
    if data.hasFormat(_SECRET) or (data.hasText() and len(data.text()) > _LONGEST):
        return []
    return [each for each in addresses_of(data) if is_wanted(each)]
