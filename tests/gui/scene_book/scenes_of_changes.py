"""Scenes of the small dialogs."""

import itertools
from concurrent.futures import Future
from dataclasses import replace
from unittest.mock import patch

from headrace.finale import Deed
from headrace.queue_options import QueueOptions
from headrace.rules import Rule
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState, Failure, FailureReason
from headrace.trusting import Shown
from headrace.watches import HOUR, LookOutcome, Watch
from headrace_gui.action_table import Act
from headrace_gui.deed_menu import DeedMenu
from headrace_gui.dialogs.certificate_dialog import CertificateDialog
from headrace_gui.dialogs.countdown_dialog import CountdownDialog
from headrace_gui.dialogs.limit_dialog import LimitDialog
from headrace_gui.dialogs.queue_dialog import QueueDialog
from headrace_gui.dialogs.readdress_dialog import ReaddressDialog
from headrace_gui.dialogs.rename_dialog import RenameDialog
from headrace_gui.dialogs.shortcuts_dialog import ShortcutsDialog
from headrace_gui.dialogs.sort_dialog import SortDialog
from headrace_gui.main_window import MainWindow
from PySide6.QtWidgets import QDialog, QMessageBox

from tests.gui.scene_book.jobs import NOW, QUEUES, mixed_jobs
from tests.gui.scene_book.stage import Stage


def _opened(stage: Stage, act: Act, *chosen: int) -> tuple[MainWindow, QDialog]:
    window = stage.window(mixed_jobs())
    window.table.choose([mixed_jobs()[number].id for number in chosen])
    window.actions_of[act].trigger()
    return window, window.findChildren(QDialog)[-1]


def rename(stage: Stage) -> None:
    window, dialog = _opened(stage, Act.RENAME, 6)
    stage.keep("rename", window, dialog)
    assert isinstance(dialog, RenameDialog)
    dialog.name.setText("census/2026.csv")
    stage.keep("rename-wrong", window, dialog)


def readdress(stage: Stage) -> None:
    window, dialog = _opened(stage, Act.READDRESS, 10)
    assert isinstance(dialog, ReaddressDialog)
    stage.keep("address", window, dialog)


def relocate(stage: Stage) -> None:
    stage.keep("move", *_opened(stage, Act.RELOCATE, 6))


def sort(stage: Stage) -> None:
    window = stage.window(mixed_jobs())
    manager = window._manager
    rules = (Rule(categories=("video",), folder="Videos/{host}"), Rule(folder="{category}"))
    manager.apply_settings(replace(manager.settings, rules=rules))
    window.edits.sort(window._manager.ids())
    dialog = window.findChild(SortDialog)
    assert dialog is not None
    stage.until(lambda: dialog._is_ready)
    stage.keep("sort", window, dialog)


def watch(stage: Stage) -> None:
    stage.keep("watch", *_opened(stage, Act.WATCH, 6))
    stage.clear()
    window = stage.window(_watched(mixed_jobs()))
    window.table.choose([mixed_jobs()[9].id])
    window.actions_of[Act.WATCH].trigger()
    stage.keep("watch-watched", window, window.findChildren(QDialog)[-1])
    stage.clear()
    stage.keep("watched-rows", stage.window(_watched(mixed_jobs())))


def _watched(jobs: list[DownloadSnapshot]) -> list[DownloadSnapshot]:
    """Have the finished ones be watched, each with another outcome of the last look."""
    gone = Failure(FailureReason.NOT_FOUND)
    outcomes = itertools.cycle([(LookOutcome.SAME, None), (LookOutcome.FAILED, gone), (LookOutcome.NEW, None)])
    done = {one.id: _watch(one, *next(outcomes)) for one in jobs if one.state is DownloadState.COMPLETED}
    return [replace(one, watch=done.get(one.id)) for one in jobs]


def _watch(one: DownloadSnapshot, outcome: LookOutcome, failure: Failure | None) -> Watch:
    return Watch(
        one.id,
        6 * HOUR,
        10,
        next_at=NOW + HOUR,
        looked_at=NOW - 5 * HOUR,
        outcome=outcome,
        failure=failure,
        versions=("a", "b"),
    )


def properties(stage: Stage) -> None:
    stage.keep("properties", *_opened(stage, Act.PROPERTIES, 0))
    stage.clear()
    stage.keep("properties-many", *_opened(stage, Act.PROPERTIES, 0, 1, 6, 7))


def host_key(stage: Stage) -> None:
    for reason in (FailureReason.HOST_KEY_UNKNOWN, FailureReason.HOST_KEY_CHANGED):
        shown = Shown("sftp://nas.example:2222", b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + bytes(range(32)))
        failure = Failure(reason, f"{shown.host}: {shown.written}")
        window = stage.window(mixed_jobs())
        job = replace(mixed_jobs()[6], state=DownloadState.FAILED, failure=failure)
        looking = Future[Shown]()
        looking.set_result(shown)
        with patch("headrace_gui.dialogs.certificate_dialog.look", return_value=looking):
            dialog = CertificateDialog(window._manager, job, window)
        dialog.show()
        stage.until(dialog._confirm.isEnabled)
        stage.keep(f"host-key-{reason.name[9:].lower()}", window, dialog)
        stage.clear()


def shortcuts(stage: Stage) -> None:
    window, dialog = _opened(stage, Act.SHORTCUTS)
    assert isinstance(dialog, ShortcutsDialog)
    stage.keep("shortcuts", window, dialog)


def limit(stage: Stage) -> None:
    window = stage.window(mixed_jobs())
    window.ask_limit()
    dialog = window.findChild(LimitDialog)
    assert dialog is not None
    stage.keep("limit", window, dialog)


def queue(stage: Stage) -> None:
    options = QueueOptions(QUEUES[0], limit=2_000_000, max_running=2, hours="mon-fri 22:00-24:00, 00:00-06:30")
    window = stage.window(mixed_jobs(), queue_options=(options,))
    window.sidebar_commands.set_options(QUEUES[0])
    dialog = window.findChild(QueueDialog)
    assert dialog is not None
    stage.keep("queue", window, dialog)


def questions(stage: Stage) -> None:
    for act, chosen in ((Act.DELETE, (6, 9)), (Act.ABOUT, ())):
        window, _ = _opened(stage, act, *chosen)
        stage.keep(f"question-{act.value}", window, window.findChildren(QMessageBox)[-1])
        stage.clear()


def countdown(stage: Stage) -> None:
    window = stage.window(mixed_jobs())
    window.status.show_plan("When done: Shut down")
    dialog = CountdownDialog(Deed.SHUT_DOWN, window)
    dialog.show_left(Deed.SHUT_DOWN, 42)
    dialog.show()
    stage.keep("countdown", window, dialog)


def when_done(stage: Stage) -> None:
    window = stage.window(mixed_jobs())
    window.status.show_plan("When done: Sleep")
    window.status.show_work("Extracting “photos.zip”… 42 %")
    menu = DeedMenu(window)
    menu.offer(set(Deed))
    menu.show_deed(Deed.SLEEP)
    menu.popup(window.mapToGlobal(window.rect().center()))
    stage.keep("when-done", window, menu)
