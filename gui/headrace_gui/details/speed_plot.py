"""What a graph of a download shows: from its history, its snapshot and the settings to a Plot."""

from headrace.snapshots import DownloadSnapshot
from headrace.states import RUNNING

from headrace_gui import words
from headrace_gui.details.speed_graph import Mark, Plot
from headrace_gui.details.speed_recorder import SpeedRecorder
from headrace_gui.texts import translate


def plot_of(
    recorder: SpeedRecorder, snapshot: DownloadSnapshot, seconds: float | None, marks: tuple[Mark, ...] = ()
) -> Plot | None:
    """Return the last `seconds` of a download, all its life for None; None where nothing was measured.

    The graph of one that runs ends now, of another where it stopped.
    """
    history = recorder.history(snapshot.id)
    if history is None or history.last is None:
        return None
    if seconds is None:
        curve = history.whole()
        return Plot(curve, 0.0, max(history.active, 1.0), is_live=False, is_life=True, marks=marks)
    is_live = snapshot.state in RUNNING
    end = recorder.now() if is_live else history.last
    return Plot(history.recent(seconds), end - seconds, end, is_live=is_live, marks=marks)


def marks_of(snapshot: DownloadSnapshot, limit: int | None) -> tuple[Mark, ...]:
    """Return the lines that cross the graph: limits in force, of this one and of all together, and the average."""
    found = []
    if snapshot.limit is not None:
        text = translate("Details", "limit {speed}").format(speed=words.limit(snapshot.limit))
        found.append(Mark(float(snapshot.limit), text))
    if limit is not None:
        text = translate("Details", "limit for all {speed}").format(speed=words.limit(limit))
        found.append(Mark(float(limit), text))
    if snapshot.average_speed:
        text = translate("Details", "average {speed}").format(speed=words.speed(snapshot.average_speed))
        found.append(Mark(snapshot.average_speed, text, is_limit=False))
    return tuple(found)
