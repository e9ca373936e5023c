"""Scenes of the settings: every page, and a search."""

from dataclasses import replace
from datetime import date

from headrace.budgets import Budget, Standing
from headrace.category_entries import CategoryEntry
from headrace.leaving_room import Yielding
from headrace.rules import Rule
from headrace_gui.settings_pages.budgets_field import BudgetsField
from headrace_gui.settings_pages.categories_field import CategoriesField
from headrace_gui.settings_pages.entry import Page
from headrace_gui.settings_pages.rules_field import RulesField

from tests.gui.scene_book.jobs import mixed_jobs
from tests.gui.scene_book.stage import Stage


def settings(stage: Stage) -> None:
    window = stage.window(mixed_jobs(), quiet_hours="mon-fri 08:00-18:00")
    dialog = stage.settings(window)
    if stage.size[0] < dialog.width():
        dialog.resize(dialog.minimumSize())
    stage.until(lambda: len(dialog.pages._views) == len(Page))
    for page in Page:
        dialog.show_page(page)
        stage.keep(f"settings-{page.value}", dialog)


def settings_rules(stage: Stage) -> None:
    window = stage.window(mixed_jobs())
    rules = (
        Rule("Films", categories=("video",), folder="Videos/{host}", name="{year}-{name}", queue="Night"),
        Rule(endings=("iso", "img"), least=700_000_000, folder="Images"),
        Rule("Work", hosts=("intranet.example.org",), folder="/srv/work/{path}", enabled=False),
    )
    manager = window._manager
    manager.apply_settings(replace(manager.settings, rules=rules, queues=("Night",)))
    dialog = stage.settings(window)
    dialog.resize(dialog.width(), 1000)
    dialog.show_page(Page.RULES)
    (field,) = dialog.pages.findChildren(RulesField)
    field.test.setText("https://media.example.net/talks/opening.webm")
    field.refresh()
    stage.keep("settings-rules-list", dialog)
    field.lines[0].buttons["edit"].click()
    editor = field.lines[0].editor
    assert editor is not None
    editor.edits["folder"].setText("Videos/{hots}")
    editor._read()
    stage.keep("settings-rules-editor", dialog)
    dialog.resize(dialog.minimumWidth(), 1000)
    stage.keep("settings-rules-narrow", dialog)


def settings_budgets(stage: Stage) -> None:
    plans = (
        Budget(20_000_000_000, day=15),
        Budget(1_500_000_000, "week", where="cellular"),
        Budget(500_000_000, "day", where="name:Hotel Zur Post"),
    )
    window = stage.window(mixed_jobs())
    manager = stage.manager
    manager.traffic.network = "wifi\t\tHotel Zur Post"
    manager.apply_settings(replace(manager.settings, budgets=plans))
    end = date(2026, 12, 15)
    manager.standings = tuple(Standing(plan, plan.amount // 3, end, plan.amount * 2 // 3) for plan in plans)
    manager.yields = Yielding(50_000_000, 0.022, 0.18)
    window.news.take_totals(manager.totals())
    stage.keep("window-budget-and-room", window)
    dialog = stage.settings(window)
    dialog.resize(dialog.width(), 1000)
    dialog.show_page(Page.SPEED)
    (field,) = dialog.pages.findChildren(BudgetsField)
    dialog.pages.ensureWidgetVisible(field, 0, 200)
    stage.keep("settings-budgets", dialog)
    dialog.resize(dialog.minimumWidth(), 1000)
    dialog.pages.ensureWidgetVisible(field, 0, 200)
    stage.keep("settings-budgets-narrow", dialog)


def settings_categories(stage: Stage) -> None:
    window = stage.window(mixed_jobs())
    books = CategoryEntry("books", "E-Books", "key", ("epub", "mobi"), ("application/epub+zip",), "Books/{host}")
    video = CategoryEntry("video", endings=("mkv", "mp4", "webm", "ts2"))
    manager = window._manager
    manager.apply_settings(replace(manager.settings, categories=(books, CategoryEntry("music"), video)))
    dialog = stage.settings(window)
    dialog.resize(dialog.width(), 1100)
    dialog.show_page(Page.RULES)
    (field,) = dialog.pages.findChildren(CategoriesField)
    stage.keep("settings-categories-list", dialog)
    field.lines[4].buttons["edit"].click()
    editor = field.lines[4].editor
    editor.edits["folder"].setText("Books/{hots}")
    editor._read()
    stage.keep("settings-categories-editor", dialog)
    stage.keep("settings-categories-sidebar", window)
    dialog.resize(dialog.minimumWidth(), 1100)
    stage.keep("settings-categories-narrow", dialog)


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
