"""A process of its own: Headrace's real window, in which somebody plays a person, and a heartbeat is kept.

`python -m tests.benchmarks.player PLAY PROFILE RESULT SETTLE [WORD...]` opens the window as `headrace` does, plays what
`tests.benchmarks.plays` calls so SETTLE seconds after the list is there, and writes its figures and all gaps between
beats to RESULT.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any, Final

from headrace.brought import Brought
from headrace.opening import Opening
from headrace.profile import Profile
from headrace.qt_loading import load_qt

_OPENING: Final = Opening(Profile.at(sys.argv[2]), "window") if __name__ == "__main__" else None

load_qt()

from headrace.manager import DownloadManager  # noqa: E402 - as the program loads them
from headrace_gui import app  # noqa: E402
from headrace_gui.main_window import MainWindow  # noqa: E402
from PySide6.QtCore import QObject, Qt, QTimer  # noqa: E402
from PySide6.QtWidgets import QWidget  # noqa: E402

from tests.support.paints import Paints  # noqa: E402
from tests.support.starved import INTERVAL_MS, starved_seconds  # noqa: E402

_PATIENCE: Final = 120.0

Condition = Callable[[], bool]
"""What a play waits for; looked at between two turns of the event loop."""
Playing = Generator[Condition, None, dict[str, Any]]
"""Yields what it waits for, returns its figures."""


class Stage(QObject):
    """The window at work, its heartbeat, and who acts."""

    def __init__(self, window: MainWindow, manager: DownloadManager, words: Sequence[str], result: Path) -> None:
        super().__init__(window)
        self.window, self.manager = window, manager
        self._settle, self.words = float(words[0]), words[1:]
        self.gaps: list[tuple[float, float]] = []
        """Seconds between two beats, and for how many of them the thread was ready to run but had no CPU."""
        self._result = result
        self._playing: Playing | None = None
        self._condition: Condition = lambda: True
        self._deadline = time.perf_counter() + _PATIENCE
        self._last, self._starved = time.perf_counter(), starved_seconds()
        self._beats = QTimer(self, interval=INTERVAL_MS, timerType=Qt.TimerType.PreciseTimer)
        self._beats.timeout.connect(self._beat)

    def begin(self, play: Callable[["Stage"], Playing]) -> None:
        """Play, from the next turn of the event loop on."""
        self._playing = play(self)
        self._beats.start()

    def measured(self) -> list[tuple[float, float]]:
        """Return the gaps since the last call."""
        gaps, self.gaps = self.gaps, []
        return gaps

    def timed(self, act: Callable[[], object], widget: QWidget, seen: Condition = lambda: True) -> Playing:
        """Do something; return as `ms` the time until `widget` has been painted with its effect."""
        paints = Paints(widget)

        def shown() -> bool:
            if paints.seen and not seen():
                paints.seen = False
            return paints.seen

        began = time.perf_counter()
        act()
        yield shown
        seconds = time.perf_counter() - began
        paints.deleteLater()
        return {"ms": seconds * 1000}

    def rest(self, seconds: float) -> Generator[Condition, None, None]:
        """Let what goes on come to its end."""
        end = time.perf_counter() + seconds
        yield lambda: time.perf_counter() >= end

    def settled(self) -> Generator[Condition, None, None]:
        """Let what is loaded behind the window come to its end."""
        yield lambda: self.manager.is_loaded
        yield from self.rest(self._settle)

    def tell(self, figures: dict[str, Any]) -> None:
        """Write figures for whoever started this process."""
        aside = self._result.with_suffix(".new")
        aside.write_text(json.dumps(figures), encoding="utf-8")
        aside.replace(self._result)

    def stop_beating(self) -> None:
        """Leave the event loop to the window; the play is over."""
        self._beats.stop()

    def _beat(self) -> None:
        now, starved = time.perf_counter(), starved_seconds()
        self.gaps.append((now - self._last, starved - self._starved))
        if now > self._deadline:
            print("the play came to no end", file=sys.stderr)
            os._exit(1)
        holds = self._playing is not None and self._condition()
        self._last, self._starved = (
            time.perf_counter(),
            starved_seconds(),
        )  # to look is not the window's work, to act is
        if holds:
            self._go_on()

    def _go_on(self) -> None:
        try:
            self._condition = next(self._playing) if self._playing is not None else lambda: False
        except StopIteration as end:
            self._playing = None
            self.tell(end.value)
            self.window.quit()


def main(argv: Sequence[str]) -> int:
    """Run the window as `headrace` does, with somebody on its stage."""
    name, profile, result, *words = argv

    class PlayedWindow(MainWindow):
        def __init__(self, manager: DownloadManager, *parts: Any, **named: Any) -> None:
            super().__init__(manager, *parts, **named)
            from tests.benchmarks import plays  # noqa: PLC0415 - the window is made by now

            Stage(self, manager, words, Path(result)).begin(getattr(plays, name))

    setattr(app, "MainWindow", PlayedWindow)  # noqa: B010 - for this process alone
    return app.run(Profile.at(profile), Brought(), opening=_OPENING)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
