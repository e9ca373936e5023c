"""What is kept of requests and answers: the newest, bounded, without secrets."""

from headrace.exchanges import ExchangeLog, ExchangeLogs, Wire
from headrace.masking import MASK

from tests.support import canaries


def test_a_request_is_there_before_its_answer() -> None:
    log = ExchangeLog()
    number = log.asked(12.5, "GET /a HTTP/1.1", [("Host", "h"), ("Range", "bytes=5-")])
    (exchange,) = log.exchanges()
    assert (exchange.at, exchange.request_line, exchange.status_line) == (12.5, "GET /a HTTP/1.1", "")
    assert exchange.request_headers == (("Host", "h"), ("Range", "bytes=5-"))
    log.answered(number, "HTTP/1.1 206 Partial Content", [("ETag", '"v1"'), ("Set-Cookie", "canary")])
    (exchange,) = log.exchanges()
    assert exchange.status_line == "HTTP/1.1 206 Partial Content"
    assert exchange.response_headers == (("ETag", '"v1"'), ("Set-Cookie", MASK))
    assert exchange.request_headers == (("Host", "h"), ("Range", "bytes=5-"))


def test_the_newest_stay() -> None:
    log = ExchangeLog()
    numbers = [log.asked(float(at), f"GET /{at} HTTP/1.1", []) for at in range(30)]
    assert [one.at for one in log.exchanges()] == [float(at) for at in range(6, 30)]
    log.answered(numbers[0], "HTTP/1.1 200 OK", [])
    assert all(one.status_line == "" for one in log.exchanges()), "what is gone stays gone"


def test_a_head_is_bounded() -> None:
    log = ExchangeLog()
    number = log.asked(0.0, "GET /" + "x" * 9000, [("X" * 9000, "y" * 9000)] * 900)
    log.answered(number, "HTTP/1.1 200 " + "x" * 9000, [("X" * 9000, "y" * 9000)] * 900)
    (exchange,) = log.exchanges()
    assert len(exchange.request_line) == len(exchange.status_line) == 500
    for headers in (exchange.request_headers, exchange.response_headers):
        assert len(headers) == 100
        assert {(len(name), len(value)) for name, value in headers} == {(100, 500)}


def test_headers_of_a_person_are_masked_whatever_they_are_called() -> None:
    log = ExchangeLog()
    log.conceal([("User-Agent", "canary"), ("X-Plain", "canary-in-plain")])
    log.conceal([("Referer", "https://canary/")])
    number = log.asked(0.0, "GET /canary-in-plain HTTP/1.1", [("user-agent", "canary"), ("REFERER", "https://canary/")])
    log.answered(number, "HTTP/1.1 200 canary-in-plain", [("X-Echo", "canary-in-plain")])
    (exchange,) = log.exchanges()
    assert exchange.request_headers == (("user-agent", MASK), ("REFERER", MASK))
    assert canaries.found_in(repr(exchange)) == []


def test_a_wire_tells_whether_the_request_went_out() -> None:
    log = ExchangeLog()
    wire = Wire(log)
    wire.begin()
    wire.line("GET /a HTTP/1.1")
    wire.field("Host", "h")
    assert (wire.sent, log.exchanges()) == (False, ())
    wire.asked()
    assert (wire.sent, len(log.exchanges())) == (True, 1)
    wire.answered("HTTP/1.1 302 Found", [("Location", "/b")])
    wire.begin()
    assert (wire.sent, len(log.exchanges())) == (False, 1)
    wire.line("GET /b HTTP/1.1")
    wire.asked()
    assert [(one.request_line, one.status_line) for one in log.exchanges()] == [
        ("GET /a HTTP/1.1", "HTTP/1.1 302 Found"),
        ("GET /b HTTP/1.1", ""),
    ]
    assert log.exchanges()[1].request_headers == ()


def test_an_answer_to_a_request_that_was_cut_belongs_to_no_other() -> None:
    log = ExchangeLog()
    wire = Wire(log)
    wire.line("GET /a HTTP/1.1")
    wire.asked()
    wire.begin()
    wire.line("GET /b HTTP/1.1")
    wire.answered("HTTP/1.1 408 Request Timeout", [])
    assert [(one.request_line, one.status_line) for one in log.exchanges()] == [
        ("GET /a HTTP/1.1", ""),
        ("GET /b HTTP/1.1", "HTTP/1.1 408 Request Timeout"),
    ]


def test_logs_of_the_latest_downloads_are_kept() -> None:
    logs = ExchangeLogs()
    first = logs.begin("0", ())
    first.asked(0.0, "GET / HTTP/1.1", [])
    assert logs.begin("0", ()) is first, "a further attempt goes on with it"
    for number in range(1, 50):
        logs.begin(str(number), ())
    assert len(logs.of("0")) == 1
    logs.begin("50", ())
    assert logs.of("0") == ()
    logs.begin("1", ()).asked(0.0, "GET / HTTP/1.1", [])
    logs.forget(["1", "nowhere"])
    assert logs.of("1") == ()
