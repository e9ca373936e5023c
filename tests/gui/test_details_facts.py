"""The facts of a download: what is told, in which words, what is copied."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from headrace.states import DownloadState, Failure, FailureReason, Notice
from headrace_gui.details.fact_form import FactForm
from headrace_gui.details.facts import Fact, FactKind, Tone, facts
from headrace_gui.icons import IconSet
from headrace_gui.theme import Theme
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QTextDocumentFragment
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import make_details, make_snapshot

_S = DownloadState
NOW = 1_700_000_000.0
SUM = "sha256:" + "ab" * 32


def told(snapshot_changes: dict[str, Any] | None = None, **changes: Any) -> dict[FactKind, Fact]:
    snapshot = make_snapshot("file.iso", **snapshot_changes or {})
    return {fact.kind: fact for fact in facts(snapshot, make_details(snapshot, **changes), NOW)}


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_an_address_is_masked_to_the_eye_and_whole_in_a_copy() -> None:
    fact = told({"address": "https://example.org/a.iso?token=secret"})[FactKind.ADDRESS]
    assert fact.text == "example.org/a.iso?token=***"
    assert fact.copied == "https://example.org/a.iso?token=secret"
    assert "secret" not in fact.hint


def test_another_scheme_than_expected_is_told() -> None:
    assert told({"address": "http://example.org/a"})[FactKind.ADDRESS].text == "http://example.org/a"


def test_the_final_address_is_told_where_it_differs() -> None:
    assert FactKind.FINAL_ADDRESS not in told(final_address="https://example.org/file.iso")
    fact = told(final_address="https://cdn.example.net/file.iso")[FactKind.FINAL_ADDRESS]
    assert (fact.name, fact.text) == ("Led to", "cdn.example.net/file.iso")


@pytest.mark.parametrize(
    ("snapshot", "details", "wanted", "tone"),
    [
        ({}, {}, "None known", Tone.PLAIN),
        ({"checksum": SUM}, {}, "SHA-256 expected", Tone.EXPECTED),
        ({"checksum": SUM, "checksum_source": "given"}, {}, "SHA-256 expected, given by you", Tone.EXPECTED),
        (
            {"checksum_source": "SHA256SUMS"},
            {"checksum_expected": SUM},
            "SHA-256 expected, found in SHA256SUMS",
            Tone.EXPECTED,
        ),
        (
            {"checksum_verified": "sha256", "checksum_source": "SHA256SUMS"},
            {},
            "SHA-256 right, found in SHA256SUMS",
            Tone.PROVEN,
        ),
        (
            {"checksum_verified": "sha512", "checksum_source": "given"},
            {},
            "SHA-512 right, as given by you",
            Tone.PROVEN,
        ),
        ({"checksum_verified": "sha1", "checksum_source": "pieces"}, {}, "SHA-1 right, piece by piece", Tone.EXPECTED),
        (
            {"failure": Failure(FailureReason.CHECKSUM_MISMATCH), "state": _S.FAILED},
            {"checksum_expected": SUM},
            "SHA-256 does not match",
            Tone.WRONG,
        ),
    ],
)
def test_a_checksum_has_its_verdict(snapshot: dict[str, Any], details: dict[str, Any], wanted: str, tone: Tone) -> None:
    fact = told(snapshot, **details)[FactKind.CHECKSUM]
    assert (fact.text, fact.tone) == (wanted, tone)


@pytest.mark.parametrize(
    ("total", "received", "wanted"),
    [
        (3_900_000_000, 2_400_000_000, "3.9 GB, 2.4 GB of it here"),
        (1_600_000, 1_600_000, "1.6 MB"),
        (None, 48_200_000, "Unknown, 48.2 MB so far"),
    ],
)
def test_size(total: int | None, received: int, wanted: str) -> None:
    assert plain(told({"total": total, "received": received})[FactKind.SIZE].text) == wanted


@pytest.mark.parametrize(
    ("details", "version", "changed"),
    [
        ({}, None, None),
        ({"validator": '"e7c0"', "validator_is_strong": True}, '"e7c0" (strong)', None),
        ({"validator": 'W/"e7c0"', "validator_is_strong": False}, 'W/"e7c0" (weak)', None),
        ({"validator": "nonsense", "last_modified": "nonsense", "validator_is_strong": False}, None, None),
        ({"last_modified": "Wed, 15 Nov 2023 12:04:11 GMT"}, None, "15/11/2023"),
    ],
)
def test_what_tells_versions_apart(details: dict[str, Any], version: str | None, changed: str | None) -> None:
    found = told({}, **details)
    assert (found[FactKind.VERSION].text if FactKind.VERSION in found else None) == version
    date = found[FactKind.CHANGED].text if FactKind.CHANGED in found else None
    assert date is changed is None or (date is not None and changed is not None and date.startswith(changed))


def test_times_failure_notes_and_mirrors() -> None:
    found = told(
        {
            "state": _S.COMPLETED,
            "finished_at": NOW,
            "received": 6_000_000,
            "average_speed": 1_000_000.0,
            "notices": (Notice.SOURCE_DROPPED, Notice.DISK_DEGRADED),
        },
        mirrors=("https://one.example/", "https://two.example/"),
    )
    assert plain(found[FactKind.FINISHED].text).endswith("took 6 s")
    assert found[FactKind.NOTICES].text == "One address was given up\nThe disk cannot set room aside"
    assert found[FactKind.MIRRORS].copied == "https://one.example/\nhttps://two.example/"
    failed = told({"state": _S.FAILED, "failure": Failure(FailureReason.FORBIDDEN, status=403)})
    assert next(iter(failed)) is FactKind.FAILURE
    assert failed[FactKind.FAILURE].text == "Access refused. Copy a fresh link. The server's status was 403."


@pytest.fixture
def form(qtbot: QtBot, theme: Theme) -> FactForm:
    form = FactForm(theme, IconSet())
    qtbot.addWidget(form)
    form.resize(360, 300)
    with qtbot.waitExposed(form):
        form.show()
    return form


LONG = make_snapshot("file.iso", address="https://example.org/" + "very/" * 30 + "long.iso", folder=Path("/srv/files"))


def test_a_long_address_is_cut_in_its_middle_and_copied_whole(form: FactForm) -> None:
    form.show_facts(facts(LONG, None, NOW))
    label = form.label_of(FactKind.ADDRESS)
    assert label.text().startswith("example.org/")
    assert label.text().endswith("long.iso")
    assert "\N{HORIZONTAL ELLIPSIS}" in label.text()
    button = form.copy_button_of(FactKind.ADDRESS)
    assert button is not None
    assert button.accessibleName() == "Copy address"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == LONG.address


def test_keys_copy_a_value_and_open_the_folder(form: FactForm, qtbot: QtBot) -> None:
    form.show_facts(facts(LONG, None, NOW))
    size = form.label_of(FactKind.SIZE)
    size.setFocus()
    QTest.keyClick(size, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == form.text_of(FactKind.SIZE)
    folder = form.label_of(FactKind.FOLDER)
    folder.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(form.folder_wanted):
        QTest.keyClick(folder, Qt.Key.Key_Return)


def test_text_from_a_server_is_never_markup(form: FactForm) -> None:
    odd = replace(LONG, folder=Path("/srv/<b>bold</b>"), address="https://example.org/<i>x</i>")
    form.resize(900, 300)
    form.show_facts(facts(odd, make_details(odd, content_type="<b>text</b>"), NOW))
    assert "&lt;b&gt;" in form.label_of(FactKind.FOLDER).text()
    assert form.label_of(FactKind.TYPE).textFormat() is Qt.TextFormat.PlainText


def test_a_hint_from_a_server_is_never_markup(form: FactForm) -> None:
    details = make_details(LONG, mirrors=("https://one.example/?a=<b>x</b>&lt;", "https://two.example/?a=1&amp;2"))
    form.show_facts(facts(LONG, details, NOW))
    label = form.label_of(FactKind.MIRRORS)
    shown = QTextDocumentFragment.fromHtml(label.toolTip()).toPlainText()
    assert shown == "\n".join(details.mirrors)
    plain_address = form.label_of(FactKind.ADDRESS).toolTip()
    assert plain_address == LONG.address, "what does not look like markup is left as it is"


def test_rows_with_nothing_to_say_are_not_there(form: FactForm) -> None:
    form.show_facts(facts(LONG, None, NOW))
    assert form.text_of(FactKind.FINISHED) == ""
    assert form.text_of(FactKind.CHECKSUM) == "None known"
    form.show_facts([])
    assert all(form.text_of(kind) == "" for kind in FactKind)


def test_the_form_follows_theme_and_direction(form: FactForm, theme: Theme) -> None:
    form.show_facts(facts(replace(LONG, checksum_verified="sha256"), None, NOW))
    light = form.grab().toImage()
    theme.use(Qt.ColorScheme.Dark)
    assert form.grab().toImage() != light
    theme.use(Qt.ColorScheme.Light)
    assert form.grab().toImage() == light
    row = form._rows[FactKind.SIZE]
    assert row.name.x() < row.value.x()
    form.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    QApplication.processEvents()
    assert row.name.x() > row.value.x()
    assert row.label.alignment() & Qt.AlignmentFlag.AlignRight
