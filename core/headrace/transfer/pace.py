"""Pace: how fast one connection is, from readings of its counter. Pure."""

from headrace.transfer.rate import RateEstimator


class Pace:
    """The speed of one connection and for how long it has crawled. The owner serialises access."""

    def __init__(self, now: float, received: int = 0) -> None:
        self.began = now
        self._estimator = RateEstimator(now, received)
        self._mark = (now, received)
        self._received = received

    @property
    def speed(self) -> float | None:
        """Bytes per second, smoothed; None before it is known."""
        return self._estimator.speed

    def update(self, now: float, received: int) -> None:
        """Take a reading of the connection's counter at monotonic time `now`."""
        self._estimator.update(now, received)
        self._received = received

    def slow_for(self, now: float, lowest: int) -> float:
        """Return the seconds for which the mean speed has been below `lowest` bytes/s."""
        since, received = self._mark
        if self._received - received >= lowest * max(1.0, now - since):
            self._mark = (now, self._received)
            return 0.0
        return now - since
