"""Speeds, measured and held, by a clock that the test turns."""

import heapq
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from headrace.transfer.rate import _CREDIT, Booking, RateEstimator, RateLimiter, Share
from hypothesis import example, given
from hypothesis import strategies as st

PIECE = 1 << 20
LOOK_AGAIN = 0.25

_Event = tuple[float, int, Booking | None, float]
"""When, which connection, what it waits for, since when."""


@dataclass
class Simulation:
    """Connections that take a piece, book it, and wait as told; nothing sleeps. A clock of its own for each test."""

    limiter: RateLimiter
    start: float = 1000.0
    latency: float = 0.0
    """Seconds from a grant to the next piece's arrival."""
    taken: Counter[int] = field(default_factory=Counter)
    """Bytes by download."""
    moments: list[tuple[float, int]] = field(default_factory=list)
    longest_wait: float = 0.0
    tell: Callable[[float], None] = lambda _now: None

    @property
    def total(self) -> int:
        return sum(self.taken.values())

    def run(self, connections: Sequence[int], seconds: float) -> None:
        """Let downloads with so many connections each run for `seconds`."""
        shares = [Share() for _ in connections]
        owners = [download for download, count in enumerate(connections) for _ in range(count)]
        events: list[_Event] = [(self.start, who, None, self.start) for who in range(len(owners))]
        heapq.heapify(events)
        while events and events[0][0] <= self.start + seconds:
            now, who, booking, since = heapq.heappop(events)
            self.tell(now)
            delay = self.limiter.delay(booking, now) if booking else 0.0
            if delay:
                heapq.heappush(events, (now + min(delay, LOOK_AGAIN), who, booking, since))
                continue
            self.longest_wait = max(self.longest_wait, now - since)
            size, now = self.limiter.piece(PIECE, who, now), now + self.latency
            self.taken[owners[who]] += size
            self.moments.append((now, size))
            heapq.heappush(events, (now, who, self.limiter.book(shares[owners[who]], size, who, now), now))

    def burst(self, rate: float) -> float:
        """Return by how many seconds' worth of bytes any stretch of time exceeds the rate."""
        least = worst = total = 0.0
        for now, size in sorted(self.moments):
            ahead = total - rate * now
            least = min(least, ahead) if total else ahead
            total += size
            worst = max(worst, total - rate * now - least)
        return worst / rate


@pytest.mark.parametrize("connections", [[1], [2], [8], [64], [1, 1, 1], [4, 8, 1]])
@pytest.mark.parametrize("rate", [20, 1000, 50_000, 1_000_000, 20_000_000, 500_000_000])
def test_any_number_of_threads_keeps_to_the_rate(connections: list[int], rate: int) -> None:
    seconds = 200.0 if rate < 1000 else 10.0
    simulation = Simulation(RateLimiter(rate))
    simulation.run(connections, seconds)
    in_hand = sum(connections) / rate  # a piece has a byte at least
    assert simulation.total == pytest.approx(rate * seconds, rel=0.02, abs=rate * in_hand * 2)
    crowd = 0.2 if sum(connections) > 16 else 0.1  # that many begin in the same moment, unknown to each other
    assert simulation.burst(rate) < crowd + in_hand


@pytest.mark.parametrize("connections", [[1, 1], [1, 8], [8, 1, 64], [3, 2, 1, 1]])
@pytest.mark.parametrize(
    ("rate", "latency"), [(50_000, 0.0005), (20_000_000, 0.0), (100_000_000, 0.002), (500_000_000, 0.001)]
)
def test_downloads_share_fairly_whatever_their_connections(connections: list[int], rate: int, latency: float) -> None:
    simulation = Simulation(RateLimiter(rate), latency=latency)
    simulation.run(connections, 5.0)
    fair = 5.0 * rate / len(connections)
    assert simulation.total == pytest.approx(5.0 * rate, rel=0.03)
    assert [simulation.taken[number] for number in range(len(connections))] == pytest.approx(
        [fair] * len(connections), rel=0.05
    )


@pytest.mark.parametrize("threads", [1, 4, 16])
def test_connections_of_one_download_take_turns(threads: int) -> None:
    simulation = Simulation(RateLimiter(1_000_000))
    simulation.run([threads], 10.0)
    assert simulation.longest_wait < 0.12


def test_a_download_that_wants_little_leaves_its_share_to_the_others() -> None:
    limiter, slow, quick = RateLimiter(1_000_000), Share(), Share()
    now, taken = 100.0, 0
    booking, next_slow = limiter.book(quick, 10_000, "quick", now), now
    while now < 105.0:
        now += 0.001
        if now >= next_slow:
            late = limiter.book(slow, 1000, "slow", now)
            next_slow = now + 0.01
        assert limiter.delay(late, now) < 0.02
        if not limiter.delay(booking, now):
            taken += 10_000
            booking = limiter.book(quick, 10_000, "quick", now)
    assert taken == pytest.approx(5 * 900_000, rel=0.03)


@given(
    st.integers(1, 1 << 40),
    st.lists(st.tuples(st.floats(0, 5), st.integers(0, 1 << 24), st.integers(0, 2)), min_size=1, max_size=60),
)
@example(67_108_804, [(0.0, 1, 0)])
def test_no_schedule_gets_more_than_the_rate_and_the_credit(rate: int, schedule: list[tuple[float, int, int]]) -> None:
    limiter, now, shares = RateLimiter(rate), 500.0, [Share() for _ in range(3)]
    waiting, granted, booked = [], 0, 0
    for pause, size, number in schedule:
        now += pause
        booked += size
        waiting.append((limiter.book(shares[number], size, number, now), size))
        granted += sum(size for booking, size in waiting if not limiter.delay(booking, now))
        waiting = [(booking, size) for booking, size in waiting if limiter.delay(booking, now)]
        assert granted <= rate * (now - 500.0 - schedule[0][0] + _CREDIT) * (1 + 1e-9) + 1e-6
    now += booked / rate * (1 + 1e-6) + 1e-12  # at 500 s a float steps by 1e-13 s
    assert [limiter.delay(booking, now) for booking, _ in waiting] == [0.0] * len(waiting)


@given(st.integers(1, 1 << 40), st.floats(0, 1e6))
def test_an_idle_time_gives_no_more_than_the_credit(rate: int, idle: float) -> None:
    limiter, share = RateLimiter(rate), Share()
    limiter.book(share, rate, 1, 100.0)
    now = 101.0 + idle
    assert limiter.delay(limiter.book(share, 10 * rate, 1, now), now) >= (10.0 - _CREDIT) * 0.999


def test_a_first_booking_has_no_credit() -> None:
    limiter = RateLimiter(1000)
    assert limiter.delay(limiter.book(Share(), 100, 1, 1e6), 1e6) == pytest.approx(0.1)


def test_bookings_of_a_download_are_granted_in_their_order() -> None:
    limiter, share = RateLimiter(1000), Share()
    limiter.book(share, 50, 0, 0.0)
    bookings = [limiter.book(share, 100, who, 0.0) for who in range(3)]
    assert [limiter.delay(booking, 0.0) for booking in bookings] == pytest.approx([0.15, 0.25, 0.35])
    assert [limiter.delay(booking, 0.25) for booking in bookings] == pytest.approx([0.0, 0.0, 0.1])


def test_a_raised_limit_serves_at_once_what_waited_for_the_lower_one() -> None:
    limiter = RateLimiter(1000)
    booking = limiter.book(Share(), 1_000_000, 1, 0.0)
    assert limiter.delay(booking, 10.0) == pytest.approx(990.0)
    limiter.change(1_000_000, 10.0)
    assert limiter.delay(booking, 10.0) == pytest.approx(0.99)
    limiter.change(None, 10.0)
    assert limiter.delay(booking, 10.0) == 0.0


def test_what_was_booked_without_a_limit_is_no_debt() -> None:
    limiter, share = RateLimiter(None), Share()
    assert limiter.delay(limiter.book(share, 1 << 40, 1, 0.0), 0.0) == 0.0
    limiter.change(1000, 1.0)
    assert limiter.delay(limiter.book(share, 100, 1, 1.0), 1.0) == pytest.approx(0.1)


@pytest.mark.parametrize("before", [None, 100_000_000])
def test_a_much_lower_limit_holds_nobody_for_long(before: int | None) -> None:
    """Pieces of 1 MiB, taken just before, would be 20 seconds each at the new rate."""
    limiter, share, other = RateLimiter(before), Share(), Share()
    if before:
        limiter.book(share, PIECE, 0, 100.0)
    limiter.change(50_000, 100.001)
    bookings = [limiter.book(share, PIECE, who, 100.002) for who in range(1, 9)]
    assert all(limiter.delay(booking, 101.0) for booking in bookings)
    for booking in bookings:
        limiter.delay(booking, 101.01)
    late = limiter.book(other, 1000, 9, 101.02)
    assert all(limiter.delay(booking, 101.4) == 0.0 for booking in [*bookings, late])


@pytest.mark.parametrize(
    ("rates", "least"),
    [((900_000, 1_100_000), 0.95), ((1_000_000, 4_000_000), 0.9), ((50_000, 500_000_000), 0.3)],
)
def test_a_limit_changed_a_hundred_times_a_second_is_kept(rates: tuple[int, int], least: float) -> None:
    limiter = RateLimiter(rates[0])
    simulation = Simulation(limiter)
    simulation.tell = lambda now: limiter.change(rates[int(now * 100) % 2], now)
    simulation.run([8, 1], 5.0)
    assert least <= simulation.total / (5.0 * sum(rates) / 2) <= 1.1
    assert simulation.longest_wait < 0.5


def test_a_clock_that_stands_or_falls_back_gives_nothing_away() -> None:
    limiter = RateLimiter(1000)
    booking = limiter.book(Share(), 1000, 1, 100.0)
    assert limiter.delay(booking, 50.0) == limiter.delay(booking, 100.0) == pytest.approx(1.0)
    assert limiter.delay(booking, 100.5) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("rate", "wanted", "piece"),
    [(None, PIECE, PIECE), (5, PIECE, 1), (1000, PIECE, 30), (1 << 30, PIECE, PIECE), (1000, 10, 10)],
)
def test_a_piece_is_a_moment_long(rate: int | None, wanted: int, piece: int) -> None:
    limiter = RateLimiter(rate)
    assert (limiter.rate, limiter.piece(wanted, 1, 0.0)) == (rate, piece)


def test_connections_share_the_moment_until_they_are_gone() -> None:
    limiter = RateLimiter(1_000_000)
    assert [limiter.piece(PIECE, who, 0.0) for who in range(4)] == [30_000, 15_000, 10_000, 7500]
    assert limiter.piece(PIECE, 0, 1.0) == 7500
    assert limiter.piece(PIECE, 0, 10.0) == 30_000


# Measured.


@pytest.mark.parametrize("rate", [1, 5000, 100_000_000])
@pytest.mark.parametrize("step", [0.01, 0.2, 3.0])
def test_a_steady_flow_is_measured_as_it_is(rate: int, step: float) -> None:
    estimator = RateEstimator(10.0, 77)
    for number in range(1, 50):
        estimator.update(10.0 + number * step, 77 + round(number * step * rate))
    assert estimator.speed == pytest.approx(rate, rel=0.05, abs=1.0 / step)


@given(st.floats(0.06, 1.0))
def test_after_a_change_two_thirds_show_within_two_seconds(step: float) -> None:
    estimator, count, now = RateEstimator(0.0, 0), 0.0, 0.0
    while now < 10.0:
        now, count = now + step, count + 1000 * step
        estimator.update(now, round(count))
    changed = now
    while now < changed + 2.0:
        now, count = now + step, count + 4000 * step
        estimator.update(now, round(count))
    expected = 4000 - 3000 * math.exp(-(now - changed) / 2.0)
    assert estimator.speed == pytest.approx(expected, rel=0.03)


@given(st.lists(st.tuples(st.floats(-5, 5), st.integers(-100, 1 << 40)), max_size=40))
def test_no_reading_makes_a_speed_negative_or_infinite(readings: list[tuple[float, int]]) -> None:
    estimator, now = RateEstimator(0.0, 0), 0.0
    for step, received in readings:
        now += step
        estimator.update(now, received)
        assert estimator.speed is None or 0.0 <= estimator.speed < math.inf


def test_unknown_until_there_are_two_readings_and_same_moments_do_not_count() -> None:
    estimator = RateEstimator(5.0, 0)
    assert estimator.speed is None
    estimator.update(5.0, 1000)
    estimator.update(4.0, 2000)
    assert estimator.speed is None
    estimator.update(6.0, 3000)
    assert estimator.speed == 3000.0


def test_a_first_burst_is_no_flood() -> None:
    estimator = RateEstimator(5.0, 0)
    estimator.update(5.001, 1 << 20)
    assert estimator.speed is None
    estimator.update(6.0, 2 << 20)
    assert estimator.speed == 2 << 20


def test_a_count_that_fell_is_no_negative_speed() -> None:
    estimator = RateEstimator(0.0, 5000)
    estimator.update(1.0, 0)
    assert estimator.speed == 0.0
    estimator.update(2.0, 1000)
    assert estimator.speed is not None
    assert 0.0 < estimator.speed < 1000.0


@pytest.mark.parametrize(
    ("rate", "missing", "left"),
    [(100, 1000, 10.0), (100, 0, 0.0), (100, None, None), (0, 1000, None), (None, 1000, None)],
)
def test_time_left(rate: int | None, missing: int | None, left: float | None) -> None:
    estimator = RateEstimator(0.0, 0)
    if rate is not None:
        estimator.update(1.0, rate)
    assert estimator.time_left(missing) == left
