"""One file at several addresses, some of which fail, lie, or have another file (I05, and what stands beside it)."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from headrace.checksums import Checksum
from headrace.pieces import PieceHashes
from headrace.states import FailureReason, Notice

from tests.conftest import ServerFactory
from tests.support import faults, seeded
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.get_command import GetCommand
from tests.support.invariant import assert_invariant
from tests.support.replies import Framing, Resource
from tests.support.scene import Scene
from tests.support.ways import Way

MIB = 1 << 20
SMALL = 1_500_000
R = FailureReason
RIGHT = Checksum("sha256", seeded.digest(1, SMALL))
Spoil = Callable[[FaultyServer, Resource], object]


def served(server: FaultyServer, right: Resource, **facts: Any) -> None:
    """Serve something else under the same address."""
    server.add(replace(right, **facts))


BAD: list[tuple[str, Spoil]] = [
    ("gone", lambda server, _: server.inject(faults.status(404, times=None))),
    ("busy", lambda server, _: server.inject(faults.status(503, times=None))),
    ("resets each connection", lambda server, _: server.inject(faults.reset(faults.BEFORE_HEAD, times=None))),
    ("no HTTP", lambda server, _: server.inject(faults.raw(b"SSH-2.0-OpenSSH\r\n", times=None))),
    ("cut each time", lambda server, _: server.inject(faults.cut(1000, times=None))),
    ("a web page", lambda server, right: served(server, right, content=b"<html>", content_type="text/html")),
    ("another file of this length", lambda server, right: served(server, right, seed=2)),
    ("a longer file", lambda server, right: served(server, right, size=right.size + 1)),
    ("a shorter file", lambda server, right: served(server, right, size=right.size - 1)),
    ("no ranges", lambda server, right: served(server, right, accepts_ranges=False)),
    ("slow", lambda server, right: served(server, right, rate=30_000)),
]
NAMES = [name for name, _ in BAD]
OTHER_FILES = NAMES[5:9]


plain_with_eight = pytest.mark.parametrize("way", [Way(tls=False, connections=8)], ids=str)
tls_with_one = pytest.mark.parametrize("way", [Way(tls=True, connections=1)], ids=str)


@plain_with_eight
@pytest.mark.parametrize(("name", "spoil"), BAD, ids=NAMES)
def test_a_bad_mirror_does_no_harm(
    engine: Engine, way: Way, faulty_server: ServerFactory, name: str, spoil: Spoil
) -> None:
    scene, mirror = Scene(way, engine, faulty_server), way.server(faulty_server)
    scene.serve(rate=5_000_000)
    address = mirror.add(scene.resource)
    spoil(mirror, scene.resource)
    download_id = scene.add(mirrors=(address,))
    assert seeded.first_difference(scene.engine.fetched(download_id), 1, scene.size) is None
    assert mirror.requests, "nobody asked it"
    assert_invariant(scene.engine, scene.server)
    assert (Notice.SOURCE_DROPPED in scene.engine.snapshot(download_id).notices) >= (name in OTHER_FILES)


FIRST_BAD = [(name, spoil) for name, spoil in BAD if name not in ("no ranges", "slow")]


@tls_with_one
@pytest.mark.parametrize(("name", "spoil"), FIRST_BAD, ids=[name for name, _ in FIRST_BAD])
def test_a_mirror_makes_good_for_a_bad_first_address(
    engine: Engine, way: Way, faulty_server: ServerFactory, name: str, spoil: Spoil
) -> None:
    """What it should be is known: by size, and by a digest."""
    scene, mirror = Scene(way, engine, faulty_server), way.server(faulty_server)
    address = mirror.add(scene.resource)
    spoil(scene.server, scene.resource)
    download_id = scene.add(mirrors=(address,), checksum=RIGHT, size=SMALL, name="file.bin")
    assert seeded.first_difference(scene.engine.fetched(download_id), 1, SMALL) is None
    seen = scene.engine.snapshot(download_id)
    assert (seen.checksum_verified, seen.checksum_source) == ("sha256", "given")
    assert_invariant(scene.engine, mirror)


@pytest.mark.parametrize("proof", ["checksum", "pieces"])
@pytest.mark.parametrize("liars", [1, 2, 3])
def test_of_several_that_lie_the_one_that_does_not_is_found(
    engine: Engine, faulty_server: ServerFactory, proof: str, liars: int
) -> None:
    servers = [faulty_server() for _ in range(liars + 1)]
    addresses = [server.file(SMALL, seed=2 + place) for place, server in enumerate(servers[:-1])]
    addresses.append(servers[-1].file(SMALL))
    digests = (hashlib.sha256(seeded.body(1, at, min(at + MIB, SMALL))).hexdigest() for at in (0, MIB))
    known = {"checksum": RIGHT} if proof == "checksum" else {"pieces": PieceHashes("sha256", MIB, tuple(digests))}
    download_id = engine.add(addresses[0], mirrors=tuple(addresses[1:]), **known)
    assert seeded.first_difference(engine.fetched(download_id), 1, SMALL) is None
    assert Notice.SOURCE_DROPPED in engine.snapshot(download_id).notices
    assert_invariant(engine, servers[-1])


def test_where_all_lie_nothing_is_published(engine: Engine, faulty_server: ServerFactory) -> None:
    servers = [faulty_server() for _ in range(3)]
    first, *others = (server.file(SMALL, seed=2 + place) for place, server in enumerate(servers))
    download_id = engine.add(first, mirrors=tuple(others), checksum=RIGHT)
    assert engine.failed(download_id) is R.CHECKSUM_MISMATCH
    assert [name.rpartition(".")[2] for name in engine.files()] == ["bad"]
    assert sum(server.body_sent for server in servers) < 4 * SMALL


# -- the size that a Metalink gives ----------------------------------------------------------------------------

FRAMINGS = [Framing.LENGTH, Framing.CHUNKED, Framing.CLOSE]


@pytest.mark.parametrize("framing", FRAMINGS, ids=lambda framing: framing.name.lower())
@pytest.mark.parametrize("more", [-1000, -1, 1, 1000])
def test_a_file_of_another_size_is_refused(
    engine: Engine, plain_server: FaultyServer, framing: Framing, more: int
) -> None:
    address = plain_server.add(Resource("/file", size=SMALL + more, framing=framing))
    engine.restart(tries=1)
    download_id = engine.add(address, size=SMALL)
    assert engine.failed(download_id) in (R.SIZE_MISMATCH, R.SHORT_BODY)
    assert all(name.endswith(".part") for name in engine.files())
    if framing is Framing.LENGTH:
        assert engine.files() == []


def test_the_size_is_remembered_and_asked_for_again(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = engine.add(plain_server.file(SMALL), size=SMALL + 1, paused=True)
    engine.restart()
    engine.manager.resume([download_id])
    assert engine.failed(download_id) is R.SIZE_MISMATCH
    plain_server.file(SMALL + 1)
    engine.manager.resume([download_id])
    assert seeded.first_difference(engine.fetched(download_id), 1, SMALL + 1) is None


def test_pieces_must_make_the_file(engine: Engine, plain_server: FaultyServer) -> None:
    """Else bytes behind the last piece would be proven by none."""
    pieces = PieceHashes("sha256", MIB, (hashlib.sha256(seeded.body(1, 0, MIB)).hexdigest(),))
    download_id = engine.add(plain_server.file(SMALL), pieces=pieces)
    assert engine.failed(download_id) is R.SIZE_MISMATCH
    assert engine.files() == []


# -- mirrors that the server names -----------------------------------------------------------------------------


@plain_with_eight
@pytest.mark.parametrize("proven", [True, False], ids=["with a digest", "without"])
@pytest.mark.parametrize("seed", [1, 2], ids=["the same file", "another"])
def test_mirrors_of_a_link_field_count_only_with_a_digest(
    engine: Engine, way: Way, faulty_server: ServerFactory, proven: bool, seed: int
) -> None:
    """RFC 6249 section 2; and they are proven like any other."""
    scene, mirror = Scene(way, engine, faulty_server), way.server(faulty_server)
    address = mirror.add(replace(scene.resource, seed=seed))
    digest = b64encode(bytes.fromhex(seeded.digest(1, scene.size))).decode()
    told = (("Repr-Digest", f"sha-256=:{digest}:"),) if proven else ()
    scene.serve(headers=(("Link", f"<{address}>; rel=duplicate"), *told))
    assert seeded.first_difference(scene.engine.fetched(scene.add()), 1, scene.size) is None
    assert_invariant(scene.engine, scene.server)
    assert bool(mirror.requests) is proven
    (seen,) = scene.engine.manager.snapshots()
    assert seen.checksum_source == ("Repr-Digest" if proven else None)


# -- checksums beside the file ---------------------------------------------------------------------------------

LARGE = 16 * MIB


def beside(server: FaultyServer) -> list[str]:
    """Return what else was asked for than the files."""
    return [request.path for request in server.requests if not request.path.endswith(".bin")]


@pytest.mark.parametrize("right", [True, False], ids=["right", "wrong"])
def test_a_list_beside_large_files_is_asked_for_once_and_believed(
    engine: Engine, plain_server: FaultyServer, right: bool
) -> None:
    lines = [f"{seeded.digest(seed if right else 9, LARGE)}  {seed}.bin\n" for seed in (1, 2)]
    plain_server.add(Resource("/a/SHA256SUMS", content="".join(lines).encode()))
    for seed in (1, 2):
        download_id = engine.add(plain_server.file(LARGE, f"/a/{seed}.bin", seed=seed))
        if right:
            engine.fetched(download_id)
            engine.restart() if seed == 2 else None
            seen = engine.snapshot(download_id)
            assert (seen.checksum_verified, seen.checksum_source) == ("sha256", "SHA256SUMS")
        else:
            assert engine.failed(download_id) is R.CHECKSUM_MISMATCH
    assert beside(plain_server).count("/a/SHA256SUMS") == 1
    assert_invariant(engine, plain_server)


def test_a_sum_of_its_own_is_found_beside_a_file_that_was_paused(engine: Engine, plain_server: FaultyServer) -> None:
    digest = seeded.digest(1, LARGE)
    plain_server.add(Resource("/get.bin.sha256", content=f"{digest}  named.iso\n".encode()))
    stall = plain_server.inject(faults.stall(LARGE // 2))
    address = plain_server.add(Resource("/get.bin", size=LARGE, disposition='attachment; filename="named.iso"'))
    download_id = engine.add(address)
    engine.until_received(download_id, LARGE // 2)
    stall.gate.release.set()
    engine.restart()
    assert engine.fetched(download_id).name == "named.iso"
    seen = engine.snapshot(download_id)
    assert (seen.checksum_verified, seen.checksum_source) == ("sha256", "get.bin.sha256")


@pytest.mark.parametrize(
    ("size", "settings"), [(LARGE - 1, {}), (LARGE, {"find_checksums": False})], ids=["smaller", "switched off"]
)
def test_nobody_is_asked_where_it_is_not_worth_it_or_not_wanted(
    engine: Engine, plain_server: FaultyServer, size: int, settings: dict[str, Any]
) -> None:
    engine.restart(**settings)
    download_id = engine.add(plain_server.file(size, "/a.bin"))
    engine.fetched(download_id)
    assert engine.snapshot(download_id).checksum_verified is None
    assert beside(plain_server) == []


# -- from the terminal -----------------------------------------------------------------------------------------


@pytest.fixture
def get(tmp_path: Path) -> GetCommand:
    return GetCommand(tmp_path / "files", tmp_path / "profile")


def test_get_takes_mirrors_and_a_checksum_in_the_address(get: GetCommand, faulty_server: ServerFactory) -> None:
    servers = [faulty_server() for _ in range(3)]
    gone, liar, right = servers[0].url(), servers[1].file(SMALL, seed=2), servers[2].file(SMALL)
    done = get.run("--json", "--mirror", liar, "--mirror", right, f"{gone}#sha256={RIGHT.digest}")
    assert done.status == 0, done.err
    (finished,) = done.events("finished")
    assert (finished["checksum"], finished["checksum_source"]) == ("sha256", "given")
    assert "source_dropped" in finished["notices"]
    assert seeded.first_difference(Path(finished["path"]), 1, SMALL) is None


def test_get_refuses_what_the_checksum_in_the_address_does_not_fit(get: GetCommand, plain_server: FaultyServer) -> None:
    done = get.run("--json", f"{plain_server.file(SMALL, seed=2)}#sha256={RIGHT.digest}")
    assert (done.status, [one["code"] for one in done.events("failed")]) == (1, [int(R.CHECKSUM_MISMATCH)])
    assert [name for name in get.files() if not name.endswith(".bad")] == []
    bad = get.run(f"{plain_server.url()}#sha256=abc")
    assert (bad.status, "64 hexadecimal digits" in bad.err) == (2, True)


@pytest.mark.parametrize("right", [True, False], ids=["one has it", "none has it"])
def test_get_holds_the_addresses_of_a_metalink_against_its_size(
    get: GetCommand, faulty_server: ServerFactory, tmp_path: Path, right: bool
) -> None:
    servers = [faulty_server() for _ in range(2)]
    addresses = [servers[0].file(SMALL + 7), servers[1].file(SMALL if right else SMALL - 7)]
    urls = "".join(f"<url priority='{place}'>{address}</url>" for place, address in enumerate(addresses, 1))
    listed = tmp_path / "x.meta4"
    listed.write_text(
        "<metalink xmlns='urn:ietf:params:xml:ns:metalink'>"
        f"<file name='x.bin'><size>{SMALL}</size>{urls}</file></metalink>",
        encoding="utf-8",
    )
    done = get.run("--json", "--tries", "1", str(listed))
    if right:
        assert (done.status, get.files()) == (0, {"x.bin": SMALL})
        assert done.events("finished")[0]["notices"] == ["source_dropped"]
    else:
        assert (done.status, get.files()) == (1, {})
        assert done.events("failed")[0]["code"] == int(R.SIZE_MISMATCH)
    assert json.dumps(done.objects)
