"""Numbers in names: the first free one in a folder, given to one download alone, and for good."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from headrace.counters import Counters
from headrace.profile import Profile
from headrace.recordings import Recording
from headrace.rule_templates import Values, counts, number_in
from headrace.rules import Counting, Rule
from headrace.settings import Settings
from headrace.sorting import Offer, by_rules, preview
from headrace.spec import DownloadSpec
from headrace.states import DownloadState
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication

from tests.support import faults
from tests.support.changing import HALF, SIZE
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Resource

ADDED = datetime(2026, 3, 9, 7, 5, 2)  # noqa: DTZ001 - as a clock on the wall shows it


def counting(template: str = "{counter:3}-{name}", name: str = "a.jpg") -> Counting:
    return Counting(template, Values("https://h.example/a.jpg", name, ADDED))


@pytest.mark.parametrize(
    ("template", "name", "number"),
    [
        ("{counter}-{name}", "12-a.jpg", 12),
        ("{counter:3}-{name}", "007-a.jpg", 7),
        ("{counter:3}-{name}", "1007-a.jpg", 1007),
        ("{counter}-{name}", "a-12.jpg", None),
        ("{counter}-{name}", "12a.jpg", None),
        ("IMG_{counter:4}.{ext}", "img_0012.png", 12),
        ("IMG_{counter:4}.{ext}", "IMG_x0012.png", None),
        ("{stem}{counter}.{ext}", "report12.pdf", 2),
        ("{stem} #{counter}.{ext}", "report #12.pdf", 12),
        ("{{{counter}}}.{ext}", "{5}.pdf", 5),
        ("{date}-{counter}", "2026-03-09-4", 4),
        ("{counter}", "4", 4),
    ],
)
def test_the_number_is_read_out_of_a_name(template: str, name: str, number: int | None) -> None:
    assert number_in(template)(name) == number


def test_which_templates_count() -> None:
    assert counts("{counter}-{name}")
    assert counts("a{counter:9}")
    assert not counts("{{counter}}-{name}")
    for wrong in ("{counter:0}-{name}", "{counter:12}", "{counter:x}", "{counter!r}"):
        with pytest.raises(ValueError, match="takes nothing behind it"):
            Rule(name=wrong)
    with pytest.raises(ValueError, match="no part of one"):
        Rule(folder="{counter}")


def test_the_first_number_no_file_has_is_given(tmp_path: Path) -> None:
    for name in ("001-x.png", "002-y.jpg.0123456789abcdef.part", "4-z.jpg", "2026-report.pdf", "notes.txt"):
        (tmp_path / name).touch()
    counters = Counters()
    assert counters.name("a", tmp_path, counting()) == "003-a.jpg"
    assert counters.name("b", tmp_path, counting(name="b.jpg")) == "005-b.jpg"
    assert counters.name("a", tmp_path, counting()) == "003-a.jpg"
    assert counters.name("c", tmp_path / "none", counting()) == "001-a.jpg"


def test_what_others_are_to_be_called_is_not_given_again(tmp_path: Path) -> None:
    others = [("x", tmp_path, "001-x.jpg"), ("y", tmp_path / "sub", "002-y.jpg"), ("a", tmp_path, "003-a.jpg")]
    assert Counters().name("a", tmp_path, counting(), others) == "002-a.jpg"


def test_a_name_that_is_cut_off_before_its_number_is_left_to_be_told_apart_as_ever(tmp_path: Path) -> None:
    long = counting("{stem}{counter}", name="x" * 400)
    assert Counters().name("a", tmp_path, long) == long.named(1)


def test_no_two_threads_get_the_same(tmp_path: Path) -> None:
    counters = Counters()
    with ThreadPoolExecutor(16) as pool:
        names = list(pool.map(lambda number: counters.name(str(number), tmp_path, counting()), range(200)))
    assert sorted(names) == [f"{number:03d}-a.jpg" for number in range(1, 201)]


@given(st.lists(st.integers(1, 30), max_size=20))
def test_it_is_the_least_that_is_free(numbers: list[int]) -> None:
    others = [(f"o{place}", Path("/nowhere"), f"{number:03d}-x") for place, number in enumerate(numbers)]
    name = Counters().name("a", Path("/nowhere"), counting(), others)
    assert int(name[:3]) == min(set(range(1, 32)) - set(numbers))


def test_until_it_is_chosen_it_is_left_open(tmp_path: Path) -> None:
    rules = (Rule(folder="Set", name="{counter:2}-{name}"),)
    settings = Settings(tmp_path, rules=rules)
    assert preview(Offer("https://h.example/a.jpg"), settings, 0.0).path == tmp_path / "Set" / "##-a.jpg"
    recording = Recording()
    spec, facts = by_rules(DownloadSpec("https://h.example/a.jpg", tmp_path, by_rules=True), settings, 0.0)
    assert (spec.folder, facts["name"]) == (tmp_path / "Set", "##-a.jpg")
    _, facts = by_rules(replace(spec, recording=recording), settings, 0.0)
    assert facts["name"] == "01-a.jpg"


# -- in an engine ----------------------------------------------------------------------------------------------


@pytest.fixture
def engine(qapp: QCoreApplication, profile: Profile, tmp_path: Path) -> Iterator[Engine]:
    rules = (Rule(folder="Set", name="{counter:2}-{name}"),)
    engine = Engine(profile, tmp_path / "target", Settings(tmp_path / "target", rules=rules))
    yield engine
    assert engine.close()


def test_downloads_that_begin_together_are_numbered_each_by_itself(engine: Engine, plain_server: FaultyServer) -> None:
    names = [f"file{number}.bin" for number in range(4)]
    ids = [engine.add(plain_server.add(Resource(f"/{name}", size=20_000)), by_rules=True) for name in names]
    paths = [engine.fetched(each) for each in ids]
    assert {path.parent for path in paths} == {engine.folder / "Set"}
    assert sorted(path.name[:3] for path in paths) == ["01-", "02-", "03-", "04-"]
    assert {path.name[3:] for path in paths} == set(names)


def test_a_number_outlives_the_program_and_is_nobody_elses(engine: Engine, plain_server: FaultyServer) -> None:
    plain_server.inject(faults.stall(HALF))
    first = engine.add(plain_server.file(SIZE, "/long.bin"), by_rules=True)
    engine.until_received(first, HALF)
    engine.manager.pause([first])
    engine.until_state(first, DownloadState.PAUSED)
    engine.until_still()
    assert engine.snapshot(first).name == "01-long.bin"
    for part in (engine.folder / "Set").iterdir():  # what is left is what the list knows
        part.unlink()
    engine.restart()
    second = engine.add(plain_server.add(Resource("/other.bin", size=20_000)), by_rules=True)
    assert engine.fetched(second).name == "02-other.bin"
    assert engine.snapshot(first).name == "01-long.bin"
    engine.manager.apply_settings(replace(engine.settings, rules=()))
    engine.manager.resume([first])
    assert engine.fetched(first).name == "01-long.bin"
