"""Bodies in a coding nobody asked for: S19 to S23."""

import gzip
import resource
import sys
from collections.abc import Callable
from typing import Final

import pytest
from headrace.permissions import Permission
from headrace.states import FailureReason, Notice

from tests.conftest import ServerFactory
from tests.support import faults, seeded
from tests.support.engine import Engine
from tests.support.faults import Fault
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Framing, Resource
from tests.support.scene import SMALL, Scene
from tests.support.ways import Way, four_ways

_R = FailureReason
_MIB: Final = 1 << 20
MEMORY_BAR: Final = 64 << 20
both: Final = pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])


def labelled(content: bytes, coding: str = "gzip", **facts: str) -> Resource:
    """Return a resource with this content, said to be in `coding`."""
    return Resource("/file", content=content, headers=(("Content-Encoding", coding),), **facts)  # type: ignore[arg-type]


def bomb(mebibytes: int) -> bytes:
    """Return a gzip body that unpacks to so much: about a thousandth of it."""
    one = gzip.compress(bytes(16 * _MIB), compresslevel=9)
    return one * (mebibytes // 16)


def most_memory() -> int:
    """Return the most memory this process has had so far, in bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


@pytest.mark.case("S19")
@four_ways
def test_s19_what_was_packed_on_the_way_is_unpacked(engine: Engine, faulty_server: ServerFactory, way: Way) -> None:
    scene = Scene(way, engine, faulty_server)
    scene.serve(content_type="text/html", rate=None)
    scene.server.inject(faults.gzipped())
    download_id = scene.add()
    assert engine.fetched(download_id).read_bytes() == scene.content()
    assert len(scene.server.requests) == 1


@pytest.mark.case("S19")
@both
def test_s19_a_packed_body_is_never_continued(engine: Engine, faulty_server: ServerFactory, tls: bool) -> None:
    scene = Scene(Way(tls, 1), engine, faulty_server)
    scene.serve(content_type="text/html")
    scene.server.inject(faults.gzipped())
    scene.server.inject(faults.cut(SMALL // 2))
    download_id = scene.add()
    assert engine.fetched(download_id).read_bytes() == scene.content()
    assert [request.range for request in scene.server.requests] == [None, None]
    assert engine.snapshot(download_id).resumable is False


@pytest.mark.case("S19")
@four_ways
def test_s19_packed_and_plain_bytes_are_never_mixed(engine: Engine, faulty_server: ServerFactory, way: Way) -> None:
    scene = Scene(way, engine, faulty_server)
    if not scene.many:
        scene.server.inject(faults.cut(400_000))
    packed = scene.server.inject(faults.gzipped(times=1, when=faults.resuming))
    scene.arrives()
    assert packed.applied == 1


@pytest.mark.case("S20")
@both
def test_s20_a_bomb_is_stopped(engine: Engine, faulty_server: ServerFactory, tls: bool) -> None:
    engine.restart(tries=1)
    server = faulty_server(tls=tls)
    address = server.add(labelled(bomb(1024), content_type="text/plain"))
    before = most_memory()
    download_id = engine.add(address)
    assert engine.failed(download_id) is _R.DECODED_TOO_LARGE
    assert most_memory() - before <= MEMORY_BAR
    assert engine.snapshot(download_id).received <= 200 * _MIB
    assert not (engine.folder / "file").exists()


@pytest.mark.case("S20")
def test_s20_a_bomb_that_is_allowed_is_unpacked(engine: Engine, plain_server: FaultyServer) -> None:
    address = plain_server.add(labelled(bomb(64), content_type="text/plain"))
    path = engine.fetched(engine.add(address, allow=frozenset({Permission.LARGE_DECODED})))
    assert path.stat().st_size == 64 * _MIB


@pytest.mark.case("S20")
@both
def test_s20_a_bomb_that_is_an_archive_stays_packed(engine: Engine, faulty_server: ServerFactory, tls: bool) -> None:
    content = bomb(1024)
    address = faulty_server(tls=tls).add(labelled(content, content_type="application/gzip"))
    assert engine.fetched(engine.add(address)).read_bytes() == content


@pytest.mark.case("S20")
@both
def test_s20_five_codings_are_refused(engine: Engine, faulty_server: ServerFactory, tls: bool) -> None:
    engine.restart(tries=1)
    address = faulty_server(tls=tls).add(labelled(bomb(16), ", ".join(["gzip"] * 5), content_type="text/plain"))
    assert engine.failed(engine.add(address)) is _R.BAD_RESPONSE
    assert not (engine.folder / "file").exists()


@pytest.mark.case("S21")
@pytest.mark.parametrize("framing", ["length", "chunks"])
@both
def test_s21_a_packed_body_that_lacks_its_end_is_cut(
    engine: Engine, faulty_server: ServerFactory, tls: bool, framing: str
) -> None:
    scene = Scene(Way(tls, 1), engine, faulty_server, tries=2)
    scene.serve(content_type="text/html")
    scene.server.inject(faults.gzipped(keep=SMALL // 2, times=None))
    if framing == "chunks":
        scene.server.inject(faults.reframed(Framing.CHUNKED))
    download_id = scene.add()
    assert engine.failed(download_id) is _R.CONTENT_CUT
    assert not (engine.folder / "file").exists()
    assert [request.range for request in scene.server.requests] == [None, None]
    scene.server.heal()
    engine.manager.resume([download_id])
    assert engine.fetched(download_id).read_bytes() == scene.content()


@pytest.mark.case("S22")
@both
@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_s22_a_wrong_label_is_passed_over(engine: Engine, faulty_server: ServerFactory, tls: bool, coding: str) -> None:
    content = b"plain text, whatever the label says\n" + seeded.body(1, 0, SMALL)
    server = faulty_server(tls=tls)
    download_id = engine.add(server.add(labelled(content, coding, content_type="text/plain")))
    assert engine.fetched(download_id).read_bytes() == content
    assert Notice.LABEL_WRONG in engine.snapshot(download_id).notices


_ARCHIVES: list[tuple[str, Callable[[], Fault], str]] = [
    ("/a.tar.gz", lambda: faults.header("Content-Encoding", "gzip"), "application/x-tar"),
    ("/a.tgz", lambda: faults.header("Content-Encoding", "x-gzip"), "application/octet-stream"),
]


@pytest.mark.case("S23")
@four_ways
@pytest.mark.parametrize(("path", "label", "kind"), _ARCHIVES)
def test_s23_an_archive_labelled_with_its_own_coding_is_stored_as_sent(
    engine: Engine, faulty_server: ServerFactory, way: Way, path: str, label: Callable[[], Fault], kind: str
) -> None:
    scene = Scene(way, engine, faulty_server)
    content = gzip.compress(seeded.body(1, 0, SMALL), compresslevel=1)
    scene.serve(path=path, content=content, content_type=kind)
    scene.server.inject(label())
    assert engine.fetched(scene.add()).read_bytes() == content
    assert engine.files() == [path[1:]]
