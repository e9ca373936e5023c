"""What asks servers is made once there is something to ask, and then gets all that is still wanted."""

import threading
from typing import cast

from headrace.file_facts import FileFacts, Question
from headrace_gui.background import Background
from headrace_gui.dialogs.add_probes import Asker
from headrace_gui.dialogs.late_asker import LateAsker
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from tests.support.add_stage import FakeAsker

FIRST, SECOND, THIRD = (Question(f"https://example.org/{number}") for number in range(3))


class Making:
    """Makes a FakeAsker in another thread, when it may."""

    def __init__(self) -> None:
        self.may, self.asker = threading.Event(), FakeAsker()
        self.threads: list[int] = []

    def __call__(self) -> Asker:
        self.threads.append(threading.get_ident())
        assert self.may.wait(5)
        return cast(Asker, self.asker)


def nobody(_question: Question, _facts: FileFacts) -> None:
    raise AssertionError("nobody answers here")


def test_questions_wait_for_who_asks_them(qtbot: QtBot) -> None:
    owner, making = QObject(), Making()
    asker = LateAsker(Background(owner), owner, making)
    asker.drop([FIRST])
    assert making.threads == []
    asker.ask([FIRST, SECOND], nobody)
    asker.ask([THIRD], nobody, urgent=True)
    asker.drop([SECOND])
    making.may.set()
    qtbot.waitUntil(lambda: making.asker.asked == [FIRST, THIRD])
    assert making.asker.urgent == [THIRD]
    asker.ask([SECOND], nobody)
    asker.drop([SECOND])
    assert (making.asker.asked, making.asker.dropped) == ([FIRST, THIRD, SECOND], [SECOND])
    asker.close()
    assert making.asker.closed
    assert len(making.threads) == 1
    assert threading.get_ident() not in making.threads


def test_one_that_was_closed_meanwhile_asks_nothing(qtbot: QtBot) -> None:
    owner, making = QObject(), Making()
    asker = LateAsker(Background(owner), owner, making)
    asker.ask([FIRST], nobody)
    asker.close()
    making.may.set()
    qtbot.waitUntil(lambda: making.asker.closed)
    assert making.asker.asked == []
