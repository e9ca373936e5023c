"""The dialog for a certificate that is not trusted: why, whose it is, and trust for this one alone."""

from concurrent.futures import Future
from typing import Final

from headrace.manager import DownloadManager
from headrace.snapshots import DownloadSnapshot
from headrace.trust import spaced
from headrace.trusting import Shown, host_untrusted, look, trust
from PySide6.QtCore import QDateTime, QLocale, Qt, QTimer
from PySide6.QtWidgets import QLabel, QWidget

from headrace_gui.dialogs.small_dialog import SmallDialog
from headrace_gui.texts import on_language, translate

_LOOK_MS: Final = 50


class CertificateDialog(SmallDialog):
    """Asks the host for its certificate, shows it, and trusts it at that host if a person says so."""

    def __init__(self, manager: DownloadManager, snapshot: DownloadSnapshot, parent: QWidget | None = None) -> None:
        self._host = host_untrusted(snapshot.failure) or snapshot.host
        self._why = "" if snapshot.failure is None else snapshot.failure.detail.partition(": ")[2]
        super().__init__(
            lambda: translate("Certificate", "Certificate of {host}").format(host=self._host),
            lambda: translate("Certificate", "Trust this certificate"),
            parent,
            hint=self._hint,
        )
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

    def _hint(self) -> str:
        warned = translate(
            "Certificate",
            "It is not trusted: {why}. Somebody may stand between you and the server. Trust it only if you know the"
            " server and its fingerprint; then no other certificate is accepted there.",
        )
        return warned.format(why=self._why)

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
    from PySide6.QtNetwork import QSsl, QSslCertificate  # noqa: PLC0415 - costs time, and is there once it is wanted

    one = QSslCertificate(shown.certificate, QSsl.EncodingFormat.Der)
    lines = [
        translate("Certificate", "Issued to: {name}").format(name=one.subjectDisplayName()),
        translate("Certificate", "Issued by: {name}").format(name=one.issuerDisplayName()),
        translate("Certificate", "Valid: {first} to {last}").format(
            first=_day(one.effectiveDate()), last=_day(one.expiryDate())
        ),
    ]
    digest = spaced(shown.digest)
    half = len(digest) // 2 + 1  # in one line it would not fit, and it has no place to be broken at
    return [*lines, translate("Certificate", "SHA-256: {digest}").format(digest=f"\n{digest[:half]}\n{digest[half:]}")]


def _day(when: QDateTime) -> str:
    return QLocale().toString(when.date(), QLocale.FormatType.LongFormat)  # the short one has two digits for a year
