"""Scenes of the window itself: empty, at work, searched, sorted, narrow, with messages and menus over it."""

from headrace.filters import StatusFilter
from headrace_gui.action_table import Act
from headrace_gui.desktop.tray import TrayActions, TrayMenu, speed_line
from headrace_gui.downloads.columns import COLUMNS
from headrace_gui.downloads.sorting import SortBy
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu, QToolButton, QWidget

from tests.gui.scene_book.jobs import iso, mixed_jobs
from tests.gui.scene_book.stage import SMALL, USUAL, Stage

_MESSAGE = (
    "The settings file cannot be used: setting max_running must be from 1 to 1000, not 0. "
    "Default settings are used; your file is kept as settings.json.bad."
)


def empty(stage: Stage) -> None:
    stage.keep("empty", stage.window(queues=(), greeted=False))


def first(stage: Stage) -> None:
    window = stage.window([iso()], queues=())
    window.table.choose([iso().id])
    stage.keep("first", window)


def mixed(stage: Stage) -> None:
    window = stage.window(mixed_jobs())
    window.table.choose([mixed_jobs()[0].id])
    window.table._hover(window.table.visualRect(window.model.index(1, 0)).center())
    stage.keep("mixed", window)


def failed(stage: Stage) -> None:
    window = stage.window(mixed_jobs(), (stage.size[0], min(stage.size[1], 480)))
    window.sidebar.choose(StatusFilter.FAILED)
    window.table.choose([window.model.snapshot_at(0).id])
    stage.keep("failed", window)


def search(stage: Stage) -> None:
    window = stage.window(mixed_jobs())
    window.bar.search.begin()
    window.bar.search.setText("example re")
    stage.until(lambda: window.model.rowCount() < len(mixed_jobs()))
    stage.keep("search", window)
    window.bar.search.setText("nothing of that name")
    stage.until(lambda: window.model.rowCount() == 0)
    stage.keep("search-nothing", window)


def sorted_twice(stage: Stage) -> None:
    window = stage.window(mixed_jobs())
    keys = [column.key for column in COLUMNS]
    window.table.sort_by_keys([SortBy(keys.index("progress")), SortBy(keys.index("size"), falling=True)])
    stage.keep("sorted", window)


def compact(stage: Stage) -> None:
    window = stage.window(mixed_jobs())
    stage.keeper.change(one_line_rows=True)
    window.table.choose([job.id for job in mixed_jobs()[1:3]])
    stage.keep("one-line", window)


def narrow(stage: Stage) -> None:
    stage.keep("narrow", stage.window(mixed_jobs(), (760, min(stage.size[1], 560))))


def small(stage: Stage) -> None:
    window = stage.window(mixed_jobs(), SMALL)
    window.table.choose([mixed_jobs()[0].id])
    stage.keep("small", window)
    stage.keep("small-empty", stage.window((), SMALL, greeted=False))


def toast(stage: Stage) -> None:
    window = stage.window(mixed_jobs())
    window.table.choose([mixed_jobs()[6].id])
    window.actions_of[Act.REMOVE].trigger()
    stage.keep("toast", window)


def message(stage: Stage) -> None:
    window = stage.window(mixed_jobs(), limit=5_000_000)
    window.show_message(_MESSAGE)
    stage.keep("message", window)


def _popup() -> QWidget:
    menu = QApplication.activePopupWidget()
    assert menu is not None
    return menu


def menus(stage: Stage) -> None:
    window = stage.window(mixed_jobs(), USUAL)
    window.table.choose([mixed_jobs()[0].id])
    window._offer_actions(QPoint(300, 60))
    stage.keep("menu-row", _popup())
    _popup().close()
    window.table.choose([mixed_jobs()[12].id])
    window._offer_actions(QPoint(300, 60))
    stage.keep("menu-missing", _popup())
    _popup().close()
    for name, button in (("menu-more", window.bar._more), ("menu-limit", window.bar.limit)):
        assert isinstance(button, QToolButton)
        _keep_menu(stage, name, button.menu())
    _keep_menu(stage, "menu-columns", window.table.columns_header.columns_menu())
    _keep_menu(stage, "menu-queue", window.sidebar.queue_menu(_queue_row(window.sidebar.model().rowCount())))
    for number, action in enumerate(window.menuBar().actions()):
        menu = action.menu()
        assert isinstance(menu, QMenu)
        _keep_menu(stage, f"menu-bar-{number}", menu)


def _queue_row(rows: int) -> int:
    return rows - 1


def _keep_menu(stage: Stage, name: str, menu: QWidget | None) -> None:
    assert isinstance(menu, QMenu)
    menu.popup(QPoint(40, 40))
    stage.keep(name, menu)
    menu.close()


def tray(stage: Stage) -> None:
    window = stage.window(mixed_jobs())
    actions = window.actions_of
    middle = [actions[act] for act in (Act.ADD, Act.PAUSE_ALL, Act.RESUME_ALL)]
    menu = TrayMenu(TrayActions(middle, actions[Act.QUIT]))
    menu.show_speed(speed_line(stage.manager.totals()))
    _keep_menu(stage, "tray", menu)
    menu.deleteLater()


def right_to_left(stage: Stage) -> None:
    direction = QApplication.layoutDirection()
    QApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        window = stage.window(mixed_jobs())
        stage.record_speeds(window, mixed_jobs()[0])
        window.table.choose([mixed_jobs()[0].id])
        window.actions_of[Act.DETAILS].trigger()
        stage.keep("rtl", window)
    finally:
        QApplication.setLayoutDirection(direction)
