"""The dialog for a login that a server or a proxy asks for: asked once for all that wait for it."""

from collections.abc import Callable
from typing import Final

from headrace.logging_in import Asked, go_on, log_in
from headrace.logins import Login
from headrace.manager import DownloadManager
from headrace.states import FailureReason
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from headrace_gui.background import Background
from headrace_gui.dialogs.login_ways import LoginWays
from headrace_gui.dialogs.small_dialog import SmallDialog
from headrace_gui.texts import on_language, translate

_SAFE: Final = ("https", "ftps", "ftpes", "sftp")
"""Schemes whose connections are encrypted before a login is told."""


class LoginDialog(SmallDialog):
    """Asks for a name and a password, or a token alone, and has everything go on that waited for it."""

    def __init__(
        self,
        manager: DownloadManager,
        asked: Asked,
        background: Background,
        told: Callable[[str], object],
        parent: QWidget | None = None,
    ) -> None:
        """`told` is given a sentence where the keyring does not keep it after all."""
        super().__init__(
            lambda: translate("Login", "Log in"),
            lambda: translate("Login", "Log in"),
            parent,
            hint=lambda: _hint(asked),
        )
        self._manager, self._place, self._background, self._told = manager, asked.place, background, told
        self.user, self.password = QLineEdit(self), QLineEdit(self)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.keep = QCheckBox(self)
        on_language(self.keep, lambda: self.keep.setText(translate("Login", "&Keep it in the system's keyring")))
        self.add_pair(
            (lambda: translate("Login", "&User name"), self.user),
            (lambda: translate("Login", "&Password, or token"), self.password),
        )
        self.fields.addWidget(self.keep)
        self.ways = LoginWays(manager, asked, self)
        self.fields.addWidget(self.ways)
        if asked.what is not None and asked.what.reason is FailureReason.LOGIN_PLUGIN_NEEDED:
            self._show_command(asked.what.detail.partition(": ")[2])
        self.keep.setEnabled(False)
        self._keychain = manager.net_context.logins.keychain
        background.run(self, self._keychain.is_there, lambda there: self.keep.setEnabled(bool(there)))
        self.user.setFocus()
        if asked.refusals:
            self.refuse(translate("Login", "The login before was refused."))

    def _show_command(self, command: str) -> None:
        field = QLineEdit(command, self)
        field.setReadOnly(True)
        field.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        field.setCursorPosition(0)
        self.add_label(lambda: translate("Login", "Install this first, in a terminal"), field)

    def confirm(self) -> bool:
        """Use what was typed."""
        login = Login(self.user.text().strip(), self.password.text())
        if not (login.user or login.password or self.ways.ticket.isChecked()):
            return self.refuse(translate("Login", "Type a name and a password, or a token."))
        try:
            self.ways.apply()
        except ValueError:
            return self.refuse(translate("Login", "There are too many rules for hosts."))
        if not (login.user or login.password):
            go_on(self._manager, self._place)
            return True
        log_in(self._manager, self._place, login)
        if self.keep.isChecked():
            self._have_kept(login)
        return True

    def _have_kept(self, login: Login) -> None:
        keychain, place, told = self._keychain, self._place, self._told

        def work() -> bool:
            keychain.write(place, login)
            return True

        def take(done: bool | None) -> None:  # noqa: FBT001 - the result of work
            if not done:
                told(translate("Login", "The keyring does not keep the login; it is used until Headrace ends."))

        self._background.run(self._manager, work, take)


def _hint(asked: Asked) -> str:
    who = translate("Login", "The server {place} asks for a login.")
    if not asked.ids:
        who = translate("Login", "A login for {place}, for all downloads from there.")
    if asked.is_proxy:
        who = translate("Login", "The proxy {place} asks for a login.")
    parts = [who.format(place=asked.place)]
    if asked.what is not None and asked.what.reason is FailureReason.TICKET_NEEDED:
        why = asked.what.detail.partition(": ")[2]
        parts.append(translate("Login", "Your Kerberos ticket could not be used: {why}.").format(why=why))
    if len(asked.ids) > 1:
        parts.append(translate("Login", "%Ln download(s) wait for it.", "", len(asked.ids)))
    parts.append(_readers(asked.place.partition(":")[0]))
    return " ".join(filter(None, parts))


def _readers(scheme: str) -> str:
    """Say who may read a login."""
    if scheme in _SAFE:
        return ""
    if scheme == "ftp":
        return translate("Login", "Others on the way may read it, unless the server offers TLS.")
    return translate("Login", "The connection is not encrypted: others on the way may read it.")
