"""Watched addresses with a real engine: nginx's own validators, servers with odd ones, versions on a real disk."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from headrace.changes import Changes
from headrace.profile import Profile
from headrace.recordings import Recording
from headrace.settings import Settings
from headrace.states import DownloadState, FailureReason
from headrace.story import StoryEntry, StoryKind
from headrace.version_names import stamped
from headrace.watches import HOUR, LookOutcome
from PySide6.QtCore import QCoreApplication

from tests.support.engine import Engine
from tests.support.nginx import Nginx
from tests.support.watched import Served, current, looked, watched

SIZE = 3 << 20
SAME, SAME_BYTES, NEW, FAILED = LookOutcome.SAME, LookOutcome.SAME_BYTES, LookOutcome.NEW, LookOutcome.FAILED


@pytest.fixture
def served(nginx: Nginx, tmp_path: Path) -> Served:
    return Served(nginx, tmp_path.name)


@pytest.fixture
def engine(qapp: QCoreApplication, profile: Profile, tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(profile, tmp_path / "target", Settings(tmp_path / "target"))
    yield engine
    assert engine.close()


def test_what_has_not_changed_is_not_fetched(engine: Engine, served: Served) -> None:
    served.put(b"one\n" * 1000)
    download_id = watched(engine, served.address)
    served.answers()
    assert looked(engine).outcome is SAME
    assert served.answers() == [("304", 0)]
    assert engine.files() == ["data.csv"]
    assert current(engine).id == download_id


def test_a_new_version_takes_the_plain_name_and_the_one_before_is_kept(engine: Engine, served: Served) -> None:
    one = served.put(b"one\n" * 1000)
    first = watched(engine, served.address)
    two = served.put(b"two\n" * 1000)
    watch = looked(engine)
    assert (watch.outcome, watch.changes, watch.versions) == (NEW, 1, (first,))
    assert engine.snapshot(watch.id).path.name == "data.csv"
    assert (engine.folder / "data.csv").read_bytes() == two
    assert engine.snapshot(first).path.read_bytes() == one
    assert engine.snapshot(first).path.name.startswith("data (20")
    assert len(engine.files()) == 2
    assert looked(engine).outcome is SAME


def test_versions_beyond_those_that_are_kept_go_to_the_trash(
    qapp: QCoreApplication, profile: Profile, tmp_path: Path, served: Served
) -> None:
    trashed: list[bytes] = []

    def to_trash(path: Path) -> bool:
        trashed.append(path.read_bytes())
        path.unlink()
        return True

    engine = Engine(profile, tmp_path / "target", Settings(tmp_path / "target"))
    engine.manager._recycling._trash = to_trash
    served.put(b"0")
    watched(engine, served.address, keep=2)
    for number in range(1, 4):
        served.put(b"%d" % number * (number + 1))
        assert looked(engine).outcome is NEW
    assert len(current(engine).versions) == 1
    assert engine.close()
    assert sorted(trashed) == [b"0", b"11"]
    assert sorted(path.read_bytes() for path in engine.folder.iterdir()) == [b"222", b"3333"]


def test_the_same_bytes_under_another_tag_are_dropped_and_such_tags_soon_not_believed(
    engine: Engine, served: Served
) -> None:
    served.put(b"same")
    first = watched(engine, served.address)
    served.put(b"same")
    assert looked(engine).outcome is SAME_BYTES
    assert (current(engine).id, current(engine).changes) == (first, 0)
    assert looked(engine).outcome is SAME, "the new tag is known now"
    engine.restart()
    assert engine.files() == ["data.csv"]
    assert engine.manager.ids() == [first]


def test_what_is_gone_is_told_and_looked_for_less_and_less_often(engine: Engine, served: Served) -> None:
    one = served.put(b"one")
    first = watched(engine, served.address)
    served.path.unlink()
    watch = looked(engine)
    assert (watch.outcome, watch.fails) == (FAILED, 1)
    assert watch.failure is not None
    assert watch.failure.reason is FailureReason.NOT_FOUND
    assert engine.snapshot(first).state is DownloadState.COMPLETED
    assert looked(engine).fails == 2
    assert current(engine).next_at - (current(engine).looked_at or 0.0) >= 2 * HOUR
    assert (engine.folder / "data.csv").read_bytes() == one
    served.put(b"three")
    watch = looked(engine)
    assert (watch.outcome, watch.fails, watch.failure) == (NEW, 0, None)


def test_a_watch_outlives_the_program(engine: Engine, served: Served) -> None:
    served.put(b"one")
    watched(engine, served.address, keep=None)
    served.put(b"three")
    before = looked(engine)
    engine.restart()
    engine.until(lambda: engine.manager.watching.all() == [before])
    assert engine.snapshot(before.id).watch == before
    assert looked(engine).outcome is SAME


def test_one_that_failed_is_tried_again_until_it_is_there(engine: Engine, served: Served) -> None:
    download_id = engine.add(served.address)
    assert engine.failed(download_id) is FailureReason.NOT_FOUND
    engine.manager.watching.watch([download_id], HOUR, 5)
    served.put(b"late")
    engine.manager.watching.look([download_id])
    assert engine.fetched(download_id).read_bytes() == b"late"


def test_stories_tell_of_versions(engine: Engine, served: Served) -> None:
    told: list[tuple[str, StoryEntry]] = []
    engine.manager.stories_grew.connect(told.extend)
    served.put(b"one")
    first = watched(engine, served.address)
    served.put(b"three")
    watch = looked(engine)
    engine.until(lambda: any(entry.kind is StoryKind.NEW_VERSION for _, entry in told))
    found = {(key, entry.kind): entry.data for key, entry in told}
    assert found[watch.id, StoryKind.NEW_VERSION] == ("data.csv",)
    assert found[first, StoryKind.SUPERSEDED] == ("data.csv",)


def test_nobody_is_told_of_the_renames_that_versions_need(engine: Engine, served: Served) -> None:
    told: list[object] = []
    engine.manager.change_told.connect(told.append)
    served.put(b"one")
    watched(engine, served.address)
    served.put(b"three")
    assert looked(engine).outcome is NEW
    assert told == []


def test_a_version_taken_off_the_list_while_it_comes_is_not_fetched_again(engine: Engine, served: Served) -> None:
    served.put(b"one")
    first = watched(engine, served.address)
    served.put(b"three")
    engine.manager.downloads_added.connect(lambda added: engine.manager.remove([one.id for one in added]))
    watch = looked(engine)
    assert (watch.id, watch.coming) == (first, None)
    assert looked(engine).outcome is SAME


def test_a_watched_download_taken_off_the_list_and_put_back_is_watched_still(engine: Engine, served: Served) -> None:
    served.put(b"one")
    first = watched(engine, served.address)
    engine.manager.remove([first])
    assert engine.manager.watching.all() == []
    engine.manager.restore([first])
    assert looked(engine).outcome is SAME


def test_a_file_that_somebody_took_away_leaves_its_name_to_the_new_version(engine: Engine, served: Served) -> None:
    served.put(b"one")
    first = watched(engine, served.address)
    (engine.folder / "data.csv").unlink()
    two = served.put(b"three")
    watch = looked(engine)
    assert watch.versions == ()
    assert engine.manager.snapshot(first) is None
    assert engine.files() == ["data.csv"]
    assert (engine.folder / "data.csv").read_bytes() == two


def test_a_stamped_name_that_is_taken_gets_a_number(engine: Engine, served: Served) -> None:
    served.put(b"one")
    first = watched(engine, served.address)
    finished = engine.snapshot(first).finished_at
    assert finished is not None
    (engine.folder / stamped("data.csv", finished)).write_bytes(b"somebody's own")
    served.put(b"three")
    assert looked(engine).outcome is NEW
    assert engine.snapshot(first).path.name == stamped("data.csv", finished, number=2)
    assert engine.snapshot(first).path.read_bytes() == b"one"
    assert (engine.folder / stamped("data.csv", finished)).read_bytes() == b"somebody's own"


def test_stopping_leaves_everything_where_it_is(engine: Engine, served: Served) -> None:
    served.put(b"one")
    first = watched(engine, served.address)
    assert engine.manager.watching.stop([first]) == [first]
    assert engine.snapshot(first).watch is None
    assert engine.manager.watching.look([first]) == []
    engine.restart()
    assert engine.manager.watching.all() == []


def test_a_recording_cannot_be_watched(engine: Engine, served: Served) -> None:
    download_id = engine.add(served.address, recording=Recording(), paused=True)
    with pytest.raises(ValueError, match="recording"):
        engine.manager.watching.watch([download_id], HOUR, 5)
    with pytest.raises(ValueError, match="every minute"):
        engine.manager.watching.watch([download_id], 59, 5)


def test_a_program_that_ended_between_the_two_renames_ends_them_at_its_next_start(
    engine: Engine, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = served.put(b"one")
    first = watched(engine, served.address)
    two = served.put(b"three")
    real, asked = Changes.rename, list[str]()

    def rename(changes: Changes, download_id: str, name: str) -> bool:
        asked.append(name)
        return real(changes, download_id, name) if len(asked) == 1 else True

    monkeypatch.setattr(Changes, "rename", rename)
    engine.manager.watching.look([first])
    engine.until(lambda: len(asked) == 2)
    between = current(engine)
    assert asked[1] == "data.csv"
    assert "data.csv" not in engine.files()
    assert "data (2).csv" in engine.files()
    monkeypatch.undo()
    engine.restart()
    engine.until(lambda: current(engine).coming is None)
    assert current(engine).id == between.coming
    assert (engine.folder / "data.csv").read_bytes() == two
    assert engine.snapshot(first).path.read_bytes() == one
    assert len(engine.files()) == 2


def test_one_fetched_long_ago_is_known_by_its_size_and_the_date_of_its_file(engine: Engine, served: Served) -> None:
    served.put(b"one")
    first = engine.add(served.address)
    engine.fetched(first)
    engine.restart()
    assert engine.manager.watching.watch([first], HOUR, 5) == [first]
    served.answers()
    assert looked(engine).outcome is SAME
    assert served.answers() == [("206", 1)]
    assert looked(engine).outcome is SAME
    assert served.answers() == [("304", 0)], "its validators are known now"


def test_another_of_the_same_size_and_an_older_date_is_found_out(engine: Engine, served: Served) -> None:
    served.put(b"one")
    first = engine.add(served.address)
    engine.fetched(first)
    engine.restart()
    engine.manager.watching.watch([first], HOUR, 5)
    served.put(b"two")
    os.utime(served.path, (0, 1_500_000_000))
    assert looked(engine).outcome is NEW


def test_what_is_watched_before_it_is_finished_is_known_at_once(engine: Engine, served: Served) -> None:
    served.put(b"one")
    first = engine.add(served.address)
    engine.manager.watching.watch([first], HOUR, 5)
    engine.fetched(first)
    engine.until(lambda: current(engine).known.etag is not None)
    engine.restart()
    served.answers()
    assert looked(engine).outcome is SAME
    assert served.answers() == [("304", 0)]


def test_a_version_that_waits_in_a_held_queue_is_waited_for_by_nobody(engine: Engine, served: Served) -> None:
    served.put(b"one")
    first = engine.add(served.address)
    engine.fetched(first)
    manager = engine.manager
    manager.apply_settings(replace(manager.settings, held_queues=("",)))
    manager.watching.watch([first], HOUR, 5)
    served.put(b"three")
    manager.watching.look([first])
    engine.until(lambda: current(engine).coming is not None)
    assert not manager.watching.is_looking(first)
    manager.apply_settings(replace(manager.settings, held_queues=()))
    engine.until(lambda: current(engine).changes == 1)
