"""The seam of plugs: what a plug answers reaches the engine as a web server's answer would, and no byte too many."""

import gzip
from collections.abc import Callable, Iterator
from threading import Event, Thread
from time import monotonic

import pytest
import requests
from headrace import extras
from headrace.errors import DownloadError, StoppedError
from headrace.exchanges import ExchangeLog, Wire
from headrace.net.body import Body
from headrace.net.connections import CURRENT_CALL, Call
from headrace.net.failures import network_failure
from headrace.net.idle import IdleConnections
from headrace.net.interrupt import Interrupt
from headrace.net.plug_adapter import PlugAdapter
from headrace.net.plug_registry import PlugRegistry
from headrace.net.plugs import DeclinedError, Grounds, Plug, PlugAnswer, Terms
from headrace.net.tls import TlsContexts
from headrace.net_options import NetContext, NetOptions
from headrace.states import FailureReason
from urllib3.exceptions import HTTPError

ADDRESS = "made-up://host/a.bin?token=canary-secret"


class Bytes:
    """A stream of pieces; None among them is a silence that a stop alone ends."""

    def __init__(self, *pieces: bytes | None, interrupt: Interrupt | None = None) -> None:
        self._pieces = list(pieces)
        self._news = Event()
        self.left: list[bool] = []
        if interrupt is not None:
            interrupt.add(self._news.set)

    def take(self, view: memoryview) -> int:
        if not self._pieces:
            return 0
        piece = self._pieces[0]
        if piece is None:
            if self._news.is_set():
                raise ConnectionAbortedError
            raise BlockingIOError
        size = min(len(view), len(piece))
        view[:size] = piece[:size]
        self._pieces[:1] = [piece[size:]] if size < len(piece) else []
        return size

    def wait(self, seconds: float | None) -> bool:
        return self._news.wait(seconds)

    def leave(self, *, whole: bool) -> None:
        self.left.append(whole)


class MadeUp:
    """A plug that answers as it is told."""

    def __init__(self, *answers: PlugAnswer | Exception) -> None:
        self._answers = list(answers)
        self.asked: list[tuple[dict[str, str], Terms]] = []
        self.closed = 0

    def open(self, request: requests.PreparedRequest, _call: Call, terms: Terms) -> PlugAnswer:
        self.asked.append((dict(request.headers), terms))
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def drop_idle(self) -> None:
        pass

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def call() -> Iterator[Call]:
    """Return the call that is made in this thread."""
    made = Call(Interrupt())
    token = CURRENT_CALL.set(made)
    yield made
    CURRENT_CALL.reset(token)


def asked(plug: Plug, otherwise: PlugAdapter | None = None, **options: object) -> requests.Response:
    adapter = PlugAdapter(lambda _address: plug, otherwise)
    request = requests.Request("GET", ADDRESS, headers={"Range": "bytes=0-"}).prepare()
    return adapter.send(request, stream=True, timeout=(1.0, 0.2), **options)  # type: ignore[arg-type]  # of tests


def answer(stream: Bytes, length: int | None, *more: tuple[str, str]) -> PlugAnswer:
    told = () if length is None else (("Content-Length", str(length)),)
    return PlugAnswer(200, (*told, *more), stream, "ODD")


def read(response: requests.Response) -> bytes:
    """Read to the end, and close: an open body keeps its turn."""
    with response:
        return b"".join(bytes(piece) for piece in response.iter_content(1 << 20))


def test_a_body_in_pieces_counted_and_left_whole(call: Call) -> None:
    stream, came = Bytes(b"ab", b"cde"), [0]
    call.count = came.append
    response = asked(MadeUp(answer(stream, 5, ("ETag", '"x"'))))
    assert (response.status_code, response.reason, response.headers["etag"], response.url) == (
        200,
        "OK",
        '"x"',
        ADDRESS,
    )
    assert isinstance(response.raw, Body)
    assert read(response) == b"abcde"
    assert (sum(came), response.raw.arrived, stream.left) == (5, 5, [True])
    response.close()
    assert stream.left == [True], "it is left once"


def test_no_more_is_taken_than_was_announced(call: Call) -> None:
    stream = Bytes(b"abcdef")
    assert read(asked(MadeUp(answer(stream, 4)))) == b"abcd"


def test_a_body_that_ends_short_is_cut(call: Call) -> None:
    stream = Bytes(b"abc")
    response = asked(MadeUp(answer(stream, 5)))
    with pytest.raises(HTTPError) as cut:
        read(response)
    failure = network_failure(cut.value)
    assert failure is not None
    assert failure.reason is FailureReason.SHORT_BODY
    response.close()
    assert stream.left == [False]


def test_without_a_length_the_end_is_the_end(call: Call) -> None:
    assert read(asked(MadeUp(answer(Bytes(b"abc"), None, ("Transfer-Encoding", "chunked"))))) == b"abc"


def test_codings_are_undone(call: Call) -> None:
    packed = gzip.compress(b"abc" * 1000)
    response = asked(MadeUp(answer(Bytes(packed), len(packed), ("Content-Encoding", "gzip"))))
    assert isinstance(response.raw, Body)
    response.raw.decode = True
    assert read(response) == b"abc" * 1000


def test_a_silence_is_given_up(call: Call) -> None:
    began = monotonic()
    with pytest.raises((TimeoutError, requests.ConnectionError)) as silent:
        read(asked(MadeUp(answer(Bytes(None), 5))))
    failure = network_failure(silent.value)
    assert failure is not None
    assert failure.reason is FailureReason.STALLED
    assert monotonic() - began < 5


def test_a_stop_ends_a_wait_and_nothing_comes_after_it(call: Call) -> None:
    stream = Bytes(None, interrupt=call.interrupt)
    adapter = PlugAdapter(lambda _address: MadeUp(answer(stream, 5)))
    request = requests.Request("GET", ADDRESS).prepare()
    response = adapter.send(request, timeout=60.0)
    stopping = Thread(target=call.interrupt.stop)
    stopping.start()
    with pytest.raises((StoppedError, OSError, requests.ConnectionError)):
        read(response)
    stopping.join()
    late = Bytes(b"late")
    with pytest.raises(StoppedError):
        read(asked(MadeUp(answer(late, 4))))


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ConnectionResetError(), FailureReason.CONNECTION_LOST),
        (ConnectionRefusedError(), FailureReason.CONNECT_FAILED),
        (TimeoutError(), FailureReason.STALLED),
        (EOFError(), FailureReason.CONNECTION_LOST),
    ],
)
def test_what_the_network_raises_has_its_reason(call: Call, error: Exception, reason: FailureReason) -> None:
    with pytest.raises(requests.ConnectionError) as raised:
        asked(MadeUp(error))
    failure = network_failure(raised.value)
    assert failure is not None
    assert failure.reason is reason


def test_terms_and_the_proxy_reach_the_plug(call: Call) -> None:
    plug = MadeUp(PlugAnswer(304), PlugAnswer(404))
    assert asked(plug, proxies={"all": "socks5h://ann:x@h:1"}).content == b""
    headers, terms = plug.asked[0]
    assert headers["Range"] == "bytes=0-"
    assert (terms.connect, terms.silence, terms.via and terms.via.place) == (1.0, 0.2, "socks5h://h:1")


def test_what_is_declined_goes_the_usual_way(call: Call) -> None:
    usual = MadeUp(PlugAnswer(204))
    assert asked(MadeUp(DeclinedError()), PlugAdapter(lambda _address: usual)).status_code == 204
    with pytest.raises(DeclinedError):
        asked(MadeUp(DeclinedError()))


def test_it_is_seen_with_its_secrets_masked(call: Call) -> None:
    log = ExchangeLog()
    call.wire = Wire(log)
    asked(MadeUp(answer(Bytes(), 0)))
    (one,) = log.exchanges()
    assert one.status_line == "ODD 200 OK"
    assert ("Range", "bytes=0-") in one.request_headers
    assert "canary" not in one.request_line


def test_cookies_of_a_plug_are_kept(call: Call) -> None:
    session = requests.Session()
    session.mount("made-up://", PlugAdapter(lambda _address: MadeUp(PlugAnswer(200, (("Set-Cookie", "a=b"),)))))
    session.get("made-up://host.example/")
    assert session.cookies.get_dict() == {"a": "b"}


@pytest.fixture
def grounds() -> Iterator[Grounds]:
    """Return what plugs stand on."""
    options, idle = NetOptions(), IdleConnections()
    yield Grounds(options, NetContext(), TlsContexts(options), idle)
    idle.close()


def test_a_plug_is_loaded_once_and_when_it_is_needed(grounds: Grounds) -> None:
    registry = PlugRegistry(grounds)
    assert registry.schemes == ("ftp", "ftps", "ftpes", "sftp")
    assert registry.plug_for("ftp://h/a") is registry.plug_for("FTPS://h/b")
    assert registry.plug_for("sftp://h/a") is not registry.plug_for("ftp://h/a")
    with pytest.raises(DownloadError) as refused:
        registry.plug_for("gopher://h/")
    assert refused.value.failure.reason is FailureReason.BAD_ADDRESS
    registry.drop_idle()
    registry.close()


def without_libraries(name: str) -> None:
    """Find none."""
    assert name in {extra.library for extra in extras.BY_SCHEME.values()}


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Have no library of an extra installed."""
    monkeypatch.setattr(extras, "find_spec", without_libraries)
    return without_libraries


def test_a_missing_extra_is_named_with_what_to_type(grounds: Grounds, bare: object) -> None:
    with pytest.raises(DownloadError) as refused:
        PlugRegistry(grounds).plug_for("sftp://h/a")
    failure = refused.value.failure
    assert (failure.reason, failure.detail) == (FailureReason.EXTRA_MISSING, "pip install 'headrace[sftp]'")
    assert PlugRegistry(grounds).plug_for("ftp://h/a") is not None, "it needs none"
    with pytest.raises(ValueError, match=r"sftp addresses need an extra that is not installed: pip install 'headrace"):
        extras.require_for("sftp://ann:canary@h/a")
    extras.require_for("https://h/a")
