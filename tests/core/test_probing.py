"""Questions to real servers on sockets: what is asked, what is told, what is left alone."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Event, Lock

import pytest
from headrace.file_facts import FileFacts, Question
from headrace.probing import Prober
from headrace.settings import Settings
from headrace.states import Failure, FailureReason

from tests.support import faults
from tests.support.faulty_server import FaultyServer
from tests.support.nginx import Nginx
from tests.support.processes import wait_until
from tests.support.replies import Resource

_R = FailureReason


class Heard:
    """Keeps what a prober tells."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._told: list[tuple[Question, FileFacts]] = []

    def __call__(self, question: Question, facts: FileFacts) -> None:
        with self._lock:
            self._told.append((question, facts))

    @property
    def told(self) -> list[tuple[Question, FileFacts]]:
        with self._lock:
            return list(self._told)

    def wait(self, count: int) -> list[FileFacts]:
        wait_until(lambda: len(self.told) >= count, "answers")
        return [facts for _, facts in self.told]


@pytest.fixture
def server(plain_server: FaultyServer) -> FaultyServer:
    return plain_server


@pytest.fixture
def make() -> Iterator[Callable[..., Prober]]:
    made: list[Prober] = []

    def make(**options: float) -> Prober:
        made.append(Prober(Settings(), **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for prober in made:
        prober.close()


def ask_one(prober: Prober, address: str, headers: tuple[tuple[str, str], ...] = ()) -> FileFacts:
    heard = Heard()
    prober.ask([Question(address, headers)], heard)
    return heard.wait(1)[0]


def test_name_size_kind_and_resumability(server: FaultyServer, make: Callable[..., Prober]) -> None:
    said = 'attachment; filename="course material.zip"'
    address = server.add(Resource("/get", size=5_000_000, content_type="application/zip; x=y", disposition=said))
    assert ask_one(make(), address) == FileFacts(
        "course material.zip", size=5_000_000, media_type="application/zip", resumable=True, etag='"v1"'
    )
    (request,) = server.requests
    assert (request.method, request.range) == ("GET", "bytes=0-0")
    assert request.body_sent == 1


def test_conditions_go_to_every_origin_and_what_tells_versions_apart_comes_back(
    server: FaultyServer, make: Callable[..., Prober]
) -> None:
    later, caches = "Tue, 02 Jan 2024 00:00:00 GMT", (("Cache-Control", "public, max-age=600"), ("Age", "100"))
    server.add(Resource("/a.bin", size=10, last_modified=later, headers=caches))
    server.add(Resource("/short", redirect=server.url("/a.bin").replace("127.0.0.1", "localhost")))
    heard = Heard()
    make().ask([Question(server.url("/short"), unless=(("If-None-Match", '"other"'),))], heard)
    facts = heard.wait(1)[0]
    assert (facts.is_unchanged, facts.etag, facts.last_modified) == (False, '"v1"', later)
    assert (facts.modified, facts.fresh_for) == (1_704_153_600.0, 500.0)
    assert [request.headers["if-none-match"] for request in server.requests] == ['"other"'] * 2


def test_what_has_not_changed_is_told_without_a_byte(nginx: Nginx, make: Callable[..., Prober]) -> None:
    address, heard, again = nginx.file("unchanged.bin", 1000), Heard(), Heard()
    prober = make()
    prober.ask([Question(address)], heard)
    known = heard.wait(1)[0]
    assert known.etag is not None
    prober.ask([Question(address, unless=(("If-None-Match", known.etag),))], again)
    facts = again.wait(1)[0]
    assert (facts.is_unchanged, facts.failure, facts.etag) == (True, None, known.etag)


def test_the_name_of_the_address_where_the_server_says_none(server: FaultyServer, make: Callable[..., Prober]) -> None:
    server.add(Resource("/short", redirect="/films/a%20lecture.mp4"))
    server.file(10, "/films/a%20lecture.mp4")
    assert ask_one(make(), server.url("/short")).name == "a lecture.mp4"


def test_a_server_without_ranges(server: FaultyServer, make: Callable[..., Prober]) -> None:
    address = server.add(Resource("/a.bin", size=50_000_000, accepts_ranges=False))
    facts = ask_one(make(), address)
    assert (facts.size, facts.resumable) == (50_000_000, False)
    assert len(server.requests) == 1


def test_an_empty_file(server: FaultyServer, make: Callable[..., Prober]) -> None:
    facts = ask_one(make(), server.file(0, "/a.bin"))
    assert (facts.size, facts.resumable, facts.failure) == (0, False, None)


@pytest.mark.parametrize("status", [400, 403, 405, 416, 501])
def test_a_refused_range_is_no_refused_file(server: FaultyServer, make: Callable[..., Prober], status: int) -> None:
    address = server.file(1000, "/a.bin")
    server.inject(faults.status(status, when=lambda request: request.range is not None))
    facts = ask_one(make(), address)
    assert (facts.size, facts.resumable, facts.failure) == (1000, False, None)


@pytest.mark.parametrize(
    ("status", "reason"),
    [(401, _R.LOGIN_NEEDED), (403, _R.FORBIDDEN), (404, _R.NOT_FOUND), (429, _R.TOO_MANY_REQUESTS)],
)
def test_failures(server: FaultyServer, make: Callable[..., Prober], status: int, reason: FailureReason) -> None:
    address = server.file(1000, "/a.bin")
    server.inject(faults.status(status, times=None))
    facts = ask_one(make(), address)
    assert facts.name == "a.bin"
    assert facts.failure is not None
    assert (facts.failure.reason, facts.failure.status) == (reason, status)


def test_a_web_page_in_the_place_of_a_file(server: FaultyServer, make: Callable[..., Prober]) -> None:
    server.add(Resource("/a.zip", content=b"<html>", content_type="text/html"))
    server.add(Resource("/a.html", content=b"<html>", content_type="text/html"))
    assert ask_one(make(), server.url("/a.zip")).is_page
    assert not ask_one(make(), server.url("/a.html")).is_page


def test_headers_and_logins_stay_with_their_origin(server: FaultyServer, make: Callable[..., Prober]) -> None:
    with FaultyServer() as other:
        address = server.add(Resource("/a", redirect=other.file(10, "/b")))
        ask_one(make(), address.replace("://", "://user:secret@"), (("X-Key", "secret"),))
        (first,), (second,) = server.requests, other.requests
    assert (first.headers["authorization"], first.headers["x-key"]) == ("Basic dXNlcjpzZWNyZXQ=", "secret")
    assert not {"authorization", "x-key"} & set(second.headers)


def test_a_redirect_to_something_else_than_the_web_is_refused(
    server: FaultyServer, make: Callable[..., Prober]
) -> None:
    facts = ask_one(make(), server.add(Resource("/a", redirect="file:///etc/passwd")))
    assert facts.failure is not None
    assert facts.failure.reason is _R.UNSAFE_REDIRECT


def test_a_server_that_says_nothing_is_left_in_time(server: FaultyServer, make: Callable[..., Prober]) -> None:
    address = server.file(10)
    server.inject(faults.stall(times=None))
    began = time.monotonic()
    facts = ask_one(make(patience=0.3), address)
    assert facts.failure == Failure(_R.CONNECT_TIMEOUT)
    assert time.monotonic() - began < 3


def test_a_head_that_never_ends_is_left_in_time(server: FaultyServer, make: Callable[..., Prober]) -> None:
    address = server.file(10)
    server.inject(faults.endless_head(0.05, times=None))
    assert ask_one(make(patience=0.4), address).failure == Failure(_R.CONNECT_TIMEOUT)


def test_a_name_that_nobody_knows(make: Callable[..., Prober]) -> None:
    facts = ask_one(make(), "http://no-such-host.invalid/a.zip")
    assert facts.failure is not None
    assert facts.failure.reason is _R.NAME_NOT_FOUND


def test_two_at_once_for_a_host_and_four_in_all(server: FaultyServer, make: Callable[..., Prober]) -> None:
    heard = Heard()
    with FaultyServer() as second, FaultyServer() as third:
        servers = (server, second, third)
        gates = [one.inject(faults.stall(times=None)) for one in servers]
        addresses = [one.file(10, f"/{number}") for one in servers for number in range(3)]
        prober = make()
        prober.ask(map(Question, addresses), heard)
        wait_until(lambda: sum(len(one.requests) for one in servers) == 4, "four requests")
        time.sleep(0.2)
        assert max(one.connections_open for one in servers) <= 2
        assert sum(len(one.requests) for one in servers) == 4
        for one in servers:
            one.heal()
        assert len(gates) == 3
        assert len(heard.wait(9)) == 9


def test_urgent_questions_come_first(server: FaultyServer, make: Callable[..., Prober]) -> None:
    heard, prober = Heard(), make(at_most=1)
    fault = server.inject(faults.stall(times=1))
    addresses = [Question(server.file(10, f"/{number}")) for number in range(4)]
    prober.ask(addresses[:3], heard)
    fault.gate.wait()
    prober.ask(addresses[3:], heard, urgent=True)
    server.heal()
    heard.wait(4)
    assert [question.address[-1] for question, _ in heard.told] == ["0", "3", "1", "2"]


def test_what_is_dropped_is_neither_asked_nor_told(server: FaultyServer, make: Callable[..., Prober]) -> None:
    heard, prober = Heard(), make(at_most=1)
    fault = server.inject(faults.stall(times=1))
    questions = [Question(server.file(10, f"/{number}")) for number in range(3)]
    prober.ask(questions, heard)
    fault.gate.wait()
    prober.drop(questions[:2])
    assert len(heard.wait(1)) == 1
    assert heard.told[0][0] == questions[2]
    assert [request.path for request in server.requests] == ["/0", "/2"]


def test_closing_ends_it_at_once_and_without_a_word(server: FaultyServer) -> None:
    heard, prober, told = Heard(), Prober(Settings()), Event()
    fault = server.inject(faults.stall(times=None))
    prober.ask([Question(server.file(10, f"/{number}")) for number in range(5)], heard)
    fault.gate.wait()
    began = time.monotonic()
    prober.close()
    assert time.monotonic() - began < 0.1
    wait_until(lambda: server.connections_open == 0, "all connections closed")
    prober.ask([Question(server.url("/0"))], lambda *_: told.set())
    assert not told.wait(0.1)
    assert heard.told == []


def test_many_questions_over_few_connections(server: FaultyServer, make: Callable[..., Prober]) -> None:
    heard = Heard()
    make().ask([Question(server.file(100 + number, f"/{number}.bin")) for number in range(200)], heard)
    assert sorted(facts.size or 0 for facts in heard.wait(200)) == list(range(100, 300))
    assert server.connections_accepted <= 4


def test_secrets_are_not_in_what_a_log_would_show() -> None:
    question = Question("https://user:secret@a.org/x?token=secret", (("Cookie", "secret"),))
    assert "secret" not in repr(question)
    assert replace(question) == question
