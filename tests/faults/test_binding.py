"""Connections that go out by one network of the computer, and never by another."""

import sys
from dataclasses import replace
from typing import Final

import pytest
from headrace.binding import checked_binding
from headrace.rerouting import Rerouting
from headrace.settings import Settings
from headrace.states import DownloadState, FailureReason

from tests.conftest import ServerFactory
from tests.support import seeded
from tests.support.engine import Engine
from tests.support.replies import Resource

_R = FailureReason
SIZE: Final = 300_000
ON_LINUX: Final = pytest.mark.skipif(sys.platform != "linux", reason="needs an interface of a known name")


def test_connections_come_from_that_address(engine: Engine, faulty_server: ServerFactory) -> None:
    server = faulty_server()
    engine.fetched(engine.add(server.file(SIZE, "/a")))
    assert set(server.peers) == {"127.0.0.1"}
    engine.restart(binding="127.0.0.2")
    assert seeded.first_difference(engine.fetched(engine.add(server.file(SIZE, "/b"))), 1, SIZE) is None
    assert set(server.peers) == {"127.0.0.1", "127.0.0.2"}


@ON_LINUX
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_they_go_out_by_that_interface(engine: Engine, faulty_server: ServerFactory, tls: bool) -> None:
    server = faulty_server(tls=tls)
    engine.restart(binding="lo")
    assert seeded.first_difference(engine.fetched(engine.add(server.file(SIZE))), 1, SIZE) is None


@pytest.mark.parametrize("binding", ["no-such0", "203.0.113.7", "2001:db8::7"])
def test_nothing_goes_out_while_it_is_gone(engine: Engine, faulty_server: ServerFactory, binding: str) -> None:
    server = faulty_server()
    engine.restart(binding=binding)
    download_id = engine.add(server.file(SIZE))
    engine.until_state(download_id, DownloadState.RETRY_WAIT)
    failure = engine.snapshot(download_id).failure
    assert failure is not None
    assert failure.reason is (_R.CONNECT_FAILED if ":" in binding else _R.NETWORK_GONE)  # it is of another version
    assert server.connections_accepted == 0
    engine.manager.pause([download_id])
    engine.restart(binding="")
    engine.manager.resume([download_id])
    assert seeded.first_difference(engine.fetched(download_id), 1, SIZE) is None


@pytest.mark.parametrize(("version", "arrives"), [("4", True), ("any", True), ("6", False)])
def test_only_addresses_of_that_version_are_used(
    engine: Engine, faulty_server: ServerFactory, version: str, arrives: bool
) -> None:
    server = faulty_server()
    engine.restart(ip_version=version, tries=1)
    download_id = engine.add(server.file(SIZE))
    if arrives:
        engine.fetched(download_id)
    else:
        assert engine.failed(download_id) is _R.CONNECT_FAILED
        assert server.connections_accepted == 0


@pytest.mark.parametrize("text", ["a/b", "a\nb", "x" * 61, "eth0=1"])
def test_what_names_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no address of this computer"):
        checked_binding(text)
    with pytest.raises(ValueError, match="setting binding"):
        Settings(binding=text)


def test_versions_are_checked() -> None:
    assert Settings(binding=" tun0 ").binding == "tun0"
    with pytest.raises(ValueError, match="any, 4, 6"):
        Settings(ip_version="5")


def test_what_runs_takes_another_way_at_once_and_keeps_its_bytes(engine: Engine, faulty_server: ServerFactory) -> None:
    server, size = faulty_server(), 4_000_000
    rerouting = Rerouting(engine.manager)
    address = server.add(Resource("/slow", size=size, rate=2_000_000))
    download_id = engine.add(address)
    engine.until_received(download_id, 1_000_000)
    engine.manager.apply_settings(replace(engine.settings, max_running=3))
    assert server.peers == ["127.0.0.1"] * len(server.peers), "another setting changes nothing"
    engine.manager.apply_settings(replace(engine.settings, binding="127.0.0.2"))
    assert seeded.first_difference(engine.fetched(download_id), 1, size) is None
    assert server.peers[-1] == "127.0.0.2"
    assert server.requests[-1].headers["range"] != "bytes=0-", "what had come was fetched again"
    assert rerouting is not None
