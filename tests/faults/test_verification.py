"""Verification that is broken off in the middle, in every way, is done again (I10)."""

from base64 import b64encode
from threading import Event

import pytest
from headrace.checksums import Checksum
from headrace.states import DownloadState, FailureReason
from headrace.transfer.hashing import BehindHasher

from tests.faults.plugin import rows
from tests.support import seeded
from tests.support.crashes import Disk, Wreck
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.invariant import _claims, assert_invariant
from tests.support.replies import Resource

MIB = 1 << 20
R = FailureReason


class HeldHasher:
    """Digests that come to a halt at their first piece."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.release = Event(), Event()
        real = BehindHasher._digest

        def held(hasher: BehindHasher, size: int) -> None:
            self.reached.set()
            self.release.wait(10)
            real(hasher, size)

        monkeypatch.setattr(BehindHasher, "_digest", held)


ENDS: list[tuple[str, bool | None]] = [("I10 stopped", None), ("I10 killed", True), ("I10 power cut", False)]


@pytest.mark.parametrize("source", ["given", "Repr-Digest"])
@pytest.mark.parametrize("right", [True, False], ids=["right", "wrong"])
@pytest.mark.parametrize(("case", "power"), rows(*ENDS))
def test_i10_verification_that_was_broken_off_is_done_again(
    engine: Engine,
    plain_server: FaultyServer,
    monkeypatch: pytest.MonkeyPatch,
    case: str,
    power: bool | None,
    right: bool,
    source: str,
) -> None:
    disk, digest = Disk(monkeypatch), seeded.digest(1 if right else 2, 3 * MIB)
    headers = (
        (("Repr-Digest", f"sha-256=:{b64encode(bytes.fromhex(digest)).decode()}:"),) if source == "Repr-Digest" else ()
    )
    address = plain_server.add(Resource("/file", size=3 * MIB, headers=headers))
    with monkeypatch.context() as patch:
        hasher = HeldHasher(patch)
        download_id = engine.add(address, checksum=None if headers else Checksum("sha256", digest))
        engine.until_state(download_id, DownloadState.FINISHING)
        assert hasher.reached.wait(5)
        wreck = broken_off(engine, disk, download_id, hasher, power)
    if wreck is not None:
        wreck.put_back(power=bool(power))
    engine.restart()
    assert all(name.endswith(".part") for name in engine.files())
    engine.manager.resume([download_id])
    if right:
        engine.fetched(download_id)
        seen = engine.snapshot(download_id)
        assert (seen.checksum_verified, seen.checksum_source) == ("sha256", source)
    else:
        assert engine.failed(download_id) is R.CHECKSUM_MISMATCH
    assert len(plain_server.requests) == 1
    assert_invariant(engine, plain_server)


def broken_off(engine: Engine, disk: Disk, download_id: str, hasher: HeldHasher, power: bool | None) -> Wreck | None:
    """Stop the download in its verification; return what a crash at that moment would have left."""
    if power is not None:
        engine.until(lambda: [claims.received for _, claims in _claims(engine)] == [3 * MIB])
    with disk.standing_still():
        wreck = None if power is None else Wreck(engine.profile, engine.folder)
    engine.manager.pause([download_id])
    hasher.release.set()
    engine.until_still()
    assert engine.state(download_id) is DownloadState.PAUSED
    assert engine.close()
    return wreck
