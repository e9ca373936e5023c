"""Scenes of the dialog for the cookies of downloads."""

from pathlib import Path

from headrace.logins import NoKeychain
from headrace.states import DownloadState, Failure, FailureReason
from headrace_gui.action_table import Act
from headrace_gui.dialogs.cookie_dialog import CookieDialog
from headrace_gui.dialogs.cookie_field import hint_words
from headrace_gui.dialogs.cookie_means import CookieMeans, count_words
from PySide6.QtWidgets import QDialog

from tests.gui.scene_book.jobs import mixed_jobs
from tests.gui.scene_book.stage import Stage
from tests.support.fake_manager import make_snapshot


def cookies(stage: Stage) -> None:
    window = stage.window(mixed_jobs())
    site = ["https://files.example.org/a.iso"]
    means = CookieMeans(window.edits._background, NoKeychain(), lambda: site, Path("/nowhere"))
    for source, name in enumerate(("cookies-browser", "cookies-pasted", "cookies-file", "cookies-none")):
        dialog = CookieDialog(means, lambda _choice: None, window, hint=hint_words)
        dialog.show()
        stage.until(lambda dialog=dialog: not dialog.profile.isEnabled())  # type: ignore[misc]
        dialog.profile.addItems(["Firefox, default-release", "Chromium, Ann"])
        dialog.profile.setCurrentIndex(0)
        for field in (dialog.profile, dialog.look, dialog.keep):
            field.setEnabled(True)
        dialog.found.setText(count_words(12, ("example.org", "files.example.org")))
        dialog.source.setCurrentIndex(source)
        dialog._show_source()
        stage.keep(name, window, dialog)
        dialog.close()


def cookies_lost(stage: Stage) -> None:
    failed = Failure(FailureReason.COOKIES_NEEDED)
    lost = make_snapshot("members.zip", id="lost", state=DownloadState.FAILED, failure=failed, cookies="given")
    window = stage.window([lost, *mixed_jobs()])
    window.table.choose(["lost"])
    stage.keep("cookies-lost", window)
    window.actions_of[Act.PROPERTIES].trigger()
    stage.keep("cookies-properties", window, window.findChildren(QDialog)[-1])
