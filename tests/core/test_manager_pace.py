"""Work for many downloads is done in order, a little in each turn of the event loop."""

from functools import partial
from time import monotonic, sleep

import pytest
from headrace.manager_pace import STOPPING, Chores, Telling
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

COUNT = 12


def test_chores_are_done_in_order_and_leave_room_for_others(qtbot: QtBot) -> None:
    owner, done, between = QObject(), list[int](), list[int]()

    def do(number: int) -> None:
        sleep(0.004)
        done.append(number)

    timer = QTimer(owner, interval=0)
    timer.timeout.connect(lambda: between.append(len(done)))
    timer.start()
    Chores(owner).put([partial(do, number) for number in range(COUNT)])
    assert done[:1] == [0]
    assert len(done) < COUNT
    qtbot.waitUntil(lambda: len(done) == COUNT)
    assert done == list(range(COUNT))
    assert len(set(between) - {COUNT}) > 2


def test_where_others_are_busy_little_is_done_in_a_turn(qtbot: QtBot) -> None:
    owner, done, busy = QObject(), list[int](), True

    def do(number: int) -> None:
        sleep(STOPPING.turn)
        done.append(number)

    chores = Chores(owner, is_busy=lambda: busy)
    chores.put([partial(do, number) for number in range(COUNT)])
    assert done == [0]
    began = monotonic()
    qtbot.waitUntil(lambda: len(done) >= COUNT // 2)
    assert monotonic() - began >= (COUNT // 2 - 1) * STOPPING.rest
    busy = False
    qtbot.waitUntil(lambda: done == list(range(COUNT)))


def test_what_is_put_while_others_wait_comes_behind_them(qtbot: QtBot) -> None:
    owner, done = QObject(), list[str]()
    chores = Chores(owner)
    chores.put([lambda: sleep(0.02), lambda: done.append("first")])
    chores.put([lambda: done.append("second")])
    assert done == []
    qtbot.waitUntil(lambda: len(done) == 2)
    assert done == ["first", "second"]


def test_chores_may_be_made_as_they_are_called_and_one_that_raises_keeps_no_other(qtbot: QtBot) -> None:
    owner, done, turns = QObject(), list[int](), list[bool]()

    def do(number: int) -> None:
        done.append(number)
        if number == 0:
            raise ValueError("this one alone")

    chores = Chores(owner, lambda: turns.append(bool(chores)))
    with pytest.raises(ValueError, match="alone"):
        chores.put(partial(do, number) for number in range(COUNT))
    assert done == [0]
    qtbot.waitUntil(lambda: len(done) == COUNT)
    assert done == list(range(COUNT))
    assert turns[0]
    qtbot.waitUntil(lambda: not turns[-1])


def test_what_waits_can_be_done_at_once(qtbot: QtBot) -> None:
    owner, done = QObject(), list[int]()
    chores = Chores(owner)
    chores.put(partial(sleep, 0.01) for _ in range(3))
    chores.put(partial(done.append, number) for number in range(COUNT))
    chores.finish()
    assert done == list(range(COUNT))
    assert not chores
    chores.put([lambda: done.append(COUNT)])
    assert done[-1] == COUNT


def test_while_more_is_to_come_it_is_told_now_and_then_and_the_last_always(qtbot: QtBot) -> None:
    owner, told = QObject(), list[int]()
    changes = 0
    telling = Telling(lambda: told.append(changes), owner)
    end = monotonic() + 0.3
    while monotonic() < end:
        changes += 1
        telling.ask(more=True)
        qtbot.wait(1)
    assert told[0] == 1
    assert 3 <= len(told) <= 7
    qtbot.waitUntil(lambda: told[-1] == changes, timeout=1000)
    count = len(told)
    telling.ask(more=False)
    telling.ask(more=False)
    assert len(told) == count + 2
    qtbot.wait(120)
    assert len(told) == count + 2


def test_in_a_turn_that_was_long_it_is_told_in_another(qtbot: QtBot) -> None:
    owner, told = QObject(), list[int]()
    telling = Telling(lambda: told.append(1), owner)
    telling.ask(more=False, later=True)
    assert told == []
    qtbot.waitUntil(lambda: told == [1], timeout=1000)
    telling.ask(more=False, later=True)
    telling.ask(more=False)
    assert told == [1, 1]
    qtbot.wait(20)
    assert told == [1, 1]
