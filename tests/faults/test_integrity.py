"""What is on the disk is what was meant to be there, or it gets no name (catalogue group I)."""

import hashlib
import os
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from headrace.checksums import Checksum
from headrace.disk import part_file, system_calls
from headrace.pieces import PieceHashes
from headrace.states import DownloadState, FailureReason, Notice
from headrace.transfer.segments import Segment

from tests.conftest import ServerFactory
from tests.faults.plugin import rows
from tests.support import faults, seeded
from tests.support.engine import Engine
from tests.support.faults import Fault
from tests.support.faulty_server import FaultyServer
from tests.support.invariant import assert_invariant
from tests.support.replies import Body, Reply, Request, Resource
from tests.support.scene import Scene
from tests.support.ways import Way, four_ways

MIB = 1 << 20
SMALL = 300_000
DIGEST = seeded.digest(1, SMALL)
WRONG = "00" * 32
R = FailureReason


def base64(digest: str) -> str:
    """Write a digest as RFC 9530 and others do."""
    return b64encode(bytes.fromhex(digest)).decode()


def half_way(scene: Scene) -> str:
    """Pause the scene's download when two of its blocks at least are there."""
    if not scene.many:
        scene.serve(size=3 * MIB)
        gate = scene.server.inject(faults.stall(5 * MIB // 2)).gate
    download_id = scene.add()
    scene.engine.until_received(download_id, 5 * MIB // 2)
    scene.engine.manager.pause([download_id])
    scene.engine.until_still()
    if not scene.many:
        gate.release.set()
    scene.serve(rate=None)
    assert scene.engine.state(download_id) is DownloadState.PAUSED
    return download_id


def arrives(scene: Scene, download_id: str) -> None:
    """Resume, and look at every byte."""
    scene.engine.manager.resume([download_id])
    assert seeded.first_difference(scene.engine.fetched(download_id), 1, scene.size) is None
    assert scene.engine.parts() == []
    assert_invariant(scene.engine, scene.server)


# -- digests that somebody gave --------------------------------------------------------------------------------

WRITTEN = [
    ("I02 as it is", f"sha256:{DIGEST}"),
    ("I02 bare", DIGEST),
    ("I02 upper case", DIGEST.upper()),
    ("I02 in groups", " ".join(DIGEST[at : at + 8] for at in range(0, 64, 8))),
    ("I02 base64", f"sha-256={base64(DIGEST)}"),
    ("I02 in the words of an address", f"SHA256={DIGEST}"),
    ("I02 a line of sha256sum", f"{DIGEST} *file"),
    ("I02 a line of BSD", f"SHA256 (file) = {DIGEST}"),
    ("I02 of MD5's length", hashlib.md5(seeded.body(1, 0, SMALL), usedforsecurity=False).hexdigest()),
    ("I02 of SHA-1's length", hashlib.sha1(seeded.body(1, 0, SMALL), usedforsecurity=False).hexdigest()),
]


@pytest.mark.parametrize(("case", "text"), rows(*WRITTEN))
def test_i02_a_digest_is_understood_as_people_write_it(
    engine: Engine, plain_server: FaultyServer, case: str, text: str
) -> None:
    download_id = engine.add(plain_server.file(SMALL), checksum=Checksum.parse(text))
    engine.fetched(download_id)
    seen = engine.snapshot(download_id)
    weak = "MD5" in case or "SHA-1" in case
    assert (seen.checksum_verified, seen.checksum_source) == (Checksum.parse(text).algorithm, "given")
    assert (Notice.WEAK_CHECKSUM in seen.notices) is weak
    assert_invariant(engine, plain_server)


TOLD: list[tuple[str, str, str | None]] = [
    ("I03 right", f"sha-256=:{base64(DIGEST)}:", "sha256"),
    ("I03 wrong", f"sha-256=:{base64(WRONG)}:", "mismatch"),
    ("I03 unknown algorithm", f"sha-999=:{base64(DIGEST)}:", None),
    ("I03 no dictionary", f"sha-256=:{base64(WRONG)}", None),
    ("I03 of another length", f"sha-256=:{base64(WRONG)[:20]}:", None),
    ("I03 the stronger of two", f"sha-256=:{base64(DIGEST)}:, sha-512=:{base64(WRONG * 2)}:", "mismatch"),
]


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize(("case", "field", "outcome"), rows(*TOLD))
def test_i03_the_servers_own_digest_decides_where_it_can_be_read(
    engine: Engine, faulty_server: ServerFactory, case: str, field: str, outcome: str | None, tls: bool
) -> None:
    server = faulty_server(tls=tls)
    download_id = engine.add(server.add(Resource("/file", size=SMALL, headers=(("Repr-Digest", field),))))
    if outcome == "mismatch":
        assert engine.failed(download_id) is R.CHECKSUM_MISMATCH
        assert [name.rpartition(".")[2] for name in engine.files()] == ["bad"]
    else:
        engine.fetched(download_id)
        seen = engine.snapshot(download_id)
        assert (seen.checksum_verified, seen.checksum_source) == (outcome, outcome and "Repr-Digest")
    assert_invariant(engine, server)


@four_ways
@pytest.mark.case("I03")
@pytest.mark.parametrize("right", [True, False], ids=["right", "wrong"])
def test_i03_it_is_not_forgotten_over_a_pause(
    engine: Engine, way: Way, faulty_server: ServerFactory, right: bool
) -> None:
    scene = Scene(way, engine, faulty_server)
    size = scene.size if scene.many else 3 * MIB
    field = f"sha-256=:{base64(seeded.digest(1, size) if right else WRONG)}:"
    scene.serve(headers=(("Repr-Digest", field),))
    download_id = half_way(scene)
    scene.serve(headers=())
    scene.engine.restart()
    if right:
        arrives(scene, download_id)
        seen = scene.engine.snapshot(download_id)
        assert (seen.checksum_verified, seen.checksum_source) == ("sha256", "Repr-Digest")
    else:
        scene.engine.manager.resume([download_id])
        assert scene.engine.failed(download_id) is R.CHECKSUM_MISMATCH


def spoilt_parts(times: int | None) -> Fault:
    """Tell of each part what it hashes to, and let the last bit of `times` of them turn over on the way."""
    left = [times]

    def edit(reply: Reply, request: Request) -> None:
        if reply.status != 206:
            return
        content = bytearray(reply.body.whole())
        reply.set("Content-Digest", f"sha-256=:{b64encode(hashlib.sha256(content).digest()).decode()}:")
        if left[0] != 0:
            left[0] = None if left[0] is None else left[0] - 1
            content[-1] ^= 1
        reply.body = Body(content=bytes(content))

    return Fault(edit, times=None)


@four_ways
@pytest.mark.case("I04")
def test_i04_a_part_that_is_not_what_it_says_is_asked_for_again(
    engine: Engine, way: Way, faulty_server: ServerFactory
) -> None:
    scene = Scene(way, engine, faulty_server)
    download_id = half_way(scene)
    before = len(scene.server.requests)
    scene.server.inject(spoilt_parts(1))
    arrives(scene, download_id)
    asked = [request.range_start for request in scene.server.requests[before:]]
    assert len(asked) > len(set(asked))


@four_ways
@pytest.mark.case("I04")
def test_i04_and_the_second_time_it_is_the_end(engine: Engine, way: Way, faulty_server: ServerFactory) -> None:
    scene = Scene(way, engine, faulty_server)
    download_id = half_way(scene)
    scene.server.inject(spoilt_parts(None))
    scene.engine.manager.resume([download_id])
    assert scene.engine.failed(download_id) is R.CHECKSUM_MISMATCH
    assert_invariant(scene.engine, scene.server)
    scene.server.heal()
    arrives(scene, download_id)


def pieces_of(size: int, length: int = MIB // 4) -> PieceHashes:
    """Return what a Metalink says of the pieces of the seeded body."""
    parts = (seeded.body(1, start, min(start + length, size)) for start in range(0, size, length))
    return PieceHashes("sha256", length, tuple(hashlib.sha256(part).hexdigest() for part in parts))


@four_ways
@pytest.mark.case("I05")
def test_i05_a_wrong_piece_comes_again_from_another_mirror(
    engine: Engine, way: Way, faulty_server: ServerFactory
) -> None:
    scene, other = Scene(way, engine, faulty_server), way.server(faulty_server)
    content = bytearray(scene.content())
    content[scene.size // 2] ^= 1
    right = Resource("/file", size=scene.size, rate=scene.resource.rate)
    mirror = other.add(right)
    scene.server.add(replace(right, content=bytes(content), size=0))
    download_id = scene.add(mirrors=(mirror,), pieces=pieces_of(scene.size))
    assert seeded.first_difference(scene.engine.fetched(download_id), 1, scene.size) is None
    seen = scene.engine.snapshot(download_id)
    assert (seen.checksum_verified, seen.checksum_source) == ("sha256", "pieces")
    assert_invariant(scene.engine, other)
    if not scene.many:
        assert Notice.SOURCE_DROPPED in seen.notices
        assert sum(request.body_sent for request in other.requests) < MIB + (1 << 18)


# -- faults of disk and program --------------------------------------------------------------------------------


@four_ways
@pytest.mark.case("I06")
@pytest.mark.parametrize("silent", [False, True], ids=["written over", "without a trace"])
def test_i06_a_bit_that_turned_over_is_found_and_its_block_fetched_again(
    engine: Engine, way: Way, faulty_server: ServerFactory, silent: bool
) -> None:
    """Without a trace in the file's time only each segment's last block is looked at."""
    scene = Scene(way, engine, faulty_server)
    download_id = half_way(scene)
    item = scene.engine.manager._roster.get(download_id)
    assert item is not None
    assert item.record.claims is not None
    first = item.record.claims.segments[0]
    (part,) = scene.engine.parts()
    turn_over(part, first.position - 1 if silent else 1000, silent=silent)
    arrives(scene, download_id)
    assert Notice.BLOCKS_REFETCHED in scene.engine.snapshot(download_id).notices


def turn_over(path: Path, offset: int, *, silent: bool) -> None:
    """Change one bit of the file; `silent` as a bad disk does, so that its time stays."""
    before = path.stat()
    with path.open("r+b") as stream:
        stream.seek(offset)
        byte = stream.read(1)[0]
        stream.seek(offset)
        stream.write(bytes([byte ^ 8]))
    if silent:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@four_ways
@pytest.mark.case("I07")
def test_i07_a_write_that_was_lost_is_found_as_a_hole(
    engine: Engine, way: Way, faulty_server: ServerFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene(way, engine, faulty_server)
    lost: list[int] = []

    def write_at(descriptor: int, data: memoryview, offset: int) -> None:
        if not lost and len(data) > 16_384 and offset + len(data) > scene.size // 2:
            lost.append(offset)
        else:
            system_calls.write_at(descriptor, data, offset)

    monkeypatch.setattr(part_file, "write_at", write_at)
    path = scene.arrives()
    assert lost
    assert scene.engine.manager.snapshots()[0].notices == (Notice.BLOCKS_REFETCHED,)
    assert path.stat().st_size == scene.size


@four_ways
@pytest.mark.case("I08")
def test_i08_segments_that_do_not_make_the_file_are_not_published(
    engine: Engine, way: Way, faulty_server: ServerFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene(way, engine, faulty_server)
    scene.serve(rate=2_000_000)
    with monkeypatch.context() as broken:
        broken.setattr(Segment, "done", property(lambda self: self.end - self.position < 400_000))
        download_id = scene.add()
        assert scene.engine.failed(download_id) is R.SIZE_MISMATCH
    assert all(name.endswith(".part") for name in scene.engine.files())
    scene.serve(rate=None)
    arrives(scene, download_id)


def transformed() -> Fault:
    """Answer as a proxy that changes what passes through it (RFC 9110 section 15.3.4)."""

    def edit(reply: Reply, request: Request) -> None:
        reply.status = 203
        reply.set("Via", "1.1 proxy.example")

    def whole(resource: Resource) -> Resource:
        return replace(resource, accepts_ranges=False)

    return Fault(edit, swap=whole, times=None)


@four_ways
@pytest.mark.case("I09")
@pytest.mark.parametrize("right", [True, False], ids=["right", "wrong"])
def test_i09_what_a_proxy_changed_is_judged_by_its_hash(
    engine: Engine, way: Way, faulty_server: ServerFactory, right: bool
) -> None:
    scene = Scene(way, engine, faulty_server)
    scene.serve(rate=None)
    scene.server.inject(transformed())
    checksum = Checksum("sha256", seeded.digest(1 if right else 2, scene.size))
    download_id = scene.add(checksum=checksum)
    if right:
        scene.engine.fetched(download_id)
        assert scene.engine.snapshot(download_id).checksum_verified == "sha256"
    else:
        assert scene.engine.failed(download_id) is R.CHECKSUM_MISMATCH
    assert scene.server.connections_peak == 1
    assert_invariant(scene.engine, scene.server)


@four_ways
@pytest.mark.case("I09")
def test_i09_and_never_continued(engine: Engine, way: Way, faulty_server: ServerFactory) -> None:
    scene = Scene(way, engine, faulty_server)
    scene.serve(size=3 * MIB, rate=None)
    scene.server.inject(transformed())
    held = scene.server.inject(faults.stall(MIB)).gate
    download_id = scene.add()
    scene.engine.until_received(download_id, MIB)
    scene.engine.manager.pause([download_id])
    held.release.set()
    scene.engine.until_still()
    assert scene.engine.snapshot(download_id).resumable is False
    arrives(scene, download_id)
    assert [request.range for request in scene.server.requests] == [None, None]
    assert Notice.RESTARTED_NO_RESUME in scene.engine.snapshot(download_id).notices
