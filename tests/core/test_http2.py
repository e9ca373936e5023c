"""HTTP/2 from a scripted server: whole answers, ends that are cuts, stops, and connections that come to their end."""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from types import MappingProxyType
from typing import cast

import pytest
import requests
from headrace import extras
from headrace.commands.option_types import UsageError
from headrace.commands.options import parse_options
from headrace.control.host_verb import host_answers
from headrace.control.lines import Arguments
from headrace.errors import DownloadError, StoppedError
from headrace.exchanges import ExchangeLog, Wire
from headrace.extras import Extra
from headrace.host_book import HostBook
from headrace.host_rules import HostRule
from headrace.manager import DownloadManager
from headrace.net.failures import network_failure
from headrace.net.http2_frames import GoAwayFilter
from headrace.net.http_versions import VersionAdapter
from headrace.net.interrupt import Interrupt
from headrace.net.sessions import Transport, get
from headrace.net_options import NetContext, NetOptions
from headrace.states import FailureReason
from hypothesis import given
from hypothesis import strategies as st

from tests.support.certificates import Certificates, make_certificates
from tests.support.fake_manager import FakeManager
from tests.support.http2_server import HALF, SIZE, Http2Server, content

TIMEOUTS = (10.0, 10.0)
EXPECTED = content()
NONE: Mapping[str, str] = MappingProxyType({})


@dataclass
class Client:
    """A transport, and what it fetched."""

    transport: Transport
    interrupt: Interrupt = field(default_factory=Interrupt)

    def ask(
        self, address: str, headers: Mapping[str, str] = NONE, timeouts: tuple[float, float] = TIMEOUTS
    ) -> requests.Response:
        return get(self.transport.session(), address, headers, self.interrupt, timeouts)

    def body(self, address: str, headers: Mapping[str, str] = NONE, into: bytearray | None = None) -> bytes:
        found = bytearray() if into is None else into
        response = self.ask(address, headers)
        try:
            for piece in response.iter_content(1 << 20):
                found += piece
        finally:
            response.close()
        return bytes(found)


@pytest.fixture
def client(certificates: Certificates) -> Iterator[Callable[..., Client]]:
    made: list[Transport] = []

    def make(port: int, version: str = "2", **options: object) -> Client:
        book = HostBook([HostRule(f"127.0.0.1:{port}", http_version=version)])
        wanted: dict[str, object] = {"ca_file": certificates.ca_file} | options
        made.append(Transport(NetOptions(**wanted), NetContext(hosts=book)))  # type: ignore[arg-type]
        return Client(made[-1])

    yield make
    for transport in made:
        transport.close()


@pytest.fixture
def server(certificates: Certificates) -> Iterator[Http2Server]:
    with Http2Server(certificates) as running:
        yield running


def test_many_answers_share_one_connection(server: Http2Server, client: Callable[..., Client]) -> None:
    asking, found, gate = client(server.port), {}, threading.Barrier(8)

    def fetch(number: int) -> None:
        first = number * (SIZE // 8)
        gate.wait()
        found[number] = asking.body(server.url("/file"), {"Range": f"bytes={first}-{first + SIZE // 8 - 1}"})

    threads = [threading.Thread(target=fetch, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert b"".join(found[number] for number in range(8)) == EXPECTED
    assert (server.connections, server.asked["/file"]) == (1, 8)


def test_the_head_is_that_of_the_request(server: Http2Server, client: Callable[..., Client]) -> None:
    client(server.port).body(server.url("/file"), {"If-Range": '"one"', "Cookie": "a=b", "Connection": "close"})
    (head,) = server.heads
    assert head[":authority"] == f"127.0.0.1:{server.port}"
    assert (head["if-range"], head["cookie"], head["accept-encoding"]) == ('"one"', "a=b", "identity")
    assert head["user-agent"].startswith("Headrace/")
    assert "connection" not in head


def test_what_went_over_the_wire_is_told(server: Http2Server, client: Callable[..., Client]) -> None:
    log = ExchangeLog()
    get(client(server.port).transport.session(Wire(log)), server.url("/file"), {}, Interrupt(), TIMEOUTS).close()
    (told,) = log.exchanges()
    assert (told.request_line, told.status_line) == ("GET /file HTTP/2", "HTTP/2 200 OK")
    assert ("accept-encoding", "identity") in told.request_headers


def test_a_status_that_is_none_is_refused(server: Http2Server, client: Callable[..., Client]) -> None:
    with pytest.raises(DownloadError) as raised:
        client(server.port).ask(server.url("/odd"))
    assert raised.value.failure.reason is FailureReason.BAD_RESPONSE


@pytest.mark.parametrize("path", ["/reset", "/short", "/cut"])
def test_an_answer_that_ends_early_is_cut_and_what_came_is_kept(
    server: Http2Server, client: Callable[..., Client], path: str
) -> None:
    came = bytearray()
    with pytest.raises((OSError, requests.RequestException)) as raised:
        client(server.port).body(server.url(path), into=came)
    failure = network_failure(raised.value)
    assert failure is not None
    assert failure.reason in (FailureReason.CONNECTION_LOST, FailureReason.SHORT_BODY)
    assert bytes(came) == EXPECTED[: len(came)]
    assert len(came) == HALF or path != "/reset"  # the last pieces may go with the connection


def test_a_reset_leaves_the_connection_to_others(server: Http2Server, client: Callable[..., Client]) -> None:
    asking = client(server.port)
    with pytest.raises(OSError, match="cut the answer"):
        asking.body(server.url("/reset"))
    assert asking.body(server.url("/file")) == EXPECTED
    assert server.connections == 1


def test_an_answer_goes_on_behind_goaway_and_the_next_has_a_new_connection(
    server: Http2Server, client: Callable[..., Client]
) -> None:
    asking = client(server.port)
    assert asking.body(server.url("/goaway")) == EXPECTED
    assert asking.body(server.url("/file")) == EXPECTED
    assert server.connections == 2


def test_a_request_that_was_not_heard_is_sent_once_more(server: Http2Server, client: Callable[..., Client]) -> None:
    assert client(server.port).body(server.url("/refused")) == EXPECTED
    assert server.asked["/refused"] == 2


def test_what_a_server_wants_by_the_usual_version_is_asked_so(
    server: Http2Server, client: Callable[..., Client]
) -> None:
    asking = client(server.port)
    assert asking.body(server.url("/old")) == b"old"
    assert (server.asked["/old"], server.connections) == (1, 2)


def test_an_end_without_a_length_is_told(server: Http2Server, client: Callable[..., Client]) -> None:
    asking = client(server.port)
    assert asking.body(server.url("/lengthless")) == EXPECTED
    response = asking.ask(server.url("/lengthless"))
    assert response.headers["Transfer-Encoding"] == "chunked"
    response.close()


def test_silence_is_given_up_and_the_connection_with_it(server: Http2Server, client: Callable[..., Client]) -> None:
    asking = client(server.port)
    response = asking.ask(server.url("/silent"), timeouts=(10.0, 0.2))
    with pytest.raises(TimeoutError):
        list(response.iter_content(1 << 20))
    response.close()
    with pytest.raises(requests.ConnectionError) as raised:
        asking.ask(server.url("/mute"), timeouts=(10.0, 0.2))
    failure = network_failure(raised.value)
    assert failure is not None
    assert failure.reason is FailureReason.STALLED


def test_interim_answers_have_an_end(server: Http2Server, client: Callable[..., Client]) -> None:
    with pytest.raises(requests.ConnectionError):
        client(server.port).ask(server.url("/interim"))


@pytest.mark.parametrize("path", ["/silent", "/mute"])
def test_a_stop_wakes_who_waits_and_leaves_the_connection_to_others(
    server: Http2Server, client: Callable[..., Client], path: str
) -> None:
    asking, other = client(server.port), Interrupt()
    assert asking.body(server.url("/file")) == EXPECTED
    stopped_at: list[float] = []

    def stop() -> None:
        stopped_at.append(monotonic())
        other.stop()

    timer = threading.Timer(0.2, stop)
    timer.start()
    with pytest.raises(StoppedError):
        Client(asking.transport, other).body(server.url(path))
    assert monotonic() - stopped_at[0] < 1.0
    timer.join()
    assert asking.body(server.url("/file")) == EXPECTED
    assert server.connections == 1


def test_no_more_answers_at_once_than_the_server_takes(
    certificates: Certificates, client: Callable[..., Client]
) -> None:
    with Http2Server(certificates, streams=1) as server:
        asking = client(server.port)
        first = asking.ask(server.url("/silent"))
        waiting = threading.Timer(0.2, first.close)
        waiting.start()
        assert asking.body(server.url("/file")) == EXPECTED
        waiting.join()
        assert (server.greatest, server.connections) == (1, 1)


def test_cookies_and_redirects_are_those_of_the_answer(server: Http2Server, client: Callable[..., Client]) -> None:
    server.elsewhere = "https://127.0.0.1:1/"
    session = client(server.port).transport.session()
    response = get(session, server.url("/elsewhere"), {}, Interrupt(), TIMEOUTS)
    assert (response.status_code, response.headers["Location"]) == (302, "https://127.0.0.1:1/")
    assert session.cookies["s"] == "1"
    response.close()


# -- who is asked by it, and on what terms


def test_a_server_that_takes_nothing_else_is_asked_by_it(
    certificates: Certificates, client: Callable[..., Client]
) -> None:
    with Http2Server(certificates, strict=True) as server:
        asking = client(server.port, version="")
        assert asking.body(server.url("/file")) == EXPECTED
        assert asking.body(server.url("/file")) == EXPECTED
        assert server.connections == 1


@pytest.mark.parametrize("version", ["", "2"])
def test_the_extra_is_named_where_it_is_missing(certificates: Certificates, tmp_path: Path, version: str) -> None:
    with Http2Server(certificates, strict=True) as server:
        book = HostBook([HostRule(f"127.0.0.1:{server.port}", http_version=version)])
        options, context = NetOptions(ca_file=certificates.ca_file), NetContext(hosts=book)
        transport = Transport(options, context)
        adapter = VersionAdapter(transport.adapter, options, context, Extra("http2", "no_such_library"))
        session = transport.session()
        session.mount("https://", adapter)
        with pytest.raises(DownloadError) as raised:
            get(session, server.url("/file"), {}, Interrupt(), TIMEOUTS)
        assert raised.value.failure.reason is FailureReason.EXTRA_MISSING
        assert "pip install 'headrace[http2]'" in str(raised.value.failure.detail)
        transport.close()


def test_a_choice_names_the_extra_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "HTTP2", Extra("http2", "no_such_library"))
    manager = cast(DownloadManager, FakeManager())
    changes = {"host": "a.test", "changes": {"http_version": "2"}}
    with pytest.raises(ValueError, match=r"pip install 'headrace\[http2\]'"):
        list(host_answers(manager, Arguments(changes)))
    assert manager.settings.host_rules == ()
    with pytest.raises(UsageError, match=r"pip install 'headrace\[http2\]'"):
        parse_options(["--http", "2", "https://a.test/"])
    assert parse_options(["--http", "1.1", "https://a.test/"]).http_version == "1.1"


def test_a_certificate_of_somebody_else_is_refused(
    server: Http2Server, client: Callable[..., Client], tmp_path: Path
) -> None:
    other = make_certificates(tmp_path)
    with pytest.raises((DownloadError, requests.ConnectionError)) as raised:
        client(server.port, ca_file=other.ca_file).ask(server.url("/file"))
    failure = raised.value.failure if isinstance(raised.value, DownloadError) else network_failure(raised.value)
    assert failure is not None
    assert failure.reason is FailureReason.TLS_CERTIFICATE
    assert server.asked.total() == 0


def test_a_certificate_that_is_not_the_trusted_one_is_refused(
    server: Http2Server, client: Callable[..., Client]
) -> None:
    pin = f"127.0.0.1:{server.port}={'0' * 64}"
    with pytest.raises(DownloadError) as raised:
        client(server.port, trusted_certificates=(pin,)).ask(server.url("/file"))
    assert raised.value.failure.reason is FailureReason.TLS_CERTIFICATE
    assert server.asked.total() == 0


def test_a_binding_and_a_version_of_ip_hold(server: Http2Server, client: Callable[..., Client]) -> None:
    assert client(server.port, binding="127.0.0.1", ip_version="4").body(server.url("/file")) == EXPECTED
    with pytest.raises(requests.ConnectionError):
        client(server.port, ip_version="6").ask(server.url("/file"))


# -- GOAWAY


@st.composite
def _frames(draw: st.DrawFn) -> tuple[list[bytes], list[int]]:
    frames, last = [], []
    for kind, drawn in draw(st.lists(st.tuples(st.sampled_from([0, 1, 4, 6, 7, 8]), st.binary(max_size=40)))):
        payload = drawn
        if kind == 7:
            number = draw(st.integers(0, (1 << 31) - 1))
            payload = number.to_bytes(4, "big") + bytes(4) + payload
            last.append(number)
        frames.append(len(payload).to_bytes(3, "big") + bytes([kind, 0]) + bytes(4) + payload)
    return frames, last


@given(_frames(), st.data())
def test_all_frames_but_goaway_pass_however_they_are_cut(
    made: tuple[list[bytes], list[int]], data: st.DataObject
) -> None:
    frames, last = made
    whole = b"".join(frames)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(whole)), max_size=8)))
    filtered = GoAwayFilter()
    passed = b"".join(filtered.feed(whole[a:b]) for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True))
    assert passed == b"".join(frame for frame in frames if frame[3] != 7)
    assert filtered.last_stream == (min(last) if last else None)
