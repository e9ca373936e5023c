"""Speeds, measured and held, by a clock that the test turns."""

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from headrace.transfer.rate import _BURST, RateEstimator, RateLimiter
from hypothesis import given
from hypothesis import strategies as st

PIECE = 1 << 20
LOOK_AGAIN = 0.25


@dataclass
class Simulation:
    """Threads that take a piece, book it, and wait as told; nothing sleeps."""

    limiter: RateLimiter
    start: float = 1000.0
    flown: int = 0
    longest_wait: float = 0.0
    tell: Callable[[float], None] = lambda _now: None
    _events: list[tuple[float, int, float, int, float]] = field(default_factory=list)

    def run(self, threads: int, seconds: float) -> None:
        """Let `threads` run for `seconds`, and count what was due by then."""
        self._events = [(self.start, number, 0.0, 0, self.start) for number in range(threads)]
        while self._events:
            now, number, place, size, since = heapq.heappop(self._events)
            if now > self.start + seconds:
                continue
            self.tell(now)
            delay = self.limiter.delay(place, now)
            if delay > 0:
                heapq.heappush(self._events, (now + max(1e-6, min(delay, LOOK_AGAIN)), number, place, size, since))
                continue
            self.flown += size
            self.longest_wait = max(self.longest_wait, now - since)
            size = self.limiter.piece(PIECE)
            heapq.heappush(self._events, (now, number, self.limiter.reserve(size, now), size, now))


@pytest.mark.parametrize("threads", [1, 2, 8, 32])
@pytest.mark.parametrize("rate", [20, 1000, 250_000, 10_000_000, 900_000_000])
def test_any_number_of_threads_keeps_to_the_rate(threads: int, rate: int) -> None:
    seconds = 200.0 if rate < 1000 else 20.0
    simulation = Simulation(RateLimiter(rate))
    simulation.run(threads, seconds)
    in_hand = threads * RateLimiter(rate).piece(PIECE)  # booked, not due when the time was up
    assert 0.97 * rate * seconds - in_hand <= simulation.flown <= 1.03 * rate * seconds


@pytest.mark.parametrize("threads", [1, 4, 16])
def test_threads_share_fairly(threads: int) -> None:
    rate = 1_000_000
    simulation = Simulation(RateLimiter(rate))
    simulation.run(threads, 10.0)
    assert simulation.longest_wait == pytest.approx(0.1 * threads, rel=0.1)


@given(
    st.integers(1, 1 << 40),
    st.lists(st.tuples(st.floats(0, 5), st.integers(0, 1 << 24)), min_size=1, max_size=60),
)
def test_no_schedule_gets_more_than_the_rate_and_the_burst(rate: int, schedule: list[tuple[float, int]]) -> None:
    limiter, now = RateLimiter(rate), 500.0
    dues: list[tuple[float, int]] = []
    for pause, count in schedule:
        now += pause
        dues.append((now + limiter.delay(limiter.reserve(count, now), now), count))
    for due, _ in dues:
        flown = sum(count for other, count in dues if other <= due)
        assert flown <= (rate * (due - 500.0 - schedule[0][0]) + _BURST * rate) * (1 + 1e-9) + 1e-6


@given(st.integers(1, 1 << 40), st.floats(0, 1e6))
def test_an_idle_time_gives_no_more_than_the_burst(rate: int, idle: float) -> None:
    limiter = RateLimiter(rate)
    limiter.reserve(rate, 100.0)
    now = 101.0 + idle
    place = limiter.reserve(10 * rate, now)
    assert limiter.delay(place, now) == pytest.approx(10.0 - _BURST)


def test_bookings_fall_due_in_their_order() -> None:
    limiter = RateLimiter(1000)
    limiter.reserve(50, 0.0)
    places = [limiter.reserve(100, 0.0) for _ in range(3)]
    assert [limiter.delay(place, 0.0) for place in places] == pytest.approx([0.15, 0.25, 0.35])
    assert [limiter.delay(place, 0.25) for place in places] == pytest.approx([0.0, 0.0, 0.1])


def test_a_raised_limit_serves_at_once_what_waited_for_the_lower_one() -> None:
    limiter = RateLimiter(1000)
    place = limiter.reserve(1_000_000, 0.0)
    assert limiter.delay(place, 10.0) == pytest.approx(990.0)
    limiter.change(1_000_000, 10.0)
    assert limiter.delay(place, 10.0) == pytest.approx(0.99)
    limiter.change(None, 10.0)
    assert limiter.delay(place, 10.0) == 0.0


def test_what_was_booked_without_a_limit_is_no_debt() -> None:
    limiter = RateLimiter(None)
    assert limiter.delay(limiter.reserve(1 << 40, 0.0), 0.0) == 0.0
    limiter.change(1000, 1.0)
    assert limiter.delay(limiter.reserve(100, 1.0), 1.0) == pytest.approx(0.1)


def test_a_limit_changed_a_hundred_times_a_second_is_kept() -> None:
    limiter = RateLimiter(1_000_000)
    rates = (900_000, 1_100_000)
    simulation = Simulation(limiter)
    simulation.tell = lambda now: limiter.change(rates[int(now * 100) % 2], now)
    simulation.run(8, 5.0)
    assert simulation.flown == pytest.approx(5_000_000, rel=0.1)
    assert simulation.longest_wait < 1.5


def test_a_clock_that_stands_or_falls_back_gives_nothing_away() -> None:
    limiter = RateLimiter(1000)
    place = limiter.reserve(1050, 100.0)
    assert limiter.delay(place, 50.0) == limiter.delay(place, 100.0) == pytest.approx(1.0)
    assert limiter.delay(place, 100.5) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("rate", "wanted", "piece"),
    [(None, PIECE, PIECE), (5, PIECE, 1), (1000, PIECE, 100), (1 << 30, PIECE, PIECE), (1000, 10, 10)],
)
def test_pieces_are_a_tenth_of_a_second_long(rate: int | None, wanted: int, piece: int) -> None:
    limiter = RateLimiter(rate)
    assert (limiter.rate, limiter.piece(wanted)) == (rate, piece)


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
