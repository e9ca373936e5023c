"""What holds for one queue alone: where its files go, how fast and how many at once, and at which hours. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

from headrace.schedules import WeekHours

LIMITS: Final = (1, 1 << 50)
RUNNING: Final = (1, 1000)


@dataclass(frozen=True, slots=True)
class QueueOptions:
    """Options of a queue of the settings, "" being the main one. Raises ValueError that names option and bounds."""

    queue: str
    folder: Path | None = None
    """Where files of downloads go that are added to it without a folder; None for the download folder."""
    limit: int | None = None
    """Bytes per second over its downloads; None for no limit of its own."""
    max_running: int | None = None
    """Its downloads at once; None for as many as there may be in all."""
    hours: str = ""
    """When it starts downloads, and stops them at the end, as `schedules.WeekHours` reads it; "" for always."""

    def __post_init__(self) -> None:
        if not isinstance(self.queue, str) or not isinstance(self.hours, str):
            raise ValueError("the queue and its hours are texts")  # noqa: TRY004 - one error type for all
        folder = None if self.folder is None else Path(self.folder)
        if folder is not None and not folder.is_absolute():
            raise ValueError(f"the folder of a queue must be given in full, not as {str(folder)!r}")
        object.__setattr__(self, "folder", folder)
        _check("limit", self.limit, LIMITS)
        _check("max_running", self.max_running, RUNNING)
        object.__setattr__(self, "hours", str(WeekHours.parse(self.hours)))

    @property
    def are_usual(self) -> bool:
        """Whether nothing is set."""
        return self == QueueOptions(self.queue)


def _check(name: str, value: object, bounds: tuple[int, int]) -> None:
    if value is not None and not (type(value) is int and bounds[0] <= value <= bounds[1]):
        raise ValueError(f"{name} of a queue must be from {bounds[0]} to {bounds[1]}, not {value!r}")


_NAMES: Final = frozenset(each.name for each in fields(QueueOptions))


def checked_options(values: Any, queues: Iterable[str]) -> tuple[QueueOptions, ...]:
    """Return the options of those of `queues`, and the main one, that have any. Raises ValueError with a sentence."""
    if not isinstance(values, list | tuple):
        raise ValueError("they must be a list")  # noqa: TRY004 - one error type for all
    found = {options.queue: options for options in map(_options, values)}
    return tuple(found[name] for name in ("", *queues) if name in found and not found[name].are_usual)


def _options(value: Any) -> QueueOptions:
    if isinstance(value, QueueOptions):
        return value
    if not isinstance(value, Mapping) or "queue" not in value or not value.keys() <= _NAMES:
        raise ValueError(f"each has a queue, and of {', '.join(sorted(_NAMES))} what is set")
    return QueueOptions(**value)


def options_of(all_options: Iterable[QueueOptions], queue: str) -> QueueOptions:
    """Return the options of a queue, the usual ones where none are set."""
    return next((options for options in all_options if options.queue == queue), QueueOptions(queue))


def with_options(all_options: Iterable[QueueOptions], changed: QueueOptions) -> tuple[QueueOptions, ...]:
    """Return all with those of one queue replaced."""
    return (*(options for options in all_options if options.queue != changed.queue), changed)


def renamed(all_options: Iterable[QueueOptions], names: Mapping[str, str]) -> tuple[QueueOptions, ...]:
    """Return all, those of queues with new `names` under these."""
    return tuple(replace(options, queue=names.get(options.queue, options.queue)) for options in all_options)
