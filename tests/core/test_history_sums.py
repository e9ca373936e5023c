"""Sums over the history, and how long it takes to look something up in a long one."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import date, timedelta

import pytest
from headrace.days import month_of, week_of
from headrace.history import Figure, HistoryEntry, HistoryQuery, Outcome, Period
from headrace.store import history_file, history_schema
from headrace.store.history_file import HistoryFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.opened_store import Opened
from tests.support.remembering import DAY, fill, make_entry

ALL = HistoryQuery()


# Sums.


entries = st.lists(
    st.builds(
        make_entry,
        st.integers(1, 1000),
        day=st.dates(date(2025, 12, 20), date(2026, 3, 3)),
        outcome=st.sampled_from(Outcome),
        host=st.sampled_from(["a.example", "b.example", "c.example:8080"]),
        received=st.integers(0, 1 << 40),
        seconds=st.integers(0, 1000).map(float),
    ),
    max_size=40,
    unique_by=lambda entry: entry.download_id,
)


def summed(some: Iterable[HistoryEntry], key: str = "") -> Figure:
    listed = list(some)
    finished = sum(entry.outcome is Outcome.FINISHED for entry in listed)
    return Figure(key, finished, sum(e.received for e in listed), sum(e.seconds for e in listed))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(made=entries, host=st.none() | st.sampled_from(["a.example", "b.example"]))
def test_sums_are_those_of_the_entries(
    tmp_path_factory: pytest.TempPathFactory, made: list[HistoryEntry], host: str | None
) -> None:
    database = tmp_path_factory.mktemp("sums") / "downloads.sqlite3"
    assert Opened(database).store.close(5)
    history, query = HistoryFile(database.with_name("history.sqlite3"), database), HistoryQuery(host=host)
    fill(history, database, made)
    meant = [entry for entry in made if host in (None, entry.host)]
    assert history.total(query) == summed(meant)
    keys: dict[Period, Callable[[HistoryEntry], str]] = {
        Period.DAY: lambda entry: entry.day.isoformat(),
        Period.WEEK: lambda entry: week_of(entry.day).isoformat(),
        Period.MONTH: lambda entry: month_of(entry.day).isoformat(),
        Period.HOST: lambda entry: entry.host,
    }
    for period, key in keys.items():
        found = history.figures(query, period)
        assert {one.key: one for one in found} == {
            name: summed([entry for entry in meant if key(entry) == name], name) for name in map(key, meant)
        }
        assert summed(meant).received == sum(one.received for one in found)
    hosts = history.figures(query, Period.HOST)
    assert [one.received for one in hosts] == sorted((one.received for one in hosts), reverse=True)
    days = history.figures(query, Period.DAY, most=2)
    assert [one.key for one in days] == sorted({entry.day.isoformat() for entry in meant}, reverse=True)[:2]


def test_an_average_is_over_the_time_in_which_bytes_came() -> None:
    assert make_entry(received=500, seconds=2.0).speed == 250
    assert make_entry(received=500, seconds=0.0).speed is None
    assert Figure("", 1, 500, 2.0).speed == 250


# Many.

MANY = 200_000
HOSTS = [f"h{number}.example" for number in range(50)]


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> HistoryFile:
    """Return a history of 200,000 entries over three years."""
    database = tmp_path_factory.mktemp("long") / "downloads.sqlite3"
    assert Opened(database).store.close(5)
    history = HistoryFile(database.with_name("history.sqlite3"), database)
    history.take_over()

    def one(number: int) -> HistoryEntry:
        name, host = f"release-{number}-amd64.iso", HOSTS[number % 50]
        day, address = DAY + timedelta(days=number // 200), f"https://{host}/pub/{number % 977}/{name}"
        outcome = Outcome.FAILED if number % 100 == 0 else Outcome.FINISHED
        return make_entry(number, name=name, host=host, address=address, day=day, outcome=outcome)

    with closing(sqlite3.connect(history._path)) as connection, connection:
        history_schema.put_entries(connection, map(one, range(1, MANY + 1)), words=True)
    return history


SEARCHES = [
    ALL,
    HistoryQuery("iso"),
    HistoryQuery("r"),
    HistoryQuery("release amd64"),
    HistoryQuery("199999"),
    HistoryQuery("h7"),
    HistoryQuery("iso", host=HOSTS[3]),
    HistoryQuery(host=HOSTS[9]),
    HistoryQuery(outcome=Outcome.FAILED),
    HistoryQuery("amd64", first=DAY + timedelta(days=990)),
    HistoryQuery("nothing"),
]


@pytest.mark.alone
def test_a_long_history_is_searched_scrolled_and_cleared_without_a_wait(long: HistoryFile) -> None:
    """In one test: each process that had one of several would make the long history anew."""
    for query in SEARCHES:
        _a_page_is_there_at_once(long, query)
    _scrolling_takes_the_same_time_everywhere(long)
    _a_search_is_answered_while_it_is_cleared(long)


def _a_page_is_there_at_once(long: HistoryFile, query: HistoryQuery) -> None:
    long.page(query)
    took = []
    for _ in range(3):
        began = time.perf_counter()
        long.page(query)
        took.append(time.perf_counter() - began)
    assert min(took) < 0.1, (query, took)


def _scrolling_takes_the_same_time_everywhere(long: HistoryFile) -> None:
    before, worst = None, 0.0
    for _ in range(100):
        began = time.perf_counter()
        found = long.page(HistoryQuery("iso"), before)
        worst = max(worst, time.perf_counter() - began)
        before = found[-1].number
    assert before == MANY + 1 - 100 * history_file.PAGE
    assert worst < 0.3
    began = time.perf_counter()
    assert long.page(HistoryQuery("iso"), 150, 200)[-1].number == 1
    assert time.perf_counter() - began < 0.3


def _a_search_is_answered_while_it_is_cleared(long: HistoryFile) -> None:
    thread = threading.Thread(target=lambda: long.clear(HistoryQuery(host=HOSTS[1])))
    thread.start()
    worst, answers = 0.0, 0
    while thread.is_alive() or not answers:
        began = time.perf_counter()
        assert len(long.page(HistoryQuery("iso"))) == history_file.PAGE
        worst, answers = max(worst, time.perf_counter() - began), answers + 1
    thread.join()
    assert worst < 1.0
    assert long.count(HistoryQuery(host=HOSTS[1])) == 0
    assert long.count(ALL) == MANY - MANY // 50
