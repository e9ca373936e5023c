"""A certificate that is not trusted, as the window shows it."""

from concurrent.futures import Future
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from headrace.states import DownloadState, Failure, FailureReason
from headrace.trust import fingerprint, spaced
from headrace.trusting import Shown
from headrace_gui.action_table import Act
from headrace_gui.dialogs import certificate_dialog
from headrace_gui.dialogs.certificate_dialog import CertificateDialog
from headrace_gui.downloads.row_buttons import RowButton, buttons_of
from headrace_gui.main_window import MainWindow
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager, make_snapshot

HOST = "nas.example:8443"
FAILED = Failure(FailureReason.TLS_CERTIFICATE, f"{HOST}: self-signed certificate")
KEY_HOST = "sftp://nas.example:2222"
KEY = b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + bytes(range(32))


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> "Future[Shown]":
    """Return what the host is going to show."""
    found = Future[Shown]()
    known = (HOST, KEY_HOST)
    monkeypatch.setattr(certificate_dialog, "look", lambda _manager, host, _proxy: found if host in known else None)
    return found


def opened(window: MainWindow, manager: FakeManager, failure: Failure = FAILED) -> CertificateDialog:
    manager.put(make_snapshot("a.zip", id="a", state=DownloadState.FAILED, failure=failure))
    window.table.choose(["a"])
    assert window.actions_of[Act.CERTIFICATE].isVisible()
    window.actions_of[Act.CERTIFICATE].trigger()
    (dialog,) = window.findChildren(CertificateDialog)
    return dialog


def der() -> bytes:
    pem = trustme.CA(organization_name="Attic").issue_cert("nas.example", common_name="nas").cert_chain_pems[0]
    return x509.load_pem_x509_certificate(pem.bytes()).public_bytes(Encoding.DER)


def test_it_is_shown_and_trusted(
    window: MainWindow, manager: FakeManager, shown: "Future[Shown]", qtbot: QtBot
) -> None:
    dialog = opened(window, manager)
    primary = dialog.findChild(QPushButton, "primary")
    assert isinstance(primary, QPushButton)
    assert dialog.facts.text() == "The server is asked for it…"
    assert not primary.isEnabled()
    one = Shown(HOST, der())
    shown.set_result(one)
    qtbot.waitUntil(primary.isEnabled)
    lines = dialog.facts.text().split("\n")
    assert lines[0] == "Issued to: nas"
    assert "Attic" in lines[1] or "Testing CA" in lines[1]
    assert lines[2].startswith("Valid: ")
    assert lines[3] == "SHA-256: "
    assert "".join(lines[4:]) == spaced(one.digest)
    metrics = dialog.facts.fontMetrics()
    assert max(map(metrics.horizontalAdvance, lines)) <= dialog.facts.width()
    primary.click()
    assert manager.settings.trusted_certificates == (f"{HOST}={one.digest}",)
    assert ("resume", ["a"]) in manager.calls


def test_what_cannot_be_had_is_said(
    window: MainWindow, manager: FakeManager, shown: "Future[Shown]", qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = opened(window, manager)
    shown.set_result(Shown(HOST, fault="Connection refused"))
    qtbot.waitUntil(lambda: dialog.problem() == "Connection refused")
    primary = dialog.findChild(QPushButton, "primary")
    assert isinstance(primary, QPushButton)
    assert not primary.isEnabled()
    dialog.reject()
    window.commands.press("a", RowButton.CERTIFICATE)
    assert len([one for one in window.findChildren(CertificateDialog) if one.isVisible()]) == 1


@pytest.mark.parametrize(
    ("reason", "warned"),
    [
        (FailureReason.HOST_KEY_UNKNOWN, "It is not known yet, "),
        (FailureReason.HOST_KEY_CHANGED, "It is another key than the one known before. "),
    ],
)
def test_a_host_key_is_shown_and_trusted(
    window: MainWindow,
    manager: FakeManager,
    shown: "Future[Shown]",
    qtbot: QtBot,
    reason: FailureReason,
    warned: str,
) -> None:
    one = Shown(KEY_HOST, KEY)
    failure = Failure(reason, f"{KEY_HOST}: {fingerprint(one.digest)}")
    dialog = opened(window, manager, failure)
    assert window.actions_of[Act.CERTIFICATE].text() == "Show the host k&ey…"
    assert buttons_of(make_snapshot("a.zip", state=DownloadState.FAILED, failure=failure))[0] is RowButton.HOST_KEY
    assert dialog.windowTitle() == f"Host key of {KEY_HOST}"
    assert any(label.text().startswith(warned) for label in dialog.findChildren(QLabel))
    shown.set_result(one)
    primary = dialog.findChild(QPushButton, "primary")
    assert isinstance(primary, QPushButton)
    qtbot.waitUntil(primary.isEnabled)
    assert primary.text() == "Trust this key"
    assert dialog.facts.text() == f"Kind: ssh-ed25519\n{fingerprint(one.digest)}"
    primary.click()
    assert manager.settings.trusted_certificates == (f"{KEY_HOST}={one.digest}",)
    assert ("resume", ["a"]) in manager.calls
