"""How long a handshake takes with the newest peer."""

import socket

from headrace.net.peers import Peers


def test_a_handshake_is_timed_with_the_newest_peer_and_by_the_same_way() -> None:
    bound: list[socket.socket] = []
    peers = Peers()
    assert peers.handshake() is None, "nobody was met"
    with socket.create_server(("127.0.0.1", 0)) as first, socket.create_server(("127.0.0.1", 0)) as second:
        for server in (first, second):
            with socket.create_connection(server.getsockname()) as met:
                peers.met(met, bound.append)
                server.accept()[0].close()
        took = peers.handshake()
        assert took is not None
        assert 0 < took < 1
        second.settimeout(5)
        second.accept()[0].close()
        first.settimeout(0.05)
        assert len(bound) == 1
    assert peers.handshake() is None, "it is gone"


def test_who_is_gone_already_is_no_peer() -> None:
    peers = Peers()
    with socket.socket() as unconnected:
        peers.met(unconnected, lambda _: None)
    assert peers.handshake() is None
