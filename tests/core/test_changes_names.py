"""Downloads that are renamed: waiting, running and finished ones, and recordings."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from headrace.disk import moving
from headrace.outcomes import ChangeKind, FileVerdict
from headrace.profile import Profile
from headrace.recordings import Recording
from headrace.settings import Settings
from headrace.spec import IfExists
from headrace.states import DownloadState, FailureReason
from headrace.transfer.finish import Finish
from headrace.transfer.gap_log import log_path
from PySide6.QtCore import QCoreApplication

from tests.support import faults, seeded
from tests.support.changing import HALF, SIZE, Witness, paused, stalled
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Framing
from tests.support.studio import FEED, feed

RENAMED = ChangeKind.RENAMED
WHOLE = seeded.body(1, 0, SIZE)


@pytest.fixture
def engine(qapp: QCoreApplication, profile: Profile, tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(profile, tmp_path / "target", Settings(tmp_path / "target"))
    yield engine
    assert engine.close()


@pytest.fixture
def witness(engine: Engine) -> Witness:
    return Witness(engine)


def test_a_paused_download_gets_its_name_at_the_end(
    engine: Engine, witness: Witness, plain_server: FaultyServer
) -> None:
    download_id = paused(engine, plain_server)
    part = engine.files()
    assert engine.manager.changes.rename(download_id, "renamed.bin")
    assert witness.done(RENAMED).detail == "renamed.bin"
    assert engine.files() == part, "the part file keeps its name"
    engine.restart()
    assert engine.snapshot(download_id).name == "renamed.bin"
    engine.manager.resume([download_id])
    assert engine.fetched(download_id).name == "renamed.bin"
    assert (engine.folder / "renamed.bin").read_bytes() == WHOLE
    assert engine.files() == ["renamed.bin"]
    assert plain_server.body_sent - SIZE < 100_000


def test_a_waiting_download_gets_its_name(engine: Engine, witness: Witness, plain_server: FaultyServer) -> None:
    download_id = engine.add(plain_server.file(SIZE), paused=True)
    engine.manager.changes.rename(download_id, "renamed.bin")
    witness.done(RENAMED)
    engine.manager.resume([download_id])
    assert engine.fetched(download_id).name == "renamed.bin"


def test_one_that_was_begun_without_a_byte_leaves_no_second_part_file(
    engine: Engine, witness: Witness, plain_server: FaultyServer
) -> None:
    download_id = paused(engine, plain_server, at=0)
    engine.manager.changes.rename(download_id, "renamed.bin")
    witness.done(RENAMED)
    engine.manager.resume([download_id])
    engine.fetched(download_id)
    assert engine.files() == ["renamed.bin"]


def test_a_running_download_is_not_stopped_for_it(engine: Engine, witness: Witness, plain_server: FaultyServer) -> None:
    download_id = stalled(engine, plain_server)
    engine.manager.changes.rename(download_id, "renamed.bin")
    assert witness.done(RENAMED).detail == "renamed.bin"
    assert engine.state(download_id) is DownloadState.DOWNLOADING
    plain_server.heal()
    assert engine.fetched(download_id).name == "renamed.bin"
    assert (engine.folder / "renamed.bin").read_bytes() == WHOLE
    assert engine.files() == ["renamed.bin"]
    assert len([one for one in plain_server.requests if not one.range_start]) == 1


def test_a_running_download_finds_the_name_taken(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = stalled(engine, plain_server)
    (engine.folder / "renamed.bin").write_bytes(b"precious")
    engine.manager.changes.rename(download_id, "renamed.bin")
    plain_server.heal()
    assert engine.fetched(download_id).name == "renamed (2).bin"
    assert (engine.folder / "renamed.bin").read_bytes() == b"precious"


def test_one_that_begins_anew_keeps_the_name(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = stalled(engine, plain_server)
    engine.manager.changes.rename(download_id, "renamed.bin")
    engine.manager.pause([download_id])
    engine.until_still()
    plain_server.heal()
    plain_server.inject(faults.replaced())
    engine.manager.resume([download_id])
    assert engine.fetched(download_id).name == "renamed.bin"
    assert engine.files() == ["renamed.bin"]


def test_a_name_that_comes_too_late_for_the_job_is_given_to_the_file(
    engine: Engine, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is asked for between the choice of the old one and its publication."""
    real = Finish._publish
    ids: list[str] = []
    asked: list[bool] = []

    def publish(self: Finish) -> str:
        name = real(self)
        engine.manager._mailbox.post(lambda: asked.append(engine.manager.changes.rename(ids[0], "renamed.bin")))
        return name

    monkeypatch.setattr(Finish, "_publish", publish)
    ids.append(engine.add(plain_server.file(SIZE)))
    engine.fetched(ids[0])
    assert asked == [True]
    engine.until(lambda: engine.snapshot(ids[0]).name == "renamed.bin")
    engine.until(lambda: not engine.manager.changes.holds(ids[0]))
    assert engine.files() == ["renamed.bin"]


def test_a_finished_file_is_renamed(engine: Engine, witness: Witness, plain_server: FaultyServer) -> None:
    download_id = engine.add(plain_server.file(SIZE))
    engine.fetched(download_id)
    assert engine.manager.changes.rename(download_id, "renamed.bin")
    assert witness.done(RENAMED).detail == "renamed.bin"
    assert engine.files() == ["renamed.bin"]
    engine.restart()
    assert engine.snapshot(download_id).path == engine.folder / "renamed.bin"


def test_a_finished_file_never_takes_the_place_of_another(
    engine: Engine, witness: Witness, plain_server: FaultyServer
) -> None:
    download_id = engine.add(plain_server.file(SIZE))
    engine.fetched(download_id)
    (engine.folder / "taken").write_bytes(b"precious")
    engine.manager.changes.rename(download_id, "taken")
    found = witness.outcome(RENAMED)
    assert found.failure is not None
    assert found.failure.reason is FailureReason.FILE_EXISTS
    assert engine.snapshot(download_id).name == "file"
    assert (engine.folder / "taken").read_bytes() == b"precious"
    assert (engine.folder / "file").read_bytes() == WHOLE


def test_a_finished_file_that_is_gone(engine: Engine, witness: Witness, plain_server: FaultyServer) -> None:
    download_id = engine.add(plain_server.file(SIZE))
    engine.fetched(download_id).unlink()
    engine.manager.changes.rename(download_id, "renamed")
    assert witness.outcome(RENAMED).verdict is FileVerdict.MISSING
    assert engine.snapshot(download_id).is_missing


def test_another_spelling_of_the_same_name(
    engine: Engine, witness: Witness, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that ignores case says that the new name exists: it is the file's own."""
    download_id = engine.add(plain_server.file(SIZE, "/File"))
    engine.fetched(download_id)
    real = moving.identity_of

    def identity(path: Path) -> Any:
        return real(path) or real(path.with_name(path.name.capitalize()))

    monkeypatch.setattr(moving, "identity_of", identity)
    engine.manager.changes.rename(download_id, "file")
    witness.done(RENAMED)
    assert engine.files() == ["file"]


@pytest.mark.parametrize("name", ["", "a/b", "..", "con.txt", "ends.", "x" * 300, "tab\t"])
def test_a_name_that_cannot_be_is_refused_at_once(engine: Engine, plain_server: FaultyServer, name: str) -> None:
    download_id = engine.add(plain_server.file(SIZE), paused=True)
    with pytest.raises(ValueError, match=r"name|reserved"):
        engine.manager.changes.rename(download_id, name)
    assert engine.snapshot(download_id).name == "file"


def test_the_name_it_has_already(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = engine.add(plain_server.file(SIZE), name="mine", paused=True)
    assert not engine.manager.changes.rename(download_id, "mine")
    assert not engine.manager.changes.rename("unknown", "mine")


def test_what_was_to_be_overwritten_is_that_of_the_new_name(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = stalled(engine, plain_server, if_exists=IfExists.OVERWRITE)
    (engine.folder / "file").write_bytes(b"old")
    (engine.folder / "other").write_bytes(b"old")
    engine.manager.changes.rename(download_id, "other")
    plain_server.heal()
    assert engine.fetched(download_id).name == "other"
    assert (engine.folder / "file").read_bytes() == b"old"


def test_a_finished_recording_takes_its_log_of_gaps_along(
    engine: Engine, witness: Witness, plain_server: FaultyServer
) -> None:
    download_id = engine.add(plain_server.add(feed()), recording=Recording())
    path = engine.fetched(download_id)
    log_path(engine.folder, path.name).write_text("# gaps\n", encoding="utf-8")
    engine.manager.changes.rename(download_id, "renamed")
    witness.done(RENAMED)
    assert engine.files() == ["renamed", "renamed.gaps.log"]


def test_a_running_recording_gets_its_name_when_it_ends(
    engine: Engine, witness: Witness, plain_server: FaultyServer
) -> None:
    address = plain_server.add(feed(framing=Framing.CHUNKED))
    plain_server.inject(faults.stall(len(FEED) // 2))
    download_id = engine.add(address, recording=Recording())
    engine.until_received(download_id, len(FEED) // 2)
    engine.manager.changes.rename(download_id, "renamed")
    assert engine.snapshot(download_id).name == "renamed"
    assert engine.manager.end([download_id]) == [download_id]
    assert engine.outcome(download_id).state is DownloadState.COMPLETED
    witness.done(RENAMED)
    assert engine.snapshot(download_id).name == "renamed"
    assert engine.files() == ["renamed"]


def test_a_running_recording_in_several_files_takes_the_name_up_with_the_next(
    engine: Engine, witness: Witness, plain_server: FaultyServer
) -> None:
    address = plain_server.add(feed(framing=Framing.CHUNKED))
    plain_server.inject(faults.stall(15_000))
    download_id = engine.add(address, recording=Recording(roll_size=10_000))
    engine.until_received(download_id, 15_000)
    engine.manager.changes.rename(download_id, "renamed")
    assert witness.done(RENAMED).detail == "renamed"
    plain_server.heal()
    engine.fetched(download_id)
    engine.until(lambda: not engine.manager.changes.holds(download_id))
    size = {name: (engine.folder / name).stat().st_size for name in engine.files()}
    assert all(name.startswith(("feed-", "renamed-")) for name in size), "each keeps the time of its beginning"
    assert sum(name.startswith("feed-") for name in size) == 2
    assert sum(size.values()) == len(FEED)
    assert engine.snapshot(download_id).name.startswith("renamed-")


def test_the_story_tells_it(engine: Engine, witness: Witness, plain_server: FaultyServer) -> None:
    told: list[str] = []
    engine.manager.stories_grew.connect(lambda grown: told.extend(entry.kind.name for _, entry in grown))
    download_id = paused(engine, plain_server, at=HALF)
    engine.manager.changes.rename(download_id, "renamed")
    witness.done(RENAMED)
    assert told[-1] == "RENAMED"
