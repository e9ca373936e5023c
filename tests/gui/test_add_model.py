"""The model of the add dialog, and what feeds it: clashes, answers, steps."""

from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import cast

import pytest
from headrace.file_facts import FileFacts, Question
from headrace.manager import DownloadManager
from headrace.probing import Prober
from headrace.settings import Settings
from headrace.states import DownloadState, Failure, FailureReason
from headrace_gui.dialogs.add_clashes import Clash, ClashKind, Way
from headrace_gui.dialogs.add_probes import Probes
from headrace_gui.dialogs.add_targets import Targets
from headrace_gui.dialogs.candidate_model import CandidateModel
from headrace_gui.dialogs.candidate_tally import Sums
from headrace_gui.dialogs.candidates import candidates_in
from headrace_gui.steps import Steps
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from tests.conftest import ServerFactory
from tests.support.fake_manager import FakeManager, make_snapshot

HOST = "https://a.org"
_K = ClashKind
REFUSED = FileFacts("2.zip", failure=Failure(FailureReason.FORBIDDEN, status=403))


@pytest.fixture
def model(qtmodeltester: ModelTester) -> Iterator[CandidateModel]:
    model = CandidateModel()
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    yield model
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]


def show(model: CandidateModel, *names: str) -> list[str]:
    found = candidates_in("\n".join(f"{HOST}/{name}" for name in names))
    model.show(found)
    return [each.key for each in found]


def test_the_model_keeps_qts_rules_whatever_comes(model: CandidateModel, qtmodeltester: ModelTester) -> None:
    one, two = show(model, "1.zip", "2.zip")
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    model.set_asking({one, two})
    model.set_facts({one: FileFacts("one.zip", size=5, resumable=True), two: REFUSED})
    model.set_clashes({one, two}, {one: Clash(_K.UNFINISHED, "id", size=7)})
    model.tick_all(ticked=True)
    show(model, "2.zip", "3.zip")
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    model.show([])
    assert model.rowCount() == 0
    assert model.rowCount(model.index(0)) == 0
    assert model.data(QModelIndex()) is None
    assert not model.setData(QModelIndex(), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)


def test_choices_stay_while_the_text_changes(model: CandidateModel) -> None:
    one, two = show(model, "1.zip", "2.zip")
    model.tick([one], ticked=False)
    show(model, "2.zip", "1.zip", "3.zip")
    assert model.ticked() == [two, f"{HOST}/3.zip"]


def test_a_failing_one_is_unticked_unless_a_person_ticks_it(model: CandidateModel) -> None:
    one, two = show(model, "1.zip", "2.zip")
    model.set_facts({two: REFUSED})
    assert model.ticked() == [one]
    model.tick([two], ticked=True)
    assert model.ticked() == [one, two]


@pytest.mark.parametrize("ticked", [True, False])
def test_all_can_be_ticked_and_unticked(model: CandidateModel, ticked: bool) -> None:
    keys = show(model, "1.zip", "2.zip", "3.zip")
    model.set_facts({keys[1]: REFUSED})
    model.set_clashes(set(keys), {keys[2]: Clash(_K.FILE)})
    model.tick_all(ticked=ticked)
    assert model.ticked() == (keys if ticked else [])
    assert model.sums().ticked == len(model.ticked())


def test_sums(model: CandidateModel) -> None:
    one, two, three = show(model, "1.zip", "2.zip", "3.zip")
    assert model.sums() == Sums(3)
    model.set_facts({one: FileFacts("1", size=10), two: REFUSED})
    assert model.sums() == Sums(2, size=10)
    model.set_clashes({three}, {three: Clash(_K.FINISHED, size=5)})
    assert model.sums() == Sums(1, size=10, all_known=True)
    model.choose_way(Way.REPLACE)
    assert model.sums() == Sums(2, size=15, all_known=True)


@pytest.mark.parametrize(
    ("kind", "wanted", "done"),
    [
        (_K.UNFINISHED, Way.RESUME, Way.RESUME),
        (_K.FINISHED, Way.RESUME, Way.SKIP),
        (_K.FILE, Way.REPLACE, Way.REPLACE),
        (_K.RIVAL, Way.REPLACE, Way.SKIP),
        (_K.RIVAL, Way.AGAIN, Way.AGAIN),
    ],
)
def test_what_cannot_be_done_is_left_alone(model: CandidateModel, kind: ClashKind, wanted: Way, done: Way) -> None:
    (one,) = show(model, "1.zip")
    model.choose_way(wanted)
    model.set_clashes({one}, {one: Clash(kind)})
    assert model.way(one) is done
    assert model.is_ticked(one) is (done is not Way.SKIP)


def test_a_tick_on_what_is_there_means_what_is_likely(model: CandidateModel) -> None:
    one, two = show(model, "1.zip", "2.zip")
    model.set_clashes({one, two}, {one: Clash(_K.UNFINISHED), two: Clash(_K.FILE)})
    model.tick([one, two], ticked=True)
    assert [model.way(one), model.way(two)] == [Way.RESUME, Way.AGAIN]
    model.tick([one], ticked=False)
    assert model.way(one) is Way.SKIP


def test_a_clash_that_is_gone_is_forgotten(model: CandidateModel) -> None:
    (one,) = show(model, "1.zip")
    model.set_clashes({one}, {one: Clash(_K.FILE)})
    model.set_clashes({one}, {})
    assert model.clash(one) is None
    assert model.ticked() == [one]


def test_names_that_servers_tell_are_told_on(model: CandidateModel) -> None:
    one, two = show(model, "1.zip", "get")
    told: list[list[str]] = []
    model.named.connect(lambda rows: told.append([each.key for each in rows]))
    model.set_facts({one: FileFacts("1.zip"), two: FileFacts("film.mp4")})
    assert told == [[two]]
    assert model.index(1).data() == "film.mp4"


def test_sums_cost_what_changed_however_much_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    model = CandidateModel()
    keys = show(model, *(f"{number}.zip" for number in range(2_000)))
    looked_at: list[str] = []
    is_ticked = model.is_ticked

    def watched(key: str) -> bool:
        looked_at.append(key)
        return is_ticked(key)

    monkeypatch.setattr(model, "is_ticked", watched)
    for start in range(0, 2_000, 100):
        some = keys[start : start + 100]
        model.set_clashes(set(some), {key: Clash(_K.FINISHED, size=1) for key in some})
        assert model.sums() == Sums(2_000 - start - 100)
        assert model.clashing() == {_K.FINISHED: start + 100}
    assert len(looked_at) == 2_000


def test_what_some_rows_come_to_is_right_whatever_is_chosen(model: CandidateModel) -> None:
    one, two, three = show(model, "1.zip", "2.zip", "3.zip")
    model.set_clashes({one, two}, {one: Clash(_K.FILE, size=3), two: Clash(_K.UNFINISHED, size=4)})
    model.choose_ways([one], Way.REPLACE)
    assert (model.sums(), model.way_for_all) == (Sums(2, size=3), None)
    model.choose_way(Way.RESUME)
    assert (model.sums(), model.way_for_all) == (Sums(2, size=4), Way.RESUME)
    model.tick([three], ticked=False)
    model.set_facts({three: FileFacts("3", size=9)})
    assert model.sums() == Sums(1, size=4, all_known=True)
    show(model, "3.zip", "2.zip")
    assert (model.sums(), model.clashing()) == (Sums(1, size=4, all_known=True), {_K.UNFINISHED: 1})
    model.forget_all_facts()
    model.set_clashes({two}, {})
    assert (model.sums(), model.clashing()) == (Sums(1), {})


# Targets


def test_targets_follow_the_manager(manager: FakeManager) -> None:
    folder = Path("/downloads")
    manager.put(make_snapshot("a.zip", id="1", folder=folder))
    targets = Targets(cast(DownloadManager, manager))
    manager.put(
        make_snapshot("b.zip", id="2", folder=folder),
        make_snapshot("c.zip", id="3", folder=folder, state=DownloadState.COMPLETED),
    )

    def rivals() -> list[str | None]:
        list(targets.catch_up())
        return [targets.rival(folder, name) for name in ("A.zip", "b.zip", "c.zip", "d.zip")]

    assert rivals() == ["1", "2", None, None]
    manager.change("2", name="d.zip")
    manager.change("1", state=DownloadState.COMPLETED)
    assert rivals() == [None, None, None, "2"]
    manager.remove(["2"])
    assert rivals() == [None] * 4


# Answers


def test_answers_of_a_real_prober_come_in_the_windows_thread(qtbot: QtBot, faulty_server: ServerFactory) -> None:
    server = faulty_server()
    questions = [Question(server.file(100 + number, f"/{number}.zip")) for number in range(20)]
    probes = Probes(Prober(Settings()))
    heard: dict[Question, FileFacts] = {}
    probes.answered.connect(heard.update)
    probes.want(questions)
    assert probes.open() == questions
    qtbot.waitUntil(lambda: len(heard) == 20)
    assert sorted(facts.size or 0 for facts in heard.values()) == list(range(100, 120))
    assert probes.open() == []
    probes.want(questions)
    assert len(server.requests) == 20
    probes.close()


def test_nobody_is_asked_where_there_is_nobody_to_ask_by(qtbot: QtBot) -> None:
    probes = Probes(None)
    probes.want([Question(HOST)])
    assert (probes.enabled, probes.open(), probes.known(Question(HOST))) == (False, [], None)


# Steps


def counting(done: list[int], upto: int, act: Callable[[], object] = lambda: None) -> Generator[None, None, None]:
    for number in range(upto):
        done.append(number)
        act()
        yield


def test_short_work_is_done_at_once(qtbot: QtBot) -> None:
    done: list[int] = []
    steps = Steps()
    steps.start(counting(done, 10))
    assert (done, steps.busy) == (list(range(10)), False)


def test_long_work_is_done_in_slices_and_can_be_left(qtbot: QtBot) -> None:
    done: list[int] = []
    steps = Steps(seconds=0)
    steps.start(counting(done, 10**9))
    assert steps.busy
    qtbot.waitUntil(lambda: len(done) > 10)
    steps.stop()
    left = len(done)
    qtbot.wait(30)
    assert 10 < left == len(done)
    assert not steps.busy


def failing(after: int) -> Generator[None, None, None]:
    yield from [None] * after
    raise ValueError("over")


def test_work_that_fails_is_over(qtbot: QtBot) -> None:
    steps = Steps()
    with pytest.raises(ValueError, match="over"):
        steps.start(failing(3))
    assert not steps.busy
    steps = Steps(seconds=0)
    steps.start(failing(3))
    with pytest.raises(ValueError, match="over"):
        steps.finish()
    assert not steps.busy
    steps.start(failing(3))
    with qtbot.captureExceptions() as raised:
        qtbot.waitUntil(lambda: not steps.busy)
    assert [kind for kind, _, _ in raised] == [ValueError]


def test_work_can_be_finished_at_once(qtbot: QtBot) -> None:
    done: list[int] = []
    steps = Steps()
    steps.start(counting(done, 100_000))
    steps.finish()
    assert (len(done), steps.busy) == (100_000, False)
