"""The sidebar and the list where a person has categories of their own."""

from dataclasses import replace
from pathlib import Path

import pytest
from headrace.categories import use
from headrace.category_entries import CategoryEntry
from headrace.filters import Category, DownloadFilter, StatusFilter
from headrace.lots import Dormant
from headrace.states import DownloadState
from headrace.store.sqlite_store import SqliteStore
from headrace_gui.downloads.columns import COLUMNS
from headrace_gui.downloads.filter_sidebar import FilterSidebar
from headrace_gui.downloads.sorting import SortBy
from headrace_gui.downloads.table_model import DownloadTableModel
from headrace_gui.icons import IconSet
from headrace_gui.theme import Theme
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.support.engine_parts import make_record
from tests.support.fake_manager import make_snapshot
from tests.support.opened_store import Opened
from tests.support.processes import wait_until

pytestmark = pytest.mark.usefixtures("usual_categories")
BOOKS = CategoryEntry("books", "E-Books", "key", ("epub",))
FONTS = CategoryEntry("fonts", "Fonts", endings=("ttf",))
_S = DownloadState
CATEGORY = [column.key for column in COLUMNS].index("category")


@pytest.fixture
def downloads(qapp: QApplication) -> DownloadTableModel:
    model = DownloadTableModel()
    model.add(
        [
            make_snapshot("a.epub", id="a", state=_S.PAUSED),
            make_snapshot("b.pdf", id="b", category="books"),
            make_snapshot("c.zip", id="c"),
        ]
    )
    return model


@pytest.fixture
def sidebar(qtbot: QtBot, downloads: DownloadTableModel, theme: Theme) -> FilterSidebar:
    bar = FilterSidebar(downloads, theme, IconSet())
    qtbot.addWidget(bar)
    bar.resize(200, 700)
    bar.set_queues(["Night"])
    with qtbot.waitExposed(bar):
        bar.show()
    return bar


def titles(sidebar: FilterSidebar) -> list[str]:
    model = sidebar.model()
    return [model.index(row, 0).data() for row in range(model.rowCount()) if not sidebar.isRowHidden(row)]


def follow(sidebar: FilterSidebar, *entries: CategoryEntry) -> None:
    use(entries)
    sidebar.follow_categories()


def shown(model: DownloadTableModel) -> list[str]:
    return [model.snapshot_at(row).id for row in range(model.rowCount())]


def test_categories_stand_in_the_persons_order_with_their_counts(
    sidebar: FilterSidebar, downloads: DownloadTableModel
) -> None:
    assert downloads.count(Category.DOCUMENTS) == 2
    follow(sidebar, FONTS, CategoryEntry("music"), BOOKS)
    assert titles(sidebar)[8:15] == ["Video", "Pictures", "Documents", "Archives", "Programs", "Fonts", "Music"]
    assert titles(sidebar)[15:] == ["E-Books", "Queues", "Main queue", "Night"]
    assert (downloads.count(Category("books")), downloads.count(Category.DOCUMENTS)) == (2, 0)
    line = sidebar._lines.line(sidebar._lines.row_of(Category("books")) or 0)
    assert (line.title, line.icon) == ("E-Books", "key")


def test_the_chosen_line_stays_or_all_is_chosen(sidebar: FilterSidebar, downloads: DownloadTableModel) -> None:
    told: list[object] = []
    sidebar.chosen.connect(told.append)
    follow(sidebar, BOOKS)
    books = Category("books")
    sidebar.choose(books)
    follow(sidebar, replace(BOOKS, name="Books"), FONTS)
    assert (sidebar.chosen_group(), told) == (books, [books])
    assert "Books" in titles(sidebar)
    sidebar.fold(["categories"])
    follow(sidebar, FONTS)
    assert sidebar.chosen_group() is StatusFilter.ALL
    assert told == [books, StatusFilter.ALL]
    assert "Fonts" not in titles(sidebar)
    assert not sidebar._lines.follow_categories()


def test_what_is_shown_follows(sidebar: FilterSidebar, downloads: DownloadTableModel) -> None:
    follow(sidebar, BOOKS)
    downloads.set_filter(DownloadFilter(category=Category("books")))
    assert shown(downloads) == ["a", "b"]
    assert downloads.cell_text(downloads.snapshot_at(0), CATEGORY) == "E-Books"
    follow(sidebar, replace(BOOKS, name="Books", endings=("zip",)))
    assert shown(downloads) == ["b", "c"]
    assert downloads.cell_text(downloads.snapshot_at(0), CATEGORY) == "Books"
    downloads.sort_by([SortBy(CATEGORY, falling=True)])
    assert shown(downloads) == ["b", "c"]
    downloads.remove(["b"])
    assert downloads.count(Category("books")) == 1


def test_what_lies_dormant_follows(tmp_path: Path, qapp: QApplication) -> None:
    path, seen, told = tmp_path / "list", list[object](), list[Dormant]()
    opened = Opened(path)
    for number in range(300):
        ending = ("epub", "zip", "ttf")[number % 3]
        opened.store.save(make_record(number, name=f"f{number}.{ending}", state=_S.COMPLETED, finished_at=1.0))
    assert opened.store.close(30)
    store = SqliteStore(path, lambda _: None, lambda _: None, told.append)
    wait_until(lambda: bool(told), "the list is read")
    assert store.close(30)
    model = DownloadTableModel()
    model.add_dormant(told[0])
    assert model.count(Category.DOCUMENTS) == 100
    use((BOOKS, FONTS))
    model.counts_changed.connect(lambda: seen.append(None))
    model.recategorise()
    own = Category("books"), Category("fonts")
    assert [model.count(each) for each in (*own, Category.DOCUMENTS, Category.ARCHIVES)] == [100, 100, 0, 100]
    model.set_filter(DownloadFilter(category=own[1]))
    assert model.rowCount() == 100
    assert seen


def test_the_menu_of_a_category_leads_to_the_settings(sidebar: FilterSidebar, qtbot: QtBot) -> None:
    row = sidebar._lines.row_of(Category.MUSIC)
    assert row is not None
    (action,) = sidebar.queue_menu(row).actions()
    assert action.text() == "Change categories…"
    with qtbot.waitSignal(sidebar.categories_wanted):
        action.trigger()
    assert "Add queue…" in [each.text() for each in sidebar.queue_menu(0).actions()]
