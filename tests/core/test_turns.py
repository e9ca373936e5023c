"""Turns: so many threads at once, in the order in which they asked, and nobody waits for ever."""

from contextlib import closing, suppress
from functools import partial
from threading import Event, Thread
from time import monotonic

import pytest
from headrace.errors import StoppedError
from headrace.net.arriving_body import ArrivingBody
from headrace.net.body import PIECE
from headrace.net.interrupt import Interrupt
from headrace.net.sessions import Transport, get
from headrace.turns import MOVING, Turn, Turns
from requests import Response

from tests.support import faults, seeded
from tests.support.faulty_server import FaultyServer
from tests.support.processes import wait_until

LONG = 30.0
SHORT = 0.05
SIZE = 3_000_000
TIMEOUTS = (5.0, 20.0)


def test_a_turn_is_free_until_as_many_have_one_as_may() -> None:
    turns = Turns(2, SHORT)
    assert [turns.take() for _ in range(2)] == [True, True]
    began = monotonic()
    assert not turns.take()
    assert monotonic() - began >= SHORT
    turns.give()
    assert turns.take()


def test_those_who_wait_have_their_turn_in_the_order_in_which_they_asked() -> None:
    turns, order = Turns(1, LONG), list[int]()
    assert turns.take()

    def work(number: int) -> None:
        assert turns.take()
        order.append(number)
        turns.give()

    threads = [Thread(target=work, args=(number,)) for number in range(20)]
    for count, thread in enumerate(threads, 1):
        thread.start()
        wait_until(partial(_wait, turns, count), "one more waits", LONG)
    turns.give()
    for thread in threads:
        thread.join(LONG)
    assert order == list(range(20))
    assert turns.take()


def _wait(turns: Turns, count: int) -> bool:
    return len(turns._waiting) == count


def test_never_more_work_at_once_than_may_and_all_come_to_work() -> None:
    turns, at_work, most, done = Turns(3, LONG), list[int](), list[int](), list[int]()

    def work(number: int) -> None:
        turn = Turn(turns)
        for _ in range(200):
            with turn:
                at_work.append(number)
                most.append(len(at_work))
                at_work.remove(number)
        done.append(number)

    threads = [Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    assert sorted(done) == list(range(12))
    assert max(most) <= 3
    assert turns._free == 3
    assert not turns._waiting


def test_who_went_ahead_without_a_turn_gives_none_back() -> None:
    turns = Turns(1, SHORT)
    assert turns.take()
    other = Turn(turns)
    other.begin()
    other.end()
    assert turns._free == 0
    turns.give()
    assert turns._free == 1


def test_a_turn_is_taken_once_and_given_back_once() -> None:
    turns = Turns(2, LONG)
    turn = Turn(turns)
    turn.begin()
    turn.begin()
    assert turns._free == 1
    turn.end()
    turn.end()
    assert turns._free == 2


def test_a_turn_is_given_back_by_work_that_fails() -> None:
    turns = Turns(1, LONG)
    with pytest.raises(ValueError, match="broken"), Turn(turns):
        raise ValueError("broken")
    assert turns._free == 1


def test_one_that_is_handed_over_as_patience_ends_is_not_lost() -> None:
    turns = Turns(1, 0.001)
    over = Event()

    def work() -> None:
        turn = Turn(turns)
        while not over.is_set():
            with turn:
                pass

    threads = [Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    over.wait(0.5)
    over.set()
    for thread in threads:
        thread.join(LONG)
    assert turns._free == 1
    assert not turns._waiting


# Bodies on their way


def _body(response: Response) -> ArrivingBody:
    assert isinstance(response.raw, ArrivingBody)
    return response.raw


def test_a_body_has_its_turn_while_a_piece_is_used_and_none_while_it_waits(
    transport: Transport, plain_server: FaultyServer
) -> None:
    address, free = plain_server.file(SIZE), MOVING._free
    plain_server.inject(faults.stall(PIECE))
    stop, left = Interrupt(), list[int]()

    def read(response: Response) -> None:
        with suppress(StoppedError):
            for _ in response.iter_content(PIECE):
                left.append(MOVING._free)

    with transport.session() as session, closing(get(session, address, {}, stop, TIMEOUTS)) as response:
        reader = Thread(target=read, args=(response,))
        reader.start()
        body = _body(response)
        wait_until(lambda: body.arrived > PIECE // 2 and MOVING._free == free, "it waits, with no turn", LONG)
        stop.stop()
        reader.join(LONG)
    assert left[-1] == free - 1, "what came along with the head needs no turn, what came behind it does"
    assert MOVING._free == free


def test_a_body_that_is_given_up_gives_its_turn_back(transport: Transport, plain_server: FaultyServer) -> None:
    address, free = plain_server.file(SIZE), MOVING._free
    with transport.session() as session, closing(get(session, address, {}, Interrupt(), TIMEOUTS)) as response:
        pieces = response.iter_content(PIECE)
        assert next(pieces)
        assert next(pieces)
        assert MOVING._free == free - 1
    assert MOVING._free == free


def test_a_piece_that_was_used_is_nobodys_turn(transport: Transport, plain_server: FaultyServer) -> None:
    address, free = plain_server.file(SIZE), MOVING._free
    with transport.session() as session, closing(get(session, address, {}, Interrupt(), TIMEOUTS)) as response:
        for _ in response.iter_content(PIECE):
            _body(response).rest()
            assert MOVING._free == free


def test_bytes_come_though_those_who_have_turns_do_not_go_on(transport: Transport, plain_server: FaultyServer) -> None:
    address, taken = plain_server.file(SIZE), [MOVING.take() for _ in range(MOVING._free)]
    try:
        with transport.session() as session, closing(get(session, address, {}, Interrupt(), TIMEOUTS)) as response:
            assert b"".join(map(bytes, response.iter_content(PIECE))) == seeded.body(1, 0, SIZE)
    finally:
        for _ in taken:
            MOVING.give()
