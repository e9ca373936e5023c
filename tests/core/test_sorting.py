"""Rules at work in a real engine: at adding, at the server's answer, and for what is there."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from headrace.filters import Category
from headrace.outcomes import ChangeKind
from headrace.profile import Profile
from headrace.recordings import Recording
from headrace.rpc.options import spec_of
from headrace.rules import Rule
from headrace.settings import Settings
from headrace.sorting import Offer, by_rules, on_the_wall, preview
from headrace.spec import DownloadSpec, IfExists
from headrace.states import DownloadState, Notice
from headrace.story import StoryEntry, StoryKind
from headrace.tidying import carry_out, moves
from PySide6.QtCore import QCoreApplication

from tests.support import faults, seeded
from tests.support.changing import HALF, SIZE, Witness
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Resource

VIDEOS = Rule("Films", categories=("video",), folder="Videos/{host}", name="{year}-{name}")
OTHERS = Rule("Rest", folder="Rest")


@pytest.fixture
def engine(qapp: QCoreApplication, profile: Profile, tmp_path: Path) -> Iterator[Engine]:
    settings = Settings(tmp_path / "target", rules=(VIDEOS, OTHERS), queues=("night",))
    engine = Engine(profile, tmp_path / "target", settings)
    yield engine
    assert engine.close()


def unnamed(server: FaultyServer, name: str | None = "film.mkv", **facts: Any) -> str:
    """Return an address that says nothing of the file; its server calls it `name`."""
    disposition = None if name is None else f'attachment; filename="{name}"'
    return server.add(Resource("/get", size=SIZE, disposition=disposition, **facts))


def year(engine: Engine, download_id: str) -> str:
    return str(on_the_wall(engine.snapshot(download_id).added_at).year)


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_the_server_tells_the_name_that_decides(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = engine.add(unnamed(plain_server), by_rules=True)
    assert engine.snapshot(download_id).folder == engine.folder / "Rest"
    path = engine.fetched(download_id)
    assert path == engine.folder / "Videos" / "127.0.0.1" / f"{year(engine, download_id)}-film.mkv"
    assert path.read_bytes() == seeded.body(1, 0, SIZE)
    assert files(engine.folder) == [str(path.relative_to(engine.folder))]
    told: list[StoryEntry] = []
    engine.manager.story_told.connect(lambda _, entries: told.extend(entries))
    engine.manager.ask_story(download_id)
    engine.until(lambda: bool(told))
    assert [entry.data for entry in told if entry.kind is StoryKind.RELOCATED] == [(str(path.parent),)]


def test_the_type_decides_where_no_name_does(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = engine.add(unnamed(plain_server, None, content_type="video/mp4"), by_rules=True)
    assert engine.fetched(download_id).parent == engine.folder / "Videos" / "127.0.0.1"


def test_the_size_decides_once_it_is_known(engine: Engine, plain_server: FaultyServer) -> None:
    engine.manager.apply_settings(replace(engine.settings, rules=(Rule(least=SIZE, folder="Large"), OTHERS)))
    download_id = engine.add(plain_server.file(SIZE), by_rules=True)
    assert engine.snapshot(download_id).folder == engine.folder / "Rest"
    assert engine.fetched(download_id) == engine.folder / "Large" / "file"


def test_what_was_chosen_is_left_alone(engine: Engine, plain_server: FaultyServer, tmp_path: Path) -> None:
    folder, name = (
        engine.add(unnamed(plain_server)),
        engine.add(unnamed(plain_server), name="mine.mkv", by_rules=True),
    )
    assert engine.fetched(folder) == engine.folder / "film.mkv"
    assert engine.fetched(name) == engine.folder / "Videos" / "127.0.0.1" / "mine.mkv"


def test_without_rules_all_is_as_ever(engine: Engine, plain_server: FaultyServer) -> None:
    engine.manager.apply_settings(replace(engine.settings, rules=()))
    first = engine.add(unnamed(plain_server), by_rules=True, paused=True)
    assert engine.add(unnamed(plain_server), by_rules=True) == first
    assert engine.fetched(first) == engine.folder / "film.mkv"


def test_what_else_a_rule_gives(engine: Engine, plain_server: FaultyServer) -> None:
    rule = Rule(endings=("iso",), category="programs", queue="night", priority=1, paused=True)
    engine.manager.apply_settings(replace(engine.settings, rules=(rule,)))
    ruled = engine.snapshot(engine.add(plain_server.url("/a.iso"), by_rules=True))
    assert (ruled.category, ruled.queue, ruled.priority) == ("programs", "night", 1)
    assert ruled.state is DownloadState.PAUSED
    given = engine.add(plain_server.url("/b.iso"), by_rules=True, category=Category.MUSIC, priority=-1)
    assert (engine.snapshot(given).category, engine.snapshot(given).priority) == ("music", -1)


def test_the_same_address_goes_on_wherever_the_rules_put_it(engine: Engine, plain_server: FaultyServer) -> None:
    plain_server.inject(faults.stall(HALF))
    address = unnamed(plain_server)
    download_id = engine.add(address, by_rules=True)
    engine.until_received(download_id, HALF)
    engine.manager.pause([download_id])
    engine.until_still()
    plain_server.heal()
    assert engine.snapshot(download_id).folder == engine.folder / "Videos" / "127.0.0.1"
    assert engine.add(address, by_rules=True) == download_id
    engine.fetched(download_id)
    assert plain_server.body_sent - SIZE < 1_000_000


def test_a_settled_place_outlives_the_program_and_other_rules(engine: Engine, plain_server: FaultyServer) -> None:
    plain_server.inject(faults.stall(HALF))
    download_id = engine.add(unnamed(plain_server), by_rules=True)
    engine.until_received(download_id, HALF)
    wanted = engine.snapshot(download_id).path
    engine.manager.apply_settings(replace(engine.settings, rules=(Rule(folder="Other"),)))
    engine.restart()
    plain_server.heal()
    engine.manager.resume([download_id])
    assert engine.fetched(download_id) == wanted
    assert files(engine.folder) == [str(wanted.relative_to(engine.folder))]


def test_one_that_a_person_moves_before_the_answer_stays_there(
    engine: Engine, plain_server: FaultyServer, tmp_path: Path
) -> None:
    download_id = engine.add(unnamed(plain_server), by_rules=True, paused=True)
    witness = Witness(engine)
    engine.manager.changes.relocate([download_id], tmp_path / "mine")
    witness.done(ChangeKind.RELOCATED)
    engine.manager.resume([download_id])
    assert engine.fetched(download_id) == tmp_path / "mine" / "film.mkv"


def test_what_is_to_be_skipped_is_looked_for_where_it_goes(engine: Engine, plain_server: FaultyServer) -> None:
    there = engine.folder / "Videos" / "127.0.0.1"
    there.mkdir(parents=True)
    (there / "mine.mkv").write_bytes(b"old")
    (engine.folder / "Rest").mkdir()
    (engine.folder / "Rest" / "clip").write_bytes(b"another")
    skipped = engine.add(unnamed(plain_server), by_rules=True, name="mine.mkv", if_exists=IfExists.SKIP)
    engine.fetched(skipped)
    assert Notice.SKIPPED_EXISTING in engine.snapshot(skipped).notices
    address = plain_server.add(Resource("/clip", size=SIZE, content_type="video/mp4"))
    fetched = engine.add(address, by_rules=True, name="clip", if_exists=IfExists.SKIP)
    assert engine.fetched(fetched) == there / "clip"
    assert (there / "clip").stat().st_size == SIZE


def test_a_stop_while_the_place_is_settled_leaves_nothing_behind(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = engine.add(unnamed(plain_server), by_rules=True)
    engine.until(lambda: engine.state(download_id) is DownloadState.CONNECTING)
    plain_server.wait_for_request(1)
    assert files(engine.folder) == []  # nothing before the record says where, and nobody has turned the event loop
    engine.manager.pause([download_id])
    engine.until_still()
    assert [name for name in files(engine.folder) if not name.startswith("Videos")] == []
    engine.manager.resume([download_id])
    assert engine.fetched(download_id).parent == engine.folder / "Videos" / "127.0.0.1"
    assert len(files(engine.folder)) == 1


def test_a_recording_goes_by_its_address(tmp_path: Path) -> None:
    settings = Settings(tmp_path, rules=(VIDEOS,))
    spec = DownloadSpec("http://h.example/live.mkv", tmp_path, by_rules=True, recording=Recording())
    wanted, facts = by_rules(spec, settings, 0.0)
    assert wanted.folder == tmp_path / "Videos" / "h.example"
    assert facts["name_wanted"]


def test_a_file_that_is_taken_over_stays_where_it_is(tmp_path: Path) -> None:
    spec = DownloadSpec("http://h.example/a.mkv", tmp_path, by_rules=True, partial=tmp_path / "a.part")
    assert by_rules(spec, Settings(tmp_path, rules=(VIDEOS,)), 0.0) == (spec, {})


def test_a_preview_says_what_will_be(tmp_path: Path) -> None:
    found = preview(Offer("http://ann:secret@h.example/x", "../film.mkv"), Settings(tmp_path, rules=(VIDEOS,)), 0.0)
    assert found.path == tmp_path / "Videos" / "h.example" / f"{on_the_wall(0.0).year}-film.mkv"


def test_what_is_there_is_sorted_and_brought_back(engine: Engine, plain_server: FaultyServer) -> None:
    done = engine.add(plain_server.file(SIZE, "/film.mkv"))
    engine.fetched(done)
    waiting = engine.add(plain_server.url("/notes.txt"), paused=True)
    right = engine.add(plain_server.url("/right.txt"), by_rules=True, paused=True)
    found = [move for move in moves(engine.manager, [done, waiting, right, "unknown"]) if move is not None]
    videos, rest = engine.folder / "Videos" / "127.0.0.1", engine.folder / "Rest"
    assert [(move.id, move.source, move.target) for move in found] == [
        (done, engine.folder, videos),
        (waiting, engine.folder, rest),
    ]
    back = carry_out(engine.manager, found)
    engine.until(lambda: engine.snapshot(done).folder == videos and engine.snapshot(waiting).folder == rest)
    assert (videos / "film.mkv").stat().st_size == SIZE
    back()
    engine.until(lambda: engine.snapshot(done).folder == engine.folder == engine.snapshot(waiting).folder)
    assert (engine.folder / "film.mkv").stat().st_size == SIZE


def test_moves_that_are_not_done_yet_are_brought_back_too(engine: Engine, plain_server: FaultyServer) -> None:
    done = engine.add(plain_server.file(SIZE, "/film.mkv"))
    engine.fetched(done)
    witness = Witness(engine)
    carry_out(engine.manager, filter(None, moves(engine.manager, [done])))()
    for _ in range(2):
        witness.done(ChangeKind.RELOCATED)
    assert engine.snapshot(done).path == engine.folder / "film.mkv"
    assert (engine.folder / "film.mkv").stat().st_size == SIZE


def test_without_rules_nothing_is_sorted(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = engine.add(plain_server.url("/film.mkv"), paused=True)
    engine.manager.apply_settings(replace(engine.settings, rules=()))
    assert list(moves(engine.manager, [download_id])) == [None]


def test_a_name_of_the_server_that_says_nothing_is_sorted_by_type(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = engine.add(unnamed(plain_server, None, content_type="video/mp4"))
    engine.fetched(download_id)
    (move,) = filter(None, moves(engine.manager, [download_id]))
    assert move.target == engine.folder / "Videos" / "127.0.0.1"


def test_clients_that_name_no_folder_leave_it_to_the_rules(tmp_path: Path) -> None:
    settings = Settings(tmp_path, rules=(VIDEOS,))
    wanted = {
        "by_rules": {},
        "named": {"out": "a.mkv"},
        "below": {"out": "x/a.mkv"},
        "folder": {"dir": str(tmp_path)},
    }
    found = {key: spec_of(["http://h.example/a"], given, settings).by_rules for key, given in wanted.items()}
    assert found == {"by_rules": True, "named": True, "below": False, "folder": False}


def test_rules_go_along_with_a_queue_that_is_renamed(engine: Engine) -> None:
    rule = Rule(queues=("night",), queue="night")
    engine.manager.apply_settings(replace(engine.settings, rules=(rule,)))
    engine.manager.changes.rename_queue("night", "late")
    assert engine.manager.settings.rules == (Rule(queues=("late",), queue="late"),)
