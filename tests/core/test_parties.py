"""Connections that are logged in: whom they serve, in the store, in the pool, and over real sockets."""

from collections.abc import Iterator

import pytest
from headrace.net.interrupt import Interrupt
from headrace.net.parties import Apart, Party
from headrace.net.sessions import Transport, get
from headrace.net.visits import _leave
from hypothesis import given
from hypothesis import strategies as st

from tests.support import faults
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Resource

SMALL = 1000
NOBODY = None


class Line:
    """A connection that knows whether it is open."""

    def __init__(self) -> None:
        self.is_closed = False

    def close(self) -> None:
        self.is_closed = True


@given(st.lists(st.tuples(st.sampled_from(["take", "put", "close"]), st.sampled_from("abc"), st.integers(0, 5))))
def test_the_store_gives_each_party_its_own_open_connections_once(deeds: list[tuple[str, str, int]]) -> None:
    apart = Apart()
    waiting: dict[str, list[Line]] = {}
    for deed, key, number in deeds:
        here = waiting.setdefault(key, [])
        if deed == "put":
            here.append(Line())
            apart.put(key, here[-1])
        elif deed == "close" and here:
            here.pop(number % len(here)).close()
        elif deed == "take":
            assert apart.take(key) is (here.pop() if here else None)
    left = [line for lines in waiting.values() for line in lines]
    apart.close()
    assert all(line.is_closed for line in left)
    assert [apart.take(key) for key in "abc"] == [None] * 3


def test_a_party_keeps_a_connection_only_while_it_holds() -> None:
    party, line, dead = Party("a"), Line(), Line()
    dead.close()
    assert not party.keeps(line)
    with party.holding():
        assert not party.keeps(dead)
        assert party.keeps(line)
    assert party.has_line
    assert party.take() is line
    assert party.take() is None
    with party.holding():
        party.keeps(line)
    party.leave()
    party.leave()
    assert line.is_closed


@pytest.fixture
def address(plain_server: FaultyServer) -> str:
    return plain_server.add(Resource("/small", size=SMALL))


class Asker:
    """Asks for a small file to its end."""

    def __init__(self, transport: Transport, server: FaultyServer, address: str) -> None:
        self.session, self._server, self._address = transport.session(), server, address

    def ask(self, party: Party | None = None, *, keep: bool = False) -> int:
        """Return by which connection it was answered."""
        response = get(self.session, self._address, {}, Interrupt(), (5.0, 5.0), party=party)
        if keep:
            _leave(response, party)
        else:
            assert len(response.content) == SMALL
        return self._server.requests[-1].connection


@pytest.fixture
def asker(transport: Transport, plain_server: FaultyServer, address: str) -> Iterator[Asker]:
    made = Asker(transport, plain_server, address)
    with made.session:
        yield made


def test_no_connection_serves_another_party(asker: Asker) -> None:
    used = {key: {asker.ask(None if key is NOBODY else Party(key)) for _ in range(3)} for key in ("a", "b", NOBODY)}
    assert [len(each) for each in used.values()] == [1, 1, 1], "each asks over its own again"
    assert len(set.union(*used.values())) == 3
    assert asker.ask(Party("a")) in used["a"]
    assert asker.ask(Party("a", wants_new=True)) not in set.union(*used.values())


def test_a_login_goes_on_over_its_connection_whatever_others_do(asker: Asker) -> None:
    first, second = Party("a", wants_new=True), Party("a")
    line = asker.ask(first, keep=True)
    assert asker.ask(second) != line
    assert asker.ask(first, keep=True) == line
    assert asker.ask(first) == line
    assert asker.ask(Party("a")) == line, "it waits for the next of the same party"


def test_one_that_is_kept_is_closed_by_who_leaves(asker: Asker, plain_server: FaultyServer) -> None:
    party = Party("a")
    asker.ask(party, keep=True)
    party.leave()
    plain_server.wait_until(lambda server: server.connections_open == 0)


def test_a_refusal_without_end_is_not_read_to_its_end(asker: Asker, plain_server: FaultyServer) -> None:
    plain_server.inject(faults.status(401, content=b"x" * 1_000_000))
    party = Party("a")
    asker.ask(party, keep=True)
    assert not party.has_line


def test_all_are_closed_with_the_others(asker: Asker, transport: Transport, plain_server: FaultyServer) -> None:
    asker.ask(Party("a"))
    asker.ask()
    assert plain_server.connections_open == 2
    transport.drop_idle()
    plain_server.wait_until(lambda server: server.connections_open == 0)
