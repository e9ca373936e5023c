"""The dialog for a file that another program left unfinished: where it came from, if nobody has said so."""

from typing import Final

from headrace.addresses import addresses_in
from headrace.manager import DownloadManager
from headrace.spec import DownloadSpec
from headrace.takeover.partial import Partial, Program
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QWidget

from headrace_gui import words
from headrace_gui.dialogs.small_dialog import SmallDialog
from headrace_gui.texts import translate

_NAMES: Final = {
    Program.ARIA2: "aria2",
    Program.CHROMIUM: "Chromium",
    Program.FIREFOX: "Firefox",
    Program.PERSEPOLIS: "Persepolis",
}


class TakeOverDialog(SmallDialog):
    """Says what is there, asks for the address, and adds the download."""

    def __init__(self, manager: DownloadManager, partial: Partial, parent: QWidget | None = None) -> None:
        super().__init__(
            lambda: translate("TakeOver", "Take over an unfinished file"),
            lambda: translate("TakeOver", "Take over"),
            parent,
            hint=lambda: _hint(partial),
        )
        self._manager, self._partial = manager, partial
        known = list(partial.addresses) or addresses_in(QGuiApplication.clipboard().text()[:10_000])
        self.address = QLineEdit(known[0] if known else "", self)
        self.add_label(lambda: translate("TakeOver", "Address it came from"), self.address)
        self.address.textChanged.connect(self.check)
        self.address.setFocus()

    def confirm(self) -> bool:
        """Add the download, or say why it cannot be."""
        partial = self._partial
        try:
            spec = DownloadSpec(
                self.address.text().strip(), partial.path.parent, name=partial.name or None, partial=partial.path
            )
        except ValueError:
            return self.refuse(translate("TakeOver", "This is not an address. It begins with https:// or http://."))
        self._manager.add([spec])
        return True


def _hint(partial: Partial) -> str:
    there = words.size(partial.received)
    if partial.total is not None:
        there = translate("TakeOver", "{size} of {total}").format(size=there, total=words.size(partial.total))
    by = _NAMES.get(partial.program)
    said = (
        translate("TakeOver", "{name}: {there}, left by {program}.")
        if by
        else translate("TakeOver", "{name}: {there}.")
    )
    more = translate(
        "TakeOver",
        "Samples are compared with the server's file first; the download then goes on in the same folder. End it in the"
        " other program before.",
    )
    return f"{said.format(name=partial.path.name, there=there, program=by)} {more}"
