"""ManagerSignals: what the engine tells, in the thread of its event loop. Whatever leaves it is frozen."""

from PySide6.QtCore import QObject, Signal


class Bell(QObject):
    """Calls the thread that made it. `rung.emit` may be called in any thread.

    An object of its own, to which nothing is added once it is there: whatever emits a signal has Qt's binding look into
    the sender's attributes without the interpreter's lock, and meets freed memory where they are just being moved.
    """

    rung = Signal()


class ManagerSignals(QObject):
    """The signals of a DownloadManager."""

    loaded = Signal()
    """The stored list is known; `downloads_added` came just before."""
    downloads_added = Signal(object)
    """list[DownloadSnapshot], one batch in queue order."""
    dormant_added = Signal(object)
    """The Dormant: finished downloads of the stored list that lie dormant, once, before all others are told."""
    downloads_updated = Signal(object)
    """list[DownloadSnapshot]: what changed since the last time; five times a second at most for progress."""
    downloads_removed = Signal(object)
    """list[str]: ids that left the list."""
    order_changed = Signal(object)
    """list[str]: all ids in queue order."""
    totals_changed = Signal(object)
    """TotalsSnapshot."""
    trouble = Signal(object)
    """Failure of the engine itself, such as a database that cannot be written."""
    story_told = Signal(str, object)
    """Id and tuple[StoryEntry, ...]: what `ask_story` asked for; `stories_grew` has none of it afterwards."""
    stories_grew = Signal(object)
    """list[tuple[str, StoryEntry]]: ids and what has just happened to them, in order."""
    change_told = Signal(object)
    """ChangeOutcome: how a change that `changes` was asked for ended, or how far a verification is."""
    settings_changed = Signal(object)
    """The Settings in force from now on."""
    holds_changed = Signal(object)
    """Mapping[str, day.Hold]: what keeps which queues from starting anything."""
    all_idle = Signal()
    """Nothing runs or waits to run any more."""
