"""Rows as data for other programs, and the buttons they offer."""

from pathlib import Path
from typing import Any

import pytest
from headrace.states import DownloadState, Failure, FailureReason
from headrace_gui.downloads.dragging import ROWS, drag_picture, ids_in, mime_of
from headrace_gui.downloads.row_buttons import buttons_of
from headrace_gui.icons import IconSet
from headrace_gui.theme import LIGHT
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtWidgets import QApplication

from tests.support.fake_manager import make_snapshot

_S = DownloadState


@pytest.mark.parametrize(
    ("facts", "buttons"),
    [
        ({"state": _S.DOWNLOADING}, "Pause, Show in folder"),
        ({"state": _S.DOWNLOADING, "is_recording": True}, "End recording and keep it, Pause, Show in folder"),
        ({"state": _S.RETRY_WAIT}, "Try now, Pause, Show in folder"),
        ({"state": _S.PAUSED}, "Resume, Show in folder"),
        ({"state": _S.FAILED, "failure": Failure(FailureReason.DISK_FULL)}, "Try again, Show in folder"),
        ({"state": _S.FAILED, "failure": Failure(FailureReason.GONE)}, "Paste a new link, Try again, Show in folder"),
        ({"state": _S.COMPLETED}, "Open, Show in folder"),
        ({"state": _S.COMPLETED, "is_missing": True}, "Download again"),
    ],
)
def test_each_state_offers_what_helps(facts: dict[str, Any], buttons: str) -> None:
    assert ", ".join(button.words for button in buttons_of(make_snapshot(**facts))) == buttons


def test_rows_as_data_for_everybody() -> None:
    folder = Path("/downloads")
    rows = [
        make_snapshot("done one.zip", id="a", state=_S.COMPLETED, folder=folder),
        make_snapshot("gone.zip", id="b", state=_S.COMPLETED, is_missing=True),
        make_snapshot("half.zip", id="c", state=_S.PAUSED),
    ]
    data = mime_of(rows)
    assert ids_in(data) == ["a", "b", "c"]
    assert data.urls() == [QUrl.fromLocalFile(str(folder / "done one.zip"))]
    assert data.text() == "https://example.org/half.zip"
    assert not mime_of(rows[2:]).hasUrls()


@pytest.mark.parametrize("found", [b"", b"no json", b'{"a": 1}', b"7"])
def test_foreign_data_holds_no_rows(found: bytes) -> None:
    data = QMimeData()
    assert ids_in(data) == []
    data.setData(ROWS, found)
    assert ids_in(data) == []


def test_what_hangs_at_the_pointer(qapp: QApplication) -> None:
    rows = [make_snapshot("a" * 300), make_snapshot("b")]
    one, several = (drag_picture(each, LIGHT, IconSet(), qapp.font(), 2.0) for each in (rows[:1], rows))
    assert one.devicePixelRatio() == 2.0
    assert several.width() < one.width() < 800
    assert one.toImage().pixelColor(one.width() // 2, 20).name().upper() == LIGHT.surface
