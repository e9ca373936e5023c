"""Work for many downloads is done in order, a little in each turn of the event loop."""

from functools import partial
from time import sleep

from headrace.manager_pace import Chores
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


def test_what_is_put_while_others_wait_comes_behind_them(qtbot: QtBot) -> None:
    owner, done = QObject(), list[str]()
    chores = Chores(owner)
    chores.put([lambda: sleep(0.02), lambda: done.append("first")])
    chores.put([lambda: done.append("second")])
    assert done == []
    qtbot.waitUntil(lambda: len(done) == 2)
    assert done == ["first", "second"]
