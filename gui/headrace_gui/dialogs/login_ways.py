"""What a person may allow where a login is asked for: that a ticket is shown, or the password told readably."""

from headrace.addresses import host_of
from headrace.host_patterns import place_named
from headrace.host_rules import BASIC, TICKET, RuleIndex
from headrace.logging_in import Asked
from headrace.manager import DownloadManager
from headrace.ruling import set_login
from headrace.states import FailureReason
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from headrace_gui.texts import on_language, translate


class LoginWays(QWidget):
    """A check box for each way that the place offers; none for a place that offers none of them."""

    def __init__(self, manager: DownloadManager, asked: Asked, parent: QWidget) -> None:
        super().__init__(parent)
        self._manager, self._host = manager, host_of(asked.place)
        rule = RuleIndex(manager.settings.host_rules).of(*place_named(self._host))
        self._before = "" if rule is None else rule.login
        self.ticket, self.basic = QCheckBox(self), QCheckBox(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        wants_ticket = asked.what is not None and asked.what.reason is FailureReason.TICKET_NEEDED
        safer = asked.offers & {"ntlm", "negotiate"}
        for box, way, offered in (
            (self.ticket, TICKET, wants_ticket or "negotiate" in asked.offers),
            (self.basic, BASIC, bool(safer) and "basic" in asked.offers),
        ):
            box.setChecked(self._before == way)
            box.setVisible(offered)
            column.addWidget(box)
        self.setVisible(not (self.ticket.isHidden() and self.basic.isHidden()))
        for box, other in ((self.ticket, self.basic), (self.basic, self.ticket)):
            box.clicked.connect(lambda _, other=other: other.setChecked(False))
        on_language(self, self._retext)

    def _retext(self) -> None:
        self.ticket.setText(translate("Login", "Show my Kerberos &ticket to {host}").format(host=self._host))
        self.basic.setText(translate("Login", "Send the password &readably (Basic), though safer ways are offered"))

    def apply(self) -> None:
        """Have what is ticked hold for the host, from now on. Raises ValueError where there are too many rules."""
        way = TICKET if self.ticket.isChecked() else BASIC if self.basic.isChecked() else ""
        if way != self._before:
            set_login(self._manager, self._host, way)
