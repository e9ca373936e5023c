"""What happens to downloads, as it is told to other programs: one JSON object each. Pure; the keys are a promise.

`{"event": "finished", "time": 1700000000.5, "version": "1.0", "download": {...}}`, the download as `control.rows` has
it, values in its address masked; of "removed" only its id is left, and of "idle" there is none.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any, Final

from headrace.story import StoryEntry, StoryKind
from headrace.version import __version__

_K = StoryKind


class Event(Enum):
    """What happened."""

    ADDED = "added"
    STARTED = "started"
    """An attempt began; there may be several of one download."""
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "failed"
    """It waits for a person; what is tried again by itself has not failed."""
    NEW_VERSION = "new_version"
    """Another version of a watched file is there, under the name of the one before; its download tells no FINISHED."""
    REMOVED = "removed"
    IDLE = "idle"
    """Nothing runs, waits or will be tried again any more."""


_OF_STORY: Final[Mapping[StoryKind, Event]] = MappingProxyType(
    {
        _K.ADDED: Event.ADDED,
        _K.STARTED: Event.STARTED,
        _K.PAUSED: Event.PAUSED,
        _K.FINISHED: Event.FINISHED,
        _K.FAILED: Event.FAILED,
        _K.NEW_VERSION: Event.NEW_VERSION,
        _K.REMOVED: Event.REMOVED,
    }
)


def events_in(told: Iterable[tuple[str, StoryEntry]]) -> Iterator[tuple[Event, str, float]]:
    """Yield the event, the download's id and the Unix time of what of stories is one."""
    for download_id, entry in told:
        event = _OF_STORY.get(entry.kind)
        if event is not None:
            yield event, download_id, entry.at


def body_of(event: Event, at: float, download: Mapping[str, Any] | None) -> bytes:
    """Return one happening as JSON in UTF-8, without a line end."""
    whole = {"event": event.value, "time": at, "version": __version__, "download": download}
    return json.dumps(whole, ensure_ascii=False).encode("utf-8", "replace")
