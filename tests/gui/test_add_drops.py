"""What is dropped or copied, and what becomes of it: the dialog, or nothing but a download."""

import plistlib
from pathlib import Path
from threading import Thread, current_thread, main_thread

import pytest
from headrace.checksums import Checksum
from headrace.file_facts import FileFacts
from headrace_gui.drops import addresses_of, holds_addresses, is_useful, text_of, text_of_files, tidy
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from tests.support.add_stage import AddStage, dialog_behind

HOST = "https://a.org"
SUM = "ab" * 32


def of_text(text: str) -> QMimeData:
    data = QMimeData()
    data.setText(text)
    return data


def of_files(*files: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    return data


def test_links_and_text_that_are_dropped(tmp_path: Path) -> None:
    links = QMimeData()
    links.setUrls([QUrl("https://a.org/x y.zip"), QUrl("https://a.org/z")])
    assert addresses_of(links) == ["https://a.org/x%20y.zip", "https://a.org/z"]
    assert addresses_of(of_text("get https://a.org/q now")) == ["https://a.org/q"]
    assert addresses_of(of_files(tmp_path / "film.mp4")) == []
    assert not holds_addresses(of_files(tmp_path / "film.mp4"))
    assert not holds_addresses(of_text("nothing here"))


def test_links_of_a_piece_of_a_page_where_its_text_has_none() -> None:
    data = of_text("Download here")
    data.setHtml('<p><a class=x href="https://a.org/x?a=1&amp;b=2">here</a> <img src="https://a.org/no.png"></p>')
    assert text_of(data) == "https://a.org/x?a=1&b=2"


@pytest.mark.parametrize(
    ("copied", "kept"),
    [
        (f"see {HOST}/1 and {HOST}/2.", f"{HOST}/1\n{HOST}/2"),
        (f" {HOST}/[1-3].jpg \n{HOST}/2\n", f"{HOST}/[1-3].jpg \n{HOST}/2"),
        (f"{HOST}/1.iso\n{SUM}  1.iso", f"{HOST}/1.iso\n{SUM}  1.iso"),
        (f"curl {HOST}/1 -H 'A: b'", f"curl {HOST}/1 -H 'A: b'"),
    ],
)
def test_of_prose_the_addresses_alone_are_kept(copied: str, kept: str) -> None:
    assert tidy(copied) == kept


@pytest.mark.parametrize(("text", "useful"), [("hello", False), (f"x {HOST}", True), (SUM, True), ("", False)])
def test_what_is_worth_a_dialog(text: str, useful: bool) -> None:
    assert is_useful(text) is useful


def test_files_that_hold_addresses(tmp_path: Path) -> None:
    files = {
        "list.txt": f"{HOST}/1\n".encode(),
        "wide.txt": f"{HOST}/2".encode("utf-16"),
        "a.url": f"[InternetShortcut]\r\nURL={HOST}/3\r\n".encode(),
        "a.desktop": f"[Desktop Entry]\nType=Link\nName=x\nURL={HOST}/4\n".encode(),
        "a.webloc": plistlib.dumps({"URL": f"{HOST}/5"}),
        "b.webloc": plistlib.dumps({"URL": f"{HOST}/6"}, fmt=plistlib.FMT_BINARY),
        "page.html": f'<a href="{HOST}/7">x</a>'.encode(),
        "broken.webloc": b"<plist>",
        "bytes.txt": b"\0\0\0" + f"{HOST}/no".encode(),
        "large.txt": f"{HOST}/no".encode().ljust(5_000_000),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "folder.txt").mkdir()
    paths = [*(tmp_path / name for name in files), tmp_path / "folder.txt", tmp_path / "missing.txt"]
    assert text_of_files(paths).split() == [f"{HOST}/{number}" for number in range(1, 8)]
    assert holds_addresses(of_files(*paths))


def test_a_bomb_in_a_link_file_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "a.webloc").write_text(
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "https://a.org/1"><!ENTITY b "&a;&a;&a;">]>'
        "<plist><dict><key>URL</key><string>&b;</string></dict></plist>"
    )
    assert text_of_files([tmp_path / "a.webloc"]) == ""


# Adding


def shown(stage: AddStage) -> str | None:
    return stage.adding.dialog.text() if stage.adding.dialog is not None else None


def test_a_drop_opens_the_dialog(qtbot: QtBot, stage: AddStage, tmp_path: Path) -> None:
    assert not stage.adding.drop(of_text("nothing"))
    assert shown(stage) is None
    assert stage.adding.drop(of_text(f"see {HOST}/1.zip"))
    qtbot.waitUntil(lambda: shown(stage) == f"{HOST}/1.zip")
    (tmp_path / "a.url").write_text(f"[InternetShortcut]\nURL={HOST}/2.zip\n")
    assert stage.adding.drop(of_files(tmp_path / "a.url"))
    qtbot.waitUntil(lambda: shown(stage) == f"{HOST}/1.zip\n{HOST}/2.zip")


def test_a_file_without_addresses_is_told(qtbot: QtBot, stage: AddStage, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("nothing here")
    with qtbot.waitSignal(stage.adding.nothing_found):
        stage.adding.drop(of_files(tmp_path / "a.txt"))
    assert shown(stage) is None


def test_a_metalink_that_is_dropped_is_added_with_all_it_says(qtbot: QtBot, stage: AddStage, tmp_path: Path) -> None:
    file = tmp_path / "two.meta4"
    file.write_text(
        '<metalink xmlns="urn:ietf:params:xml:ns:metalink"><file name="a.iso"><size>7</size>'
        f'<hash type="sha-256">{SUM}</hash><url>{HOST}/1</url><url>{HOST}/2</url></file></metalink>',
        encoding="utf-8",
    )
    assert holds_addresses(of_files(file))
    with qtbot.waitSignal(stage.adding.added):
        assert stage.adding.drop(of_files(file))
    ((_, (spec,)),) = stage.manager.calls
    assert (spec.name, spec.size, spec.mirrors) == ("a.iso", 7, (f"{HOST}/2",))
    assert spec.checksum == Checksum("sha256", SUM)
    file.write_text("<html>", encoding="utf-8")
    with qtbot.waitSignal(stage.adding.nothing_found):
        stage.adding.drop(of_files(file))
    assert shown(stage) is None


def test_what_is_copied_comes_with_its_headers_and_checksums(qtbot: QtBot, stage: AddStage) -> None:
    QGuiApplication.clipboard().setText(f"curl {HOST}/1.zip -H 'X-Key: 1'")
    assert stage.adding.paste()
    dialog = stage.shown()
    QGuiApplication.clipboard().setText(f"{HOST}/2.zip\n{SUM}  2.zip")
    stage.adding.open_with_clipboard()
    qtbot.waitUntil(lambda: "2.zip" in dialog.text())
    dialog._now.click()
    ((_, (first, second)),) = stage.manager.calls
    assert (first.headers, second.checksum) == ((("X-Key", "1"),), Checksum("sha256", SUM))
    QGuiApplication.clipboard().setText("nothing")
    assert not stage.adding.paste()


def test_added_silently_where_that_is_preferred(qtbot: QtBot, stage: AddStage) -> None:
    stage.keeper.change(add_silently=True)
    with qtbot.waitSignals([stage.adding.added, stage.adding.added_silently]):
        stage.adding.drop(of_text(f"{HOST}/[1-3].zip"))
    assert stage.adding.dialog is None
    assert [each.name for each in stage.manager.snapshots()] == ["1.zip", "2.zip", "3.zip"]
    assert stage.asker.asked == []


@pytest.mark.parametrize("text", [f"{HOST}/[1-500].zip", f"{HOST}/1.zip\nnonsense"])
def test_many_or_doubtful_ones_are_shown_all_the_same(stage: AddStage, text: str) -> None:
    stage.keeper.change(add_silently=True)
    stage.adding.take(text)
    assert stage.shown().text() == text
    assert stage.manager.snapshots() == []


def test_a_large_order_is_finished_at_the_end_of_the_program(stage: AddStage) -> None:
    dialog = dialog_behind(stage.adding.open([f"{HOST}/[1-3000].zip"]))
    dialog._findings._steps.finish()
    dialog._now.click()
    stage.adding.finish()
    assert len(stage.manager.snapshots()) == 3000


def test_one_order_that_fails_keeps_no_other_waiting(
    qtbot: QtBot, stage: AddStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise ValueError("no such thing")

    for number in (1, 2):
        dialog = stage.open(f"{HOST}/{number}.zip")
        with monkeypatch.context() as failing:
            if number == 1:
                failing.setattr(stage.manager, "add", fail)
            dialog._now.click()
    stage.adding.finish()
    assert [each.name for each in stage.manager.snapshots()] == ["2.zip"]


def test_what_is_added_silently_leaves_a_large_order_alone(qtbot: QtBot, stage: AddStage) -> None:
    stage.keeper.change(add_silently=True)
    dialog = stage.open(f"{HOST}/[1-3000].zip")
    dialog._findings._steps.finish()
    with qtbot.waitSignal(stage.adding.added) as large:
        dialog._now.click()
        assert stage.adding._steps.busy
        stage.adding.take("https://b.org/more.zip")
        assert [each.address for each in stage.manager.snapshots()].count("https://b.org/more.zip") == 1
        assert large.args is None or len(large.args[0]) == 1
    qtbot.waitUntil(lambda: len(stage.manager.snapshots()) == 3001)


def test_long_texts_are_searched_beside_the_windows_thread_and_cut_at_a_line(
    qtbot: QtBot, stage: AddStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[Thread] = []

    def watched(text: str) -> str:
        threads.append(current_thread())
        return tidy(text)

    monkeypatch.setattr("headrace_gui.adding.tidy", watched)
    lines = [f"{HOST}/{number:06}.zip" for number in range(10_000)]
    prose = " and ".join(lines)
    assert stage.adding.drop(of_text(prose))
    dialog = stage.shown()
    assert dialog.text() == "\n".join(lines)
    assert main_thread() not in threads
    assert dialog._parts.remarks.isHidden()
    monkeypatch.setattr("headrace_gui.dialogs.add_box._AT_MOST", 100)
    dialog._text.put_all("\n".join(lines))
    assert dialog.text() == "".join(f"{line}\n" for line in lines[:4])
    assert dialog._parts.remarks.text() == "The text is too long: its end is left out."


def test_a_dialog_that_is_gone_asks_no_more(qtbot: QtBot, stage: AddStage) -> None:
    dialog = stage.open(f"{HOST}/1.zip")
    qtbot.waitUntil(lambda: len(stage.asker.asked) == 1)
    stage.asker.answer(f"{HOST}/1.zip", FileFacts("1.zip"))
    dialog.reject()
    assert stage.asker.closed
    assert stage.adding.dialog is None
