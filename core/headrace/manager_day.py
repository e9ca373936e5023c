"""Has the hours of the week, the kind of network and the data budget heeded: by what starts and by what runs."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from time import time

from headrace.day import Circumstances, Hold, InForce, Known, in_force, is_quiet_hour, wall_clock
from headrace.desk import Desk
from headrace.item import DownloadItem
from headrace.nearby import is_near
from headrace.networks import Network
from headrace.queue_policy import Room
from headrace.queues import queue_anew
from headrace.schedules import WallClock
from headrace.settings import Settings
from headrace.states import DownloadState
from headrace.story import StoryKind

_STOPPED = (DownloadState.CONNECTING, DownloadState.DOWNLOADING)
"""What is stopped where a queue closes: a file whose bytes are all there is finished first."""


class Day:
    """Part of the manager, in whose thread it lives. To be asked to `look` whenever the time may have come."""

    def __init__(
        self,
        desk: Desk,
        told: Callable[[], object],
        *,
        keeps_hours: bool = True,
        clock: Callable[[], float] = time,
        wall_at: WallClock = wall_clock,
    ) -> None:
        """`told` is called where holds change; who does not keep hours starts whatever is asked for at once."""
        self._desk, self._told, self._keeps_hours = desk, told, keeps_hours
        self._clock, self._wall_at = clock, wall_at
        self._circumstances = Circumstances()
        self._settings: Settings | None = None
        self._was_quiet_hour: bool | None = None
        self._now: InForce | None = None
        self._looked_at = 0.0

    @property
    def now(self) -> InForce:
        """What holds since the last look."""
        if self._now is None:
            self.look()
        assert self._now is not None  # noqa: S101 - for types: that is what a look brings
        return self._now

    @property
    def holds(self) -> Mapping[str, Hold]:
        """What keeps queues from starting anything."""
        return self.now.holds

    @property
    def network(self) -> Network:
        """The network that is used, as far as it is known."""
        return self._circumstances.network

    @property
    def has_turns(self) -> bool:
        """Whether anything may change by the clock alone."""
        settings = self._desk.runner.settings
        timed = any(options.hours for options in settings.queue_options) or bool(settings.quiet_hours)
        return self._keeps_hours and (timed or self._circumstances.spent_until is not None)

    def learn(self, known: Known) -> None:
        """Heed what is known of the network and the budget; what is left out stays as it was."""
        fresh = self._circumstances._replace(**known)
        if fresh != self._circumstances:
            self._circumstances = fresh
            self.look(anew=True)

    def look(self, *, anew: bool = False) -> None:
        """Put in force what holds now, where the time has come, settings are others, or all is to be found `anew`."""
        settings, now = self._desk.runner.settings, self._clock()
        is_fresh = self._now is not None and self._looked_at <= now < self._now.until  # clocks may be set back
        if is_fresh and settings is self._settings and not anew:
            return
        self._looked_at = now
        settings = self._turned(settings, now)
        before, self._settings = self._now, settings
        found = in_force(settings, self._circumstances, now, self._wall_at)
        self._now = found if self._keeps_hours else found._replace(holds={})
        self._desk.runner.limits.change(self._now.limit)
        if before is None or before.holds != self._now.holds:
            self._told()
            self._desk.sweep(self._stops(self._now))

    def _turned(self, settings: Settings, now: float) -> Settings:
        """Have it be quiet, or no longer so, where the quiet hours have just begun or ended."""
        is_quiet = is_quiet_hour(settings, now, self._wall_at)
        was, self._was_quiet_hour = self._was_quiet_hour, is_quiet
        if is_quiet is None or is_quiet is was or is_quiet is settings.quiet:
            return settings
        self._desk.apply(replace(settings, quiet=is_quiet))
        return self._desk.runner.settings

    def _stops(self, found: InForce) -> Iterator[Callable[[], object]]:
        closed = found.stopped()
        for item in self._desk.roster.in_states(_STOPPED) if closed else ():
            if item.record.queue in closed and not item.record.at_once:
                hold = found.holds[item.record.queue].over(is_near=is_near(item.record.address))
                if hold is not None and hold.stops:
                    yield partial(self._stop, item, hold)

    def _stop(self, item: DownloadItem, hold: Hold) -> None:
        if item.state not in _STOPPED:
            return
        queue_anew(item)
        self._desk.story.tell(item, StoryKind.HELD, hold.reason.value)
        self._desk.save(item)
        self._desk.stop([item])

    def room(self) -> Room:
        """Return how many downloads may start beside those that run."""
        runner = self._desk.runner
        settings, bounds = runner.settings, {}
        capped = {each.queue: each.max_running for each in settings.queue_options if each.max_running is not None}
        if capped:
            running = Counter(item.record.queue for item in runner.items())
            bounds = {name: most - running[name] for name, most in capped.items()}
        return Room(settings.max_running - len(runner), self.now.closed(), bounds, self.now.open_to_near(), is_near)
