"""The dialog for a fresh link to a file whose address no longer leads to it; the bytes that are here stay."""

from headrace.addresses import addresses_in
from headrace.manager import DownloadManager
from headrace.snapshots import DownloadSnapshot
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from headrace_gui import words
from headrace_gui.dialogs.small_dialog import SmallDialog
from headrace_gui.texts import on_language, translate


class ReaddressDialog(SmallDialog):
    """Asks for an address, takes one that was just copied, and lets the download go on from there."""

    def __init__(self, manager: DownloadManager, snapshot: DownloadSnapshot, parent: QWidget | None = None) -> None:
        super().__init__(
            lambda: translate("Readdress", "Change address"),
            lambda: translate("Readdress", "Go on from there"),
            parent,
            hint=lambda: _hint(snapshot),
        )
        self._manager, self._snapshot = manager, snapshot
        copied = addresses_in(QGuiApplication.clipboard().text()[:10_000])
        fresh = [address for address in copied if address != snapshot.address]
        self.address = QLineEdit(fresh[0] if len(fresh) == 1 else snapshot.address, self)
        self.add_label(self._label_text, self.address)
        self.address.textChanged.connect(self.check)
        self.address.selectAll()
        self.address.setFocus()
        self._offer_page()

    def _label_text(self) -> str:
        return translate("Readdress", "New address of {name}").format(name=self._snapshot.name)

    def _offer_page(self) -> None:
        page = QPushButton(self)
        on_language(page, lambda: page.setText(translate("Readdress", "Open the server's page in the browser")))
        page.setObjectName("link")
        page.setAutoDefault(False)
        page.clicked.connect(lambda: QDesktopServices.openUrl(page_of(self._snapshot.address)))
        self.fields.addWidget(page)

    def confirm(self) -> bool:
        """Hand the address over, or say why it cannot be."""
        try:
            taken = self._manager.change_address(self._snapshot.id, self.address.text().strip())
        except ValueError:
            return self.refuse(translate("Readdress", "This is not an address. It begins with https:// or http://."))
        if not taken:
            return self.refuse(
                translate("Readdress", "This download runs or is done already, or another one has this address.")
            )
        self._manager.resume([self._snapshot.id])
        return True


def page_of(address: str) -> QUrl:
    """Return the front page of an address's server: the address itself would be downloaded by the browser."""
    url, page = QUrl(address), QUrl()
    page.setScheme(url.scheme())
    page.setHost(url.host())
    page.setPort(url.port())
    page.setPath("/")
    return page


def _hint(snapshot: DownloadSnapshot) -> str:
    if not snapshot.received:
        return translate("Readdress", "Paste a fresh link to the same file.")
    kept = translate(
        "Readdress",
        "Paste a fresh link to the same file. The {size} that are here stay; they are compared with what the new"
        " address has before anything is added to them.",
    )
    return kept.format(size=words.size(snapshot.received))
