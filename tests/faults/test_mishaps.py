"""Out of memory, or something else gone wrong, in each function of the path of the bytes in turn.

The download fails with a number, or does not even fail; nothing false is claimed or published, others go on, and
resumed it comes to the right file. The short form, which runs with all tests, takes a share of the functions;
`--hypothesis-profile thorough` takes all.
"""

from collections.abc import Callable
from typing import Final

import hypothesis
import pytest
from headrace.addresses import host_of
from headrace.errors import StoppedError
from headrace.states import DownloadState, FailureReason

from tests.support import faults, seeded
from tests.support.disk_scenes import SIZE as HALVED
from tests.support.disk_scenes import half_way
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.invariant import assert_invariant
from tests.support.mishaps import Mishap, Mishaps
from tests.support.replies import Resource

SIZE: Final = 70_000
SHARE: Final = 4
"""Of so many functions the short form takes one."""
LARGE: Final = 5 << 20
LENDERS: Final = ("disk", "net", "store", "addresses", "transfer.blocks")
"""Packages whose calls ask for memory; in the others it is a mistake of the program's own that is played."""
GROUPS: Final = {
    "disk.file_names": "disk.file_names",
    "disk": "disk.",
    "net.connections": "net.connections net.arriving_body net.body net.chunks net.deadlines net.sessions net.interrupt",
    "net.headers": "net.headers net.disposition net.digest_fields net.link_fields net.cookies net.probe",
    "store": "store. net.",
    "addresses": "addresses checksums claims file_kinds filters",
    "transfer.blocks": "transfer.blocks transfer.segments transfer.hashing transfer.ledger transfer.rate",
    "transfer.holding": "transfer.holding",
    "transfer.fetcher": "transfer.fetcher transfer.body transfer.answer_digest",
    "transfer.attempt": "transfer.attempt transfer.target transfer.sources transfer.intruders",
    "transfer.finish": "transfer.finish transfer.throttle transfer.doubts transfer.plan",
    "transfer.job": "transfer.job transfer.crew",
    "transfer": "transfer.",
    "runner": "runner item roster mailbox",
}
"""By name, the beginnings of the modules in each; a module is of the first group that knows it."""
UNTOUCHED: Final = {
    "transfer.job.DownloadJob.run",
    "transfer.job.DownloadJob._report",
    "runner.Runner.handle",
    "transfer.crew.Crew._run",
    "transfer.insist.insist",
    "disk.folder.Folder.__enter__",
    "disk.folder.Folder.__exit__",
    "disk.open_file.OpenFile.__exit__",
    "net.sessions.OneAnswerSession.close",
}
"""Where the work of a download begins, and what does nothing but open and close."""
AGAIN: Final = """
    disk.part_file.PartFile.reopen store.sqlite_store.SqliteStore.load_blocks transfer.blocks.BlockMeter.prime
    transfer.blocks.bad_stretches transfer.blocks.digest transfer.body.BodyWriter._prove transfer.holding.Holding.reopen
    transfer.holding.Holding.differs transfer.job.DownloadJob._continuable transfer.ledger.Ledger.blocks
    transfer.restoring.measure_anew transfer.restoring.restored_map transfer.segments.SegmentMap.restore
    transfer.segments.SegmentMap.written transfer.places.published_before
"""
"""What takes part only where a download is taken up again."""
CONNECTIONS: Final = [
    ("net.sessions.Transport.session", 2, MemoryError),
    ("net.sessions.Transport.session", 3, RuntimeError),
    ("transfer.crew.Crew._ended", 1, RuntimeError),
    ("transfer.crew.Crew._part_of_another", 1, RuntimeError),
    ("transfer.crew.Crew._add", 1, MemoryError),
    ("transfer.worker.SegmentWorker.__init__", 1, MemoryError),
    ("transfer.fetcher.SegmentFetcher.__init__", 3, MemoryError),
    ("transfer.holding.Holding.checkpoint", 1, RuntimeError),
]


class Trial:
    """One download with a mishap in it, and what becomes of it."""

    def __init__(self, engine: Engine, server: FaultyServer, error: type[Exception], size: int = SIZE) -> None:
        self.engine, self.server, self.error, self.size = engine, server, error, size

    def undergo(self, mishap: Mishap, download_id: str) -> None:
        """Wait for the end, which is right or has a number; then resume, and look at every byte."""
        engine = self.engine
        found = engine.outcome(download_id, 5.0)
        engine.until(lambda: download_id not in engine.manager._runner)
        if found.state is DownloadState.FAILED:
            assert mishap.happened
            assert found.failure is not None
            assert (found.failure.reason, found.failure.detail) == (FailureReason.INTERNAL, self.error.__name__)
        assert_invariant(engine, self.server)
        engine.manager.resume([download_id])
        assert seeded.first_difference(engine.fetched(download_id, 5.0), 1, self.size) is None
        assert_invariant(engine, self.server)


@pytest.fixture
def neighbour(engine: Engine, plain_server: FaultyServer) -> Callable[[], None]:
    """Begin a download beside; return what sees it through to its end."""
    engine.restart(idle_timeout=30.0)
    gate = plain_server.inject(faults.stall(SIZE // 2)).gate
    download_id = engine.add(plain_server.file(SIZE, "/neighbour"))
    engine.until_received(download_id, SIZE // 2)

    def ends() -> None:
        assert engine.state(download_id) is DownloadState.DOWNLOADING
        gate.release.set()
        engine.fetched(download_id)
        assert [request.path for request in plain_server.requests].count("/neighbour") == 1

    return ends


def group_of(step: str) -> str:
    """Return the group of a step."""
    return next((name for name, known in GROUPS.items() if step.startswith(tuple(known.split()))), "")


def steps_of(group: str, engine: Engine, server: FaultyServer) -> list[str]:
    """Return the functions of a group that take part in a download, as one download shows."""
    with pytest.MonkeyPatch.context() as patch:
        seen = Mishaps(patch).watch()
        engine.fetched(engine.add(server.file(SIZE, "/watched")))
    steps = [step for step in list(seen) if group_of(step) == group and step not in UNTOUCHED]
    return steps if hypothesis.settings().max_examples > 1000 else steps[::SHARE]


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # of a socket whose response came not into being
@pytest.mark.parametrize(
    "group", [pytest.param(one, marks=pytest.mark.case("C11" if one.startswith(LENDERS) else "C12")) for one in GROUPS]
)
def test_c11_c12_a_mishap_in_every_step(
    engine: Engine, plain_server: FaultyServer, neighbour: Callable[[], None], group: str
) -> None:
    error = MemoryError if group.startswith(LENDERS) else RuntimeError
    trial, steps = Trial(engine, plain_server, error), steps_of(group, engine, plain_server)
    happened = []
    for number, step in enumerate(steps):
        address = plain_server.add(Resource(f"/{number}", size=SIZE, headers=(("Connection", "close"),)))
        with pytest.MonkeyPatch.context() as patch:
            mishap = Mishaps(patch).inject(step, error("injected"), address)
            trial.undergo(mishap, engine.add(address))
        happened.append(mishap.happened)
    assert any(happened)
    neighbour()


@pytest.mark.case("C11", "C12")
@pytest.mark.parametrize("name", AGAIN.split())
def test_c11_c12_a_mishap_where_it_is_taken_up_again(
    engine: Engine, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    mishaps = Mishaps(monkeypatch)
    download_id = half_way(engine, plain_server)
    mishap = mishaps.inject(name, MemoryError("injected"), plain_server.url())
    engine.manager.resume([download_id])
    Trial(engine, plain_server, MemoryError, HALVED).undergo(mishap, download_id)


@pytest.mark.case("C11", "C12")
@pytest.mark.parametrize(("name", "nth", "error"), CONNECTIONS)
def test_c11_c12_a_mishap_in_one_of_eight_connections(
    engine: Engine,
    plain_server: FaultyServer,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    nth: int,
    error: type[Exception],
) -> None:
    engine.restart(max_connections=8)
    size = 2 * LARGE  # so that a further connection pays even if it comes late
    address = plain_server.add(Resource("/file", size=size, rate=2_000_000))
    engine.manager._runner.hosts.learn(host_of(address), 8)
    mishap = Mishaps(monkeypatch).inject(name, error("injected"), address, nth)
    Trial(engine, plain_server, error, size).undergo(mishap, engine.add(address))
    assert plain_server.connections_peak > 1


@pytest.mark.case("C12")
def test_c12_a_stop_that_nobody_asked_for_is_a_failure(
    engine: Engine, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(_job: object) -> None:
        raise StoppedError

    with monkeypatch.context() as broken:
        broken.setattr("headrace.transfer.job.DownloadJob._do", stopped)
        download_id = engine.add(plain_server.file(SIZE))
        assert engine.failed(download_id) is FailureReason.INTERNAL
    engine.manager.resume([download_id])
    assert seeded.first_difference(engine.fetched(download_id), 1, SIZE) is None
