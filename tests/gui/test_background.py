"""Work beside the window's thread: whoever asked is answered, whatever came of it."""

import logging

import pytest
from headrace_gui.background import Background
from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot


@pytest.mark.parametrize(("error", "logged"), [(OSError("no such disk"), 0), (ImportError("no such library"), 1)])
def test_what_raises_is_answered_with_none_and_logged_where_it_is_no_disk(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture, error: Exception, logged: int
) -> None:
    def work() -> str:
        raise error

    answers: list[object] = []
    background = Background()
    with caplog.at_level(logging.ERROR, "headrace_gui"):
        background.run(background, work, answers.append)
        qtbot.waitUntil(lambda: bool(answers))
    assert answers == [None]
    assert [record.exc_info[1] for record in caplog.records if record.exc_info] == [error] * logged


def test_answers_come_in_the_thread_of_the_window(qtbot: QtBot, qapp: QObject) -> None:
    threads: list[object] = []
    background = Background()
    background.run(background, QThread.currentThread, lambda other: threads.extend((other, QThread.currentThread())))
    qtbot.waitUntil(lambda: bool(threads))
    assert threads[0] is not threads[1]
    assert threads[1] == qapp.thread()
