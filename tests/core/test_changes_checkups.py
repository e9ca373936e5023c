"""Finished files looked at again: verified, looked for, fetched anew, thrown away."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from headrace.checksums import Checksum
from headrace.manager import DownloadManager
from headrace.outcomes import ChangeKind, ChangeOutcome, FileVerdict
from headrace.pieces import PieceHashes
from headrace.profile import Profile
from headrace.settings import Settings
from headrace.spec import IfExists
from headrace.states import DownloadState, Failure, FailureReason
from headrace.story import StoryKind
from headrace.transfer.proof import proof_of
from PySide6.QtCore import QCoreApplication

from tests.support import faults, seeded
from tests.support.changing import SIZE, Witness, after_a_crash, stalled
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer

VERIFIED = ChangeKind.VERIFIED
WHOLE = seeded.body(1, 0, SIZE)
DIGEST = Checksum("sha256", hashlib.sha256(WHOLE).hexdigest())
V = FileVerdict


class Bin:
    """A trash: takes what it is given, unless it is full."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.is_full = folder, False
        folder.mkdir()

    def __call__(self, path: Path) -> bool:
        if self.is_full:
            return False
        path.rename(self.folder / path.name)
        return True

    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


@pytest.fixture
def engine(qapp: QCoreApplication, profile: Profile, tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(profile, tmp_path / "target", Settings(tmp_path / "target"))
    yield engine
    assert engine.close()


@pytest.fixture
def witness(engine: Engine) -> Witness:
    return Witness(engine)


def done(engine: Engine, server: FaultyServer, path: str = "/file", size: int = SIZE, **wishes: object) -> str:
    """Fetch a file."""
    download_id = engine.add(server.file(size, path), **wishes)
    engine.fetched(download_id)
    return download_id


def spoil(engine: Engine, offset: int = 1 << 20) -> None:
    """Change one byte of the finished file."""
    with (engine.folder / "file").open("r+b") as stream:
        stream.seek(offset)
        old = stream.read(1)[0]
        stream.seek(offset)
        stream.write(bytes([old ^ 1]))


def verify(engine: Engine, witness: Witness, download_id: str) -> ChangeOutcome:
    assert engine.manager.changes.verify([download_id, "unknown"]) == [download_id]
    return witness.outcome(VERIFIED, download_id)


# Verified.


@pytest.mark.parametrize("size", [0, 1, 1 << 20, (1 << 20) + 1, SIZE, SIZE + 12_345])
def test_a_file_is_known_by_its_proof(engine: Engine, witness: Witness, plain_server: FaultyServer, size: int) -> None:
    download_id = done(engine, plain_server, size=size)
    record = engine.manager._roster.pick([download_id])[0].record
    assert record.proof == proof_of([memoryview(seeded.body(1, 0, size))])
    engine.restart()
    witness = Witness(engine)
    found = verify(engine, witness, download_id)
    assert (found.verdict, found.proof, found.failure, found.span) == (V.RIGHT, "xxh3", None, None)


def test_many_connections_and_interruptions_make_the_same_proof(engine: Engine, plain_server: FaultyServer) -> None:
    size = 24 << 20
    plain_server.inject(faults.cut_every(1_500_000))
    plain_server.inject(faults.slow(40 << 20))
    download_id = engine.add(plain_server.file(size, seed=5))
    engine.until_received(download_id, size // 3)
    engine.manager.pause([download_id])
    engine.until_still()
    engine.manager.resume([download_id])
    path = engine.fetched(download_id, timeout=60)
    record = engine.manager._roster.pick([download_id])[0].record
    assert record.proof == proof_of([memoryview(path.read_bytes())])


def test_one_changed_byte_is_found(engine: Engine, witness: Witness, plain_server: FaultyServer) -> None:
    download_id = done(engine, plain_server)
    spoil(engine)
    found = verify(engine, witness, download_id)
    assert (found.verdict, found.proof) == (V.DIFFERS, "xxh3")


@pytest.mark.parametrize("spoilt", [False, True])
def test_a_given_checksum_decides(engine: Engine, witness: Witness, plain_server: FaultyServer, spoilt: bool) -> None:
    download_id = done(engine, plain_server, checksum=DIGEST)
    if spoilt:
        spoil(engine)
    found = verify(engine, witness, download_id)
    assert (found.verdict, found.proof, found.detail) == (V.DIFFERS if spoilt else V.RIGHT, "sha256", "given")


def test_what_the_server_told_is_still_known_after_a_restart(engine: Engine, plain_server: FaultyServer) -> None:
    plain_server.inject(faults.header("Repr-Digest", _digest_field()))
    download_id = done(engine, plain_server)
    assert engine.snapshot(download_id).checksum_source == "Repr-Digest"
    engine.restart()
    found = verify(engine, Witness(engine), download_id)
    assert (found.verdict, found.proof, found.detail) == (V.RIGHT, "sha256", "Repr-Digest")


def _digest_field() -> str:
    return f"sha-256=:{b64encode(bytes.fromhex(DIGEST.digest)).decode()}:"


def test_pieces_say_where_it_differs(engine: Engine, witness: Witness, plain_server: FaultyServer) -> None:
    length = 256 << 10
    digests = tuple(hashlib.sha256(WHOLE[at : at + length]).hexdigest() for at in range(0, SIZE, length))
    download_id = done(engine, plain_server, pieces=PieceHashes("sha256", length, digests))
    assert verify(engine, witness, download_id).verdict is V.RIGHT
    spoil(engine, length * 3 + 5)
    found = verify(engine, witness, download_id)
    assert (found.verdict, found.span) == (V.DIFFERS, (length * 3, length * 4))


def test_another_size_is_told_without_reading(engine: Engine, witness: Witness, plain_server: FaultyServer) -> None:
    download_id = done(engine, plain_server)
    (engine.folder / "file").write_bytes(WHOLE[:1000])
    found = verify(engine, witness, download_id)
    assert (found.verdict, found.span) == (V.DIFFERS, (1000, SIZE))


def test_without_any_proof_only_the_size_is_claimed(
    engine: Engine, witness: Witness, plain_server: FaultyServer
) -> None:
    download_id = done(engine, plain_server)
    engine.manager._roster.pick([download_id])[0].note(proof=None)
    spoil(engine)
    found = verify(engine, witness, download_id)
    assert (found.verdict, found.proof) == (V.SIZE_ONLY, None)


def test_a_checksum_brings_a_proof_to_old_downloads(
    engine: Engine, witness: Witness, plain_server: FaultyServer
) -> None:
    download_id = done(engine, plain_server, checksum=DIGEST)
    item = engine.manager._roster.pick([download_id])[0]
    known = item.record.proof
    item.note(proof=None)
    assert verify(engine, witness, download_id).verdict is V.RIGHT
    assert item.record.proof == known


def test_of_a_file_that_was_there_before_nothing_is_known(
    engine: Engine, witness: Witness, plain_server: FaultyServer
) -> None:
    engine.folder.mkdir()
    (engine.folder / "file").write_bytes(b"the user's own")
    download_id = done(engine, plain_server, name="file", if_exists=IfExists.SKIP)
    assert verify(engine, witness, download_id).verdict is V.UNKNOWN


def test_a_missing_file_is_told_and_shown(engine: Engine, witness: Witness, plain_server: FaultyServer) -> None:
    download_id = done(engine, plain_server)
    (engine.folder / "file").unlink()
    assert verify(engine, witness, download_id).verdict is V.MISSING
    assert engine.snapshot(download_id).is_missing
    (engine.folder / "file").write_bytes(WHOLE)
    assert verify(engine, witness, download_id).verdict is V.RIGHT
    assert not engine.snapshot(download_id).is_missing


def test_what_cannot_be_read_is_told_with_its_reason(
    engine: Engine, witness: Witness, plain_server: FaultyServer
) -> None:
    download_id = done(engine, plain_server)
    (engine.folder / "file").unlink()
    (engine.folder / "file").mkdir()
    found = verify(engine, witness, download_id)
    assert (found.verdict, found.failure is not None) == (V.UNREADABLE, True)


def test_progress_story_and_turns(engine: Engine, witness: Witness, plain_server: FaultyServer) -> None:
    kinds: list[StoryKind] = []
    engine.manager.stories_grew.connect(lambda grown: kinds.extend(entry.kind for _, entry in grown))
    first, second = done(engine, plain_server), done(engine, plain_server, "/second")
    waiting = engine.add(plain_server.url("/third"), paused=True)
    assert engine.manager.changes.verify([first, second, waiting]) == [first, second]
    told = [(one.id, one.kind, one.fraction) for one in witness.told]
    assert told[:2] == [(first, ChangeKind.VERIFYING, 0.0), (second, ChangeKind.VERIFYING, 0.0)]
    assert witness.outcome(VERIFIED).id == first
    assert witness.outcome(VERIFIED).id == second
    assert kinds[-2:] == [StoryKind.CHECKED, StoryKind.CHECKED]


def test_it_is_stopped_by_wish_and_at_the_end(
    engine: Engine, witness: Witness, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headrace.transfer.examining.PIECE", 1)  # three million steps
    first, second = done(engine, plain_server), done(engine, plain_server, "/second")
    engine.manager.changes.verify([first, second])
    engine.until(lambda: any(one.fraction for one in witness.told))
    engine.manager.changes.stop_verifying([first, second])
    verdicts = {witness.outcome(VERIFIED, download_id).verdict for download_id in (second, first)}
    assert verdicts == {V.STOPPED}
    engine.manager.changes.verify([first])
    engine.restart()


def test_a_removed_download_is_not_verified_any_more(
    engine: Engine, witness: Witness, plain_server: FaultyServer
) -> None:
    first, second = done(engine, plain_server), done(engine, plain_server, "/second")
    engine.manager.changes.verify([first, second])
    engine.manager.remove([second])
    witness.outcome(VERIFIED, first)
    engine.until(lambda: not engine.manager.changes._checkups._waiting)
    assert [one.id for one in witness.told if one.kind is VERIFIED] == []


# Looked for and fetched anew.


def test_files_are_looked_for(engine: Engine, plain_server: FaultyServer) -> None:
    gone, there = done(engine, plain_server), done(engine, plain_server, "/second")
    (engine.folder / "file").unlink()
    engine.seen.clear()
    engine.manager.changes.look_for([gone, there])
    engine.until(lambda: any(one.is_missing for one in engine.seen))
    assert [one.id for one in engine.seen if one.is_missing] == [gone]
    (engine.folder / "file").write_bytes(WHOLE)
    engine.manager.changes.look_for([gone, there])
    engine.until(lambda: not engine.snapshot(gone).is_missing)
    engine.restart()
    assert not engine.snapshot(gone).is_missing


def test_a_missing_file_is_fetched_again_under_its_name(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = done(engine, plain_server, checksum=DIGEST)
    (engine.folder / "file").unlink()
    assert engine.manager.changes.fetch_again([download_id, "unknown"]) == [download_id]
    snapshot = engine.snapshot(download_id)
    assert (snapshot.received, snapshot.finished_at, snapshot.checksum_verified) == (0, None, None)
    assert engine.fetched(download_id) == engine.folder / "file"
    assert (engine.folder / "file").read_bytes() == WHOLE
    assert engine.snapshot(download_id).checksum_verified == "sha256"


@pytest.mark.parametrize("policy", IfExists)
def test_a_file_that_is_still_there_is_never_overwritten(
    engine: Engine, plain_server: FaultyServer, policy: IfExists
) -> None:
    download_id = done(engine, plain_server, if_exists=policy)
    (engine.folder / "file").write_bytes(b"mine now")
    engine.manager.changes.fetch_again([download_id])
    assert engine.fetched(download_id).name == "file (2)"
    assert (engine.folder / "file").read_bytes() == b"mine now"


def test_fetched_again_after_a_rename_it_has_the_new_name(
    engine: Engine, witness: Witness, plain_server: FaultyServer
) -> None:
    download_id = done(engine, plain_server)
    engine.manager.changes.rename(download_id, "renamed")
    witness.done(ChangeKind.RENAMED)
    (engine.folder / "renamed").unlink()
    engine.manager.changes.fetch_again([download_id])
    assert engine.fetched(download_id).name == "renamed"


def test_nothing_else_is_fetched_again(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = stalled(engine, plain_server)
    assert engine.manager.changes.fetch_again([download_id]) == []
    plain_server.heal()
    engine.fetched(download_id)
    engine.manager.resume([download_id])
    engine.manager.pause([download_id])
    assert engine.state(download_id) is DownloadState.COMPLETED


# The trash.


@pytest.fixture
def thrown(tmp_path: Path) -> Bin:
    return Bin(tmp_path / "trash")


@pytest.fixture
def tidy(engine: Engine, thrown: Bin, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Return the engine with a trash, and with an undo that lasts for a tenth of a second."""
    monkeypatch.setattr("headrace.manager.UNDO_SECONDS", 0.1)
    monkeypatch.setattr("headrace.manager._TICK_WAITING", 20)
    monkeypatch.setattr("tests.support.engine.DownloadManager", partial(DownloadManager, trash=thrown))
    engine.restart()
    return engine


def test_removed_files_go_to_the_trash_when_the_undo_is_over(
    tidy: Engine, thrown: Bin, plain_server: FaultyServer
) -> None:
    finished, part = done(tidy, plain_server), stalled(tidy, plain_server, "/other")
    tidy.manager.remove([finished, part], with_files=True)
    assert "file" in tidy.files()
    tidy.until(lambda: tidy.files() == [])
    assert thrown.names() == ["file"]
    plain_server.heal()


def test_restored_in_time_nothing_goes(tidy: Engine, thrown: Bin, plain_server: FaultyServer) -> None:
    download_id = done(tidy, plain_server)
    tidy.manager.remove([download_id], with_files=True)
    tidy.manager.restore([download_id])
    assert tidy.close()
    assert (tidy.files(), thrown.names()) == (["file"], [])
    tidy.manager = tidy._open()


def test_what_the_trash_does_not_take_stays_and_is_told(tidy: Engine, thrown: Bin, plain_server: FaultyServer) -> None:
    troubles: list[Failure] = []
    tidy.manager.trouble.connect(troubles.append)
    thrown.is_full = True
    tidy.manager.remove([done(tidy, plain_server)], with_files=True)
    tidy.until(lambda: bool(troubles))
    assert troubles[0] == Failure(FailureReason.NOT_TRASHED, detail="file")
    assert tidy.files() == ["file"]


def test_for_good_is_for_good(tidy: Engine, thrown: Bin, plain_server: FaultyServer) -> None:
    tidy.manager.remove([done(tidy, plain_server)], with_files=True, for_good=True)
    tidy.until(lambda: tidy.files() == [])
    assert thrown.names() == []


@pytest.mark.parametrize("for_good", [False, True])
def test_c08_a_crash_within_the_undo_does_what_was_asked(
    tidy: Engine,
    thrown: Bin,
    plain_server: FaultyServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    for_good: bool,
) -> None:
    monkeypatch.setattr("headrace.manager.UNDO_SECONDS", 60.0)
    tidy.manager.remove([done(tidy, plain_server)], with_files=True, for_good=for_good)
    assert tidy.manager._store.flush(5)
    following = after_a_crash(tidy, tmp_path / "next")
    following.until(lambda: tidy.files() == [])
    assert following.close()
    assert thrown.names() == ([] if for_good else ["file"])
