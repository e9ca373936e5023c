"""Certificates and those who show them: one may be trusted at one host, one of ours is shown to one (A20)."""

import ssl
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pytest
import trustme
from headrace.addresses import host_of
from headrace.net.interrupt import Interrupt
from headrace.net.shown_certificate import shown_certificate
from headrace.net.tls import TLSSocket, system_context
from headrace.net_options import NetContext, NetOptions
from headrace.states import FailureReason
from headrace.trusting import distrust, host_untrusted, look, trust

from tests.conftest import ServerFactory
from tests.support import proxies, seeded
from tests.support.certificates import Certificates, make_certificates
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer

_R = FailureReason
SIZE: Final = 6_000_000


@pytest.fixture
def stranger(faulty_server: ServerFactory, tmp_path_factory: pytest.TempPathFactory) -> FaultyServer:
    """Return a server whose certificate nobody vouches for."""
    server = faulty_server(tls=True)
    server._tls = make_certificates(tmp_path_factory.mktemp("stranger")).server_context()
    return server


def shown_by(engine: Engine, host: str, proxy: str | None = None) -> str:
    """Return the digest of what a host shows."""
    looking = look(engine.manager, host, proxy)
    engine.until(looking.done)
    assert looking.result().fault == ""
    return looking.result().digest


@pytest.mark.case("A20")
def test_a20_one_certificate_is_trusted_at_one_host(
    engine: Engine, stranger: FaultyServer, faulty_server: ServerFactory, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = faulty_server(tls=True)
    other._tls = stranger._tls
    download_id, second = engine.add(stranger.file(SIZE)), engine.add(other.file(SIZE))
    failure = engine.outcome(download_id).failure
    engine.failed(second)
    assert failure is not None
    host = host_untrusted(failure)
    assert host == host_of(stranger.url(""))
    digest = shown_by(engine, host)
    assert stranger.requests == [], "looking sends nothing"
    assert trust(engine.manager, host, digest) == [download_id]
    assert seeded.first_difference(engine.fetched(download_id), 1, SIZE) is None
    engine.manager.resume([second])
    assert engine.failed(second) is _R.TLS_CERTIFICATE, "the same certificate at another host"
    engine.restart(trusted_certificates=(f"{host}={digest}",))
    engine.fetched(engine.add(f"{stranger.url()}?again"))
    stranger._tls = make_certificates(tmp_path_factory.mktemp("impostor")).server_context()
    engine.restart()  # a connection that waits for its next request was proven before
    late = engine.outcome(engine.add(f"{stranger.url()}?impostor")).failure
    assert late is not None
    assert (late.reason, late.detail) == (
        _R.TLS_CERTIFICATE,
        f"{host}: it shows another certificate than the one that is trusted",
    )
    assert distrust(engine.manager, host)
    assert not distrust(engine.manager, host)
    assert engine.manager.settings.trusted_certificates == ()


@pytest.mark.parametrize("kind", ["http", "socks5h"])
def test_it_is_the_servers_certificate_through_a_proxy_too(
    engine: Engine, stranger: FaultyServer, tmp_path: Path, kind: str
) -> None:
    begin = proxies.tinyproxy if kind == "http" else proxies.microsocks
    with begin(tmp_path) as port:
        proxy = f"{kind}://127.0.0.1:{port}"
        download_id = engine.add(stranger.file(SIZE), proxy=proxy)
        failure = engine.outcome(download_id).failure
        host = host_untrusted(failure)
        assert host == host_of(stranger.url(""))
        trust(engine.manager, host, shown_by(engine, host, proxy))
        assert seeded.first_difference(engine.fetched(download_id), 1, SIZE) is None


def test_a_proxy_whose_certificate_is_bad_is_named(engine: Engine, stranger: FaultyServer, tmp_path: Path) -> None:
    bad = make_certificates(tmp_path, "other.example")
    with proxies.squid(tmp_path, bad) as (_, port):
        engine.restart(tries=1)
        proxy = f"https://127.0.0.1:{port}"
        failure = engine.outcome(engine.add(stranger.file(SIZE), proxy=proxy)).failure
        assert failure is not None
        assert failure.reason is _R.PROXY_FAILED
        assert failure.detail.startswith(f"{proxy}: ")


def test_nothing_to_be_shown_is_said(engine: Engine, faulty_server: ServerFactory) -> None:
    for host in (f"127.0.0.1:{proxies.free_port()}", host_of(faulty_server().url(""))):
        looking = look(engine.manager, host)
        engine.until(looking.done)
        assert (looking.result().certificate, looking.result().fault != "") == (b"", True)


def test_what_is_shown_is_what_the_server_has(faulty_server: ServerFactory, certificates: Certificates) -> None:
    server = faulty_server(tls=True)
    der = shown_certificate(host_of(server.url("")), NetOptions(), NetContext(), None, Interrupt(), 5.0)
    first = certificates.certificate.read_text().partition("-----END CERTIFICATE-----")
    assert sha256(der).digest() == sha256(ssl.PEM_cert_to_DER_cert(first[0] + first[1])).digest()


@pytest.fixture
def demanding(faulty_server: ServerFactory, certificates: Certificates, tmp_path: Path) -> tuple[FaultyServer, Path]:
    """Return a server that lets nobody in without a certificate, and a file with a good one."""
    authority = trustme.CA()
    context = certificates.server_context()
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    server = faulty_server(tls=True)
    server._tls = context
    own = tmp_path / "own.pem"
    authority.issue_cert("ann@example.org").private_key_and_cert_chain_pem.write_to_path(str(own))
    return server, own


def test_a_certificate_of_ours_is_shown_to_its_host_alone(
    engine: Engine, demanding: tuple[FaultyServer, Path], tmp_path: Path
) -> None:
    server, own = demanding
    host = host_of(server.url(""))
    engine.restart(tries=1)
    assert engine.failed(engine.add(server.file(SIZE, "/a"))) in (_R.TLS_ERROR, _R.CONNECTION_LOST)
    engine.restart(client_certificates=(f"elsewhere.example={own}",))
    assert engine.failed(engine.add(server.file(SIZE, "/b"))) in (_R.TLS_ERROR, _R.CONNECTION_LOST)
    for number, bad in enumerate((tmp_path / "none.pem", _broken(tmp_path))):
        engine.restart(client_certificates=(f"{host}={bad}",))
        assert engine.failed(engine.add(server.file(SIZE, f"/bad{number}"))) is _R.CLIENT_CERTIFICATE
    engine.restart(client_certificates=(f"{host}={own}",))
    assert seeded.first_difference(engine.fetched(engine.add(server.file(SIZE, "/c"))), 1, SIZE) is None


def _broken(folder: Path) -> Path:
    path = folder / "broken.pem"
    path.write_text("no certificate")
    return path


def test_old_versions_are_refused_where_that_is_chosen(
    engine: Engine, faulty_server: ServerFactory, certificates: Certificates
) -> None:
    context = certificates.server_context()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    server = faulty_server(tls=True)
    server._tls = context
    engine.restart(tries=1)
    engine.fetched(engine.add(server.file(SIZE, "/a")))
    engine.restart(tls_minimum="1.3")
    assert engine.failed(engine.add(server.file(SIZE, "/b"))) is _R.TLS_ERROR


@pytest.mark.parametrize("is_trusted", [False, True])
def test_certificates_may_be_judged_by_the_system(
    engine: Engine, faulty_server: ServerFactory, monkeypatch: pytest.MonkeyPatch, is_trusted: bool
) -> None:
    monkeypatch.setattr("headrace.net.tls._HAS_OWN_JUDGE", True)
    server = faulty_server(tls=True)
    engine.restart(ca_file=engine.settings.ca_file if is_trusted else None)
    download_id = engine.add(server.file(SIZE))
    if is_trusted:
        assert seeded.first_difference(engine.fetched(download_id), 1, SIZE) is None
    else:
        assert engine.failed(download_id) is _R.TLS_CERTIFICATE
    inner: Any = system_context()
    assert inner._ctx.sslsocket_class is TLSSocket
