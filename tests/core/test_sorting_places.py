"""Folders of categories and of queues in a real engine: what they say where no rule does."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from headrace.category_entries import CategoryEntry
from headrace.filters import category_in
from headrace.profile import Profile
from headrace.queue_options import QueueOptions
from headrace.rules import Rule
from headrace.settings import Settings
from headrace.sorting import Offer, preview
from headrace.tidying import carry_out, moves
from PySide6.QtCore import QCoreApplication

from tests.support.changing import SIZE
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Resource

pytestmark = pytest.mark.usefixtures("usual_categories")
BOOKS = CategoryEntry("books", "E-Books", endings=("epub",), folder="{category}/{host}")
FONTS = CategoryEntry("fonts", "Fonts", types=("font/*",))


@pytest.fixture
def engine(qapp: QCoreApplication, profile: Profile, tmp_path: Path) -> Iterator[Engine]:
    folder = tmp_path / "target"
    options = (QueueOptions("night", tmp_path / "night"),)
    settings = Settings(folder, categories=(BOOKS, FONTS), queues=("night", "day"), queue_options=options)
    engine = Engine(profile, folder, settings)
    yield engine
    assert engine.close()


def test_a_category_has_a_folder_without_any_rule(engine: Engine, plain_server: FaultyServer) -> None:
    address = plain_server.add(Resource("/get", size=SIZE, disposition='attachment; filename="a.epub"'))
    path = engine.fetched(engine.add(address, by_rules=True))
    assert path == engine.folder / "E-Books" / "127.0.0.1" / "a.epub"
    other = engine.add(plain_server.file(SIZE, "/b.iso"), by_rules=True)
    assert engine.fetched(other) == engine.folder / "b.iso"


def test_a_rule_counts_before_the_folder_of_a_category(engine: Engine, plain_server: FaultyServer) -> None:
    engine.manager.apply_settings(replace(engine.settings, rules=(Rule(categories=("books",), folder="Mine"),)))
    assert (
        engine.fetched(engine.add(plain_server.file(SIZE, "/a.epub"), by_rules=True)).parent == engine.folder / "Mine"
    )


def test_a_type_alone_puts_a_file_in_its_category(engine: Engine, plain_server: FaultyServer) -> None:
    address = plain_server.add(Resource("/get", size=SIZE, content_type="font/woff2"))
    download_id = engine.add(address, by_rules=True)
    engine.fetched(download_id)
    assert category_in(engine.snapshot(download_id)).value == "fonts"


def test_to_take_a_category_away_changes_no_file(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = engine.add(plain_server.file(SIZE, "/a.epub"), by_rules=True)
    path = engine.fetched(download_id)
    engine.manager.changes.set_category([download_id], "books")
    engine.manager.apply_settings(replace(engine.settings, categories=()))
    one = engine.snapshot(download_id)
    assert (category_in(one).value, one.path, path.exists()) == ("documents", path, True)
    engine.manager.apply_settings(engine.settings)
    assert category_in(engine.snapshot(download_id)).value == "books"


def test_what_goes_to_a_queue_goes_to_its_folder(engine: Engine, tmp_path: Path) -> None:
    night = tmp_path / "night"

    def folder(name: str, queue: str, *rules: Rule) -> Path:
        offer = Offer(f"https://h.example/{name}", queue=queue)
        return preview(offer, replace(engine.settings, rules=rules), 0.0).folder

    assert folder("b.iso", "night") == night
    assert folder("b.iso", "day") == engine.folder
    assert folder("a.epub", "night") == night / "E-Books" / "h.example"
    assert folder("b.iso", "night", Rule(folder="Images")) == night / "Images"
    assert folder("b.iso", "", Rule(queue="night")) == night
    assert folder("b.iso", "day", Rule(queue="night")) == engine.folder
    assert folder("b.iso", "", Rule(queue="night", folder="/srv/x")) == Path("/srv/x")


def test_the_folder_of_a_queue_is_heeded_without_rules_too(
    engine: Engine, plain_server: FaultyServer, tmp_path: Path
) -> None:
    download_id = engine.add(plain_server.file(SIZE, "/b.iso"), by_rules=True, queue="night")
    assert engine.fetched(download_id) == tmp_path / "night" / "b.iso"
    assert list(moves(engine.manager, [download_id])) == [None]
    engine.manager.changes.set_queue([download_id], "day")
    (move,) = moves(engine.manager, [download_id])
    assert move is not None
    assert move.target == engine.folder


def test_what_is_there_is_sorted_into_the_folders_of_categories(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = engine.add(plain_server.file(SIZE, "/a.epub"))
    engine.fetched(download_id)
    (move,) = moves(engine.manager, [download_id])
    assert move is not None
    target = engine.folder / "E-Books" / "127.0.0.1"
    assert move.target == target
    carry_out(engine.manager, [move])
    engine.until(lambda: engine.snapshot(download_id).folder == target and (target / "a.epub").exists())
