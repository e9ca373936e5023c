"""What is known of a host, below the fields of its rule: what was learnt, and who is logged in."""

from collections.abc import Callable
from time import time
from typing import Final

from headrace.addresses import place_of
from headrace.host_notes import notes_under
from headrace.host_patterns import EVERY, checked_pattern
from headrace.logging_in import Asked
from headrace.manager import DownloadManager
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from headrace_gui.background import Background
from headrace_gui.dialogs.login_dialog import LoginDialog
from headrace_gui.host_words import facts_of
from headrace_gui.texts import isolated, on_language, translate

_SCHEMES: Final = ("https", "http", "sftp", "ftps", "ftpes", "ftp")
"""Where a login of a host may be, the likeliest first."""


class _Line(QWidget):
    """Some words, and buttons beside them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.label = QLabel(self)
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self._row.addWidget(self.label, 1)

    def button(self, pressed: Callable[[], object]) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName("link")
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: pressed())
        self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return button


class KnownOfHost(QWidget):
    """Follows the host that is written in the field above."""

    def __init__(
        self, manager: DownloadManager, background: Background, told: Callable[[str], object], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._manager, self._background, self._told = manager, background, told
        self._pattern, self._place = "", ""
        self.facts, self.login = _Line(self), _Line(self)
        self.forget_button = self.facts.button(self._forget)
        self.login_button, self.log_out_button = self.login.button(self._log_in), self.login.button(self._log_out)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.facts)
        column.addWidget(self.login)
        on_language(self, self._tell)

    def follow(self, host: str, place: str = "") -> None:
        """Show what is known of the hosts that a rule for `host` is for; a login belongs to `place`."""
        try:
            self._pattern = checked_pattern(host)
        except ValueError:
            self._pattern = ""
        self._place = place or self._known_place()
        self._tell()

    def _known_place(self) -> str:
        """Return the place with a login, else the secure one; "" for a rule of many hosts."""
        if not self._pattern or self._pattern.startswith(EVERY):
            return ""
        places = [place_of(f"{scheme}://{self._pattern}/") for scheme in _SCHEMES]
        known = (place for place in places if self._user_at(place) is not None)
        return next(known, places[0])

    def _user_at(self, place: str) -> str | None:
        return self._manager.net_context.logins.user_at(place)

    def _tell(self) -> None:
        notes = notes_under(self._pattern, self._manager.hosts.notes()) if self._pattern else []
        lines = [f"{isolated(note.host)}: {', '.join(facts_of(note, time()))}" for note in notes]
        self.facts.label.setText("\n".join(lines) or translate("Hosts", "Nothing was learnt of it yet."))
        self.forget_button.setText(translate("Hosts", "Forget"))
        self.forget_button.setAccessibleName(translate("Hosts", "Forget what was learnt"))
        self.forget_button.setVisible(bool(notes))
        self._tell_login()

    def _tell_login(self) -> None:
        user = self._user_at(self._place) if self._place else None
        self.login.label.setText(self._login_words(user))
        self.login_button.setText(translate("Hosts", "Log in…"))
        self.login_button.setVisible(bool(self._place))
        self.log_out_button.setText(translate("Hosts", "Forget"))
        self.log_out_button.setAccessibleName(translate("Hosts", "Forget the login"))
        self.log_out_button.setVisible(user is not None)

    def _login_words(self, user: str | None) -> str:
        if not self._pattern.startswith(EVERY) and not self._place:
            return ""
        if not self._place:
            return translate("Hosts", "Logins belong to single hosts; there is none for all below one.")
        if user is None:
            return translate("Hosts", "No login for {place}.").format(place=isolated(self._place))
        if not user:
            return translate("Hosts", "A token for {place} is there.").format(place=isolated(self._place))
        known = translate("Hosts", "Logged in at {place} as {user}.")
        return known.format(place=isolated(self._place), user=isolated(user))

    def _forget(self) -> None:
        hosts = [note.host for note in notes_under(self._pattern, self._manager.hosts.notes())]
        self._manager.hosts.forget(hosts)
        self._tell()

    def _log_in(self) -> None:
        asked = Asked(self._place, is_proxy=False, ids=())
        dialog = LoginDialog(self._manager, asked, self._background, self._told, self)
        dialog.finished.connect(lambda _result: self._tell())
        dialog.show()

    def _log_out(self) -> None:
        logins, place = self._manager.net_context.logins, self._place

        def work() -> bool:
            logins.forget(place)
            return True

        def take(done: bool | None) -> None:  # noqa: FBT001 - the result of work
            if not done:
                self._told(translate("Hosts", "The keyring did not forget the login."))
            self._tell()

        self._background.run(self, work, take)
