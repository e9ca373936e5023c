"""The throttle of a job: real threads, real time, no sockets."""

import threading
import time
from collections import Counter
from collections.abc import Sequence
from itertools import count

import pytest
from headrace.errors import StoppedError
from headrace.net.interrupt import Interrupt
from headrace.transfer.rate import RateLimiter
from headrace.transfer.throttle import Throttle

pytestmark = pytest.mark.calm

PIECE = 1 << 20
GUARD = 10.0


class Downloads:
    """Downloads with any number of connections that receive as fast as they may; ended by `stop`."""

    def __init__(self, *jobs: tuple[Throttle, int]) -> None:
        self.taken: Counter[int] = Counter()
        self.longest = 0.0
        self.unexpected: list[BaseException] = []
        self._interrupts = [Interrupt() for _ in jobs]
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=self._connection, args=(number, throttle))
            for number, (throttle, connections) in enumerate(jobs)
            for _ in range(connections)
        ]

    @property
    def total(self) -> int:
        return sum(self.taken.values())

    def _connection(self, number: int, throttle: Throttle) -> None:
        try:
            while True:
                size = throttle.piece(PIECE)
                with self._lock:
                    self.taken[number] += size
                began = time.monotonic()
                throttle.pace(size, self._interrupts[number])
                self.longest = max(self.longest, time.monotonic() - began)
                self._interrupts[number].check()
        except StoppedError:
            pass
        except BaseException as error:  # noqa: BLE001 - shown by the test
            self.unexpected.append(error)

    def run(self, seconds: float) -> float:
        """Let them run, then stop them; return the seconds their threads took to end."""
        self.start()
        time.sleep(seconds)
        return self.stop()

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> float:
        began = time.monotonic()
        for interrupt in self._interrupts:
            interrupt.stop()
        for thread in self._threads:
            thread.join(GUARD)
        assert not any(thread.is_alive() for thread in self._threads)
        assert self.unexpected == []
        return time.monotonic() - began


@pytest.mark.parametrize("connections", [[1], [8], [4, 1, 2]])
@pytest.mark.parametrize("rate", [50_000, 1_000_000, 20_000_000, 500_000_000])
def test_a_rate_is_kept_by_threads(rate: int, connections: Sequence[int]) -> None:
    limiter = RateLimiter(rate)
    downloads = Downloads(*[(Throttle([limiter]), number) for number in connections])
    began = time.monotonic()
    downloads.run(0.7)
    wanted = rate * (time.monotonic() - began)
    pieces = 0.06 * rate + sum(connections) * min(PIECE, 0.03 * rate)  # in hand, and the first ones
    assert 0.95 * wanted - pieces <= downloads.total <= 1.03 * wanted + pieces


@pytest.mark.calm
@pytest.mark.parametrize("rate", [50_000, 1_000_000, 200_000_000])
def test_jobs_get_the_same_share_whatever_their_connections(rate: int) -> None:
    limiter = RateLimiter(rate)
    downloads = Downloads((Throttle([limiter, RateLimiter()]), 1), (Throttle([limiter, RateLimiter()]), 8))
    downloads.run(1.2)
    assert downloads.taken[0] == pytest.approx(downloads.total / 2, rel=0.1)


def test_a_limit_of_a_download_binds_it_below_the_one_of_all() -> None:
    everything = RateLimiter(4_000_000)
    slow, quick = Throttle([everything, RateLimiter(500_000)]), Throttle([everything, RateLimiter()])
    downloads = Downloads((slow, 3), (quick, 3))
    downloads.run(2.0)
    assert downloads.taken[0] == pytest.approx(1_000_000, rel=0.1)
    assert downloads.taken[1] == pytest.approx(7_000_000, rel=0.1)


def test_a_limit_changed_a_hundred_times_a_second_neither_stalls_nor_overshoots() -> None:
    limiter = RateLimiter(1_000_000)
    downloads = Downloads((Throttle([limiter]), 8), (Throttle([limiter]), 1))
    downloads.start()
    wanted, now, began = 0.0, time.monotonic(), time.monotonic()
    for turn in count():
        rate = (1_000_000, 3_000_000, 2_000_000, 5_000_000)[turn % 4]
        limiter.change(rate, now)
        time.sleep(0.01)
        later = time.monotonic()
        wanted += rate * (later - now)
        now = later
        if now - began > 5.0:
            break
    downloads.stop()
    assert 0.85 * wanted <= downloads.total <= 1.1 * wanted
    assert downloads.longest < 1.0


def test_a_limit_that_comes_and_goes_stalls_nobody() -> None:
    limiter = RateLimiter(None)
    throttle = Throttle([limiter])
    interrupt, longest = Interrupt(), 0.0
    until = time.monotonic() + 1.0

    def change() -> None:
        for turn in count():
            limiter.change((None, 100_000, 50_000)[turn % 3], time.monotonic())
            time.sleep(0.01)
            if time.monotonic() > until:
                limiter.change(None, time.monotonic())
                return

    changer = threading.Thread(target=change)
    changer.start()
    while time.monotonic() < until:
        began = time.monotonic()
        throttle.pace(throttle.piece(PIECE), interrupt)
        longest = max(longest, time.monotonic() - began)
        time.sleep(0.001)
    changer.join(GUARD)
    assert longest < 0.5


@pytest.mark.parametrize("rate", [20_000_000, None])
def test_a_much_lower_limit_holds_nobody_for_long(rate: int | None) -> None:
    limiter = RateLimiter(rate)
    throttle, interrupt = Throttle([limiter]), Interrupt()
    piece = throttle.piece(PIECE)
    limiter.change(20_000, time.monotonic())
    began = time.monotonic()
    throttle.pace(piece, interrupt)
    assert 0.5 < time.monotonic() - began < 1.7


def test_a_lifted_limit_lets_go_soon() -> None:
    limiter = RateLimiter(1000)
    throttle, interrupt = Throttle([limiter]), Interrupt()
    timer = threading.Timer(0.1, lambda: limiter.change(None, time.monotonic()))
    timer.start()
    began = time.monotonic()
    throttle.pace(100_000, interrupt)
    timer.join(GUARD)
    assert time.monotonic() - began < 0.6


def test_a_stop_ends_the_wait_at_once() -> None:
    downloads = Downloads((Throttle([RateLimiter(10)]), 8))
    assert downloads.run(0.3) < 0.1


def test_what_a_stopped_download_took_is_waited_for_by_the_others() -> None:
    limiter = RateLimiter(1_000_000)
    interrupt = Interrupt()
    interrupt.stop()
    with pytest.raises(StoppedError):
        Throttle([limiter]).pace(500_000, interrupt)
    began = time.monotonic()
    Throttle([limiter]).pace(10_000, Interrupt())
    assert time.monotonic() - began > 0.3


def test_an_idle_time_is_followed_by_no_burst() -> None:
    rate = 1_000_000
    throttle, interrupt = Throttle([RateLimiter(rate)]), Interrupt()
    throttle.pace(throttle.piece(PIECE), interrupt)
    time.sleep(0.5)
    began, taken, ahead = time.monotonic(), 0, 0.0
    while (now := time.monotonic()) < began + 0.5:
        size = throttle.piece(PIECE)
        taken += size
        ahead = max(ahead, taken - rate * (now - began))
        throttle.pace(size, interrupt)
    assert ahead < 0.1 * rate


def test_it_says_whether_a_limit_is_what_slows_it() -> None:
    limiter = RateLimiter(1_000_000)
    throttle, interrupt = Throttle([limiter]), Interrupt()
    found = [throttle.limited]
    for pause in (0.05, 0.0):
        for _ in range(6):
            throttle.pace(30_000, interrupt)
            time.sleep(pause)
        found.append(throttle.limited)
    limiter.change(None, time.monotonic())
    assert [*found, throttle.limited] == [False, False, True, False]


class Untouched:
    """An interrupt that nobody may look at."""

    def check(self) -> None:
        raise AssertionError("looked at")

    def wait(self, seconds: float) -> None:
        raise AssertionError(f"waited {seconds} s")


def test_without_a_limit_nothing_is_locked_and_nothing_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    limiters = [RateLimiter(None), RateLimiter(None)]
    for limiter in limiters:
        monkeypatch.setattr(limiter, "_lock", None)  # entering it would raise
    throttle = Throttle(limiters)
    began = time.perf_counter()
    for _ in range(10_000):
        throttle.pace(throttle.piece(PIECE), Untouched())
    assert time.perf_counter() - began < 0.2  # 20 µs each; a piece of 1 MiB takes some 500
    assert (throttle.piece(123), throttle.limited) == (123, False)


def test_no_limiter_at_all() -> None:
    throttle = Throttle([])
    throttle.pace(PIECE, Untouched())
    assert throttle.piece(PIECE) == PIECE
