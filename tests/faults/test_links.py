"""Links that expire, and pages in the place of the file they lead to: S28 and S29, in four ways."""

from itertools import count
from typing import Final

import pytest
from headrace.addresses import host_of
from headrace.permissions import Permission
from headrace.states import FailureReason, Notice

from tests.conftest import ServerFactory
from tests.support import faults
from tests.support.engine import Engine
from tests.support.faults import Fault
from tests.support.faulty_server import FaultyServer
from tests.support.invariant import assert_invariant
from tests.support.replies import Reply, Request, Resource, plain_reply
from tests.support.scene import Scene
from tests.support.ways import Way, four_ways

_R = FailureReason
_AT: Final = 400_000
_PAGE: Final = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>" + b"<p>Welcome</p>" * 200


# S28: /file leads to a signed link, which expires.


class Signed:
    """Links for a while: `expire` ends the one that was given out last, and /file leads to the next."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._numbers = count(1)
        self._valid = next(self._numbers)
        scene.serve(path="/signed")
        scene.server.inject(Fault(self._lead, when=faults.on_path("/file"), times=None))
        scene.server.inject(Fault(self._check, when=faults.on_path("/signed"), times=None))

    def add(self, engine: Engine) -> str:
        """Begin to fetch what /file leads to."""
        engine.manager._runner.hosts.learn(host_of(self.scene.address), self.scene.way.connections)
        return engine.add(self.scene.server.url("/file"))

    def expire(self) -> None:
        """Let nobody in with the present link any more."""
        self._valid = next(self._numbers)

    def _lead(self, _reply: Reply, _request: Request) -> Reply:
        return plain_reply(302, (("Location", f"/signed?{self._valid}"),))

    def _check(self, _reply: Reply, request: Request) -> Reply | None:
        return None if request.target == f"/signed?{self._valid}" else plain_reply(403)


def half_way(engine: Engine, scene: Scene, there: int = _AT) -> str:
    """Begin a download that falls silent on every connection after some bytes; pause it and return its id."""
    stall = scene.server.inject(faults.stall(_AT, times=None))
    download_id = scene.add()
    engine.until_received(download_id, there)
    engine.manager.pause([download_id])
    engine.until_still()
    stall.gate.release.set()
    scene.server.heal()
    return download_id


@pytest.mark.case("S28")
@four_ways
def test_s28_an_expired_link_is_got_anew_from_the_first_address(
    engine: Engine, faulty_server: ServerFactory, way: Way
) -> None:
    scene = Scene(way, engine, faulty_server)
    signed = Signed(scene)
    scene.server.inject(faults.doing(signed.expire, faults.cut(_AT, when=faults.on_path("/signed"))))
    download_id = signed.add(engine)
    assert engine.fetched(download_id).read_bytes() == scene.content()
    assert engine.snapshot(download_id).notices == ()
    assert not any(seen.failure for seen in engine.seen)
    assert sum(request.range is None for request in scene.server.requests if request.path == "/signed") == 1
    assert scene.server.body_sent < scene.size + (1 << 20)
    assert_invariant(engine, scene.server)


@pytest.mark.case("S28")
@four_ways
def test_s28_another_version_behind_the_new_link_is_asked_about(
    engine: Engine, faulty_server: ServerFactory, way: Way
) -> None:
    scene = Scene(way, engine, faulty_server)
    signed = Signed(scene)
    before = scene.resource

    def expire() -> None:
        signed.expire()
        scene.serve(etag='"v2"', seed=999)

    scene.server.inject(faults.doing(expire, faults.cut(_AT, when=faults.on_path("/signed"))))
    download_id = signed.add(engine)
    assert engine.failed(download_id) is _R.SOURCES_DIFFER
    assert engine.snapshot(download_id).received >= _AT
    assert len(engine.parts()) == 1
    assert Notice.SOURCE_DROPPED not in engine.snapshot(download_id).notices
    assert_invariant(engine, scene.server, also=[before])
    engine.manager.resume([download_id])  # a person has looked at it
    assert engine.fetched(download_id).read_bytes() == scene.content()
    assert Notice.RESTARTED_CHANGED in engine.snapshot(download_id).notices


@pytest.mark.case("S28")
@four_ways
def test_s28_a_link_that_nothing_leads_to_is_asked_about(
    engine: Engine, faulty_server: ServerFactory, way: Way
) -> None:
    scene = Scene(way, engine, faulty_server)
    download_id = half_way(engine, scene, _AT * (3 if scene.many else 1))
    there = engine.snapshot(download_id).received
    refused = scene.server.inject(faults.status(403, times=None))
    engine.manager.resume([download_id])
    assert engine.failed(download_id) is _R.FORBIDDEN
    assert engine.snapshot(download_id).received == there
    assert refused.applied == 1
    assert_invariant(engine, scene.server)
    scene.server.heal()
    sent = scene.server.body_sent
    engine.manager.resume([download_id])
    assert engine.fetched(download_id).read_bytes() == scene.content()
    assert scene.server.body_sent - sent < scene.size - there + (1 << 20)


# S29: a login page.


def login_page(server: FaultyServer, path: str, how: str) -> Fault:
    """Let whoever asks for `path` see a login page: in its place, or at another address."""
    page = (("Content-Type", "text/html"),)
    if how == "instead":
        return server.inject(faults.status(200, *page, content=_PAGE, times=None, when=faults.on_path(path)))
    server.add(Resource(how.partition("?")[0], content=_PAGE, content_type="text/html", etag=None))
    return server.inject(faults.status(302, ("Location", how), times=None, when=faults.on_path(path)))


@pytest.mark.case("S29")
@pytest.mark.parametrize(
    ("path", "how"),
    [
        ("/setup.exe", "instead"),
        ("/film.mkv", "instead"),
        ("/setup.exe", "/login"),
        ("/setup.exe", "/login.html"),
        ("/setup.exe", "/sorry.aspx?back=%2Fsetup.exe"),
    ],
)
@four_ways
def test_s29_a_login_page_is_not_the_file(
    engine: Engine, faulty_server: ServerFactory, way: Way, path: str, how: str
) -> None:
    scene = Scene(way, engine, faulty_server)
    scene.serve(path=path, rate=None)
    login_page(scene.server, path, how)
    download_id = scene.add()
    assert engine.failed(download_id) is _R.NOT_THE_FILE
    assert engine.files() == []
    assert_invariant(engine, scene.server)
    scene.server.heal()
    engine.manager.resume([download_id])  # after the login
    assert engine.fetched(download_id).read_bytes() == scene.content()
    assert engine.files() == [path[1:]]


@pytest.mark.case("S29")
def test_s29_who_wants_the_page_gets_it(engine: Engine, plain_server: FaultyServer) -> None:
    plain_server.file(1000, "/setup.exe")
    login_page(plain_server, "/setup.exe", "/login.html")
    download_id = engine.add(plain_server.url("/setup.exe"), allow=frozenset({Permission.ANY_TYPE}))
    assert engine.fetched(download_id).read_bytes() == _PAGE
    assert engine.files() == ["login.html"]
