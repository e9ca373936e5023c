"""A computer without a network: downloads wait for it as long as it takes, and go on as soon as it is there."""

import socket
from time import monotonic
from typing import Any, Final

import pytest
from headrace.states import DownloadState, FailureReason

from tests.support import seeded
from tests.support.dead_ends import refusing_port
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer

_R, _S = FailureReason, DownloadState
SIZE: Final = 2_000_000


class World:
    """Whether there is a network, and what a name server says then."""

    def __init__(self) -> None:
        self.is_online = False
        self._ask = socket.getaddrinfo
        self.asked = 0

    def addresses(self) -> frozenset[str]:
        return frozenset({"192.0.2.99"} if self.is_online else ())

    def answer(self, host: Any, *args: Any, **facts: Any) -> Any:
        if host != "public.test":
            return self._ask(host, *args, **facts)
        self.asked += 1
        if not self.is_online:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return self._ask("127.0.0.1", *args, **facts)


@pytest.fixture
def world(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    monkeypatch.setattr("headrace.offline.own_addresses", made.addresses)
    monkeypatch.setattr("headrace.runner.own_addresses", made.addresses)
    monkeypatch.setattr("headrace.upheaval._PACE", 0.1)
    monkeypatch.setattr("headrace.net.names.socket.getaddrinfo", made.answer)
    engine.restart(tries=2)
    return made


def test_it_waits_without_counting_and_goes_on_within_two_seconds(
    engine: Engine, plain_server: FaultyServer, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headrace.runner._LOOK_AGAIN", 0.05)
    download_id = engine.add(plain_server.file(SIZE).replace("127.0.0.1", "public.test"))
    engine.until(lambda: world.asked >= 6)
    snapshot = engine.until_state(download_id, _S.RETRY_WAIT)
    assert snapshot.failure is not None
    assert snapshot.failure.reason is _R.OFFLINE
    assert engine.manager._roster.get(download_id).record.attempts == 0  # type: ignore[union-attr]  # it is there
    monkeypatch.setattr("headrace.runner._LOOK_AGAIN", 3600.0)
    asked = world.asked
    engine.until(lambda: world.asked > asked)
    engine.until_state(download_id, _S.RETRY_WAIT)
    world.is_online, began = True, monotonic()
    assert seeded.first_difference(engine.fetched(download_id), 1, SIZE) is None
    assert monotonic() - began < 2.0


def test_a_file_of_a_server_at_home_comes_without_a_network(
    engine: Engine, world: World, plain_server: FaultyServer
) -> None:
    assert not world.addresses()
    assert seeded.first_difference(engine.fetched(engine.add(plain_server.file(SIZE))), 1, SIZE) is None


def test_servers_at_home_need_no_network(engine: Engine, world: World) -> None:
    address = f"http://127.0.0.1:{refusing_port()}/a"
    assert engine.failed(engine.add(address)) is _R.CONNECT_FAILED


def test_a_computer_with_a_network_counts(engine: Engine, world: World) -> None:
    world.is_online = True
    assert engine.failed(engine.add(f"http://public.test:{refusing_port()}/a")) is _R.CONNECT_FAILED


def test_a_proxy_that_is_gone_is_not_the_network(engine: Engine, world: World) -> None:
    proxy = f"http://127.0.0.1:{refusing_port()}"
    assert engine.failed(engine.add("http://public.test/a", proxy=proxy)) is _R.PROXY_FAILED
