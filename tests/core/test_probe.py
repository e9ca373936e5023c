"""What is asked, where redirects lead, and what an answer is good for."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import requests
from headrace.errors import DownloadError
from headrace.net.interrupt import Interrupt
from headrace.net.probe import (
    Answer,
    RangeRequest,
    Verdict,
    describe,
    judge,
    open_range,
    status_reason,
)
from headrace.net.redirects import REDIRECT_LIMIT
from headrace.net.sessions import Transport
from headrace.net_options import NetOptions
from headrace.states import FailureReason
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ServerFactory
from tests.support import faults
from tests.support.certificates import Certificates
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Reply, Request, Resource

R = FailureReason
V = Verdict
TAG = '"v1"'
DATE = "Tue, 06 Jan 2026 10:00:00 GMT"
LATER = "Tue, 06 Jan 2026 10:02:00 GMT"


def response(status: int, headers: dict[str, str]) -> requests.Response:
    made = requests.Response()
    made.status_code = status
    made.url = "http://example.org/file.bin"
    made.headers.update(headers)
    return made


def verdict(ask: RangeRequest, status: int, headers: dict[str, str]) -> Verdict:
    return judge(describe(response(status, headers)), ask, headers.get("Content-Range"))


WHOLE = RangeRequest("http://example.org/file.bin")
REST = RangeRequest("http://example.org/file.bin", (), 100, None, TAG, 1000)
STRETCH = RangeRequest("http://example.org/file.bin", (), 100, 199, TAG, 1000)
REST_BY_DATE = RangeRequest("http://example.org/file.bin", (), 100, None, DATE, 1000)
REST_OF_UNKNOWN = RangeRequest("http://example.org/file.bin", (), 100, None, TAG, None)

PART = {"Content-Range": "bytes 100-999/1000", "ETag": TAG, "Content-Length": "900"}
PART_OF_STRETCH = {"Content-Range": "bytes 100-199/1000", "ETag": TAG, "Content-Length": "100"}


def but(headers: dict[str, str], **changes: str | None) -> dict[str, str]:
    """Return `headers` with changes, named with underscores; None takes one away."""
    named = {name.replace("_", "-"): value for name, value in changes.items()}
    return {name: value for name, value in (headers | named).items() if value is not None}


# Section 3.3 of the rules, row by row.
ANSWERS: list[tuple[str, RangeRequest, int, dict[str, str], Verdict]] = [
    ("the rest", REST, 206, PART, V.CONTINUE),
    ("a total left open", REST, 206, but(PART, Content_Range="bytes 100-999/*"), V.CONTINUE),
    ("no validator again", REST, 206, but(PART, ETag=None), V.CONTINUE),
    ("less than asked", REST, 206, but(PART, Content_Range="bytes 100-149/1000", Content_Length="50"), V.CONTINUE),
    ("the stretch", STRETCH, 206, PART_OF_STRETCH, V.CONTINUE),
    ("less than the stretch", STRETCH, 206, but(PART_OF_STRETCH, Content_Range="bytes 100-100/1000"), V.CONTINUE),
    ("the rest of an unknown length", REST_OF_UNKNOWN, 206, PART, V.CONTINUE),
    ("the same date", REST_BY_DATE, 206, but(PART, ETag=None, Last_Modified=DATE), V.CONTINUE),
    ("a date, and now a tag too", REST_BY_DATE, 206, but(PART, Last_Modified=DATE), V.CONTINUE),
    ("another tag", REST, 206, but(PART, ETag='"v2"'), V.CHANGED),
    ("the tag turned weak", REST, 206, but(PART, ETag='W/"v1"'), V.CHANGED),
    ("another date", REST_BY_DATE, 206, but(PART, ETag=None, Last_Modified=LATER), V.CHANGED),
    ("another total", REST, 206, but(PART, Content_Range="bytes 100-1019/1020"), V.CHANGED),
    ("another total and tag", REST, 206, but(PART, Content_Range="bytes 100-1019/1020", ETag='"v2"'), V.CHANGED),
    ("from 0", REST, 206, but(PART, Content_Range="bytes 0-999/1000"), V.REJECT),
    ("too late", REST, 206, but(PART, Content_Range="bytes 101-999/1000"), V.REJECT),
    ("too early", REST, 206, but(PART, Content_Range="bytes 99-999/1000"), V.REJECT),
    ("too far", STRETCH, 206, PART, V.REJECT),
    ("no range", REST, 206, but(PART, Content_Range=None), V.REJECT),
    ("backwards", REST, 206, but(PART, Content_Range="bytes 9-3/1000"), V.REJECT),
    ("beyond its total", REST, 206, but(PART, Content_Range="bytes 100-999/500"), V.REJECT),
    ("another unit", REST, 206, but(PART, Content_Range="items 100-999/1000"), V.REJECT),
    ("nonsense", REST, 206, but(PART, Content_Range="ooga-booga"), V.REJECT),
    ("an equals sign", REST, 206, but(PART, Content_Range="bytes=100-999/1000"), V.REJECT),
    ("two ranges", REST, 206, but(PART, Content_Range="bytes 100-999/1000, bytes 0-9/1000"), V.REJECT),
    ("an unsatisfied range", REST, 206, but(PART, Content_Range="bytes */1000"), V.REJECT),
    (
        "many parts",
        REST,
        206,
        but(PART, Content_Range=None, Content_Type="multipart/byteranges; boundary=x"),
        V.REJECT,
    ),
    ("encoded", REST, 206, but(PART, Content_Encoding="gzip"), V.REJECT),
    ("identity is no encoding", REST, 206, but(PART, Content_Encoding="identity"), V.CONTINUE),
    ("the whole after all", REST, 200, {"ETag": TAG, "Content-Length": "1000"}, V.WHOLE),
    ("another whole", REST, 200, {"ETag": '"v2"', "Content-Length": "1020"}, V.WHOLE),
    ("the whole", WHOLE, 200, {"ETag": TAG, "Content-Length": "1000"}, V.WHOLE),
    ("by way of a proxy", WHOLE, 203, {"ETag": TAG, "Content-Length": "1000"}, V.WHOLE),
    ("nothing left, wrongly", REST, 416, {"Content-Range": "bytes */1000"}, V.REJECT),
    ("nothing left of another", REST, 416, {"Content-Range": "bytes */50"}, V.CHANGED),
    ("nothing left, no word why", REST, 416, {}, V.REJECT),
    ("nothing left of an unknown length", REST_OF_UNKNOWN, 416, {"Content-Range": "bytes */50"}, V.CHANGED),
    ("condition failed", REST, 412, {}, V.CHANGED),
]


@pytest.mark.parametrize(("what", "ask", "status", "headers", "expected"), ANSWERS, ids=[row[0] for row in ANSWERS])
def test_an_answer_is_judged(
    what: str, ask: RangeRequest, status: int, headers: dict[str, str], expected: Verdict
) -> None:
    assert verdict(ask, status, headers) is expected


def test_a_part_that_nobody_asked_for_is_a_failure() -> None:
    with pytest.raises(DownloadError) as caught:
        verdict(WHOLE, 206, but(PART, Content_Range="bytes 0-999/1000"))
    assert (caught.value.failure.reason, caught.value.failure.status) == (R.BAD_RESPONSE, 206)


@given(st.integers(0, 2000), st.integers(0, 2000), st.one_of(st.none(), st.integers(0, 2000)))
def test_bytes_are_taken_only_where_they_were_asked_for(first: int, last: int, total: int | None) -> None:
    said = f"bytes {first}-{last}/{'*' if total is None else total}"
    if verdict(STRETCH, 206, but(PART, Content_Range=said)) is V.CONTINUE:
        assert first == STRETCH.first
        assert last <= 199
        assert total in (None, STRETCH.total)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (204, R.NO_CONTENT),
        (205, R.NO_CONTENT),
        (226, R.NO_CONTENT),
        (299, R.NO_CONTENT),
        (300, R.NO_CONTENT),
        (304, R.NO_CONTENT),
        (400, R.REQUEST_REFUSED),
        (401, R.LOGIN_NEEDED),
        (403, R.FORBIDDEN),
        (404, R.NOT_FOUND),
        (405, R.REQUEST_REFUSED),
        (407, R.PROXY_LOGIN_NEEDED),
        (408, R.SERVER_BUSY),
        (410, R.GONE),
        (425, R.SERVER_BUSY),
        (429, R.TOO_MANY_REQUESTS),
        (451, R.REQUEST_REFUSED),
        (500, R.SERVER_ERROR),
        (501, R.BAD_RESPONSE),
        (502, R.SERVER_BUSY),
        (503, R.SERVER_BUSY),
        (504, R.SERVER_BUSY),
        (505, R.BAD_RESPONSE),
        (520, R.SERVER_BUSY),
        (524, R.SERVER_BUSY),
        (999, R.BAD_RESPONSE),
    ],
)
def test_a_status_without_a_file_has_its_reason(status: int, reason: FailureReason) -> None:
    assert status_reason(status) is reason


# What the headers say.


@pytest.mark.parametrize(
    ("status", "headers", "facts"),
    [
        (200, {}, {"length": None, "total": None, "validator": None, "encoded": False, "resumable": False}),
        (200, {"Content-Length": "5", "ETag": TAG}, {"length": 5, "total": 5, "validator": TAG, "resumable": True}),
        (200, {"Content-Length": "5", "ETag": 'W/"v1"'}, {"validator": None, "resumable": False}),
        (200, {"ETag": TAG, "Accept-Ranges": "none"}, {"resumable": False}),
        (200, {"ETag": TAG, "Accept-Ranges": " None "}, {"resumable": False}),
        (203, {"Content-Length": "5", "ETag": TAG}, {"validator": None, "resumable": False, "total": 5}),
        (200, {"Content-Length": "5", "Content-Encoding": "gzip", "ETag": TAG}, {"total": None, "resumable": False}),
        (200, {"Content-Length": "5", "Content-Encoding": " "}, {"total": 5, "encoded": False}),
        (206, PART, {"length": 900, "total": 1000, "resumable": True}),
        (206, {"Content-Range": "bytes 0-4/*", "Content-Length": "5"}, {"length": 5, "total": None}),
        (200, {"Content-Range": "bytes 0-4/9", "Content-Length": "5"}, {"total": 5, "range": None}),
        (200, {"Content-Disposition": 'attachment; filename="a.zip"'}, {"name": "a.zip"}),
        (200, {"Content-Type": "Text/HTML; charset=utf-8"}, {"media_type": "text/html"}),
    ],
)
def test_headers_are_read(status: int, headers: dict[str, str], facts: dict[str, Any]) -> None:
    remote = describe(response(status, headers))
    assert {name: getattr(remote, name) for name in facts} == facts


@pytest.mark.parametrize("value", ["5, 6", "12x", str(1 << 63), "9" * 30])
def test_a_length_that_lies_is_a_bad_response(value: str) -> None:
    with pytest.raises(DownloadError) as caught:
        describe(response(200, {"Content-Length": value}))
    assert caught.value.failure.reason is R.BAD_RESPONSE


@pytest.mark.parametrize(
    ("ask", "fields"),
    [
        (WHOLE, {}),
        (REST, {"Range": "bytes=100-", "If-Range": TAG}),
        (STRETCH, {"Range": "bytes=100-199", "If-Range": TAG}),
        (RangeRequest("http://h/", (), 0, 0, TAG), {"Range": "bytes=0-0", "If-Range": TAG}),
        (RangeRequest("http://h/", (), 0, None, TAG), {}),
        (RangeRequest("http://h/", (), 7, None, None), {"Range": "bytes=7-"}),
    ],
)
def test_if_range_never_goes_out_alone(ask: RangeRequest, fields: dict[str, str]) -> None:
    assert ask.header_fields() == fields


# The same over real connections; where redirects lead is in test_redirects.


@pytest.fixture
def asking(certificates: Certificates) -> Iterator[Any]:
    """Return a function that opens a range and returns the answer, closed with the test."""
    transport = Transport(NetOptions(certificates.ca_file))
    with ExitStack() as stack:
        session = stack.enter_context(transport.session())

        def ask(address: str, *headers: tuple[str, str], first: int = 0) -> Answer:
            wanted = RangeRequest(address, headers, first, None, TAG if first else None)
            return stack.enter_context(open_range(session, wanted, Interrupt(), (5.0, 5.0)))

        yield ask
    transport.close()


def refusal(asking: Any, address: str, *headers: tuple[str, str]) -> FailureReason:
    with pytest.raises(DownloadError) as caught:
        asking(address, *headers)
    return caught.value.failure.reason


def test_the_final_address_and_its_facts_count(asking: Any, plain_server: FaultyServer) -> None:
    plain_server.add(Resource("/go", redirect="/file", disposition='attachment; filename="wrong.bin"'))
    plain_server.add(Resource("/file", size=1000, disposition='attachment; filename="right.bin"'))
    answer = asking(plain_server.url("/go"), first=10)
    assert (answer.remote.address, answer.remote.name) == (plain_server.url("/file"), "right.bin")
    assert (answer.verdict, answer.remote.total) == (V.CONTINUE, 1000)
    assert [request.range for request in plain_server.requests] == ["bytes=10-"] * 2


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_every_kind_of_redirect_is_followed(asking: Any, plain_server: FaultyServer, status: int) -> None:
    plain_server.add(Resource("/go", redirect="/file", redirect_status=status))
    plain_server.file(1000)
    assert asking(plain_server.url("/go")).verdict is V.WHOLE


def test_own_headers_go_to_the_first_origin_only(asking: Any, faulty_server: ServerFactory) -> None:
    first, stranger = faulty_server(), faulty_server()
    first.add(Resource("/go", redirect=stranger.url("/there")))
    stranger.add(Resource("/there", redirect=first.url("/file")))
    first.file(1000)
    names = ("Authorization", "Cookie", "X-Api-Key", "Referer")
    asking(first.url("/go"), *((name, "a=canary") for name in names))
    assert [name for name, value in stranger.requests[0].headers.items() if "canary" in value] == []
    assert all(request.headers["x-api-key"] == "a=canary" for request in first.requests)


def test_cookies_live_along_a_redirect_and_not_longer(certificates: Certificates, plain_server: FaultyServer) -> None:
    plain_server.add(Resource("/go", redirect="/file", headers=(("Set-Cookie", "pass=yes; Path=/"),)))
    plain_server.file(1000)
    transport = Transport(NetOptions(certificates.ca_file))
    for _ in range(2):
        ask = RangeRequest(plain_server.url("/go"))
        with transport.session() as session, open_range(session, ask, Interrupt(), (5.0, 5.0)):
            pass
    transport.close()
    assert [request.headers.get("cookie") for request in plain_server.requests] == [None, "pass=yes"] * 2


@pytest.mark.parametrize(
    ("path", "location"), [("/go", "/go"), ("/go", "/go?again"), ("/a", "/go")], ids=["itself", "query", "ping-pong"]
)
def test_a_loop_ends(asking: Any, plain_server: FaultyServer, path: str, location: str) -> None:
    plain_server.add(Resource("/go", redirect=location if path == "/go" else "/a"))
    plain_server.add(Resource("/a", redirect="/go"))
    assert refusal(asking, plain_server.url(path)) is R.TOO_MANY_REDIRECTS
    assert len(plain_server.requests) == REDIRECT_LIMIT + 1


@pytest.mark.parametrize("location", ["http://[::1", "http://h:99999/", "/\xff\xfe", "", "/" + "x" * 65000])
def test_hostile_locations_are_named_failures(asking: Any, plain_server: FaultyServer, location: str) -> None:
    plain_server.add(Resource("/go", redirect=location))
    assert refusal(asking, plain_server.url("/go")) in {R.UNSAFE_REDIRECT, R.BAD_RESPONSE, R.NOT_FOUND}


def test_the_body_of_a_redirect_is_not_read(asking: Any, plain_server: FaultyServer) -> None:
    plain_server.add(Resource("/go", size=200 << 20, headers=(("Location", "/file"),)))
    plain_server.file(1000)

    def moved(reply: Reply, _request: Request) -> None:
        reply.status = 302

    plain_server.inject(faults.Fault(moved, when=faults.on_path("/go")))
    asking(plain_server.url("/go"))
    assert plain_server.requests[0].body_sent < 16 << 20


def test_a_refusal_carries_the_status_and_the_wait(asking: Any, plain_server: FaultyServer) -> None:
    plain_server.file(1000)
    plain_server.inject(faults.status(503, ("Retry-After", "7")))
    with pytest.raises(DownloadError) as caught:
        asking(plain_server.url())
    failure = caught.value.failure
    assert (failure.reason, failure.status, failure.retry_after) == (R.SERVER_BUSY, 503, 7.0)
