"""Private downloads: after them nothing is left but the file, whatever became of them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from headrace.details import DownloadDetails
from headrace.history import HistoryEntry, HistoryQuery
from headrace.logs import log_file
from headrace.profile import Profile
from headrace.settings import Settings
from headrace.snapshots import DownloadSnapshot
from headrace.spec import Checksum, DownloadSpec
from headrace.spec_json import spec_from_json, spec_to_json
from headrace.states import DownloadState, FailureReason
from headrace.story import StoryEntry, StoryKind
from PySide6.QtCore import QCoreApplication

from tests.support import faults, seeded
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer

SIZE = 12_000_000
CANARY = "zanzibar"
PATH = f"/{CANARY}/{CANARY}-file.bin"
_S = DownloadState


@pytest.fixture
def engine(
    qapp: QCoreApplication, profile: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Engine]:
    monkeypatch.setattr("headrace.manager.UNDO_SECONDS", 0.2)
    monkeypatch.setattr("headrace.manager._TICK_WAITING", 20)
    engine = Engine(profile, tmp_path / "target", Settings(tmp_path / "target", tries=1))
    with log_file(profile.log, level=10, silence=engine.manager.silence):
        yield engine
        assert engine.close()


def traces(profile: Profile, *words: str) -> list[str]:
    """Return which files of a profile have a word in them, their names included."""
    needles = [word.encode() for word in words]
    found = []
    for path in profile.folder.rglob("*"):
        data = str(path.name).encode() + (path.read_bytes() if path.is_file() else b"")
        found += [f"{path.name}: {needle!r}" for needle in needles if needle in data]
    return found


def nothing_is_left(engine: Engine, server: FaultyServer) -> None:
    """See that neither the running engine nor what it leaves has a trace."""
    words = CANARY, f"127.0.0.1:{server.port}"
    assert engine.manager._store.flush(5)
    assert traces(engine.profile, *words) == []
    found: list[list[HistoryEntry]] = []
    engine.manager.history.page(HistoryQuery(), found.append)
    engine.until(lambda: bool(found))
    assert found == [[]]
    assert engine.close()
    assert traces(engine.profile, *words) == []
    assert [name for name in engine.files() if name.endswith(".part")] == []


def test_a_finished_one_leaves_the_file_alone(engine: Engine, plain_server: FaultyServer) -> None:
    stories: list[tuple[str, StoryEntry]] = []
    engine.manager.stories_grew.connect(stories.extend)
    download_id = engine.add(plain_server.file(SIZE, PATH), private=True)
    path = engine.fetched(download_id)
    assert seeded.first_difference(path, 1, SIZE) is None
    assert engine.snapshot(download_id).is_private
    assert not hasattr(os, "listxattr") or os.listxattr(path) == []
    assert StoryKind.FINISHED in [entry.kind for _, entry in stories]  # told to who looks, and written nowhere
    nothing_is_left(engine, plain_server)
    assert path.exists()


def test_one_that_is_paused_and_resumed_keeps_its_bytes_within_the_process(
    engine: Engine, plain_server: FaultyServer
) -> None:
    plain_server.inject(faults.stall(SIZE // 2))
    download_id = engine.add(plain_server.file(SIZE, PATH), private=True, connections=1)
    engine.until_received(download_id, SIZE // 2)
    parts = [path.name for path in engine.parts()]
    assert len(parts) == 1
    assert CANARY not in parts[0]
    engine.manager.pause([download_id])
    engine.until_still()
    assert traces(engine.profile, CANARY) == []
    engine.manager.resume([download_id])
    path = engine.fetched(download_id)
    assert seeded.first_difference(path, 1, SIZE) is None
    assert plain_server.body_sent < 2 * SIZE
    nothing_is_left(engine, plain_server)


def test_one_that_was_taken_off_the_list_leaves_nothing(engine: Engine, plain_server: FaultyServer) -> None:
    plain_server.inject(faults.stall(SIZE // 2))
    download_id = engine.add(plain_server.file(SIZE, PATH), private=True)
    engine.until_received(download_id, SIZE // 2)
    engine.manager.remove([download_id])
    engine.until(lambda: engine.parts() == [])
    nothing_is_left(engine, plain_server)


def test_one_that_failed_leaves_nothing(engine: Engine, plain_server: FaultyServer) -> None:
    plain_server.inject(faults.cut(SIZE // 2, when=faults.on_path(PATH)))
    plain_server.inject(faults.status(403, when=faults.resuming, times=None))
    plain_server.inject(faults.status(404, when=faults.on_path(f"{PATH}.gone")))
    plain_server.file(SIZE, f"{PATH}.gone")
    assert engine.failed(engine.add(plain_server.url(f"{PATH}.gone"), private=True)) is FailureReason.NOT_FOUND
    download_id = engine.add(plain_server.file(SIZE, PATH), private=True, connections=1)
    assert engine.failed(download_id) is FailureReason.FORBIDDEN
    assert len(engine.parts()) == 1
    nothing_is_left(engine, plain_server)


def test_a_wrong_checksum_leaves_no_file_aside(engine: Engine, plain_server: FaultyServer) -> None:
    wrong = Checksum("sha256", "0" * 64)
    download_id = engine.add(plain_server.file(SIZE, PATH), private=True, checksum=wrong)
    assert engine.failed(download_id) is FailureReason.CHECKSUM_MISMATCH
    nothing_is_left(engine, plain_server)
    assert engine.files() == []


def test_one_that_runs_when_the_program_ends_leaves_nothing(engine: Engine, plain_server: FaultyServer) -> None:
    plain_server.inject(faults.stall(SIZE // 2))
    download_id = engine.add(plain_server.file(SIZE, PATH), private=True)
    engine.until_received(download_id, SIZE // 2)
    nothing_is_left(engine, plain_server)
    assert engine.files() == []
    engine.manager = engine._open()
    assert engine.manager.ids() == []


def test_others_are_kept_as_ever_beside_it(engine: Engine, plain_server: FaultyServer) -> None:
    engine.fetched(engine.add(plain_server.file(SIZE, PATH), private=True))
    engine.fetched(engine.add(plain_server.file(SIZE, "/open.bin")))
    before = sum(engine.manager.traffic.since(engine.manager.traffic.today).values())
    assert before >= 2 * SIZE
    engine.restart()
    assert [one.name for one in engine.manager.snapshots()] == ["open.bin"]
    assert SIZE <= sum(engine.manager.traffic.since(engine.manager.traffic.today).values()) < 2 * SIZE
    assert traces(engine.profile, CANARY) == []


def test_a_private_one_goes_on_from_no_other_and_none_from_it(engine: Engine, plain_server: FaultyServer) -> None:
    address = plain_server.file(SIZE, PATH)
    first = engine.add(address, paused=True)
    second = engine.add(address, paused=True, private=True)
    assert len({first, second}) == 2
    assert engine.add(address, paused=True) == first
    assert engine.add(address, paused=True, private=True) == second
    spec = engine.manager.spec(second)
    assert spec is not None
    assert spec.private


def test_what_is_known_of_it_is_told_while_the_program_runs(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = engine.add(plain_server.file(SIZE, PATH), private=True)
    engine.fetched(download_id)
    told: list[tuple[StoryEntry, ...]] = []
    engine.manager.story_told.connect(lambda _, story: told.append(story))
    engine.manager.ask_story(download_id)
    engine.until(lambda: bool(told))
    kinds = [entry.kind for entry in told[0]]
    assert (kinds[0], kinds[-1]) == (StoryKind.ADDED, StoryKind.FINISHED)
    details: DownloadDetails | None = engine.manager.details(download_id)
    assert details is not None


# A crash.


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_a_crash_leaves_a_part_file_that_says_nothing_and_goes_at_the_next_start(
    qapp: QCoreApplication, profile: Profile, tmp_path: Path, plain_server: FaultyServer
) -> None:
    folder = tmp_path / "target"
    folder.mkdir()
    mine = folder / "private-0123456789ab.0123456789abcdef.part"
    mine.write_bytes(b"of another profile")
    plain_server.inject(faults.stall(SIZE // 2))
    command = [sys.executable, "-m", "headrace_gui.main", "get", "--private", "-q", "-d", str(folder)]
    command += ["--profile", str(profile.folder), plain_server.file(SIZE, PATH)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 30
        while plain_server.body_sent < SIZE // 4 or len(list(folder.iterdir())) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    left = [path.name for path in folder.iterdir() if path != mine]
    assert len(left) == 1
    assert CANARY not in left[0]
    assert traces(profile, CANARY, f"127.0.0.1:{plain_server.port}") == []
    engine = Engine(profile, folder, Settings(folder))
    engine.until(lambda: [path.name for path in folder.iterdir()] == [mine.name])
    assert engine.close()


# Wishes.


def test_a_private_spec_survives_as_json() -> None:
    spec = DownloadSpec("http://h/f", Path("/d").absolute(), private=True)
    assert spec_from_json(spec_to_json(spec)) == spec
    assert "private" not in spec_to_json(DownloadSpec("http://h/f", Path("/d").absolute()))


def test_a_private_one_cannot_go_on_from_a_file_of_another_program() -> None:
    with pytest.raises(ValueError, match="begins anew"):
        DownloadSpec("http://h/f", Path("/d").absolute(), private=True, partial=Path("/d/f.part").absolute())


def test_a_snapshot_says_that_it_is_private(engine: Engine, plain_server: FaultyServer) -> None:
    added: list[DownloadSnapshot] = []
    engine.manager.downloads_added.connect(added.extend)
    engine.add(plain_server.file(SIZE, PATH), private=True, paused=True)
    engine.add(plain_server.file(SIZE, "/open"), paused=True)
    assert [one.is_private for one in added] == [True, False]
    assert added[0].state is _S.PAUSED
