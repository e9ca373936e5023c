"""Bars in a terminal, drawn with rich: a few running downloads and one line for all. Imported for terminals alone."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TextIO

from rich.console import Console, RenderableType
from rich.filesize import decimal
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from headrace.commands.report import LineReporter, LineStream
from headrace.messages import clock_text, printable
from headrace.snapshots import DownloadSnapshot
from headrace.states import RUNNING, DownloadState

MOST_BARS = 8
_BAR_WIDTH = 24
_REDRAW_EVERY = 0.2


class _LinesAboveBars:
    """Lines printed through the console, which moves the bars out of their way."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def write_line(self, text: str) -> None:
        with suppress(OSError):
            self._console.print(Text(text), soft_wrap=True)


class BarsReporter(LineReporter):
    """Plain lines, and below them bars on `err`. `out` gets its lines apart where it is no terminal."""

    def __init__(
        self,
        out: TextIO | None,
        err: TextIO,
        clock: Callable[[], float] = time.monotonic,
        *,
        verbose: bool = False,
    ) -> None:
        console = Console(file=err, highlight=False, markup=False, emoji=False)
        above = _LinesAboveBars(console)
        apart = out is None or not out.isatty()
        super().__init__(LineStream(out) if apart else above, above, verbose=verbose)
        self._live = Live(
            console=console, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False
        )
        self._clock = clock
        self._redrawn_at = float("-inf")
        self._tally = Tally()

    def added(self, snapshots: Sequence[DownloadSnapshot]) -> None:
        """Count the downloads and begin to draw."""
        super().added(snapshots)
        self._tally.add(snapshots)
        self._live.start()

    def progressed(self, snapshot: DownloadSnapshot) -> None:
        """Remember the state for the next redraw."""
        self._tally.note(snapshot)

    def finished(self, snapshot: DownloadSnapshot) -> None:
        """Print the path above the bars."""
        self._tally.note(snapshot)
        super().finished(snapshot)

    def failed(self, snapshot: DownloadSnapshot) -> None:
        """Print the reason above the bars."""
        self._tally.note(snapshot)
        super().failed(snapshot)

    def tick(self) -> None:
        """Redraw, a few times a second at most."""
        now = self._clock()
        if now - self._redrawn_at >= _REDRAW_EVERY and self._live.is_started:
            self._redrawn_at = now
            with suppress(OSError):
                self._live.update(rendered(self._tally), refresh=True)

    def close(self) -> None:
        """Wipe the bars and show the cursor again."""
        with suppress(OSError):
            self._live.stop()


class Tally:
    """The running downloads and the sums over all of this command, kept up as changes come: no walk over thousands."""

    def __init__(self) -> None:
        self.count = 0
        self.finished = 0
        self.failed = 0
        self.received = 0
        self.running: dict[str, DownloadSnapshot] = {}
        self._received_by_id: dict[str, int] = {}

    def add(self, snapshots: Sequence[DownloadSnapshot]) -> None:
        """Count downloads that are to come."""
        self.count += len(snapshots)
        for snapshot in snapshots:
            self.note(snapshot)

    def note(self, snapshot: DownloadSnapshot) -> None:
        """Take the newest state of one download. FAILED and COMPLETED must come once only."""
        self.received += snapshot.received - self._received_by_id.get(snapshot.id, 0)
        self._received_by_id[snapshot.id] = snapshot.received
        if snapshot.state in RUNNING:
            self.running[snapshot.id] = snapshot
        else:
            self.running.pop(snapshot.id, None)
        self.finished += snapshot.state is DownloadState.COMPLETED
        self.failed += snapshot.state is DownloadState.FAILED

    @property
    def speed(self) -> float:
        """Bytes per second of all running downloads together."""
        return sum(one.speed or 0.0 for one in self.running.values())


def rendered(tally: Tally) -> RenderableType:
    """Return what stands below the lines: at most MOST_BARS bars and two lines more."""
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    table.add_column(width=_BAR_WIDTH)
    for _ in ("percent", "size", "speed", "time left"):
        table.add_column(justify="right", no_wrap=True)
    running = list(tally.running.values())
    for one in running[:MOST_BARS]:
        table.add_row(*_row(one))
    if len(running) > MOST_BARS:
        table.add_row(Text(f"and {len(running) - MOST_BARS} more running", style="dim"))
    table.add_row(*_total_row(tally))
    return table


def _row(one: DownloadSnapshot) -> tuple[RenderableType, ...]:
    part = one.fraction
    return (
        Text(printable(one.name)),
        ProgressBar(total=None if part is None else 1.0, completed=part or 0.0, width=_BAR_WIDTH),
        Text("" if part is None else f"{int(part * 100)}%"),
        Text(decimal(one.received) if one.total is None else f"{decimal(one.received)} of {decimal(one.total)}"),
        Text("" if one.speed is None else f"{decimal(int(one.speed))}/s"),
        Text(clock_text(one.time_left)),
    )


def _total_row(tally: Tally) -> tuple[RenderableType, ...]:
    failed = f", {tally.failed} failed" if tally.failed else ""
    return (
        Text(f"{tally.finished} of {tally.count} arrived{failed}", style="bold"),
        Text(""),
        Text(""),
        Text(decimal(tally.received)),
        Text(f"{decimal(int(tally.speed))}/s"),
        Text(""),
    )
