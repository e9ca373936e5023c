"""Certificates that cannot be trusted, from the first request on or from the middle: S34.

A certificate that was revoked looks like any other to this program: no list of revoked ones is asked for.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
import trustme
from headrace.states import DownloadState, FailureReason

from tests.conftest import ServerFactory
from tests.faults.plugin import rows
from tests.support import faults
from tests.support.certificates import Certificates, make_certificates
from tests.support.engine import Engine
from tests.support.faults import Fault
from tests.support.faulty_server import FaultyServer
from tests.support.invariant import assert_invariant
from tests.support.scene import Scene
from tests.support.ways import Way

_R, _S = FailureReason, DownloadState
_AT: Final = 400_000


def expired(folder: Path) -> Certificates:
    """Make a certificate of yesterday."""
    now = datetime.now(UTC)
    return issued(folder, not_before=now - timedelta(days=9), not_after=now - timedelta(days=1))


def issued(folder: Path, **facts: Any) -> Certificates:
    """Make an authority and a certificate of it for 127.0.0.1."""
    folder.mkdir()
    authority = trustme.CA()
    made = Certificates(folder / "ca.pem", folder / "server.pem", folder / "server.key")
    leaf = authority.issue_cert("127.0.0.1", "localhost", **facts)
    authority.cert_pem.write_to_path(str(made.ca_file))
    made.certificate.write_bytes(b"".join(blob.bytes() for blob in leaf.cert_chain_pems))
    leaf.private_key_pem.write_to_path(str(made.key))
    return made


def of_another_name(folder: Path) -> Certificates:
    """Make a certificate for somebody else."""
    folder.mkdir()
    return make_certificates(folder, "other.example")


def self_signed(folder: Path) -> Certificates:
    """Make an authority that shows itself as the server."""
    made = issued(folder)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(made.certificate))
    authority.private_key_pem.write_to_path(str(made.key))
    return made


def of_an_unknown_authority(folder: Path) -> Certificates:
    """Make a certificate that is in order, by an authority that nobody knows."""
    return issued(folder)


BAD: Final = [
    ("S34 expired", expired, True),
    ("S34 for another name", of_another_name, True),
    ("S34 signed by itself", self_signed, False),
    ("S34 of an unknown authority", of_an_unknown_authority, False),
]
"""How it is made, and whether its authority is trusted."""
with_one_and_eight: Final = pytest.mark.parametrize("connections", [1, 8])


def show(server: FaultyServer, certificates: Certificates) -> None:
    """Have a server show other certificates to whoever comes from now on."""
    server._tls = certificates.server_context()


def authorities(folder: Path, *files: Path | None) -> Path:
    """Write what is trusted into one file."""
    path = folder / "trusted.pem"
    path.write_bytes(b"".join(file.read_bytes() for file in files if file is not None))
    return path


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder far from the one that is downloaded to."""
    return tmp_path_factory.mktemp("shown")


@with_one_and_eight
@pytest.mark.parametrize(("case", "make", "is_trusted"), rows(*BAD))
def test_s34_a_certificate_that_cannot_be_trusted_stops_it_before_the_first_byte(
    engine: Engine,
    tls_server: FaultyServer,
    elsewhere: Path,
    connections: int,
    case: str,
    make: Callable[[Path], Certificates],
    is_trusted: bool,
) -> None:
    bad = make(elsewhere / "bad")
    show(tls_server, bad)
    engine.restart(max_connections=connections, ca_file=bad.ca_file if is_trusted else engine.settings.ca_file)
    download_id = engine.add(tls_server.file(1000))
    assert engine.failed(download_id) is _R.TLS_CERTIFICATE
    failure = engine.snapshot(download_id).failure
    assert failure is not None
    assert failure.detail
    assert (tls_server.connections_accepted, tls_server.requests) == (1, [])
    assert engine.files() == []
    assert_invariant(engine, tls_server)


@with_one_and_eight
@pytest.mark.parametrize(("case", "make", "is_trusted"), rows(*BAD))
def test_s34_a_certificate_gone_bad_on_the_way_stops_it_and_keeps_what_is_there(
    engine: Engine,
    faulty_server: ServerFactory,
    elsewhere: Path,
    connections: int,
    case: str,
    make: Callable[[Path], Certificates],
    is_trusted: bool,
) -> None:
    bad = make(elsewhere / "bad")
    trusted = authorities(elsewhere, engine.settings.ca_file, bad.ca_file if is_trusted else None)
    scene = Scene(Way(True, connections), engine, faulty_server, ca_file=trusted)
    good = scene.server._tls
    scene.server.inject(faults.doing(lambda: show(scene.server, bad), faults.cut(_AT, when=faults.nth(1))))
    download_id = scene.add()
    assert engine.failed(download_id) is _R.TLS_CERTIFICATE
    received = engine.snapshot(download_id).received
    assert received == _AT
    assert len(scene.server.requests) == 1
    assert scene.server.connections_accepted <= 9
    assert_invariant(engine, scene.server)
    assert not any(seen.state is _S.RETRY_WAIT for seen in engine.seen)
    scene.server._tls = good
    engine.manager.resume([download_id])
    assert engine.fetched(download_id).read_bytes() == scene.content()
    assert sum(request.range is None for request in scene.server.requests) == 1


@pytest.mark.case("S34")
def test_s34_what_a_further_connection_is_shown_stops_them_all(
    engine: Engine, faulty_server: ServerFactory, elsewhere: Path
) -> None:
    bad = of_an_unknown_authority(elsewhere / "bad")
    scene = Scene(Way(True, 8), engine, faulty_server)
    good = scene.server._tls
    scene.server.inject(faults.doing(lambda: show(scene.server, bad), Fault(when=faults.nth(1))))
    download_id = scene.add()
    assert engine.failed(download_id) is _R.TLS_CERTIFICATE
    assert 0 < engine.snapshot(download_id).received < scene.size
    assert len(scene.server.requests) == 1
    assert_invariant(engine, scene.server)
    scene.server._tls = good
    engine.manager.resume([download_id])
    assert engine.fetched(download_id).read_bytes() == scene.content()
