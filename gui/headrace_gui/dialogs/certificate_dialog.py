"""The dialog for a certificate or host key that is not trusted: why, whose it is, and trust for this one alone."""

from concurrent.futures import Future
from typing import Final

from headrace.manager import DownloadManager
from headrace.snapshots import DownloadSnapshot
from headrace.states import FailureReason
from headrace.trust import key_line
from headrace.trusting import Shown, host_untrusted, look, shows_key, trust
from PySide6.QtCore import QDateTime, QLocale, Qt, QTimer
from PySide6.QtWidgets import QLabel, QWidget

from headrace_gui.dialogs.small_dialog import SmallDialog
from headrace_gui.texts import on_language, translate

_LOOK_MS: Final = 50


class CertificateDialog(SmallDialog):
    """Asks the host for its certificate or key, shows it, and trusts it at that host if a person says so."""

    def __init__(self, manager: DownloadManager, snapshot: DownloadSnapshot, parent: QWidget | None = None) -> None:
        self._host = host_untrusted(snapshot.failure) or snapshot.host
        self._failure = snapshot.failure
        super().__init__(self._title, self._offer, parent, hint=self._hint)
        self._manager, self._shown = manager, Shown(self._host)
        self.facts = QLabel(self)
        self.facts.setTextFormat(Qt.TextFormat.PlainText)
        self.facts.setWordWrap(True)
        self.facts.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.fields.addWidget(self.facts)
        self._looking: Future[Shown] | None = look(manager, self._host, snapshot.proxy)
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._take)
        self._timer.start()
        on_language(self, self._tell)

    def _title(self) -> str:
        if shows_key(self._host):
            return translate("Certificate", "Host key of {host}").format(host=self._host)
        return translate("Certificate", "Certificate of {host}").format(host=self._host)

    def _offer(self) -> str:
        if shows_key(self._host):
            return translate("Certificate", "Trust this key")
        return translate("Certificate", "Trust this certificate")

    def _hint(self) -> str:
        if self._failure is not None and self._failure.reason is FailureReason.HOST_KEY_CHANGED:
            return translate(
                "Certificate",
                "It is another key than the one known before. Either the server was set up anew, or somebody stands"
                " between you and it. Trust it only if whoever runs the server tells you the same fingerprint.",
            )
        if shows_key(self._host):
            return translate(
                "Certificate",
                "It is not known yet, and somebody may stand between you and the server. Trust it only if whoever runs"
                " the server tells you the same fingerprint; then no other key is accepted there.",
            )
        why = "" if self._failure is None else self._failure.detail.partition(": ")[2]
        warned = translate(
            "Certificate",
            "It is not trusted: {why}. Somebody may stand between you and the server. Trust it only if you know the"
            " server and its fingerprint; then no other certificate is accepted there.",
        )
        return warned.format(why=why)

    def _take(self) -> None:
        if self._looking is not None and self._looking.done():
            self._timer.stop()
            self._shown, self._looking = self._looking.result(), None
            self._tell()
            self._grow()

    def fault(self) -> str:
        """Return why there is nothing to be trusted, "" where there is."""
        return self._shown.fault

    def _tell(self) -> None:
        if self._looking is not None:
            self.facts.setText(translate("Certificate", "The server is asked for it…"))
        elif self._shown.certificate:
            self.facts.setText("\n".join(_facts_of(self._shown)))
        self.check()
        self._confirm.setEnabled(bool(self._shown.certificate))

    def confirm(self) -> bool:
        """Trust it."""
        trust(self._manager, self._host, self._shown.digest)
        return True


def _facts_of(shown: Shown) -> list[str]:
    return _facts_of_key(shown) if shown.is_key else _facts_of_certificate(shown)


def _facts_of_key(shown: Shown) -> list[str]:
    kind = key_line(shown.certificate).partition(" ")[0]
    return [translate("Certificate", "Kind: {kind}").format(kind=kind), shown.written]


def _facts_of_certificate(shown: Shown) -> list[str]:
    from PySide6.QtNetwork import QSsl, QSslCertificate  # noqa: PLC0415 - costs time, and is there once it is wanted

    one = QSslCertificate(shown.certificate, QSsl.EncodingFormat.Der)
    lines = [
        translate("Certificate", "Issued to: {name}").format(name=one.subjectDisplayName()),
        translate("Certificate", "Issued by: {name}").format(name=one.issuerDisplayName()),
        translate("Certificate", "Valid: {first} to {last}").format(
            first=_day(one.effectiveDate()), last=_day(one.expiryDate())
        ),
    ]
    digest = shown.written
    half = len(digest) // 2 + 1  # in one line it would not fit, and it has no place to be broken at
    return [*lines, translate("Certificate", "SHA-256: {digest}").format(digest=f"\n{digest[:half]}\n{digest[half:]}")]


def _day(when: QDateTime) -> str:
    return QLocale().toString(when.date(), QLocale.FormatType.LongFormat)  # the short one has two digits for a year
