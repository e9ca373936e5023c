"""What is worth a notification, and how many there are."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState, Failure, FailureReason
from headrace_gui.desktop import notifications
from headrace_gui.desktop.news import News
from headrace_gui.desktop.notes import Note, Offer, failed_note, failures_note, finished_note, links_note
from headrace_gui.desktop.notifications import Notifier
from headrace_gui.desktop.popups import Popup
from headrace_gui.preferences import PreferenceKeeper
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager, make_snapshot

_S = DownloadState
_FAILURE = Failure(FailureReason.DISK_FULL)


class PopupsNoted(QObject):
    """Keeps what is shown: one list of notes for each place."""

    pressed = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.places: list[list[Note]] = []

    def show(self, note: Note, instead_of: Popup | None = None) -> Popup:
        if instead_of is None:
            self.places.append([])
            instead_of = Popup(note)
            instead_of.number = len(self.places)
        self.places[instead_of.number - 1].append(note)
        return instead_of

    def latest(self) -> list[Note]:
        """Return what stands in each place now."""
        return [notes[-1] for notes in self.places]


class Scene:
    """A notifier over a fake manager; `watched` is whether somebody looks at the window."""

    def __init__(self, manager: FakeManager, keeper: PreferenceKeeper) -> None:
        self.manager, self.keeper, self.watched = manager, keeper, False
        self.popups = PopupsNoted()
        self.news = News(manager, manager.snapshots(), manager)
        self.notifier = Notifier(self.news, self.popups, keeper, lambda: self.watched, manager)

    def put(self, *names: str, state: DownloadState = _S.DOWNLOADING, **facts: Any) -> list[str]:
        made = [make_snapshot(name, state=state, total=1000, **facts) for name in names]
        self.manager.put(*made)
        return [each.id for each in made]

    def end(self, ids: list[str], state: DownloadState = _S.COMPLETED) -> None:
        failure = _FAILURE if state is _S.FAILED else None
        self.manager.change_many({each: {"state": state, "failure": failure} for each in ids})

    def titles(self) -> list[str]:
        return [note.title for note in self.popups.latest()]


@pytest.fixture
def scene(manager: FakeManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(notifications, "TOGETHER_MS", 300)
    monkeypatch.setattr(notifications, "_RENEWED_MS", 60)
    return Scene(manager, PreferenceKeeper(tmp_path / "window.ini"))


@pytest.fixture
def settle(qtbot: QtBot) -> Callable[[], None]:
    """Return a function that waits until everything that came together is over."""
    return lambda: qtbot.wait(400)


def test_one_that_finishes_is_told_at_once_with_what_can_be_done(scene: Scene) -> None:
    [one] = scene.put("debian.iso")
    scene.end([one])
    [note] = scene.popups.latest()
    assert (note.title, note.body) == ("Download finished", "debian.iso\n1\N{NO-BREAK SPACE}kB in downloads")
    assert [offer for offer, _ in note.buttons] == [Offer.OPEN, Offer.SHOW]


def test_what_had_ended_before_is_no_news(scene: Scene) -> None:
    old, failed = scene.put("old.iso", state=_S.COMPLETED), scene.put("bad.iso", state=_S.FAILED)
    scene.end(old)
    scene.end(failed, _S.FAILED)
    assert scene.popups.places == []


def test_private_ones_are_no_news(scene: Scene) -> None:
    private, other = scene.put("secret.iso", is_private=True), scene.put("open.iso")
    scene.end(private)
    scene.end(other)
    [note] = scene.popups.latest()
    assert "open.iso" in note.body
    assert "secret" not in note.body


def test_a_failure_is_told_again_only_after_another_try(scene: Scene) -> None:
    [one] = scene.put("bad.iso")
    scene.end([one], _S.FAILED)
    scene.manager.change(one, speed=None)
    assert len(scene.popups.places) == 1
    scene.end([one], _S.QUEUED)
    scene.end([one], _S.FAILED)
    assert len(scene.popups.places) == 2


def test_several_that_finish_together_make_one(scene: Scene, qtbot: QtBot) -> None:
    ids = scene.put("a", "b", "c", "d", "e")
    for each in ids:
        scene.end([each])
    qtbot.waitUntil(lambda: scene.titles() == ["5 downloads finished"])
    [place] = scene.popups.places
    assert len(place) <= 3, "it is renewed in measure, not for each"
    assert place[-1].body == "a\nb\nc\nand 2 more"
    assert place[-1].ids == tuple(ids)


def test_those_that_finish_later_make_another(scene: Scene, settle: Callable[[], None]) -> None:
    ids = scene.put("a", "b")
    scene.end(ids[:1])
    settle()
    scene.end(ids[1:])
    assert scene.titles() == ["Download finished", "Download finished"]


def test_up_to_three_failures_are_told_one_by_one(scene: Scene, settle: Callable[[], None], qtbot: QtBot) -> None:
    ids = scene.put("a", "b", "c", "d", "e")
    scene.end(ids[:2], _S.FAILED)
    scene.end(ids[2:3], _S.FAILED)
    scene.end(ids[3:4], _S.FAILED)
    scene.end(ids[4:], _S.FAILED)
    qtbot.waitUntil(lambda: "2 more downloads failed" in scene.titles())
    assert scene.titles() == ["Download failed"] * 3 + ["2 more downloads failed"]
    settle()
    scene.end(ids[:1], _S.QUEUED)
    scene.end(ids[:1], _S.FAILED)
    assert scene.titles()[4:] == ["Download failed"]


def test_many_failures_at_once_make_one_from_the_start(scene: Scene) -> None:
    scene.end(scene.put(*"abcdefgh"), _S.FAILED)
    assert scene.titles() == ["8 downloads failed"]


def test_nobody_is_told_who_looks_at_the_window(scene: Scene) -> None:
    scene.watched = True
    scene.end(scene.put("a"))
    scene.end(scene.put("b"), _S.FAILED)
    assert scene.popups.places == []


@pytest.mark.parametrize(
    ("preference", "expected"), [("notify_finished", ["Download failed"]), ("notify_failed", ["Download finished"])]
)
def test_each_kind_can_be_turned_off(scene: Scene, preference: str, expected: list[str]) -> None:
    scene.keeper.change(**{preference: False})
    scene.end(scene.put("a"))
    scene.end(scene.put("b"), _S.FAILED)
    assert scene.titles() == expected


@pytest.mark.parametrize(
    ("offer", "signal", "value"),
    [
        (Offer.OPEN, "open_wanted", "x"),
        (Offer.SHOW, "show_wanted", "x"),
        (Offer.RETRY, "retry_wanted", ["x", "y"]),
        (Offer.LOOK, "window_wanted", ["x", "y"]),
    ],
)
def test_what_is_pressed_comes_out(scene: Scene, qtbot: QtBot, offer: Offer, signal: str, value: object) -> None:
    with qtbot.waitSignal(getattr(scene.notifier, signal)) as got:
        scene.popups.pressed.emit(Note("", "", ("x", "y")), offer)
    assert got.args == [value]


def test_copied_links_have_one_place_until_that_is_sent_away(scene: Scene) -> None:
    links = ["https://example.org/a.iso?token=secret", "https://example.org/b.iso"]
    scene.notifier.tell_links(links[:1])
    scene.notifier.tell_links(links)
    [place] = scene.popups.places
    assert [(note.title, note.body) for note in place] == [
        ("1 link to files on the clipboard", "a.iso"),
        ("2 links to files on the clipboard", "a.iso\nb.iso"),
    ]
    assert place[1].buttons == ((Offer.ADD, "Add"),)
    assert scene.notifier._links is not None
    scene.notifier._links.is_dismissed = True
    scene.notifier.tell_links(links[1:])
    assert len(scene.popups.places) == 2


@pytest.mark.parametrize("offer", [Offer.ADD, Offer.LOOK])
def test_links_are_wanted_by_button_and_by_a_click(scene: Scene, qtbot: QtBot, offer: Offer) -> None:
    with qtbot.waitSignal(scene.notifier.links_wanted) as got:
        scene.popups.pressed.emit(links_note(["https://example.org/a.iso"]), offer)
    assert got.args == [["https://example.org/a.iso"]]


def test_removed_downloads_are_forgotten(scene: Scene) -> None:
    ids = scene.put("a")
    scene.manager.remove(ids)
    assert not scene.news._open


def _named(name: str, **changes: object) -> DownloadSnapshot:
    return make_snapshot(name, **changes)


def test_the_words_of_a_group_in_several_folders_offer_no_folder() -> None:
    note = finished_note([_named("a"), replace(_named("b"), folder=Path("/elsewhere"))])
    assert (note.body, note.buttons) == ("a\nb", ())


def test_an_unknown_size_is_left_out() -> None:
    assert finished_note([_named("a")]).body == "a\ndownloads"


def test_a_failure_says_why_and_what_helps() -> None:
    note = failed_note(_named("a.zip", failure=_FAILURE))
    assert note.body.startswith("a.zip\n")
    assert len(note.body.splitlines()[1]) > 10
    assert [label for _, label in note.buttons] == ["Try again"]


def test_a_very_long_name_is_cut_in_its_middle() -> None:
    line = failures_note([_named("x" * 300 + ".tar.gz")], told_before=False).body
    assert len(line) < 100
    assert line.endswith(".tar.gz")
