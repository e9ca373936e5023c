"""Tasks from many threads reach the one that reads them: all, in order, and with few calls."""

import threading
from collections import defaultdict
from functools import partial

from headrace.mailbox import Mailbox, do
from headrace.manager_signals import Bell
from headrace.transfer.worker import SegmentWorker
from PySide6.QtCore import QObject, Qt
from pytestqt.qtbot import QtBot

THREADS, EACH = 8, 2_000


def test_all_tasks_of_all_threads_are_read_in_order_by_the_thread_that_made_the_bell(qtbot: QtBot) -> None:
    parent, read, readers = QObject(), defaultdict[int, list[int]](list), set[int]()
    bell = Bell(parent)
    mailbox = Mailbox(bell.rung.emit)

    def take(number: int, index: int) -> None:
        read[number].append(index)
        readers.add(threading.get_ident())

    def write(number: int) -> None:
        for index in range(EACH):
            mailbox.post(partial(take, number, index))

    def look() -> None:
        for task in mailbox.waiting():
            do(task)

    bell.rung.connect(look, Qt.ConnectionType.QueuedConnection)
    threads = [threading.Thread(target=write, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    qtbot.waitUntil(lambda: sum(map(len, read.values())) == THREADS * EACH, timeout=20_000)
    for thread in threads:
        thread.join()
    assert all(read[number] == list(range(EACH)) for number in range(THREADS))
    assert readers == {threading.get_ident()}


def test_the_reader_is_called_once_for_what_waits_and_again_for_what_comes_later() -> None:
    calls: list[None] = []
    mailbox = Mailbox(lambda: calls.append(None))
    for _ in range(3):
        mailbox.post(lambda: None)
    assert len(calls) == 1
    assert len(list(mailbox.waiting())) == 3
    mailbox.post(lambda: None)
    assert len(calls) == 2


def test_what_is_left_while_reading_stays() -> None:
    calls: list[None] = []
    mailbox = Mailbox(lambda: calls.append(None))
    for _ in range(3):
        mailbox.post(lambda: None)
    next(mailbox.waiting())
    mailbox.post(lambda: None)
    assert len(calls) == 2
    assert len(list(mailbox.waiting())) == 3


def test_a_thread_has_a_name_before_it_starts() -> None:
    assert SegmentWorker(lambda: None).objectName() == "segment worker"
