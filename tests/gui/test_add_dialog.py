"""The add dialog: what is read, asked of servers, filled in, and added."""

import time
from pathlib import Path

import pytest
from headrace.checksums import Checksum
from headrace.file_facts import FileFacts, Question
from headrace.settings import Settings
from headrace.spec import IfExists
from headrace.states import Failure, FailureReason
from headrace_gui.after_choice import AFTER_CHOICES
from headrace_gui.theme import Theme
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.support.add_stage import AddStage
from tests.support.beats import Beats
from tests.support.fake_manager import FakeManager

SUM = "ab" * 32
HOST = "https://a.org"


# What servers say


def test_servers_are_asked_and_their_answers_shown(qtbot: QtBot, stage: AddStage) -> None:
    dialog = stage.open(f"{HOST}/1.zip", f"{HOST}/2.zip", f"{HOST}/3.zip")
    qtbot.waitUntil(lambda: len(stage.asker.asked) == 3)
    assert stage.remarks() == ["asking…"] * 3
    stage.asker.answer(f"{HOST}/1.zip", FileFacts("one.zip", size=412_000_000, resumable=True))
    stage.asker.answer(f"{HOST}/2.zip", FileFacts("2.zip", failure=Failure(FailureReason.NOT_FOUND, status=404)))
    qtbot.waitUntil(lambda: stage.remarks() == ["resumable", "404, not found", "asking…"])
    assert dialog._model.index(0).data() == "one.zip"
    assert dialog._model.ticked() == [f"{HOST}/1.zip", f"{HOST}/3.zip"]
    assert dialog._summary.text().replace("\N{NO-BREAK SPACE}", " ") == "2 downloads · at least 412 MB"
    stage.asker.answer(f"{HOST}/3.zip", FileFacts("3.zip", size=8_000_000, resumable=False))
    qtbot.waitUntil(lambda: stage.remarks()[2] == "cannot be resumed")
    assert dialog._summary.text().replace("\N{NO-BREAK SPACE}", " ") == "2 downloads · 420 MB"


def test_a_person_may_tick_what_fails(qtbot: QtBot, stage: AddStage) -> None:
    dialog = stage.open(f"{HOST}/1.zip")
    qtbot.waitUntil(lambda: len(stage.asker.asked) == 1)
    stage.asker.answer(f"{HOST}/1.zip", FileFacts("1.zip", failure=Failure(FailureReason.LOGIN_NEEDED, status=401)))
    qtbot.waitUntil(lambda: stage.remarks() == ["needs a login"])
    assert not dialog._now.isEnabled()
    dialog._list.selectAll()
    dialog._list.turn_selected()
    assert dialog._now.text() == "Download 1"
    dialog._now.click()
    assert stage.added() == [("1.zip", None, IfExists.RENAME)]


def test_addresses_of_ftp_and_sftp_are_asked_for_and_added(qtbot: QtBot, stage: AddStage) -> None:
    ftp, sftp, bare = "ftp://a.org/1.zip", "sftp://a.org/2.zip", "sftp://a.org/3.zip"
    dialog = stage.open(f"see {ftp}, {sftp} and {bare}")
    qtbot.waitUntil(lambda: len(stage.asker.asked) == 3)
    stage.asker.answer(ftp, FileFacts("1.zip", size=8_000_000, resumable=True))
    unknown = Failure(FailureReason.HOST_KEY_UNKNOWN, "sftp://a.org: SHA256:x")
    stage.asker.answer(sftp, FileFacts("2.zip", failure=unknown))
    stage.asker.answer(bare, FileFacts("3.zip", failure=Failure(FailureReason.EXTRA_MISSING, "pip install x")))
    qtbot.waitUntil(lambda: stage.remarks() == ["resumable", "host key is not known", "needs an extra: pip install x"])
    dialog._now.click()
    ((_, (spec,)),) = stage.manager.calls
    assert spec.address == ftp


def test_only_two_hundred_are_asked_until_somebody_looks(qtbot: QtBot, stage: AddStage) -> None:
    dialog = stage.open(f"{HOST}/[1-1000].jpg")
    qtbot.waitUntil(lambda: len(stage.asker.asked) == 200)
    dialog._list.scrollToBottom()
    qtbot.waitUntil(lambda: len(stage.asker.urgent) > 0)
    assert stage.asker.urgent[-1].address == f"{HOST}/1000.jpg"
    assert len(stage.asker.asked) < 240


def test_an_address_being_typed_is_not_asked_for(qtbot: QtBot, stage: AddStage) -> None:
    dialog = stage.open()
    QTest.keyClicks(dialog._text, "https://exam")
    qtbot.waitUntil(lambda: dialog._model.rowCount() == 1)
    QTest.qWait(300)
    assert stage.asker.asked == []


def test_what_is_no_longer_wanted_is_dropped(qtbot: QtBot, stage: AddStage) -> None:
    dialog = stage.open(f"{HOST}/1.zip", f"{HOST}/2.zip")
    qtbot.waitUntil(lambda: len(stage.asker.asked) == 2)
    dialog._text.put_all(f"{HOST}/2.zip")
    qtbot.waitUntil(lambda: stage.asker.dropped == [Question(f"{HOST}/1.zip")])
    dialog.reject()
    assert stage.asker.closed


def test_servers_are_asked_again_with_a_login(qtbot: QtBot, stage: AddStage) -> None:
    dialog = stage.open(f"{HOST}/1.zip")
    qtbot.waitUntil(lambda: len(stage.asker.asked) == 1)
    stage.asker.answer(f"{HOST}/1.zip", FileFacts("1.zip", failure=Failure(FailureReason.LOGIN_NEEDED, status=401)))
    qtbot.waitUntil(lambda: stage.remarks() == ["needs a login"])
    dialog._more.fields.user.setText("ada")
    dialog._more.fields.password.setText("secret")
    qtbot.waitUntil(lambda: len(stage.asker.asked) == 2)
    assert stage.asker.asked[1].headers == (("Authorization", "Basic YWRhOnNlY3JldA=="),)
    stage.asker.answer(f"{HOST}/1.zip", FileFacts("1.zip", size=5, resumable=True))
    qtbot.waitUntil(lambda: stage.remarks() == ["resumable"])
    dialog._now.click()
    ((_, (spec,)),) = stage.manager.calls
    assert spec.headers == (("Authorization", "Basic YWRhOnNlY3JldA=="),)
    stage.memory.write()
    assert "secret" not in (stage.folder / "window.ini").read_text()


def test_a_row_that_is_not_ticked_can_be_asked_again(qtbot: QtBot, stage: AddStage) -> None:
    dialog = stage.open(f"{HOST}/1.zip")
    qtbot.waitUntil(lambda: len(stage.asker.asked) == 1)
    stage.asker.answer(f"{HOST}/1.zip", FileFacts("1.zip", size=1))
    qtbot.waitUntil(lambda: stage.remarks() == ["cannot be resumed"])
    dialog._model.tick_all(ticked=False)
    dialog._list.asked_again.emit(dialog._model.candidates())
    assert stage.remarks() == ["asking…"]
    assert len(stage.asker.urgent) == 1
    dialog._text.put_all(f"{HOST}/[2-50].zip\n{HOST}/1.zip")  # where nobody sees it
    qtbot.waitUntil(lambda: not dialog._findings._asking.isActive())
    assert stage.asker.dropped == []
    stage.asker.answer(f"{HOST}/1.zip", FileFacts("1.zip", size=1, resumable=True))
    qtbot.waitUntil(lambda: stage.remarks()[-1] == "resumable")


def test_one_row_can_be_asked_again(qtbot: QtBot, stage: AddStage) -> None:
    dialog = stage.open(f"{HOST}/1.zip")
    qtbot.waitUntil(lambda: len(stage.asker.asked) == 1)
    stage.asker.answer(f"{HOST}/1.zip", FileFacts("1.zip", failure=Failure(FailureReason.CONNECT_TIMEOUT)))
    qtbot.waitUntil(lambda: stage.remarks() == ["does not answer"])
    dialog._list.selectAll()
    again = next(each for each in dialog._list.menu().actions() if each.text() == "Ask the server again")
    again.trigger()
    assert stage.remarks() == ["asking…"]
    assert len(stage.asker.urgent) == 1


# Text


def test_brackets_can_be_taken_as_they_are(stage: AddStage) -> None:
    dialog = stage.open(f"{HOST}/[1-3].zip")
    assert not dialog._parts.literal.isHidden()
    assert dialog._now.text() == "Download 3"
    dialog._parts.literal.click()
    assert dialog._now.text() == "Download 1"
    dialog._text.put_all(f"{HOST}/x.zip")
    assert dialog._parts.literal.isHidden()


def test_a_command_brings_headers_name_and_remarks_and_no_secret_is_shown(qtbot: QtBot, stage: AddStage) -> None:
    dialog = stage.open(f"curl '{HOST}/x?key=secret' -H 'X-Key: secret' -o film.mp4 -x a:secret@proxy:1 --preproxy b:1")
    assert dialog._parts.remarks.text() == "The command's proxy is not used."
    tip = dialog._model.index(0).data(Qt.ItemDataRole.ToolTipRole)
    assert "X-Key" in tip
    assert "secret" not in tip
    question = Question(f"{HOST}/x?key=secret", (("X-Key", "secret"),), "http://a:secret@proxy:1")
    qtbot.waitUntil(lambda: stage.asker.asked == [question])
    dialog._more.fields.headers.setPlainText("X-Key: other\nX-More: 1")
    dialog._now.click()
    ((_, (spec,)),) = stage.manager.calls
    assert (spec.name, dict(spec.headers)) == ("film.mp4", {"X-Key": "other", "X-More": "1"})
    assert spec.proxy == "http://a:secret@proxy:1"


@pytest.mark.alone
def test_ten_thousand_pasted_lines_are_there_within_a_second_and_nothing_stalls(qtbot: QtBot, stage: AddStage) -> None:
    dialog = stage.open()
    beats = Beats(dialog)
    data = QMimeData()
    data.setText("\n".join(f"{HOST}/folder/{number:05}.bin" for number in range(10_000)))
    began = time.perf_counter()
    dialog._text.insertFromMimeData(data)
    qtbot.waitUntil(lambda: dialog._model.rowCount() == 10_000, timeout=3_000)
    assert time.perf_counter() - began < 1.0
    beats.note()
    beats.close()
    assert max(beats.take(), default=(0.0, ""))[0] < 0.05
    dialog._now.click()
    qtbot.waitUntil(lambda: len(stage.manager.snapshots()) == 10_000, timeout=10_000)


def test_what_is_typed_twice_or_dropped_comes_behind(stage: AddStage, tmp_path: Path) -> None:
    dialog = stage.open(f"{HOST}/1.zip")
    stage.open(f"{HOST}/1.zip", f"{HOST}/2.zip")
    assert dialog.text() == f"{HOST}/1.zip\n{HOST}/2.zip"
    data = QMimeData()
    data.setUrls([QUrl(f"{HOST}/3.zip")])
    dialog._text.insertFromMimeData(data)
    assert f"{HOST}/3.zip" in dialog._model.ticked()


def test_files_dropped_into_the_box_are_read(qtbot: QtBot, stage: AddStage, tmp_path: Path) -> None:
    dialog = stage.open()
    (tmp_path / "list.txt").write_text(f"{HOST}/1.zip\n{HOST}/2.zip\n")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "list.txt"))])
    assert dialog._text.canInsertFromMimeData(data)
    dialog._text.insertFromMimeData(data)
    qtbot.waitUntil(lambda: dialog._model.rowCount() == 2)


# Checksum, name, place


def test_a_bare_checksum_waits_for_its_address(stage: AddStage) -> None:
    dialog = stage.open(SUM)
    assert dialog._more.fields.checksum.text() == f"sha256:{SUM}"
    assert not dialog._more.isHidden()
    dialog._text.put_all(f"{HOST}/1.zip")
    dialog._now.click()
    ((_, (spec,)),) = stage.manager.calls
    assert spec.checksum == Checksum("sha256", SUM)


def test_a_checksum_of_the_text_is_told_in_its_row(qtbot: QtBot, stage: AddStage) -> None:
    dialog = stage.open(f"{HOST}/1.zip\n{SUM}  1.zip")
    qtbot.waitUntil(lambda: len(stage.asker.asked) == 1)
    stage.asker.answer(f"{HOST}/1.zip", FileFacts("1.zip", size=1, resumable=True))
    qtbot.waitUntil(lambda: stage.remarks() == ["resumable · SHA-256"])
    index = dialog._model.index(0)
    assert "SHA-256 expected" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert f"SHA-256 must be {SUM}" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_the_name_follows_the_server_until_a_person_writes_one(qtbot: QtBot, stage: AddStage) -> None:
    dialog = stage.open(f"{HOST}/get")
    qtbot.waitUntil(lambda: len(stage.asker.asked) == 1)
    assert dialog._place.name.text() == "get"
    stage.asker.answer(f"{HOST}/get", FileFacts("film.mp4", size=1, resumable=True))
    qtbot.waitUntil(lambda: dialog._place.name.text() == "film.mp4")
    dialog._place.name.selectAll()
    QTest.keyClicks(dialog._place.name, "a:b.mp4")
    assert dialog._place._problem.text()
    assert not dialog._now.isEnabled()
    dialog._place.name.selectAll()
    QTest.keyClicks(dialog._place.name, "b.mp4")
    assert dialog._now.isEnabled()
    stage.open(f"{HOST}/second")
    assert dialog._place.name.isHidden()
    dialog._now.click()
    assert [name for _, name, _ in stage.added()] == [None, None]


def test_category_and_queue_are_set_and_queues_shown_only_where_there_are_some(
    qtbot: QtBot, theme: Theme, tmp_path: Path
) -> None:
    manager = FakeManager(Settings(download_folder=tmp_path, queues=("Night",)))
    stage = AddStage(manager, theme, tmp_path)
    qtbot.addWidget(stage.parent)
    dialog = stage.open(f"{HOST}/1.zip")
    assert not dialog._place.queue.isHidden()
    dialog._place.queue.setCurrentIndex(1)
    dialog._place.category.setCurrentIndex(1)
    dialog._now.click()
    (snapshot,) = manager.snapshots()
    assert (snapshot.category, snapshot.queue) == ("video", "Night")


def test_a_queue_that_was_removed_meanwhile_leaves_the_main_one(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    manager = FakeManager(Settings(download_folder=tmp_path, queues=("Night",)))
    stage = AddStage(manager, theme, tmp_path)
    qtbot.addWidget(stage.parent)
    dialog = stage.open(f"{HOST}/1.zip")
    dialog._place.queue.setCurrentIndex(1)
    manager.apply_settings(Settings(download_folder=tmp_path))
    with qtbot.waitSignal(stage.adding.added):
        dialog._now.click()
    assert [each.queue for each in manager.snapshots()] == [""]
    assert not stage.adding._steps.busy


def test_no_queues_no_choice(stage: AddStage) -> None:
    assert stage.open()._place.queue.isHidden()


def test_more_goes_along_and_a_fault_in_it_stops_all(stage: AddStage) -> None:
    dialog = stage.open(f"{HOST}/1.zip")
    more = dialog._more.fields
    more.headers.setPlainText("no header")
    assert not dialog._now.isEnabled()
    more.headers.setPlainText("Range: bytes=0-")
    assert more._problem.text() == "Headrace sets the header “Range” itself"
    more.headers.setPlainText("X-A: 1")
    more.referer.setText("https://b.org/")
    more.agent.setCurrentIndex(more.agent.findText("curl"))
    more.agent.activated.emit(more.agent.currentIndex())
    more.connections.setValue(3)
    more.limit.setValue(1.5)
    more.checksum.setText("abc")
    assert not dialog._now.isEnabled()
    more.checksum.setText(SUM)
    more.mirrors.setPlainText("https://mirror.org/1.zip")
    more.proxy.setText("proxy.example")
    assert "http://proxy.example:3128" in more._problem.text()
    assert not dialog._now.isEnabled()
    more.proxy.setText("ann:secret@proxy.example:3128")
    assert more._problem.text() == ""
    more.after.setCurrentIndex([steps for steps, _ in AFTER_CHOICES].index(("extract", "open")))
    dialog._later.click()
    ((_, (spec,)),) = stage.manager.calls
    assert dict(spec.headers) == {"X-A": "1", "Referer": "https://b.org/", "User-Agent": "curl/8.14.1"}
    assert (spec.connections, spec.limit, spec.mirrors) == (3, 1_500_000, ("https://mirror.org/1.zip",))
    assert (spec.checksum, spec.paused) == (Checksum("sha256", SUM), True)
    assert spec.proxy == "http://ann:secret@proxy.example:3128"
    assert spec.after == ("extract", "open")


def test_a_proxy_that_is_typed_is_asked_by(stage: AddStage, qtbot: QtBot) -> None:
    dialog = stage.open(f"{HOST}/1.zip")
    qtbot.waitUntil(lambda: stage.asker.asked == [Question(f"{HOST}/1.zip")])
    dialog._more.fields.proxy.setText("direct")
    qtbot.waitUntil(lambda: stage.asker.asked[-1] == Question(f"{HOST}/1.zip", (), "direct"))


def test_a_fault_under_more_is_not_folded_away(stage: AddStage) -> None:
    dialog = stage.open(f"{HOST}/1.zip")
    dialog._parts.more_button.click()
    dialog._more.fields.headers.setPlainText("no header")
    dialog._parts.more_button.click()
    assert dialog._more.fields._problem.isVisible()
    assert dialog._parts.more_button.isChecked()
    dialog._more.fields.headers.clear()
    dialog._more.fields.checksum.setText("abc")
    stage.open(f"{HOST}/2.zip")  # of two files none is asked for
    dialog._parts.more_button.click()
    assert dialog._more.isHidden()
    dialog._text.put_all(f"{HOST}/1.zip")
    assert not dialog._now.isEnabled()
    assert dialog._more.fields._problem.isVisible()


def test_what_belongs_to_one_file_is_not_offered_for_several(stage: AddStage) -> None:
    dialog = stage.open(f"{HOST}/1.zip")
    dialog._more.fields.checksum.setText(SUM)
    stage.open(f"{HOST}/2.zip")
    assert dialog._more.fields.checksum.isHidden()
    dialog._now.click()
    ((_, specs),) = stage.manager.calls
    assert [spec.checksum for spec in specs] == [None, None]
