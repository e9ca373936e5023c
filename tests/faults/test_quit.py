"""Quitting: with a hundred downloads in every phase, while tens of GiB are verified, in the moment of the end."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from headrace.claims import Claims, SegmentClaim
from headrace.profile import Profile
from headrace.spec import Checksum
from headrace.states import DownloadState
from headrace.store.records import DownloadRecord
from headrace.transfer.blocks import BLOCK, digest
from PySide6.QtCore import QCoreApplication

from tests.conftest import ServerFactory
from tests.support import faults, seeded
from tests.support.certificates import Certificates
from tests.support.dead_ends import silent_port
from tests.support.engine import Engine
from tests.support.engine_parts import make_record
from tests.support.faults import Welcome
from tests.support.faulty_server import FaultyServer
from tests.support.invariant import assert_invariant
from tests.support.opened_store import Opened
from tests.support.replies import Resource

pytestmark = pytest.mark.alone

ROOT: Final = Path(__file__).parents[2]
QUIT_BAR: Final = 2.0
SIZE: Final = 20_000_000
HUGE: Final = 40 << 30
PROGRAM: Final = """
import socket, sys, time
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QTimer
from headrace.manager import DownloadManager
from headrace.profile import Profile
from headrace.settings import Settings
from headrace.spec import DownloadSpec

look_up = socket.getaddrinfo
def slow(host, *args, **facts):
    if str(host).endswith(".invalid"):
        time.sleep(60)
    return look_up(host, *args, **facts)
socket.getaddrinfo = slow

profile, target, ca_file, *addresses = sys.argv[1:]
app = QCoreApplication([])
settings = Settings(Path(target), ca_file=Path(ca_file), max_running=1000, max_per_host=1000, connect_timeout=60.0)
manager = DownloadManager(Profile.at(Path(profile)), settings)
manager.add([DownloadSpec(address, Path(target)) for address in addresses])

def look():
    if Path(profile, "quit").exists():
        manager.shut_down()
        app.quit()
timer = QTimer()
timer.timeout.connect(look)
timer.start(10)
sys.exit(app.exec())
"""


@contextmanager
def in_every_phase(plain: FaultyServer, tls: FaultyServer) -> Iterator[list[str]]:
    """Give addresses of which fifty bring bytes, and ten each are stuck in look-up, connect, TLS, head and body."""
    phases = [plain.add(Resource(f"/flow{number}", size=SIZE, rate=200_000)) for number in range(50)]
    phases += [f"http://{number}.invalid/file" for number in range(10)]
    for number in range(10):
        for path, place in (("head", faults.BEFORE_HEAD), ("body", 100_000)):
            plain.inject(faults.stall(place, when=faults.on_path(f"/{path}{number}")))
            phases.append(plain.add(Resource(f"/{path}{number}", size=SIZE)))
        tls.welcome(Welcome())
        phases.append(tls.file(SIZE, f"/greeting{number}"))
    with silent_port() as port:
        yield phases + [f"http://127.0.0.1:{port}/{number}" for number in range(10)]


@pytest.mark.case("U05", "C10")
def test_u05_quit_with_a_hundred_in_every_phase(
    qapp: QCoreApplication, faulty_server: ServerFactory, certificates: Certificates, profile: Profile, tmp_path: Path
) -> None:
    plain, tls = faulty_server(), faulty_server(tls=True)
    target = tmp_path / "target"
    with ExitStack() as stack:
        addresses = stack.enter_context(in_every_phase(plain, tls))
        words = [str(profile.folder), str(target), str(certificates.ca_file), *addresses]
        process = stack.enter_context(
            subprocess.Popen([sys.executable, "-c", PROGRAM, *words], cwd=ROOT, stderr=subprocess.PIPE)
        )
        stack.callback(process.kill)
        plain.wait_until(lambda seen: len(_asked_for(seen)) == 70 and seen.body_sent >= 70 * 20_000, 30.0)
        tls.wait_until(lambda seen: seen.connections_accepted == 10, 30.0)
        began = time.perf_counter()
        (profile.folder / "quit").touch()
        _, said = process.communicate(timeout=20)
        ended = time.perf_counter() - began
    assert (process.returncode, said) == (0, b"")
    assert ended < QUIT_BAR
    plain.heal()
    with opened(profile, target) as engine:
        found = engine.manager.snapshots()
        assert len(found) == len(addresses) == 100
        assert {one.state for one in found} == {DownloadState.PAUSED}
        assert sum(one.received > 0 for one in found) >= 60
        assert_invariant(engine, plain, tls, besides=["certificates"])


def _asked_for(server: FaultyServer) -> set[str]:
    """Return what was asked for, however many connections bring it by now."""
    return {request.target for request in server.requests}


@contextmanager
def opened(profile: Profile, target: Path) -> Iterator[Engine]:
    """Open what a process left, and start nothing."""
    from headrace.settings import Settings  # noqa: PLC0415

    engine = Engine(profile, target, Settings(target, continue_at_start=False))
    try:
        yield engine
    finally:
        assert engine.close()


def huge_file(profile: Profile, folder: Path) -> DownloadRecord:
    """Leave behind what a complete part file of tens of GiB leaves, its bytes being holes in it."""
    folder.mkdir()
    part = folder / "huge.bin.part"
    with part.open("wb") as stream:
        stream.truncate(HUGE)
    facts = part.stat()
    claims = Claims(
        part_name=part.name,
        device=facts.st_dev,
        inode=facts.st_ino,
        total=HUGE,
        validator='"v1"',
        segments=(SegmentClaim(0, HUGE, HUGE),),
        mtime_ns=facts.st_mtime_ns,
    )
    return make_record(
        folder=folder,
        name="huge.bin",
        name_wanted=True,
        total=HUGE,
        checksum=Checksum.parse(f"sha512:{'0' * 128}"),
        claims=claims,
    )


@pytest.mark.case("U06", "I11")
@pytest.mark.parametrize(
    ("crashed", "state"),
    [(False, DownloadState.FINISHING), (True, DownloadState.CONNECTING)],
    ids=["its digest", "its blocks, after a crash"],
)
def test_u06_quit_while_tens_of_gib_are_verified(engine: Engine, crashed: bool, state: DownloadState) -> None:
    engine.close()
    record = huge_file(engine.profile, engine.folder)
    assert record.claims is not None
    claims = replace(record.claims, mtime_ns=None) if crashed else record.claims
    zeros = digest(memoryview(bytes(BLOCK)))
    store = Opened(engine.profile.database)
    store.store.save(record)
    store.store.save_claims(record.id, claims, dict.fromkeys(range(HUGE // BLOCK), zeros))
    store.close()
    engine.manager = engine._open()
    engine.until_state(record.id, state)
    time.sleep(0.3)
    began = time.perf_counter()
    assert engine.close()
    assert time.perf_counter() - began < QUIT_BAR
    (kept,) = Opened(engine.profile.database).close()
    assert kept.claims is not None
    assert (kept.claims.received, kept.claims.total) == (HUGE, HUGE)
    assert engine.parts()[0].stat().st_size == HUGE
    engine.parts()[0].unlink()


@pytest.mark.case("U03")
def test_u03_quit_before_the_end_was_heard_of(engine: Engine, plain_server: FaultyServer) -> None:
    gate = plain_server.inject(faults.stall(1000)).gate
    download_id = engine.add(plain_server.file(SIZE))
    engine.until_state(download_id, DownloadState.DOWNLOADING)
    gate.release.set()
    deadline = time.monotonic() + 10
    while not (engine.folder / "file").exists() and time.monotonic() < deadline:
        time.sleep(0.01)  # nobody reads the engine's mail meanwhile
    time.sleep(0.1)
    assert engine.close()
    (kept,) = Opened(engine.profile.database).close()
    assert (kept.state, kept.claims) == (DownloadState.COMPLETED, None)
    assert seeded.first_difference(engine.folder / "file", 1, SIZE) is None
