"""Watched addresses at servers of all kinds: without validators, slow, behind logins; and a thousand at once."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from time import time

import pytest
from headrace.profile import Profile
from headrace.settings import Settings
from headrace.spec import Checksum
from headrace.states import FailureReason
from headrace.watches import HOUR, LookOutcome
from PySide6.QtCore import QCoreApplication

from tests.support import faults, seeded
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Resource
from tests.support.watched import current, looked, watched

SIZE = 3 << 20
SAME, SAME_BYTES, NEW, FAILED = LookOutcome.SAME, LookOutcome.SAME_BYTES, LookOutcome.NEW, LookOutcome.FAILED


@pytest.fixture
def engine(qapp: QCoreApplication, profile: Profile, tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(profile, tmp_path / "target", Settings(tmp_path / "target"))
    yield engine
    assert engine.close()


def test_a_server_without_validators_is_compared_by_its_bytes(engine: Engine, plain_server: FaultyServer) -> None:
    address = plain_server.add(Resource("/data.csv", content=b"one", etag=None))
    watched(engine, address)
    assert looked(engine).outcome is SAME_BYTES
    plain_server.add(Resource("/data.csv", content=b"two", etag=None))
    assert looked(engine).outcome is NEW
    assert (engine.folder / "data.csv").read_bytes() == b"two"


def test_a_large_version_that_is_lost_half_way_is_gone_on_with(engine: Engine, plain_server: FaultyServer) -> None:
    watched(engine, plain_server.file(SIZE, "/data.csv"))
    address = plain_server.add(Resource("/data.csv", size=SIZE, seed=2, etag='"v2"'))
    plain_server.inject(faults.stall(SIZE // 2, when=faults.on_path("/data.csv")))
    before = current(engine)
    engine.manager.watching.look([before.id])
    engine.until(lambda: current(engine).coming is not None)
    coming = current(engine).coming or ""
    engine.until_received(coming, SIZE // 2)
    engine.restart()
    sent = plain_server.body_sent
    plain_server.heal()
    engine.until(lambda: not engine.manager.watching.is_looking(current(engine).id))
    assert current(engine).id == coming
    assert engine.snapshot(coming).address == address
    assert seeded.first_difference(engine.folder / "data.csv", 2, SIZE) is None
    assert plain_server.body_sent - sent < SIZE


def test_a_login_page_is_told_and_not_kept(engine: Engine, plain_server: FaultyServer) -> None:
    address = plain_server.add(Resource("/data.zip", content=b"PK"))
    watched(engine, address)
    plain_server.add(Resource("/data.zip", content=b"<html>", etag='"v2"', content_type="text/html"))
    watch = looked(engine)
    assert watch.failure is not None
    assert watch.failure.reason is FailureReason.NOT_THE_FILE
    assert (engine.folder / "data.zip").read_bytes() == b"PK"


def test_headers_go_along_to_the_own_host_alone_and_a_way_out_is_kept(
    engine: Engine, plain_server: FaultyServer
) -> None:
    address = plain_server.add(Resource("/data.csv", content=b"one"))
    download_id = engine.add(address, headers=(("X-Key", "canary"),), proxy="direct")
    engine.fetched(download_id)
    engine.manager.watching.watch([download_id], HOUR, 5)
    plain_server.add(Resource("/data.csv", content=b"two", etag='"v2"'))
    assert looked(engine).outcome is NEW
    assert {request.headers.get("x-key") for request in plain_server.requests} == {"canary"}
    assert engine.snapshot(current(engine).id).proxy == "direct"


def test_the_given_checksum_of_one_version_is_not_asked_of_the_next(engine: Engine, plain_server: FaultyServer) -> None:
    address = plain_server.add(Resource("/data.csv", content=b"one"))
    download_id = engine.add(address, checksum=Checksum("sha256", sha256(b"one").hexdigest()))
    engine.fetched(download_id)
    engine.manager.watching.watch([download_id], HOUR, 5)
    plain_server.add(Resource("/data.csv", content=b"two", etag='"v2"'))
    assert looked(engine).outcome is NEW


def test_a_due_look_begins_by_itself_and_other_watches_wait_without_threads(
    engine: Engine, plain_server: FaultyServer
) -> None:
    due = engine.add(plain_server.add(Resource("/due.csv", content=b"one")))
    engine.fetched(due)
    ids = [engine.add(plain_server.url(f"/{number}"), paused=True) for number in range(1000)]
    engine.until_still()
    engine.until(lambda: not any(thread.name.startswith("headrace") for thread in threading.enumerate()))
    threads = {thread.name for thread in threading.enumerate()}
    assert len(engine.manager.watching.watch([*ids, due], HOUR, 5)) == 1001
    plain_server.add(Resource("/due.csv", content=b"two", etag='"v2"'))
    watching = engine.manager.watching
    engine.until(lambda: len(watching.all()) == 1001)
    watching._book.put(replace(watching._book._watches[due], next_at=time() + 0.2))
    watching._arm()
    assert {thread.name for thread in threading.enumerate()} <= threads
    engine.until(lambda: any(watch.changes for watch in watching.all()))
    assert len(watching.all()) == 1001
    assert [request.path for request in plain_server.requests if request.path != "/due.csv"] == []
