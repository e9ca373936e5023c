"""The dialog for what a person wants of a host, or of all hosts below a name."""

from collections.abc import Callable
from typing import Any, Final

from headrace.extras import HTTP2
from headrace.host_patterns import checked_pattern, place_named
from headrace.host_rules import BOUNDS, LOGINS, HostRule, RuleIndex, checked_header
from headrace.manager import DownloadManager
from headrace.masking import is_secret
from headrace.proxies import bare_choice, checked_choice
from headrace.ruling import drop_rule, put_rule, rule_for
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QPlainTextEdit, QScrollArea, QWidget

from headrace_gui.background import Background
from headrace_gui.dialogs.agent_field import AgentField
from headrace_gui.dialogs.host_known import KnownOfHost
from headrace_gui.dialogs.small_dialog import SmallDialog
from headrace_gui.fields import Choice, NumberField, RateField, WholeField
from headrace_gui.host_words import login_words, scope_sentence
from headrace_gui.texts import on_language, translate

_HEADER_LINES: Final = 2


class HostRuleDialog(SmallDialog):
    """Shows the rule that holds for a host, or a new one, and puts it in force."""

    put = Signal(str)
    """The host of the rule that holds now."""

    def __init__(
        self,
        manager: DownloadManager,
        host: str,
        background: Background,
        told: Callable[[str], object],
        parent: QWidget | None = None,
        *,
        place: str = "",
    ) -> None:
        """`host` is as `addresses.host_of` or a rule has it, "" for one to be written; a login belongs to `place`."""
        super().__init__(lambda: translate("Hosts", "Rules for a host"), lambda: translate("Hosts", "Apply"), parent)
        self._manager = manager
        before = ruling(manager, host)
        self._before = before
        rule = before or HostRule(host or "example.org")
        self.host = self._line(host if before is None else before.host)
        self.scope = QLabel(self)
        self.connections = self._whole_field("connections", rule.connections)
        self.per_download = self._whole_field("per_download", rule.per_download)
        self.limit, self.pause = self._limit_field(rule), self._pause_field(rule)
        self.agent, self.referrer = AgentField(rule.user_agent, self), self._line(rule.referrer)
        self.headers = QPlainTextEdit("\n".join(f"{name}: {value}" for name, value in rule.headers), self)
        self.proxy, self.from_start = self._line(rule.proxy), QCheckBox(self)
        self.login = self._login_field(rule.login)
        self.from_start.setChecked(rule.from_start)
        self.by_http_2 = QCheckBox(self)
        self.by_http_2.setChecked(rule.http_version == "2")
        self.known = KnownOfHost(manager, background, told, self)
        self._lay_out_fields()
        on_language(self, self._retext)
        self._watch_all(place)
        (self.limit if host else self.host).setFocus()

    # The fields

    def _line(self, text: str) -> QLineEdit:
        field = QLineEdit(text, self)
        field.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # an address
        field.setCursorPosition(0)
        return field

    def _whole_field(self, name: str, value: int | None) -> WholeField:
        field = WholeField(self)
        field.setRange(0, int(BOUNDS[name][1]))
        field.setValue(value or 0)
        on_language(field, lambda: field.setSpecialValueText(translate("Hosts", "As in the settings")))
        return field

    def _limit_field(self, rule: HostRule) -> RateField:
        field = RateField(self)
        field.set_rate(rule.limit or 0)
        on_language(field, lambda: field.setSpecialValueText(translate("Hosts", "No limit")))
        return field

    def _pause_field(self, rule: HostRule) -> NumberField:
        field = NumberField(self)
        field.setRange(0, BOUNDS["pause"][1])
        field.setValue(rule.pause or 0)
        on_language(field, lambda: field.setSpecialValueText(translate("Hosts", "None")))
        on_language(field, lambda: field.setSuffix(translate("Hosts", " s")))
        return field

    def _login_field(self, login: str) -> Choice:
        field = Choice(self)
        field.addItems([""] * (len(LOGINS) + 1))
        field.setCurrentIndex(("", *LOGINS).index(login))

        def write() -> None:
            for row, each in enumerate(("", *LOGINS)):
                field.setItemText(row, login_words(each))

        on_language(field, write)
        return field

    def _lay_out_fields(self) -> None:
        self.scope.setObjectName("hint")
        self.scope.setWordWrap(True)
        self.add_label(lambda: translate("Hosts", "&Host"), self.host)
        self.fields.addWidget(self.scope)
        connections = (lambda: translate("Hosts", "&Connections in all, at most"), self.connections)
        self.add_pair(connections, (lambda: translate("Hosts", "Of &one download, at most"), self.per_download))
        limit = (lambda: translate("Hosts", "Speed &limit in all"), self.limit)
        self.add_pair(limit, (lambda: translate("Hosts", "&Pause between requests"), self.pause))
        agent = (lambda: translate("Hosts", "&User agent"), self.agent)
        self.add_pair(agent, (lambda: translate("Hosts", "Lo&gging in"), self.login))
        self.add_label(lambda: translate("Hosts", "Further request h&eaders, one a line"), self.headers)
        self.headers.setFixedHeight(self.fontMetrics().lineSpacing() * _HEADER_LINES + 20)
        self.headers.setTabChangesFocus(True)
        self.headers.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        referrer = (lambda: translate("Hosts", "&Referrer, the page links are on"), self.referrer)
        self.add_pair(referrer, (lambda: translate("Hosts", "Pro&xy"), self.proxy))
        self.fields.addWidget(self.from_start)
        self.fields.addWidget(self.by_http_2)
        self.fields.addWidget(self.known)

    def _retext(self) -> None:
        self.host.setPlaceholderText("example.org, *.example.org, nas.lan:8080")
        self.referrer.setPlaceholderText("https://example.org/")
        self.headers.setPlaceholderText("Accept-Language: de")
        self.proxy.setPlaceholderText(translate("Hosts", "As in the settings"))
        self.from_start.setText(translate("Hosts", "&Fetch files from the beginning only, without ranges"))
        self.by_http_2.setText(translate("Hosts", "Ask by HTTP/&2, all requests over one connection"))
        self._follow_host()

    def _watch_all(self, place: str) -> None:
        self.host.textChanged.connect(self._follow_host)
        self.host.textChanged.connect(self.known.follow)
        self.known.follow(self.host.text(), place)
        for touched in (
            *(self.host.textEdited, self.referrer.textEdited, self.proxy.textEdited, self.agent.changed),
            self.headers.textChanged,
        ):
            touched.connect(lambda *_: self.check())

    def _follow_host(self) -> None:
        try:
            self.scope.setText(scope_sentence(checked_pattern(self.host.text())))
        except ValueError:
            self.scope.setText(translate("Hosts", "*.example.org holds for all hosts below example.org as well."))

    # What comes of them

    def confirm(self) -> bool:
        """Put the rule in force; one that says nothing is none."""
        if self.by_http_2.isChecked() and not HTTP2.is_there:
            return self.refuse(translate("Hosts", "HTTP/2 needs an extra: {command}").format(command=HTTP2.command))
        said: dict[str, Any] = {}
        for name, read in self._readers().items():
            try:
                said |= read()
            except ValueError:
                return self.refuse(self._complaint(name))
        self._manager.net_context.logins.take(said["proxy"] or None)  # it alone may have the password
        said["proxy"] = bare_choice(said["proxy"]) if said["proxy"] else ""
        return self._take(HostRule(**said))

    def _readers(self) -> dict[str, Callable[[], dict[str, Any]]]:
        """Return what reads each field, as a rule has it. Each raises ValueError."""
        agent, referrer, host = self.agent.agent(), self.referrer.text(), "example.org"
        return {
            "host": lambda: {"host": checked_pattern(self.host.text())},
            "numbers": self._numbers,
            "agent": lambda: {"user_agent": HostRule(host, user_agent=agent).user_agent},
            "referrer": lambda: {"referrer": HostRule(host, referrer=referrer).referrer},
            "headers": lambda: {"headers": HostRule(host, headers=tuple(map(checked_header, self._lines()))).headers},
            "proxy": lambda: {"proxy": checked_choice(self.proxy.text()) if self.proxy.text().strip() else ""},
        }

    def _numbers(self) -> dict[str, Any]:
        return {
            "connections": self.connections.value() or None,
            "per_download": self.per_download.value() or None,
            "limit": self.limit.rate() or None,
            "pause": self.pause.value() or None,
            "from_start": self.from_start.isChecked(),
            "login": ("", *LOGINS)[self.login.currentIndex()],
            "http_version": "2" if self.by_http_2.isChecked() else "",
        }

    def _lines(self) -> list[str]:
        return [line for line in self.headers.toPlainText().splitlines() if line.strip()]

    def _take(self, rule: HostRule) -> bool:
        before = None if self._before is None else self._before.host
        if rule.host != before and rule_for(self._manager, rule.host) is not None:
            return self.refuse(translate("Hosts", "There is a rule for {host} already.").format(host=rule.host))
        if not rule.is_empty:
            put_rule(self._manager, rule, before)
        elif before is not None:
            drop_rule(self._manager, before)
        self.put.emit(rule.host)
        return True

    def refuse(self, text: str) -> bool:
        """Show why not, in sight: the dialog may be higher than the screen."""
        refused = super().refuse(text)
        area = self.findChild(QScrollArea)
        if area is not None:
            QTimer.singleShot(0, area, lambda: area.ensureWidgetVisible(self._problem))
        return refused

    def _complaint(self, name: str) -> str:
        complaints = {
            "host": translate("Hosts", "Write a host such as example.org, *.example.org or nas.lan:8080."),
            "agent": translate("Hosts", "A user agent is one line of plain letters."),
            "referrer": translate("Hosts", "Write the referrer as https://example.org/page, without a login."),
            "proxy": translate("Properties", "Write the proxy as http://proxy.example:3128, or “direct” for none."),
            "headers": self._header_complaint(),
        }
        return complaints.get(name) or translate("Hosts", "This value cannot be used.")

    def _header_complaint(self) -> str:
        names = [line.partition(":")[0].strip() for line in self._lines()]
        secret = next((name for name in names if is_secret(name)), None)
        if secret is not None:
            refused = translate(
                "Hosts",
                "{name} may carry a secret, and rules are kept in clear. Logins belong to “Log in…”, cookies to the"
                " cookies.txt of the settings, others to the headers of a download.",
            )
            return refused.format(name=secret)
        return translate(
            "Properties", "Write each header as Name: value. Headrace itself sets Range, Host and the like."
        )


def ruling(manager: DownloadManager, host: str) -> HostRule | None:
    """Return the rule that is for a host as it is written, or that holds for it; None for neither."""
    if not host:
        return None
    try:
        return rule_for(manager, host) or RuleIndex(manager.settings.host_rules).of(*place_named(host))
    except ValueError:
        return None
