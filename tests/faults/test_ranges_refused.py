"""Ranges that a server refuses, answers with something else, or grants to one alone: R17 to R19, R21, R29, R34, R35."""

from collections.abc import Callable
from typing import Final

import pytest
from headrace.states import FailureReason, Notice
from headrace.transfer.body import GLANCE

from tests.conftest import ServerFactory
from tests.faults.plugin import rows
from tests.support import canaries, faults
from tests.support.engine import Engine
from tests.support.faults import Fault, When
from tests.support.faulty_server import FaultyServer
from tests.support.invariant import assert_invariant
from tests.support.overheard import heard
from tests.support.replies import Framing, Reply, Request, Resource
from tests.support.scene import SMALL, Scene
from tests.support.ways import Way, four_ways

_R = FailureReason
_AT: Final = 400_000
"""Bytes that arrive before the first connection is cut, where there is one only."""
_FAST: Final = 6_000_000
"""Bytes/s of a connection that is to do it all."""
both: Final = pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])


def cut_first(scene: Scene) -> None:
    """Have the one connection resume; several ask for ranges anyway."""
    if not scene.many:
        scene.server.inject(faults.cut(_AT, when=faults.nth(1)))


def page(*, bound: bool, times: int | None = None, when: When = faults.resuming) -> Fault:
    """Answer with a web page under the very range that was asked for; `bound`: under the file's version too."""

    def edit(reply: Reply, _request: Request) -> None:
        reply.set("Content-Type", "text/html; charset=utf-8")
        if not bound:
            reply.set("ETag", None)

    return Fault(edit, times=times, when=when)


PAGES: Final = [
    ("R17 of no version", "/file", False),
    ("R17 of no version, in the place of a program", "/setup.exe", False),
    ("R17 of the same version, in the place of a program", "/setup.exe", True),
]


@pytest.mark.parametrize(("case", "path", "bound"), rows(*PAGES))
@both
def test_r17_a_page_in_the_place_of_the_rest_is_asked_about(
    engine: Engine, faulty_server: ServerFactory, case: str, path: str, bound: bool, tls: bool
) -> None:
    scene = Scene(Way(tls, 1), engine, faulty_server)
    scene.serve(path=path)
    cut_first(scene)
    scene.server.inject(page(bound=bound))
    download_id = scene.add()
    assert engine.failed(download_id) is _R.LOGIN_NEEDED
    assert engine.snapshot(download_id).received == _AT
    assert len(scene.server.requests) == 2
    assert_invariant(engine, scene.server)
    scene.server.heal()
    engine.manager.resume([download_id])
    assert engine.fetched(download_id).read_bytes() == scene.content()
    assert scene.server.requests[-1].range_start == _AT - GLANCE


@pytest.mark.parametrize(("case", "path", "bound"), rows(PAGES[2]))
@both
def test_r17_a_page_in_the_place_of_a_segment_is_thrown_away(
    engine: Engine, faulty_server: ServerFactory, case: str, path: str, bound: bool, tls: bool
) -> None:
    scene = Scene(Way(tls, 8), engine, faulty_server)
    scene.serve(path=path, rate=3_000_000)
    wrong = scene.server.inject(page(bound=bound, times=3))
    scene.arrives()
    assert wrong.applied == 3


@pytest.mark.case("R18")
@both
@pytest.mark.parametrize("framing", [Framing.CHUNKED, Framing.CLOSE])
@pytest.mark.parametrize("refused", [False, True], ids=["given again", "416"])
def test_r18_nothing_left_to_send_of_a_file_of_unknown_length(
    engine: Engine, faulty_server: ServerFactory, framing: Framing, refused: bool, tls: bool
) -> None:
    scene = Scene(Way(tls, 1), engine, faulty_server)
    scene.serve(framing=framing)
    scene.server.inject(faults.reset(SMALL, when=faults.nth(1)))
    if refused:
        scene.server.inject(faults.status(416, ("Content-Range", f"bytes */{SMALL}"), times=None, when=faults.resuming))
    path = scene.arrives()
    assert path.stat().st_size == SMALL
    assert len(scene.server.requests) == 2
    assert sum(sent for _, sent in scene.asked()) <= SMALL + (64 << 10)


def refusal(said: str | None, times: int | None) -> Callable[[], Fault]:
    """Refuse ranges that do not begin at 0, saying so much of the length."""
    fields = () if said is None else (("Content-Range", said),)
    return lambda: faults.status(416, *fields, times=times, when=faults.resuming)


REFUSED: Final = [
    ("R19 the right length", f"bytes */{SMALL}"),
    ("R21 no length", None),
    ("R21 nonsense", "bytes */many"),
    ("R21 any length", "bytes */*"),
]


@pytest.mark.parametrize(("case", "said"), rows(*REFUSED))
@both
def test_r19_r21_a_refusal_is_asked_once_more(
    engine: Engine, faulty_server: ServerFactory, case: str, said: str | None, tls: bool
) -> None:
    scene = Scene(Way(tls, 1), engine, faulty_server)
    cut_first(scene)
    scene.server.inject(refusal(said, 1)())
    scene.arrives()
    assert [start for start, _ in scene.asked()] == [0, _AT - GLANCE, _AT - GLANCE]


@pytest.mark.parametrize(("case", "said"), rows(*REFUSED))
@pytest.mark.parametrize("left", [1, 50, SMALL - _AT])
def test_r19_r21_a_second_refusal_begins_anew_however_little_is_missing(
    engine: Engine, plain_server: FaultyServer, case: str, said: str | None, left: int
) -> None:
    address = plain_server.file(SMALL)
    plain_server.inject(faults.cut(SMALL - left, when=faults.nth(1)))
    plain_server.inject(refusal(said, None)())
    download_id = engine.add(address)
    engine.fetched(download_id)
    assert_invariant(engine, plain_server)
    assert [request.status for request in plain_server.requests] == [200, 416, 416, 200]
    assert Notice.RESTARTED_NO_RESUME in engine.snapshot(download_id).notices


@pytest.mark.calm
@pytest.mark.parametrize(("case", "said"), rows(*REFUSED[:2]))
@both
def test_r19_r21_what_further_connections_are_refused_the_first_fetches(
    engine: Engine, faulty_server: ServerFactory, case: str, said: str | None, tls: bool
) -> None:
    scene = Scene(Way(tls, 8), engine, faulty_server)
    scene.serve(rate=_FAST)
    said = None if said is None else said.replace(str(SMALL), str(scene.size))
    scene.server.inject(refusal(said, None)())
    assert engine.fetched(scene.add()).read_bytes() == scene.content()
    assert_invariant(engine, scene.server)
    brought = [request for request in scene.server.requests if request.body_sent]
    assert len(brought) == 1
    assert len(scene.server.requests) < 20


@pytest.mark.case("R29")
@four_ways
def test_r29_one_stream_takes_over_where_ranges_are_never_given(
    engine: Engine, faulty_server: ServerFactory, way: Way
) -> None:
    scene = Scene(way, engine, faulty_server)
    if scene.many:
        scene.serve(rate=_FAST)
    cut_first(scene)
    scene.server.inject(faults.ignore_range())
    assert engine.fetched(scene.add()).read_bytes() == scene.content()
    assert_invariant(engine, scene.server)
    whole = [request for request in scene.server.requests if request.complete]
    assert len(whole) == 1
    if scene.many:
        assert scene.server.body_sent < 1.5 * scene.size
        assert sum(request.body_sent for request in scene.server.requests if not request.complete) < scene.size / 2


def moved_on(scene: Scene, other: FaultyServer) -> None:
    """Send everyone but the first on to another server, another origin too."""
    scene.server.inject(
        faults.status(302, ("Location", other.url(scene.resource.path)), times=None, when=faults.resuming)
    )


@pytest.mark.case("R34")
@four_ways
def test_r34_a_segment_may_come_from_another_host_which_is_told_nothing(
    engine: Engine, faulty_server: ServerFactory, way: Way
) -> None:
    scene, other = Scene(way, engine, faulty_server), way.server(faulty_server)
    other.add(scene.resource)
    cut_first(scene)
    moved_on(scene, other)
    scene.arrives(headers=canaries.HEADERS)
    assert sum(request.body_sent for request in other.requests) > 0
    assert len(heard(scene.server)) >= len(canaries.HEADERS)
    assert heard(other) == []


@pytest.mark.case("R34")
@four_ways
def test_r34_another_version_at_another_host_is_not_joined(
    engine: Engine, faulty_server: ServerFactory, way: Way
) -> None:
    scene, other = Scene(way, engine, faulty_server), way.server(faulty_server)
    if scene.many:
        scene.serve(rate=_FAST)
    other.add(Resource(scene.resource.path, size=scene.size, seed=77, etag='"v2"', rate=scene.resource.rate))
    cut_first(scene)
    moved_on(scene, other)
    download_id = scene.add(headers=canaries.HEADERS)
    assert engine.fetched(download_id).read_bytes() == scene.content()
    assert Notice.RESTARTED_CHANGED in engine.snapshot(download_id).notices
    assert_invariant(engine, scene.server)
    assert heard(other) == []


ALONE: Final = [
    ("R35 403", lambda when: faults.status(403, times=None, when=when)),
    ("R35 404", lambda when: faults.status(404, times=None, when=when)),
    ("R35 429", lambda when: faults.status(429, times=None, when=when)),
    ("R35 reset", lambda when: faults.reset(faults.BEFORE_HEAD, times=None, when=when)),
]


@pytest.mark.parametrize(("case", "refuse"), rows(*ALONE))
@both
def test_r35_the_first_does_it_all_where_nobody_else_is_served(
    engine: Engine, faulty_server: ServerFactory, case: str, refuse: Callable[[When], Fault], tls: bool
) -> None:
    scene = Scene(Way(tls, 8), engine, faulty_server)
    scene.serve(rate=_FAST)
    refused = scene.server.inject(refuse(lambda request: request.number > 1))
    assert engine.fetched(scene.add()).read_bytes() == scene.content()
    assert_invariant(engine, scene.server)
    assert refused.applied >= 1
    assert [sent for _, sent in scene.asked() if sent] == [scene.size]
    assert not any(seen.failure for seen in engine.seen)
    assert len(scene.server.requests) < 30
