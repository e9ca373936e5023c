"""How many bytes came on which local day: counted as they come, written every few seconds, never twice."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from headrace.days import DayClock, day_of, days_between, month_of, week_of
from headrace.profile import Profile
from headrace.settings import Settings
from headrace.store.traffic_rows import read_traffic
from headrace.traffic import SAVE_SECONDS, Traffic, TrafficRow
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication

from tests.support import faults
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.opened_store import Opened

BERLIN, NEW_YORK, LORD_HOWE = map(ZoneInfo, ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe"))
SIZE = 400_000
DAY = date(2026, 5, 4)


class Kept:
    """Remembers what was to be written."""

    def __init__(self) -> None:
        self.calls: list[list[TrafficRow]] = []

    def add_traffic(self, rows: Iterable[TrafficRow]) -> None:
        self.calls.append(list(rows))

    @property
    def sums(self) -> Counter[tuple[date, str]]:
        found = Counter[tuple[date, str]]()
        for rows in self.calls:
            for day, network, size in rows:
                found[day, network] += size
        return found


class Clock:
    def __init__(self, moment: datetime) -> None:
        self.now = moment.timestamp()

    def __call__(self) -> float:
        return self.now


def hours_of(day: date, zone: tzinfo) -> float:
    """Return how many hours a day has, by asking for each of its quarters."""
    first = datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() - 6 * 3600
    return sum(day_of(first + 900 * number, zone) == day for number in range(40 * 4)) / 4


# Days.


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (BERLIN, date(2026, 3, 29), 23),
        (BERLIN, date(2026, 10, 25), 25),
        (BERLIN, date(2026, 7, 1), 24),
        (NEW_YORK, date(2026, 3, 8), 23),
        (NEW_YORK, date(2026, 11, 1), 25),
        (LORD_HOWE, date(2026, 10, 4), 23.5),
        (LORD_HOWE, date(2026, 4, 5), 24.5),
    ],
)
def test_a_day_is_as_long_as_it_is_there(zone: ZoneInfo, day: date, hours: float) -> None:
    assert hours_of(day, zone) == hours


@given(
    st.sampled_from([BERLIN, NEW_YORK, LORD_HOWE]),
    st.integers(1_767_225_600, 1_830_297_600),
    st.lists(st.integers(-90_000, 90_000), max_size=30),
)
def test_a_clock_of_days_says_what_asking_each_time_would(zone: ZoneInfo, begin: int, steps: list[int]) -> None:
    clock, moment = DayClock(zone), float(begin)
    for step in steps:
        moment += step
        assert clock.day(moment) == day_of(moment, zone)


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    days = list(days_between(date(2026, 2, 26), date(2026, 3, 3)))
    assert days[0] == date(2026, 2, 26)
    assert days[-1] == date(2026, 3, 3)
    assert len(days) == 6
    assert [week_of(day).isoformat() for day in days] == ["2026-02-23"] * 4 + ["2026-03-02"] * 2
    assert {month_of(day) for day in days} == {date(2026, 2, 1), date(2026, 3, 1)}


# Counting.


@given(
    st.sampled_from([BERLIN, NEW_YORK, LORD_HOWE]),
    st.lists(st.tuples(st.integers(0, 100_000), st.integers(0, 1 << 40), st.sampled_from(["", "home", "phone"]))),
)
def test_every_byte_is_in_the_day_and_network_it_came_in(zone: ZoneInfo, came: list[tuple[int, int, str]]) -> None:
    kept, clock, expected = Kept(), Clock(datetime(2026, 3, 27, tzinfo=zone)), Counter[tuple[date, str]]()
    traffic = Traffic(kept, clock=clock, zone=zone)
    for seconds, size, network in came:
        clock.now += seconds
        traffic.network = network
        traffic.count(size)
        expected[day_of(clock.now, zone), network] += size
    traffic.save()
    assert {key: size for key, size in kept.sums.items() if size} == {k: n for k, n in expected.items() if n}
    for chosen in (None, "", "home", "phone"):
        days = Counter[date]()
        for (day, name), size in expected.items():
            if chosen in (None, name):
                days[day] += size
        assert traffic.since(date(2026, 1, 1), None if chosen is None else chosen.__eq__) == days


def test_what_came_before_midnight_belongs_to_the_day_before() -> None:
    clock = Clock(datetime(2026, 10, 25, 23, 59, 59, tzinfo=BERLIN))
    traffic = Traffic(Kept(), clock=clock, zone=BERLIN)
    traffic.count(10)
    clock.now += 2
    traffic.count(7)
    assert traffic.since(date(2026, 10, 25)) == {date(2026, 10, 25): 10, date(2026, 10, 26): 7}
    assert traffic.since(date(2026, 10, 26)) == {date(2026, 10, 26): 7}
    assert traffic.today == date(2026, 10, 26)


def test_sums_are_handed_on_every_few_seconds_and_each_byte_once() -> None:
    kept, clock = Kept(), Clock(datetime(2026, 5, 4, 12, tzinfo=BERLIN))
    traffic = Traffic(kept, clock=clock, zone=BERLIN)
    for _ in range(100):
        traffic.count(10)
        clock.now += SAVE_SECONDS / 10
    assert 8 <= len(kept.calls) <= 10
    traffic.save()
    traffic.save()
    assert kept.sums == {(DAY, ""): 1000}


def test_a_clock_that_was_put_back_does_not_keep_sums_from_being_written() -> None:
    kept, clock = Kept(), Clock(datetime(2026, 5, 4, 12, tzinfo=BERLIN))
    traffic = Traffic(kept, clock=clock, zone=BERLIN)
    traffic.count(1)
    clock.now -= 86_400
    traffic.count(1)
    clock.now += SAVE_SECONDS
    traffic.count(1)
    assert sum(kept.sums.values()) == 3


def test_what_is_not_to_be_written_is_counted_here_alone() -> None:
    kept, clock = Kept(), Clock(datetime(2026, 5, 4, 12, tzinfo=BERLIN))
    traffic = Traffic(kept, clock=clock, zone=BERLIN)
    traffic.count_unwritten(5)
    traffic.count(1)
    traffic.save()
    assert traffic.since(DAY) == {DAY: 6}
    assert kept.sums == {(DAY, ""): 1}


def test_what_was_counted_before_is_added_to(opened: Opened) -> None:
    opened.store.add_traffic([(DAY, "home", 5), (DAY, "", 1)])
    opened.store.add_traffic([(DAY, "home", 6)])
    opened.close()
    again = Opened(opened.path)
    traffic = Traffic(again.store, zone=BERLIN)
    traffic.recall(again.store.traffic)
    assert again.store.close(5)
    assert traffic.since(DAY) == {DAY: 12}
    assert traffic.since(DAY, "home".__eq__) == {DAY: 11}
    assert traffic.networks() == ["", "home"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "downloads.sqlite3"


@pytest.fixture
def opened(path: Path) -> Iterator[Opened]:
    made = Opened(path)
    yield made
    made.store.close(5)


def test_a_day_that_makes_no_sense_is_passed_over(opened: Opened) -> None:
    opened.store.put(lambda connection: connection.execute("INSERT INTO traffic VALUES ('gone', '', 3)"))
    opened.store.add_traffic([(DAY, "", 2)])
    found: list[list[TrafficRow]] = []
    opened.store.put(lambda connection: found.append(read_traffic(connection)))
    assert opened.store.flush(5)
    assert found == [[(DAY, "", 2)]]


# With an engine.


@pytest.fixture
def engine(qapp: QCoreApplication, profile: Profile, tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(profile, tmp_path / "target", Settings(tmp_path / "target", find_checksums=False))
    yield engine
    assert engine.close()


def came(engine: Engine) -> int:
    today = engine.manager.traffic.today
    return sum(engine.manager.traffic.since(today - timedelta(days=1)).values())


def test_all_that_came_is_counted_whatever_became_of_it(engine: Engine, plain_server: FaultyServer) -> None:
    engine.fetched(engine.add(plain_server.file(SIZE)))
    whole = came(engine)
    assert SIZE <= whole <= SIZE + 2_000
    plain_server.inject(faults.cut(SIZE // 2, when=faults.on_path("/cut")))
    engine.fetched(engine.add(plain_server.file(SIZE, "/cut")))
    assert 2 * SIZE <= came(engine) <= 2 * SIZE + 100_000
    before = came(engine)
    engine.restart()
    assert came(engine) == before


def test_what_came_is_in_the_file_while_the_process_still_runs(engine: Engine, plain_server: FaultyServer) -> None:
    idle: list[bool] = []
    engine.manager.all_idle.connect(lambda: idle.append(True))
    engine.fetched(engine.add(plain_server.file(SIZE)))
    engine.until(lambda: bool(idle))
    assert engine.manager._store.flush(5)
    with closing(sqlite3.connect(engine.profile.database)) as connection:
        assert SIZE <= sum(size for _, _, size in read_traffic(connection)) <= SIZE + 2_000
