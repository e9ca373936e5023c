"""Other versions of the file while it is fetched, honestly named or not: R22, R26, R27, R31, R32, R33."""

from dataclasses import replace
from itertools import count
from typing import Any, Final

import pytest
from headrace.addresses import host_of
from headrace.spec import Checksum
from headrace.states import DownloadState, FailureReason, Notice

from tests.conftest import ServerFactory
from tests.faults.plugin import rows
from tests.support import faults, seeded
from tests.support.engine import Engine
from tests.support.faults import Fault, When
from tests.support.faulty_server import FaultyServer
from tests.support.invariant import assert_invariant
from tests.support.replies import Reply, Request, Resource, plain_reply
from tests.support.scene import Scene
from tests.support.ways import Way, four_ways

_R = FailureReason
_AT: Final = 400_000
"""Bytes that arrive before the first connection is cut, where there is one only."""
_NEW: Final = 999
"""The seed of the other version."""
_LONG_AGO: Final = "Mon, 02 Mar 2026 10:00:00 GMT"
both: Final = pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])


def cut_first(scene: Scene) -> None:
    """Have the one connection resume; several ask for ranges anyway."""
    if not scene.many:
        scene.server.inject(faults.cut(_AT, when=faults.nth(1)))


def since(scene: Scene, number: int) -> When:
    """Match every request from the `further` one of this number on, in the order in which they are judged."""
    begins = scene.only(number) if scene.many else faults.resuming
    begun: list[bool] = []

    def matches(request: Request) -> bool:
        if not begun and begins(request):
            begun.append(True)
        return bool(begun)

    return matches


def other(old: Resource, **facts: Any) -> Resource:
    """Return other content of the same length under the same address."""
    return replace(old, seed=_NEW, **facts)


def is_new(scene: Scene, engine: Engine, download_id: str) -> bool:
    """Say whether the file that arrived is the other version, whole, and that was told."""
    path = engine.fetched(download_id)
    assert_invariant(engine, scene.server)
    assert Notice.RESTARTED_CHANGED in engine.snapshot(download_id).notices
    return path.read_bytes() == seeded.body(_NEW, 0, scene.size)


@pytest.mark.case("R22")
@four_ways
def test_r22_what_one_segment_is_told_concerns_them_all(engine: Engine, faulty_server: ServerFactory, way: Way) -> None:
    scene = Scene(way, engine, faulty_server)
    cut_first(scene)
    replaced = since(scene, 2)
    refused: list[Request] = []

    def refuse(_reply: Reply, request: Request) -> Reply | None:
        if request.headers.get("if-range") != '"v1"':
            return None
        refused.append(request)
        return plain_reply(412)

    scene.server.inject(Fault(refuse, lambda old: other(old, etag='"v2"'), replaced, times=None))
    download_id = scene.add()
    assert is_new(scene, engine, download_id)
    assert len(refused) <= 8
    assert sum(request.range is None for request in scene.server.requests) == 2


@pytest.mark.case("R26")
@four_ways
def test_r26_the_same_tag_on_other_bytes_is_noticed_where_the_rest_is_joined(
    engine: Engine, faulty_server: ServerFactory, way: Way
) -> None:
    scene = Scene(way, engine, faulty_server)
    stall = scene.server.inject(faults.stall(_AT, times=None))
    download_id = scene.add()
    engine.until_received(download_id, _AT * (3 if scene.many else 1))
    engine.manager.pause([download_id])
    engine.until_still()
    stall.gate.release.set()
    scene.server.heal()
    scene.server.inject(faults.swap(other))
    engine.manager.resume([download_id])
    assert is_new(scene, engine, download_id)


@pytest.mark.case("R26")
@both
def test_r26_the_same_tag_on_another_segment_is_found_by_the_expected_digest(
    engine: Engine, faulty_server: ServerFactory, tls: bool
) -> None:
    scene = Scene(Way(tls, 8), engine, faulty_server)
    scene.server.inject(faults.swap(other, when=scene.only(2), times=1))
    download_id = scene.add(checksum=Checksum("sha256", seeded.digest(1, scene.size)))
    assert engine.failed(download_id) is _R.CHECKSUM_MISMATCH
    assert not (engine.folder / "file").exists()


def nodes(server: FaultyServer, *, bound: bool) -> Fault:
    """Answer each request as another node does, with a tag of its own; `bound`: nodes know If-Range."""
    numbers = count(1)
    return server.inject(faults.swap(lambda old: replace(old, etag=f'"node-{next(numbers)}"', honours_if_range=bound)))


@pytest.mark.case("R27")
@pytest.mark.parametrize("bound", [True, False], ids=["If-Range honoured", "If-Range ignored"])
@four_ways
def test_r27_tags_that_differ_by_node_are_believed_twice_at_most(
    engine: Engine, faulty_server: ServerFactory, way: Way, bound: bool
) -> None:
    scene = Scene(way, engine, faulty_server)
    scene.serve(last_modified=_LONG_AGO, rate=scene.resource.rate and 5_000_000)
    nodes(scene.server, bound=bound)
    scene.server.inject(faults.cut(_AT, times=4))
    download_id = scene.add()
    assert engine.fetched(download_id).read_bytes() == scene.content()
    hosts = engine.manager._runner.hosts
    assert hosts.tags_rotate(host_of(scene.address))
    begun = [request for request in scene.server.requests if request.range is None]
    assert len(begun) <= 3
    seen = len(scene.server.requests)
    scene.server.inject(faults.cut(_AT, times=2, when=faults.on_path("/next")))
    again = engine.add(scene.server.add(replace(scene.resource, path="/next")))
    assert engine.fetched(again).read_bytes() == scene.content()
    assert Notice.RESTARTED_CHANGED not in engine.snapshot(again).notices
    asked = [request.headers.get("if-range") for request in scene.server.requests[seen:] if request.range]
    assert set(asked) <= {_LONG_AGO}
    assert asked


@pytest.mark.case("R31")
@pytest.mark.parametrize("for_good", [False, True], ids=["one node only", "from then on"])
@both
def test_r31_a_segment_of_another_version_stops_them_all(
    engine: Engine, faulty_server: ServerFactory, for_good: bool, tls: bool
) -> None:
    scene = Scene(Way(tls, 8), engine, faulty_server)
    when = since(scene, 3) if for_good else scene.only(3)
    wrong = scene.server.inject(faults.swap(lambda old: other(old, etag='"v2"', honours_if_range=False), when=when))
    download_id = scene.add()
    path = engine.fetched(download_id)
    assert path.read_bytes() == seeded.body(_NEW if for_good else 1, 0, scene.size)
    assert Notice.RESTARTED_CHANGED in engine.snapshot(download_id).notices
    assert wrong.applied >= 1
    assert engine.files() == ["file"]
    assert_invariant(engine, scene.server)


REPLACED: Final[list[tuple[str, dict[str, Any], tuple[str, str | None] | None]]] = [
    ("R32 under another tag", {"etag": '"v2"'}, None),
    ("R32 longer", {"etag": '"v2"', "size": 11 << 20}, None),
    ("R32 its version not named any more", {"etag": '"v1"'}, ("ETag", None)),
]


@pytest.mark.parametrize(("case", "facts", "said"), rows(*REPLACED))
@four_ways
def test_r32_a_file_replaced_on_the_way_is_noticed(
    engine: Engine,
    faulty_server: ServerFactory,
    way: Way,
    case: str,
    facts: dict[str, Any],
    said: tuple[str, str | None] | None,
) -> None:
    scene = Scene(way, engine, faulty_server)
    if scene.many:
        scene.serve(size=10 << 20, rate=5_000_000)
    cut_first(scene)
    replaced = since(scene, 4)

    def edit(reply: Reply, _request: Request) -> None:
        if said is not None:
            reply.set(*said)

    scene.server.inject(Fault(edit, lambda old: other(old, honours_if_range=False, **facts), replaced, times=None))
    download_id = scene.add()
    path = engine.fetched(download_id)
    assert path.read_bytes() == seeded.body(_NEW, 0, facts.get("size", scene.size))
    assert Notice.RESTARTED_CHANGED in engine.snapshot(download_id).notices
    assert_invariant(engine, scene.server)


@pytest.mark.case("R33")
@both
def test_r33_a_source_that_never_agrees_with_itself_is_asked_about(
    engine: Engine, faulty_server: ServerFactory, tls: bool
) -> None:
    scene = Scene(Way(tls, 1), engine, faulty_server, tries=2)
    seeds = count(1000)
    scene.server.inject(faults.swap(lambda old: replace(old, seed=next(seeds))))
    scene.server.inject(faults.cut(_AT, times=None))
    download_id = scene.add()
    assert engine.failed(download_id) is _R.BAD_RANGE
    assert Notice.RESTARTED_CHANGED in engine.snapshot(download_id).notices
    assert engine.state(download_id) is DownloadState.FAILED
    assert not (engine.folder / "file").exists()
    assert len(scene.server.requests) <= 2 * 2 * 5


@pytest.mark.case("R33")
@four_ways
def test_r33_bytes_that_differ_from_those_there_begin_the_file_anew(
    engine: Engine, faulty_server: ServerFactory, way: Way
) -> None:
    scene = Scene(way, engine, faulty_server)
    scene.server.inject(faults.cut(_AT, when=scene.only(1)))
    corrupt = scene.server.inject(faults.swap(other, times=1, when=lambda one: (one.range_start or 0) % (1 << 20) > 0))
    download_id = scene.add()
    assert engine.fetched(download_id).read_bytes() == scene.content()
    assert corrupt.applied == 1
    assert Notice.RESTARTED_CHANGED in engine.snapshot(download_id).notices
    assert_invariant(engine, scene.server)
