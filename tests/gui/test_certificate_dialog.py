"""A certificate that is not trusted, as the window shows it."""

from concurrent.futures import Future
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from headrace.states import DownloadState, Failure, FailureReason
from headrace.trust import spaced
from headrace.trusting import Shown
from headrace_gui.action_table import Act
from headrace_gui.dialogs import certificate_dialog
from headrace_gui.dialogs.certificate_dialog import CertificateDialog
from headrace_gui.downloads.row_buttons import RowButton
from headrace_gui.main_window import MainWindow
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager, make_snapshot

HOST = "nas.example:8443"
FAILED = Failure(FailureReason.TLS_CERTIFICATE, f"{HOST}: self-signed certificate")


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> "Future[Shown]":
    """Return what the host is going to show."""
    found = Future[Shown]()
    monkeypatch.setattr(certificate_dialog, "look", lambda _manager, host, _proxy: found if host == HOST else None)
    return found


def opened(window: MainWindow, manager: FakeManager) -> CertificateDialog:
    manager.put(make_snapshot("a.zip", id="a", state=DownloadState.FAILED, failure=FAILED))
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
