"""What happens to files when they are there, by a manager without an engine, and archives that are real."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import cast

import pytest
from headrace.automation.aftermath import Aftermath, Extraction
from headrace.automation.underway import Underway
from headrace.errors import StoppedError
from headrace.manager import DownloadManager
from headrace.outcomes import ChangeKind, ChangeOutcome
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState, Failure, FailureReason
from headrace.story import StoryEntry, StoryKind
from headrace.unpacking import unpack as unpacking
from headrace.unpacking.kinds import Fault, UnpackError
from headrace.unpacking.sentences import fault_sentence
from pytestqt.qtbot import QtBot

from tests.support.archives import tree, zipped
from tests.support.fake_manager import FakeManager, make_snapshot

FINISHED = StoryEntry.of(0.0, StoryKind.FINISHED, 5, 1.0)


class Hall:
    """Downloads that finish, and a face that takes note."""

    def __init__(self, folder: Path) -> None:
        self.manager, self.folder = FakeManager(), folder
        self.opened: list[tuple[str, Path | None]] = []
        self.played: list[str] = []
        self.told: list[Extraction] = []
        self.trashed: list[Path] = []
        self.idle = 0
        self.noted = folder.with_name("unpacking.json")
        self.aftermath = self.begin()

    def begin(self) -> Aftermath:
        """Return that of another process."""
        return Aftermath(cast(DownloadManager, self.manager), self, self._trash, self._rest, self.noted)

    def open(self, one: DownloadSnapshot, folder: Path | None) -> None:
        self.opened.append((one.name, folder))

    def play(self, sound: str) -> None:
        self.played.append(sound)

    def tell(self, extraction: Extraction) -> None:
        self.told.append(extraction)

    def _trash(self, path: Path) -> bool:
        self.trashed.append(path)
        return True

    def _rest(self) -> None:
        self.idle += 1

    def set(self, *steps: str) -> None:
        self.manager.apply_settings(replace(self.manager.settings, after_each=steps))

    def archive(self, name: str = "a.zip") -> Path:
        return zipped(self.folder / name, {"one": b"1", "two": b"2"})

    def finish(self, name: str, after: tuple[str, ...] | None = None) -> None:
        facts = {"folder": self.folder, "state": DownloadState.COMPLETED, "after": after}
        self.manager.put(make_snapshot(name, id=name, **facts))
        self.manager.stories_grew.emit([(name, FINISHED)])

    def ends(self) -> list[Extraction]:
        return [each for each in self.told if each.fraction is None]


@pytest.fixture
def hall(qtbot: QtBot, tmp_path: Path) -> Hall:
    folder = tmp_path / "downloads"
    folder.mkdir()
    return Hall(folder)


def test_nothing_happens_unless_it_was_wished(qtbot: QtBot, hall: Hall) -> None:
    hall.archive()
    hall.finish("a.zip")
    assert not hall.aftermath.is_busy
    assert (hall.opened, hall.played, hall.told) == ([], [], [])


def test_what_is_set_happens_to_each(qtbot: QtBot, hall: Hall) -> None:
    archive = hall.archive()
    hall.set("extract", "trash", "open", "sound")
    hall.finish("a.zip")
    assert hall.aftermath.is_busy, "from the first moment: somebody may wait to shut the machine down"
    qtbot.waitUntil(lambda: hall.idle == 1)
    assert tree(hall.folder / "a") == {"one": b"1", "two": b"2"}
    assert (hall.opened, hall.played, hall.trashed) == ([("a.zip", hall.folder / "a")], [""], [archive])
    (end,) = hall.ends()
    assert end.done is not None
    assert (end.done.files, end.fault) == (2, None)
    assert not hall.aftermath.is_busy


def test_an_archive_is_kept_unless_it_is_to_go(qtbot: QtBot, hall: Hall) -> None:
    archive = hall.archive()
    hall.finish("a.zip", ("extract",))
    qtbot.waitUntil(lambda: hall.idle == 1)
    assert archive.exists()
    assert hall.trashed == []


def test_a_download_of_its_own_mind_goes_before_the_settings(qtbot: QtBot, hall: Hall) -> None:
    hall.set("open")
    hall.finish("a.txt", ())
    hall.finish("b.txt", ("sound=/bell.wav",))
    hall.finish("c.txt")
    qtbot.waitUntil(lambda: bool(hall.opened and hall.played))
    assert (hall.opened, hall.played) == ([("c.txt", None)], ["/bell.wav"])


def test_what_is_no_archive_is_passed_over_unless_somebody_asked(qtbot: QtBot, hall: Hall) -> None:
    hall.set("extract", "open")
    hall.finish("a.iso")
    qtbot.waitUntil(lambda: hall.opened == [("a.iso", None)])
    assert hall.told == []
    hall.finish("b.iso", ("extract",))
    hall.finish("c.rar")
    qtbot.waitUntil(lambda: len(hall.ends()) == 2)
    assert [each.fault for each in hall.ends()] == [Fault.OTHER, Fault.RAR]


def test_what_cannot_be_extracted_is_opened_all_the_same_and_never_thrown_away(qtbot: QtBot, hall: Hall) -> None:
    (hall.folder / "a.zip").write_bytes(b"no zip")
    hall.finish("a.zip", ("extract", "trash", "open"))
    qtbot.waitUntil(lambda: hall.idle == 1)
    assert [each.fault for each in hall.ends()] == [Fault.DAMAGED]
    assert (hall.opened, hall.trashed) == ([("a.zip", None)], [])


def test_it_is_moved_before_all_else(qtbot: QtBot, hall: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other, asked = tmp_path / "other", list[tuple[list[str], Path]]()

    def relocate(ids: list[str], folder: Path) -> list[str]:
        asked.append((ids, folder))
        return ids

    monkeypatch.setattr(hall.manager.changes, "relocate", relocate)
    hall.finish("a.txt", (f"move={other}", "open"))
    qtbot.waitUntil(lambda: bool(asked))
    assert asked == [(["a.txt"], other)]
    assert hall.opened == []
    hall.manager.change_told.emit(ChangeOutcome("a.txt", ChangeKind.RENAMED))
    hall.manager.change_told.emit(ChangeOutcome("b.txt", ChangeKind.RELOCATED))
    assert hall.opened == [], "not what was waited for"
    failure = Failure(FailureReason.DISK_FULL)
    hall.manager.change_told.emit(ChangeOutcome("a.txt", ChangeKind.RELOCATED, failure))
    assert hall.opened == [("a.txt", None)], "it is where it was"
    assert not hall.aftermath.is_busy


def test_what_is_there_already_is_not_moved(qtbot: QtBot, hall: Hall) -> None:
    hall.finish("a.txt", (f"move={hall.folder}", "open"))
    qtbot.waitUntil(lambda: hall.opened == [("a.txt", None)])


def test_one_can_be_extracted_at_any_time(qtbot: QtBot, hall: Hall) -> None:
    hall.archive()
    hall.manager.put(make_snapshot("b.zip", id="b"))
    hall.finish("a.zip")
    assert hall.aftermath.extract(["a.zip", "b", "nobody"]) == ["a.zip"]
    assert hall.aftermath.extract(["a.zip"]) == [], "it is being extracted already"
    qtbot.waitUntil(lambda: hall.idle == 1)
    assert (hall.folder / "a" / "one").exists()


@pytest.mark.parametrize("way", ["stop", "remove", "close"])
def test_it_can_be_stopped(qtbot: QtBot, hall: Hall, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ways: dict[str, Callable[[], object]] = {
        "stop": lambda: hall.aftermath.stop(["a.zip"]),
        "remove": lambda: hall.manager.remove(["a.zip"]),
        "close": lambda: hall.aftermath.close(5.0),
    }
    archive = hall.archive()
    hall.finish("a.zip", ("extract", "open", "sound"))
    ways[way]()
    qtbot.waitUntil(lambda: not hall.aftermath.is_busy or way == "close")
    assert sorted(hall.folder.iterdir()) == [archive]
    assert (hall.opened, hall.played) == ([], [])


def test_a_hundred_files_open_no_hundred_windows(qtbot: QtBot, hall: Hall) -> None:
    hall.set("open", "sound")
    for number in range(100):
        hall.finish(f"{number}.txt")
    qtbot.waitUntil(lambda: not hall.aftermath.is_busy)
    assert len(hall.opened) == 5
    assert len(hall.played) == 1


def test_a_fault_of_the_program_is_no_end_of_it(qtbot: QtBot, hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("unexpected")

    monkeypatch.setattr(unpacking, "unpack", broken)
    hall.finish("a.zip", ("extract", "sound"))
    qtbot.waitUntil(lambda: hall.idle == 1)
    assert ([each.fault for each in hall.ends()], hall.played) == ([Fault.DAMAGED], [""])


def test_what_a_crash_cut_off_is_taken_up(qtbot: QtBot, hall: Hall) -> None:
    archive = hall.archive()
    left = hall.folder / "a.a.zip.unpacking"
    left.mkdir()
    hall.noted.write_text('["a.zip", "gone", 7]')
    hall.finish("a.zip", ())
    hall.aftermath.close()
    hall.aftermath = hall.begin()
    qtbot.waitUntil(lambda: hall.idle == 1)
    qtbot.waitUntil(lambda: not hall.noted.exists())
    assert sorted(hall.folder.iterdir()) == [hall.folder / "a", archive]
    assert hall.aftermath.close(5.0)


def test_what_the_end_of_the_program_cut_off_is_taken_up(
    qtbot: QtBot, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = Event(), Event()

    def slow(_path: Path, _id: str, check: Callable[[], None], *_rest: object) -> None:
        begun.set()
        may_end.wait(10)
        try:
            check()
        except StoppedError:
            raise UnpackError(Fault.STOPPED) from None

    with monkeypatch.context() as patched:
        patched.setattr(unpacking, "unpack", slow)
        for name in ("a.zip", "b.zip"):
            hall.archive(name)
            hall.finish(name, ("extract",))
        qtbot.waitUntil(begun.is_set)
        assert hall.noted.read_text() == '["a.zip"]\n'
        assert not hall.aftermath.close(0.0)
        may_end.set()
        assert hall.aftermath.close(5.0)
    assert hall.noted.read_text() == '["a.zip", "b.zip"]\n', "it was not a person who stopped it"
    hall.aftermath = hall.begin()
    qtbot.waitUntil(lambda: all((hall.folder / name).exists() for name in "ab"))
    qtbot.waitUntil(lambda: not hall.noted.exists())
    assert hall.aftermath.close(5.0)


@pytest.mark.parametrize("junk", ["", "{}", "[", "3"])
def test_a_damaged_note_is_none(tmp_path: Path, junk: str) -> None:
    path = tmp_path / "noted"
    path.write_text(junk)
    assert Underway(path).left() == []
    Underway(tmp_path / "no" / "folder").begin("a")  # logged


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_has_a_sentence(fault: Fault) -> None:
    said = fault_sentence(fault, "the detail")
    assert said
    assert "{" not in said
