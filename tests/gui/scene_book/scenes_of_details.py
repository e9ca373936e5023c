"""Scenes of the details drawer."""

from pathlib import Path

from headrace.details import DownloadDetails
from headrace.snapshots import DownloadSnapshot
from headrace_gui.action_table import Act
from headrace_gui.details.drawer import DetailsDrawer
from headrace_gui.details.habits import Place
from headrace_gui.details.live import LivePage
from headrace_gui.main_window import MainWindow

from tests.gui.scene_book.jobs import details_for, huge, iso, log_lines, mixed_jobs, recording, story
from tests.gui.scene_book.stage import Stage
from tests.support.fake_manager import make_details

_TABS = ("overview", "connections", "speed", "log", "request")


def _opened(
    stage: Stage, chosen: DownloadSnapshot, *others: DownloadSnapshot, size: tuple[int, int] | None = None
) -> tuple[MainWindow, DetailsDrawer]:
    jobs = [job for job in mixed_jobs() if job.id != chosen.id]
    window = stage.window([chosen, *jobs], size)
    stage.manager.details_of[chosen.id] = details_for(chosen)
    stage.record_speeds(window, chosen)
    window.table.choose([chosen.id, *(other.id for other in others)])
    return window, open_drawer(stage, window)


def open_drawer(stage: Stage, window: MainWindow) -> DetailsDrawer:
    """Return the drawer of a window, shown."""
    window.actions_of[Act.DETAILS].trigger()
    drawer = window.dock.drawer
    assert isinstance(drawer, DetailsDrawer)
    stage.until(drawer.isVisible)
    drawer.overview._clock = window.model._clock
    drawer._refresh()
    return drawer


def _turn(stage: Stage, drawer: DetailsDrawer, number: int, chosen: DownloadSnapshot) -> None:
    drawer.open_tab(number)
    if _TABS[number] == "log":
        stage.manager.story_told.emit(chosen.id, story())
    if _TABS[number] == "connections":
        drawer.connections.table.sortByColumn(0, drawer.connections.table.horizontalHeader().sortIndicatorOrder())


def at_bottom(stage: Stage) -> None:
    window, drawer = _opened(stage, iso())
    window.table._hover(window.table.visualRect(window.model.index(0, 0)).center())
    for number, name in enumerate(_TABS):
        _turn(stage, drawer, number, iso())
        stage.keep(f"details-{name}", window)


def at_the_side(stage: Stage) -> None:
    window, drawer = _opened(stage, iso())
    window.dock.set_place(Place.RIGHT)
    for number, name in enumerate(_TABS):
        _turn(stage, drawer, number, iso())
        stage.keep(f"side-{name}", window)


def live(stage: Stage) -> None:
    part = stage.folder / "nightly-build.log.part"
    part.write_text(log_lines(), encoding="utf-8")
    chosen = recording()
    window, drawer = _opened(stage, chosen)
    stage.manager.details_of[chosen.id] = _of_log(chosen, part)
    drawer.open_tab(len(_TABS))
    page = drawer.findChild(LivePage)
    assert page is not None
    stage.until(lambda: page.model.rowCount() > 100)
    stage.keep("details-live", window)
    page.bar.field.setText("warning")
    page.bar._search_now()
    stage.until(lambda: 0 < page.model.rowCount() < 100)
    stage.keep("details-live-found", window)


def _of_log(chosen: DownloadSnapshot, part: Path) -> DownloadDetails:
    return make_details(chosen, part_path=part, content_type="text/plain; charset=utf-8")


def several(stage: Stage) -> None:
    window, _ = _opened(stage, iso(), *mixed_jobs()[1:12])
    stage.keep("details-several", window)


def others(stage: Stage) -> None:
    """Show what is told of downloads that do not run."""
    for name, number in (("failed", 10), ("finished", 9), ("waiting", 7)):
        chosen = mixed_jobs()[number]
        window = stage.window(mixed_jobs())
        window.table.choose([chosen.id])
        open_drawer(stage, window)
        stage.keep(f"details-{name}", window)
        stage.clear()


def many_blocks(stage: Stage) -> None:
    window, drawer = _opened(stage, huge())
    stage.keep("blocks-overview", window)
    drawer.open_tab(1)
    stage.keep("blocks", window)


def small(stage: Stage) -> None:
    window, drawer = _opened(stage, iso(), size=(640, 400))
    for number, name in enumerate(_TABS):
        _turn(stage, drawer, number, iso())
        stage.keep(f"small-{name}", window)
