"""Scenes of the settings: every page, and a search."""

from dataclasses import replace

from headrace_gui.settings_pages.entry import Page

from tests.gui.scene_book.jobs import mixed_jobs
from tests.gui.scene_book.stage import Stage


def settings(stage: Stage) -> None:
    window = stage.window(mixed_jobs())
    dialog = stage.settings(window)
    if stage.size[0] < dialog.width():
        dialog.resize(dialog.minimumSize())
    stage.until(lambda: len(dialog.pages._views) == len(Page))
    for page in Page:
        dialog.show_page(page)
        stage.keep(f"settings-{page.value}", dialog)


def settings_search(stage: Stage) -> None:
    window = stage.window(mixed_jobs())
    dialog = stage.settings(window)
    dialog.search.setText("connection")
    stage.until(lambda: not dialog.list.selectedIndexes() and not dialog.pages._coming.busy)
    stage.keep("settings-search", dialog)
    dialog.search.setText("nothing of that kind")
    stage.until(lambda: not dialog.search._pause.isActive() and not dialog.pages._coming.busy)
    stage.keep("settings-nothing", dialog)


def settings_after(stage: Stage) -> None:
    window = stage.window(mixed_jobs())
    steps = ("move=/home/ada/Music", "extract", "open", "sound")
    stage.manager.apply_settings(replace(stage.manager.settings, after_each=steps))
    dialog = stage.settings(window)
    dialog.search.setText("7z")  # in every language
    stage.until(lambda: not dialog.search._pause.isActive() and not dialog.pages._coming.busy)
    stage.keep("settings-after", dialog)
