"""FTP from a real server, in the clear and over TLS, and from one that does wrong on purpose."""

import socket
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Final
from urllib.parse import quote

import pytest
from headrace.logging_in import log_in
from headrace.logins import Login
from headrace.states import DownloadState, FailureReason, Notice
from headrace.trusting import host_untrusted, look, trust

from tests.support import faults, proxies, seeded
from tests.support.certificates import Certificates, make_certificates
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.proftpd import OLD, PASSWORD, SLOW, USER, Ftp, proftpd
from tests.support.scripted_ftp import ScriptedFtp, scripted_ftp

_R = FailureReason
SIZE: Final = 12_000_000
WRONG: Final = "canary wrong"
CONTENT: Final = seeded.body(1, 0, 3_000_000)


@pytest.fixture(scope="module")
def ftp(certificates: Certificates) -> Iterator[Ftp]:
    """Return a running server."""
    with proftpd(certificates) as server:
        yield server


@pytest.fixture
def scripted() -> Iterator[ScriptedFtp]:
    """Return a server that does as it is told."""
    with scripted_ftp(CONTENT) as server:
        yield server


def with_login(address: str, user: str = USER, password: str = PASSWORD) -> str:
    return address.replace("://", f"://{quote(user, safe='')}:{quote(password, safe='')}@")


def is_right(path: Path, size: int = SIZE, seed: int = 1) -> bool:
    return seeded.first_difference(path, seed, size) is None


@pytest.mark.parametrize("connections", [1, 6])
def test_a_file_for_anybody(engine: Engine, ftp: Ftp, connections: int) -> None:
    download_id = engine.add(ftp.open_file("for-anybody.bin", SIZE), connections=connections)
    path = engine.fetched(download_id)
    assert is_right(path)
    assert path.name == "for-anybody.bin"
    assert path.stat().st_mtime == OLD
    assert not set(engine.snapshot(download_id).notices) - {Notice.ORIGIN_NOT_MARKED}


@pytest.mark.parametrize(("scheme", "port"), [("ftps", "tls_port"), ("ftpes", "port"), ("ftp", "port")])
def test_tls_from_the_first_byte_and_on_request(engine: Engine, ftp: Ftp, scheme: str, port: str) -> None:
    """A login is told over TLS by `ftp` too, since the server offers it."""
    ftp.file("a b%.bin", SIZE)
    address = with_login(f"{scheme}://127.0.0.1:{getattr(ftp, port)}/a%20b%25.bin")
    download_id = engine.add(address, connections=4)
    path = engine.fetched(download_id)
    assert is_right(path)
    assert path.name == "a b%.bin"
    assert "127.0.0.1" in engine.snapshot(download_id).address
    assert "canary" not in engine.snapshot(download_id).address


def test_a_login_is_asked_for_once(engine: Engine, ftp: Ftp) -> None:
    ftp.file("members.bin", SIZE)
    ftp.file("more.bin", SIZE)
    place = f"ftp://127.0.0.1:{ftp.plain_port}"
    failure = engine.outcome(engine.add(with_login(f"{place}/members.bin", password=WRONG))).failure
    assert failure is not None
    assert (failure.reason, failure.detail) == (_R.LOGIN_NEEDED, place)
    log_in(engine.manager, place, Login(USER, PASSWORD))
    assert is_right(engine.fetched(engine.add(f"{place}/more.bin")))


def test_what_is_not_there_and_what_is_kept_from_us(engine: Engine, ftp: Ftp, scripted: ScriptedFtp) -> None:
    assert engine.failed(engine.add(f"ftp://127.0.0.1:{ftp.plain_port}/none.bin")) is _R.NOT_FOUND
    assert engine.failed(engine.add(f"ftp://127.0.0.1:{ftp.plain_port}/")) is _R.BAD_ADDRESS
    scripted.replies["RETR"] = "550 Permission denied."
    assert engine.failed(engine.add(scripted.url())) is _R.FORBIDDEN
    scripted.replies["USER"] = "530 Sorry, the maximum number of clients is reached"
    assert engine.failed(engine.add(scripted.url("b.bin"))) is _R.SERVER_BUSY
    assert engine.failed(engine.add(f"ftpes://127.0.0.1:{scripted.port}/c.bin")) is _R.TLS_ERROR


def test_paused_within_a_second_and_gone_on_with_after_a_restart(engine: Engine, ftp: Ftp) -> None:
    ftp.file("slow.bin", SIZE)
    place = f"ftp://127.0.0.1:{ftp.plain_port}"
    engine.manager.net_context.logins.give(place, Login(SLOW, PASSWORD))
    download_id = engine.add(f"{place}/slow.bin", connections=2)
    engine.until_received(download_id, 1_000_000)
    began = monotonic()
    engine.manager.pause([download_id])
    engine.until_state(download_id, DownloadState.PAUSED)
    engine.until_still()
    assert monotonic() - began < 1.0
    received = engine.snapshot(download_id).received
    assert received < SIZE
    engine.restart()
    log_in(engine.manager, place, Login(USER, PASSWORD))
    engine.manager.resume([download_id])
    engine.until(lambda: engine.snapshot(download_id).received > received)
    assert is_right(engine.fetched(download_id))
    assert Notice.RESTARTED_NO_RESUME not in engine.snapshot(download_id).notices


def test_another_file_of_that_name_is_fetched_anew(engine: Engine, ftp: Ftp) -> None:
    address = ftp.open_file("changing.bin", SIZE)
    began = monotonic()
    download_id = engine.add(address, connections=2, limit=3_000_000)
    engine.until_received(download_id, 2_000_000)
    assert monotonic() - began > 0.4, "the limit holds"
    engine.manager.pause([download_id])
    engine.until_state(download_id, DownloadState.PAUSED)
    ftp.open_file("changing.bin", SIZE, seed=2, at=1_650_000_000)
    engine.manager.changes.set_options([download_id], limit=None)
    engine.manager.resume([download_id])
    assert is_right(engine.fetched(download_id), seed=2)
    assert Notice.RESTARTED_CHANGED in engine.snapshot(download_id).notices


def test_a_certificate_that_is_not_trusted(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> None:
    with proftpd(make_certificates(tmp_path_factory.mktemp("stranger"))) as stranger:
        stranger.file("a.bin", SIZE)
        for scheme, port in (("ftps", stranger.tls_port), ("ftpes", stranger.port)):
            download_id = engine.add(with_login(f"{scheme}://127.0.0.1:{port}/a.bin"))
            failure = engine.outcome(download_id).failure
            assert failure is not None
            assert failure.reason is _R.TLS_CERTIFICATE
            host = host_untrusted(failure)
            assert host == f"{scheme}://127.0.0.1:{port}"
            looking = look(engine.manager, host)
            engine.until(looking.done)
            assert looking.result().fault == ""
            assert trust(engine.manager, host, looking.result().digest) == [download_id]
            assert is_right(engine.fetched(download_id))


def test_a_mirror_by_another_protocol(engine: Engine, ftp: Ftp, plain_server: FaultyServer) -> None:
    """What began by HTTP is ended by FTP, its bytes kept."""
    first = plain_server.file(SIZE, "/mirrored.bin")
    plain_server.inject(faults.cut(4_000_000))
    plain_server.inject(faults.status(404, times=None, when=faults.from_nth(2)))
    download_id = engine.add(first, mirrors=(ftp.open_file("mirrored.bin", SIZE),), connections=1)
    assert is_right(engine.fetched(download_id))
    assert plain_server.body_sent < SIZE
    assert Notice.RESTARTED_NO_RESUME not in engine.snapshot(download_id).notices


def test_data_that_end_early_are_no_whole_file(engine: Engine, scripted: ScriptedFtp) -> None:
    scripted.sent = 1_000_000
    assert is_right(engine.fetched(engine.add(scripted.url(), connections=1)), len(CONTENT))
    assert len(scripted.asked("REST")) >= 2, "it went on where it was cut"
    assert scripted.asked("RETR")[0] == "a.bin"


def test_without_a_size_the_servers_word_ends_a_file(engine: Engine, scripted: ScriptedFtp) -> None:
    scripted.replies["SIZE"] = "500 what?"
    assert is_right(engine.fetched(engine.add(scripted.url("whole.bin"))), len(CONTENT))
    scripted.commands.clear()
    scripted.sent = 1_000_000
    download_id = engine.add(scripted.url("cut.bin"))
    engine.until(lambda: len(scripted.asked("RETR")) > 2)
    assert engine.state(download_id) is not DownloadState.COMPLETED
    scripted.sent = None
    assert is_right(engine.fetched(download_id), len(CONTENT))


def test_a_pause_ends_a_silent_connection(engine: Engine, scripted: ScriptedFtp) -> None:
    scripted.sent, scripted.silent = 500_000, True
    download_id = engine.add(scripted.url(), connections=1)
    engine.until_received(download_id, 400_000)
    engine.until(scripted.reached.is_set)
    began = monotonic()
    engine.manager.pause([download_id])
    engine.until_state(download_id, DownloadState.PAUSED)
    engine.until_still()
    assert monotonic() - began < 1.0
    scripted.sent, scripted.silent = None, False
    engine.manager.resume([download_id])
    assert is_right(engine.fetched(download_id), len(CONTENT))


@pytest.mark.parametrize(
    "replies",
    [
        {"EPSV": "500 no"},
        {"EPSV": "229 nonsense"},
        {"MDTM": "502 no"},
        {"MDTM": "213 tomorrow"},
        {"REST": "502 no", "SIZE": "550 not so"},
    ],
)
def test_servers_that_know_less(engine: Engine, scripted: ScriptedFtp, replies: dict[str, str]) -> None:
    scripted.replies |= replies
    assert is_right(engine.fetched(engine.add(scripted.url(), connections=2)), len(CONTENT))


def test_a_server_without_rest_is_gone_through_from_the_start(engine: Engine, scripted: ScriptedFtp) -> None:
    scripted.sent = 1_000_000
    scripted.silent = True
    scripted.replies["REST"] = "502 no"
    download_id = engine.add(scripted.url(), connections=1)
    engine.until_received(download_id, 900_000)
    engine.manager.pause([download_id])
    engine.until_state(download_id, DownloadState.PAUSED)
    engine.until_still()
    scripted.sent, scripted.silent = None, False
    engine.manager.resume([download_id])
    assert is_right(engine.fetched(download_id), len(CONTENT))


def test_data_come_from_the_server_itself_whatever_it_says(engine: Engine, scripted: ScriptedFtp) -> None:
    scripted.replies["EPSV"] = "500 no"
    scripted.host = "192,0,2,1"
    assert is_right(engine.fetched(engine.add(scripted.url())), len(CONTENT))


def test_a_server_that_never_answers(engine: Engine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        download_id = engine.add(f"ftp://127.0.0.1:{mute.getsockname()[1]}/a.bin")
        engine.until_state(download_id, DownloadState.CONNECTING)
        engine.manager.pause([download_id])
        began = monotonic()
        engine.until_state(download_id, DownloadState.PAUSED)
        engine.until_still()
        assert monotonic() - began < 1.0


def test_a_name_is_no_second_command(engine: Engine, scripted: ScriptedFtp) -> None:
    assert engine.failed(engine.add(scripted.url("a%0D%0ADELE%20a"))) is _R.BAD_ADDRESS
    assert scripted.asked("DELE") == []


def test_through_a_socks_proxy_and_never_past_one(engine: Engine, scripted: ScriptedFtp, tmp_path: Path) -> None:
    with proxies.microsocks(tmp_path) as port:
        path = engine.fetched(engine.add(scripted.url(), proxy=f"socks5h://127.0.0.1:{port}", connections=2))
        assert is_right(path, len(CONTENT))
    scripted.commands.clear()
    refused = engine.outcome(engine.add(scripted.url("other.bin"), proxy="http://127.0.0.1:1")).failure
    assert refused is not None
    assert refused.reason is _R.PROXY_REFUSED
    assert refused.detail == "http://127.0.0.1:1: only SOCKS proxies carry FTP"
    assert engine.failed(engine.add(scripted.url("gone.bin"), proxy=f"socks5h://127.0.0.1:{port}")) is _R.PROXY_FAILED
    assert scripted.commands == []


def test_it_goes_out_by_the_network_that_was_chosen_alone(engine: Engine, scripted: ScriptedFtp) -> None:
    engine.restart(binding="192.0.2.77")
    download_id = engine.add(scripted.url())
    snapshot = engine.until_state(download_id, DownloadState.RETRY_WAIT)
    assert snapshot.failure is not None
    assert snapshot.failure.reason is _R.NETWORK_GONE
    assert scripted.commands == []
