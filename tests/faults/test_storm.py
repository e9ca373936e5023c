"""Commands faster than a transfer can follow: pauses at any moment, limits that never rest, removal in mid-request."""

import random
import time
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import pytest
from headrace.spec import DownloadSpec
from headrace.states import DownloadState
from headrace.transfer.job import DownloadJob

from tests.benchmarks.report import percentile
from tests.conftest import ServerFactory
from tests.support import faults, seeded
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.invariant import assert_invariant
from tests.support.replies import Resource
from tests.support.ways import Way, four_ways

MIB = 1 << 20
SIZE = 12 * MIB
STORM_SIZE = 24 * MIB
RATE = 4_000_000
PAUSES = 20
GAP = 0.1
CALL_BAR = 0.005
"""Seconds; the server shares the interpreter here. With a silent one test_stop.py holds it to a millisecond."""
STOP_BAR = 0.05
STRESS_SECONDS = 5.0
WASTE = 1.1


def eight_at_once(engine: Engine, server: FaultyServer) -> None:
    """Let the engine know that eight connections help at this server, so that it begins with them."""
    engine.manager._runner.hosts.learn(f"127.0.0.1:{server.port}", 8)


def pause(engine: Engine, download_id: str) -> tuple[float, float]:
    """Pause; return the seconds of the call and until no thread is left."""
    began = perf_counter()
    engine.manager.pause([download_id])
    called = perf_counter() - began
    engine.until_still()
    return called, perf_counter() - began


def rest(engine: Engine, seconds: float) -> None:
    """Let the engine work for a while."""
    until = time.monotonic() + seconds
    engine.until(lambda: time.monotonic() >= until)


@pytest.mark.case("U01")
@four_ways
def test_u01_pauses_at_any_moment_cost_neither_bytes_nor_time(
    engine: Engine, faulty_server: ServerFactory, way: Way
) -> None:
    server = way.server(faulty_server)
    way.engine(engine)
    eight_at_once(engine, server)
    chance = random.Random(1)
    address = server.add(Resource("/file", size=STORM_SIZE, rate=RATE // way.connections))
    server.inject(faults.stall(50_000, when=faults.nth(5, 11)))
    server.inject(faults.stall(when=faults.nth(8)))
    download_id = engine.add(address)
    stops = []
    for _ in range(PAUSES):
        rest(engine, chance.uniform(0, GAP))
        if engine.state(download_id) is DownloadState.COMPLETED:
            break
        stops.append(pause(engine, download_id))
        engine.manager.resume([download_id])
    server.heal()
    server.add(Resource("/file", size=STORM_SIZE, rate=8 * RATE // way.connections))
    engine.manager.pause([download_id])  # the rest is faster
    engine.manager.resume([download_id])
    assert seeded.first_difference(engine.fetched(download_id), 1, STORM_SIZE) is None
    assert len(stops) > PAUSES // 2
    calls, ends = zip(*stops, strict=True)
    assert (percentile(calls, 50) < CALL_BAR, percentile(ends, 90) < STOP_BAR) == (True, True), (calls, ends)
    assert server.body_sent <= WASTE * STORM_SIZE
    assert_invariant(engine, server)


@pytest.mark.case("U01")
def test_u01_eight_connections_never_wait_for_each_other_for_ever(engine: Engine, faulty_server: ServerFactory) -> None:
    server = faulty_server()
    engine.restart(max_connections=8)
    eight_at_once(engine, server)
    addresses = [server.add(Resource(f"/{number}", size=64 * MIB, rate=2_000_000)) for number in range(3)]
    ids = [engine.add(address) for address in addresses]
    chance, until, most = random.Random(2), time.monotonic() + STRESS_SECONDS, 0.0
    while time.monotonic() < until:
        rest(engine, chance.choice((0.0, 0.005, 0.05, 0.4)))
        chosen = chance.sample(ids, chance.randint(1, 3))
        began = perf_counter()
        engine.manager.pause(chosen)
        engine.until(lambda chosen=chosen: not any(one in engine.manager._runner for one in chosen), 5.0)  # type: ignore[misc]
        most = max(most, perf_counter() - began)
        engine.manager.resume(chosen)
    assert server.connections_peak > 8
    assert most < 1.0
    engine.manager.pause(ids)
    engine.until_still()
    assert_invariant(engine, server)


@pytest.mark.case("U03")
def test_u03_commands_that_come_twice_or_too_late(engine: Engine, plain_server: FaultyServer) -> None:
    gate = plain_server.inject(faults.stall(1000, when=faults.on_path("/held"))).gate
    held, missing = engine.add(plain_server.file(SIZE, "/held")), engine.add(plain_server.url("/missing"))
    engine.failed(missing)
    engine.manager.pause([missing])
    assert engine.state(missing) is DownloadState.FAILED
    engine.until_received(held, 1000)
    engine.manager.pause([held])
    engine.manager.resume([held])  # its thread still winds down
    engine.manager.resume([held])
    gate.release.set()
    path = engine.fetched(held)
    engine.manager.remove([held], with_files=False)
    engine.manager.remove([held])
    engine.manager.pause([held])
    assert seeded.first_difference(path, 1, SIZE) is None


@pytest.mark.case("U04")
@pytest.mark.parametrize("place", [faults.BEFORE_HEAD, SIZE // 4], ids=["no answer yet", "in the body"])
def test_u04_removed_while_it_resumes(
    engine: Engine, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    monkeypatch.setattr("headrace.manager.UNDO_SECONDS", 0.0)
    first = plain_server.inject(faults.stall(SIZE // 2, when=faults.nth(1)))
    second = plain_server.inject(faults.stall(place, when=faults.from_nth(2)))
    download_id = engine.add(plain_server.file(SIZE))
    engine.until_received(download_id, SIZE // 2)
    pause(engine, download_id)
    engine.manager.resume([download_id])
    engine.until(second.gate.reached.is_set)
    engine.manager.remove([download_id])
    engine.until_still()
    engine.until(lambda: engine.files() == [])
    plain_server.wait_until(lambda seen: seen.connections_open == 0, 2.0)
    first.gate.release.set()
    assert engine.manager.snapshots() == []


@pytest.mark.case("U10")
def test_u10_one_address_twice_is_one_download(engine: Engine, plain_server: FaultyServer) -> None:
    gate = plain_server.inject(faults.stall(1000)).gate
    address = plain_server.file(SIZE)
    ids = engine.manager.add([DownloadSpec(address, engine.folder)] * 3)
    engine.until_received(ids[0], 1000)
    ids += [engine.add(address), engine.add(f"{address}#here")]
    assert len(set(ids)) == len(engine.parts()) == 1
    gate.release.set()
    engine.fetched(ids[0])
    assert len(plain_server.requests) == 1


@pytest.mark.case("U10")
def test_u10_one_target_twice_never_has_two_writers(engine: Engine, plain_server: FaultyServer) -> None:
    gate = plain_server.inject(faults.stall(1000, times=None)).gate
    addresses = [plain_server.file(SIZE, f"/{seed}", seed) for seed in (1, 2)]
    ids = [engine.add(address, name="same.bin") for address in addresses]
    for download_id in ids:
        engine.until_received(download_id, 1000)
    assert len(engine.parts()) == 2
    gate.release.set()
    plain_server.heal()
    found = [engine.fetched(download_id) for download_id in ids]
    assert sorted(path.name for path in found) == ["same (2).bin", "same.bin"]
    assert [seeded.first_difference(path, seed, SIZE) for path, seed in zip(found, (1, 2), strict=True)] == [None] * 2


@pytest.mark.calm
@pytest.mark.case("U11")
@pytest.mark.parametrize("connections", [1, 8])
def test_u11_a_limit_that_changes_a_hundred_times_a_second(
    engine: Engine, plain_server: FaultyServer, connections: int
) -> None:
    seconds, middle = 2.5, 8_000_000
    engine.restart(max_connections=connections, limit=middle)
    eight_at_once(engine, plain_server)
    download_id = engine.add(plain_server.file(64 * MIB))
    engine.until_received(download_id, 1)
    job = engine.manager._runner._jobs[download_id][1]
    began, before = time.monotonic(), job.received
    readings: list[tuple[float, int]] = []
    while (elapsed := time.monotonic() - began) < seconds:
        limit = middle * (3 if len(readings) % 2 else 1) // 2  # 4 and 12 MB/s in turn
        engine.manager.apply_settings(replace(engine.manager.settings, limit=limit))
        rest(engine, 0.01)
        readings.append((elapsed, job.received - before))
    came = readings[-1][1] / readings[-1][0]
    assert 0.8 * middle < came < 1.1 * middle
    assert longest_silence(readings) < 0.5
    engine.manager.pause([download_id])
    engine.until_still()


def longest_silence(readings: list[tuple[float, int]]) -> float:
    """Return the most seconds for which the count stood still."""
    longest, since = 0.0, readings[0]
    for moment, count in readings:
        if count != since[1]:
            since = (moment, count)
        longest = max(longest, moment - since[0])
    return longest


@pytest.fixture
def slow_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every job that was stopped a moment more until it reports."""
    ended = DownloadJob._ended

    def later(job: DownloadJob, *facts: object) -> object:
        time.sleep(0.02)
        return ended(job, *facts)  # type: ignore[arg-type]

    monkeypatch.setattr(DownloadJob, "_ended", later)


@pytest.mark.case("U14")
@pytest.mark.usefixtures("slow_end")
def test_u14_news_of_a_row_that_is_gone_is_told_to_nobody(engine: Engine, plain_server: FaultyServer) -> None:
    gone: set[str] = set()
    late: list[str] = []
    engine.manager.downloads_updated.connect(lambda batch: late.extend(one.id for one in batch if one.id in gone))
    addresses = [plain_server.add(Resource(f"/{number}", size=MIB, rate=4 * MIB)) for number in range(12)]
    for number, address in enumerate(addresses):
        download_id = engine.add(address)
        rest(engine, 0.01 * (number % 5))
        gone.add(download_id)
        engine.manager.remove([download_id])
        assert engine.manager.snapshot(download_id) is None
    engine.until_still()
    rest(engine, 0.1)
    assert late == []
    assert engine.manager.snapshots() == []


@pytest.mark.case("U12")
def test_u12_the_folder_for_new_downloads_changes_while_one_runs(
    engine: Engine, plain_server: FaultyServer, tmp_path: Path
) -> None:
    gate = plain_server.inject(faults.stall(1000, when=faults.on_path("/first"))).gate
    first = engine.add(plain_server.file(SIZE, "/first"))
    engine.until_received(first, 1000)
    engine.manager.apply_settings(replace(engine.manager.settings, download_folder=tmp_path / "elsewhere"))
    gate.release.set()
    assert engine.fetched(first).parent == engine.folder
    assert not (tmp_path / "elsewhere").exists()
