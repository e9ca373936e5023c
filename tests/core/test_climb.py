"""How many connections a download finds out to be useful, at servers and on lines that are made of arithmetic."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from headrace.transfer.climb import Climb
from hypothesis import given
from hypothesis import strategies as st

MB = 1_000_000
TICK = 0.25
AT_FIRST = 0.05
"""Seconds between two looks at a young download."""
FINE = 0.01

Line = Callable[[float, list[float]], float]
"""Bytes/s in all, at a time, of connections of these ages in seconds."""


def per_connection(speed: float, line: float = math.inf) -> Line:
    return lambda _now, ages: min(line, speed * len(ages))


def pipe(speed: float) -> Line:
    return lambda _now, ages: speed if ages else 0.0


def crowded(speed: float, most: int) -> Line:
    """A server that gives less to more: what it loses is a tenth for each connection above `most`."""
    return lambda _now, ages: speed * min(len(ages), most) * max(0.1, 1 - 0.1 * max(0, len(ages) - most))


def gushes(speed: float) -> Line:
    """A server that gives each connection a second's worth at once, and then nothing until the second is over."""
    return lambda _now, ages: sum(20 * speed for age in ages if age % 1.0 < 0.05)


def slow_start(line: Line, seconds: float) -> Line:
    """Each connection has its own speed, and finds it after so many seconds."""

    def ramped(now: float, ages: list[float]) -> float:
        full = line(now, ages) / max(1, len(ages))
        return sum(full * _found(age, seconds) for age in ages)

    return ramped


def shared_slow_start(speed: float, seconds: float) -> Line:
    """One pipe; each connection could have all of it once it has found its speed."""
    return lambda _now, ages: min(speed, sum(speed * _found(age, seconds) for age in ages))


def _found(age: float, seconds: float) -> float:
    """Return how much of its speed a connection has found: it begins with a 64th and doubles that."""
    return math.exp2(min(0.0, 6 * age / seconds - 6))


@dataclass
class Simulation:
    """A download that has the connections its climb wants, each a tick later, and receives what the line gives."""

    line: Line
    climb: Climb = field(default_factory=lambda: Climb(16))
    size: int | None = 1 << 40
    noise: float = 0.0
    seed: int = 1
    bears: int = 1000
    """Connections above which the server refuses."""
    available: int = 1000
    """Connections that can be had, though none is refused."""
    tick: float = TICK
    latency: float = 0.0
    """Seconds until a connection is answered."""
    now: float = 1000.0
    received: float = 0.0
    history: list[tuple[float, int]] = field(default_factory=list)
    """Seconds since the start, connections wanted."""
    began: list[float] = field(default_factory=list)

    def run(self, seconds: float) -> "Simulation":
        chance, start = random.Random(self.seed), self.now
        for tick in range(round(seconds / self.tick)):
            self.now = start + tick * self.tick
            remaining = None if self.size is None else max(0, self.size - int(self.received))
            pending = sum(self.now - one < self.latency for one in self.began)
            wanted = self.climb.step(self.now, int(self.received), len(self.began), remaining, pending)
            self.history.append((self.now - 1000.0, wanted))
            self._connect(wanted)
            factor = 1 + chance.uniform(-self.noise, self.noise)
            for fine in range(round(self.tick / FINE)):
                now = self.now + fine * FINE
                ages = [age for one in self.began if (age := now - one - self.latency) >= 0.0]
                self.received += self.line(now, ages) * factor * FINE
        self.now = start + seconds
        return self

    def _connect(self, wanted: int) -> None:
        if wanted > self.bears:
            self.climb.refuse(self.bears)
            wanted = self.bears
        wanted = min(wanted, self.available)
        self.began = [*self.began, *[self.now] * (wanted - len(self.began))][:wanted]

    @property
    def wanted(self) -> int:
        return self.history[-1][1]

    @property
    def highest(self) -> int:
        return max(count for _, count in self.history)

    def reached(self, count: int) -> float:
        """Return the seconds after which that many were wanted."""
        return next((at for at, wanted in self.history if wanted >= count), math.inf)

    def share(self, *counts: int, since: float = 0.0) -> float:
        """Return for which part of the time so many were wanted."""
        late = [count for at, count in self.history if at >= since]
        return sum(count in counts for count in late) / len(late)


CASES = [
    # line, limit, seconds, count at the end, never more than
    pytest.param(per_connection(2 * MB), 8, 10, {8}, 8, id="per connection, to the limit"),
    pytest.param(per_connection(2 * MB), 6, 10, {6}, 6, id="per connection, to a limit that is no power of two"),
    pytest.param(per_connection(2 * MB, 16 * MB), 64, 20, {8}, 16, id="per connection, a line for eight"),
    pytest.param(per_connection(2 * MB, 10 * MB), 64, 20, {8}, 16, id="per connection, a line for five"),
    pytest.param(pipe(10 * MB), 16, 29, {1}, 2, id="one pipe"),
    pytest.param(pipe(100_000), 16, 29, {1}, 2, id="one thin pipe"),
    pytest.param(per_connection(100 * MB, 120 * MB), 16, 29, {2}, 4, id="a second brings a fifth"),
    pytest.param(per_connection(100 * MB, 105 * MB), 16, 29, {1}, 2, id="a second brings a twentieth"),
    pytest.param(crowded(2 * MB, 2), 16, 29, {2}, 4, id="more than two are too many"),
    pytest.param(slow_start(per_connection(2 * MB), 1.0), 8, 15, {8}, 8, id="per connection, slow start of 1 s"),
    pytest.param(slow_start(per_connection(2 * MB), 2.0), 8, 20, {8}, 8, id="per connection, slow start of 2 s"),
    pytest.param(shared_slow_start(10 * MB, 0.5), 16, 29, {1}, 2, id="one pipe, slow start of 0.5 s"),
    pytest.param(shared_slow_start(10 * MB, 1.0), 16, 29, {1}, 2, id="one pipe, slow start of 1 s"),
    pytest.param(shared_slow_start(10 * MB, 2.0), 16, 29, {1}, 2, id="one pipe, slow start of 2 s"),
    pytest.param(lambda _now, _ages: 0.0, 16, 29, {1}, 1, id="nothing arrives"),
]


@pytest.mark.parametrize("tick", [AT_FIRST, TICK])
@pytest.mark.parametrize(("line", "limit", "seconds", "end", "most"), CASES)
def test_the_count_that_helps_is_found(
    line: Line, limit: int, seconds: float, end: set[int], most: int, tick: float
) -> None:
    simulation = Simulation(line, Climb(limit), tick=tick).run(seconds)
    assert simulation.wanted in end
    assert simulation.highest <= most
    assert simulation.climb.best == simulation.wanted


@pytest.mark.parametrize("limit", [8, 16])
@pytest.mark.parametrize("latency", [0.0, 0.1])
@pytest.mark.parametrize("line", [per_connection(4 * MB), per_connection(100 * MB), gushes(4 * MB)])
def test_on_a_server_that_limits_each_connection_all_are_there_at_once(line: Line, latency: float, limit: int) -> None:
    simulation = Simulation(line, Climb(limit), tick=AT_FIRST, latency=latency).run(20)
    assert simulation.reached(limit) <= 0.6 + 4 * latency
    assert simulation.wanted == simulation.climb.best == limit


def test_the_less_is_left_the_less_is_added_on_the_way() -> None:
    for size, most in ((30 * MB, 1), (50 * MB, 4), (200 * MB, 16)):
        simulation = Simulation(per_connection(20 * MB), tick=AT_FIRST, size=size).run(0.5)
        assert simulation.highest == most, "two seconds must be left for the first, half a second for further ones"


def test_a_connection_as_fast_as_a_disk_gets_company_after_a_careful_look_only() -> None:
    simulation = Simulation(per_connection(200 * MB), tick=AT_FIRST).run(10)
    assert simulation.reached(2) >= 0.95
    assert simulation.wanted == 16


def test_a_slow_answer_lengthens_what_is_looked_at() -> None:
    found = []
    for latency in (0.0, 0.5):
        climb = Climb(16)
        climb.begin(1000.0, 0, latency)
        found.append(Simulation(per_connection(4 * MB), climb, tick=AT_FIRST).run(5).reached(2))
    assert found == [pytest.approx(0.1, abs=0.06), pytest.approx(0.5, abs=0.06)]


def test_whom_the_server_lets_wait_is_waited_for_two_seconds() -> None:
    simulation = Simulation(per_connection(4 * MB), tick=AT_FIRST)
    simulation.latency = 60.0
    simulation.began = [simulation.now - 60.0]
    simulation.run(10)
    tried = simulation.reached(2)
    back = next(at for at, wanted in simulation.history if at > tried and wanted == 1)
    assert 2.0 + 0.75 <= back - tried <= 5.0


def test_a_burst_at_the_beginning_that_passed_for_the_speed_costs_no_half_minute() -> None:
    def burst(now: float, ages: list[float]) -> float:
        return 40.0 * MB if now < 1000.4 else 4.0 * MB * len(ages)

    simulation = Simulation(burst, tick=AT_FIRST).run(15)
    assert simulation.reached(8) <= 10.0


@pytest.mark.parametrize(("noise", "alone"), [(0.15, 97), (0.3, 90), (0.5, 75)])
def test_what_noise_feigns_in_a_hurry_is_taken_back(noise: float, alone: int) -> None:
    """Over many seeds: one pipe is left to one connection, and where each is limited all are there all the same."""
    pipes = [Simulation(pipe(10 * MB), noise=noise, seed=seed, tick=AT_FIRST).run(10) for seed in range(100)]
    assert sum(one.wanted == 1 for one in pipes) >= alone
    assert sum(one.wanted <= 2 for one in pipes) >= 97
    slow = [Simulation(per_connection(4 * MB), noise=noise, seed=seed, tick=AT_FIRST).run(10) for seed in range(100)]
    assert all(one.wanted == 16 for one in slow)
    assert sum(one.reached(16) <= 1.0 for one in slow) >= 90


@pytest.mark.parametrize(("at_once", "hurried"), [(100_000, False), (4 * MB, True)])
def test_who_falls_silent_after_little_is_not_taken_for_slow(at_once: int, hurried: bool) -> None:
    """A server that sends a second's worth at once and then pauses has sent more than one that has nothing more."""

    def silent(_now: float, ages: list[float]) -> float:
        return sum(at_once / FINE for age in ages if age < FINE)

    simulation = Simulation(silent, tick=AT_FIRST).run(0.7)
    assert (simulation.highest > 1) is hurried


def test_as_much_must_be_left_as_came_before_the_silence_promises() -> None:
    """Whose bytes stop coming is no slower for it: two seconds of what came before it must be left."""
    simulation = Simulation(lambda now, _ages: 16.0 * MB if now < 1000.1 else 0.0, tick=AT_FIRST, size=30 * MB)
    assert simulation.run(0.2).highest == 1


def test_what_was_added_in_a_hurry_is_doubted_for_seconds_alone() -> None:
    """A step by half of them can bring half as much again at most, and a vain try much later says nothing of it."""
    simulation = Simulation(per_connection(2 * MB, 11.8 * MB), Climb(6), tick=AT_FIRST).run(6)
    simulation.climb.allow(16)
    simulation.run(10)
    assert (simulation.highest, simulation.wanted, simulation.climb.best) == (12, 6, 6)


def test_eight_slow_connections_are_there_within_five_seconds() -> None:
    assert Simulation(per_connection(2 * MB)).run(10).reached(8) <= 1.5
    ramped = Simulation(slow_start(per_connection(2 * MB), 0.5)).run(10)
    assert ramped.reached(8) <= 5.0


@pytest.mark.parametrize("tick", [AT_FIRST, TICK])
@pytest.mark.parametrize("line", [pipe(10 * MB), shared_slow_start(10 * MB, 1.0)])
def test_one_pipe_is_left_to_one_connection_nearly_always(line: Line, tick: float) -> None:
    simulation = Simulation(line, tick=tick).run(300)
    assert simulation.highest == 2
    assert simulation.share(1) > 0.9


@pytest.mark.parametrize("speed", [2 * MB, 100_000])
def test_noise_of_fifteen_percent_does_not_deceive_for_long(speed: int) -> None:
    """Over many seeds: a slow server still gets its eight soon, and one pipe hardly ever more than two."""
    slow = [Simulation(per_connection(speed), noise=0.15, seed=seed).run(12) for seed in range(100)]
    assert all(one.wanted >= 8 for one in slow)
    assert sum(one.reached(8) <= 5.0 for one in slow) >= 95
    pipes = [Simulation(pipe(speed), noise=0.15, seed=seed).run(29) for seed in range(100)]
    assert sum(one.wanted == 1 for one in pipes) >= 80
    assert sum(one.wanted <= 2 for one in pipes) >= 97
    assert all(one.share(1, 2) > 0.7 for one in pipes)


def test_a_server_that_refuses_above_three() -> None:
    simulation = Simulation(per_connection(2 * MB), bears=3).run(60)
    assert (simulation.wanted, simulation.climb.limit, simulation.climb.best) == (3, 3, 3)
    assert sum(count > 3 for _, count in simulation.history) == 1


@pytest.mark.parametrize(("active", "limit"), [(0, 1), (1, 1), (3, 3), (99, 16)])
def test_a_refusal_binds_for_good(active: int, limit: int) -> None:
    climb = Climb(16, 8)
    climb.refuse(active)
    assert (climb.limit, climb.wanted, climb.best) == (limit, min(limit, 8), min(limit, 8))


def test_what_a_host_is_known_to_like_is_the_start() -> None:
    simulation = Simulation(per_connection(2 * MB, 16 * MB), Climb(64, 8)).run(20)
    assert simulation.history[0][1] == 8
    assert (simulation.wanted, simulation.highest, simulation.climb.best) == (8, 16, 8)
    assert simulation.climb.proven


@pytest.mark.parametrize("start", [0, 1, 5, 40])
def test_the_start_keeps_to_the_limit(start: int) -> None:
    climb = Climb(16, start)
    assert climb.step(0.0, 0, 0, 1 << 40) == min(16, max(1, start))
    assert not climb.proven


@pytest.mark.parametrize(
    ("size", "speed"), [(None, 2 * MB), ((4 << 20) - 1, 100_000), (8 << 20, 4.2 * MB), (200 * MB, 100 * MB)]
)
def test_nothing_is_added_where_little_or_an_unknown_rest_is_left(size: int | None, speed: float) -> None:
    for start in (1, 8):
        simulation = Simulation(per_connection(speed), Climb(16, start), size=size).run(2.5)
        small = size is None or size < 4 << 20
        assert simulation.highest == (1 if small else start)


def test_nothing_is_added_under_a_speed_limit_and_then_it_is() -> None:
    simulation = Simulation(pipe(2 * MB))
    simulation.climb.limited = True
    simulation.run(20)
    assert simulation.highest == 1
    simulation.climb.limited = False
    simulation.line = per_connection(2 * MB)
    simulation.run(10)
    assert simulation.wanted >= 8


def test_a_limit_in_the_midst_of_a_trial_decides_nothing() -> None:
    simulation = Simulation(per_connection(2 * MB)).run(0.75)
    assert simulation.wanted == 2
    simulation.climb.limited = True
    simulation.line = pipe(2 * MB)
    simulation.run(10)
    assert (simulation.climb.wanted, simulation.climb.proven) == (2, False)


def test_after_a_vain_try_there_is_rest_for_half_a_minute() -> None:
    simulation = Simulation(pipe(10 * MB)).run(100)
    tries = [at for (_, was), (at, now) in pairwise(simulation.history) if now > was]
    assert len(tries) >= 3
    assert all(30 <= later - sooner <= 36 for sooner, later in pairwise(tries))


def test_a_fall_by_half_is_answered_soon_and_a_short_or_small_one_is_not() -> None:
    for fall, seconds, found in ((0.5, 60.0, True), (0.5, 1.0, False), (0.75, 60.0, False)):
        simulation = Simulation(pipe(10 * MB)).run(10)

        def fallen(now: float, ages: list[float], fall: float = fall, until: float = 1010 + seconds) -> float:
            return min(10 * MB, 10 * MB * fall * len(ages)) if now < until else 10.0 * MB

        simulation.line = fallen
        simulation.run(6)
        assert (simulation.wanted > 1) is found
        if found:
            simulation.run(5)
            assert simulation.wanted == 2


def test_connections_that_cannot_be_had_are_done_without() -> None:
    simulation = Simulation(per_connection(2 * MB), available=3).run(20)
    assert (simulation.climb.best, len(simulation.began)) == (3, 3)
    alone = Simulation(per_connection(2 * MB), available=1).run(20)
    assert (alone.climb.best, len(alone.began)) == (1, 1)
    alone.available = 16
    alone.run(12)
    assert len(alone.began) >= 8


def test_a_connection_between_two_stretches_disturbs_nothing() -> None:
    climb, received = Climb(8), 0
    for tick in range(80):
        wanted = climb.step(tick * TICK, received, climb.wanted - (tick % 4 == 3 and climb.wanted > 1), 1 << 40)
        received += int(2 * MB * wanted * TICK)
    assert climb.wanted == 8


@given(
    st.integers(-3, 70),
    st.integers(-3, 70),
    st.lists(
        st.tuples(
            st.floats(-1, 3),
            st.integers(0, 1 << 40),
            st.integers(0, 70),
            st.none() | st.integers(0, 1 << 40),
            st.booleans(),
        ),
        max_size=80,
    ),
)
def test_no_readings_lead_out_of_bounds(
    limit: int, start: int, steps: list[tuple[float, int, int, int | None, bool]]
) -> None:
    climb, now = Climb(limit, start), 0.0
    for passed, received, active, remaining, limited in steps:
        now += passed
        climb.limited = limited
        wanted = climb.step(now, received, active, remaining)
        assert 1 <= wanted <= climb.wanted <= climb.limit <= max(1, limit)
        assert 1 <= climb.best <= climb.limit


def test_another_bound_is_heeded_both_ways() -> None:
    climb = Climb(4, start=4)
    climb.allow(2)
    assert (climb.limit, climb.wanted, climb.best) == (2, 2, 2)
    climb.refuse(1)
    climb.allow(2)
    assert climb.limit == 1, "the same bound says nothing new"
    climb.allow(8)
    assert (climb.limit, climb.wanted) == (8, 1)
