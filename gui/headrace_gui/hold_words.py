"""What a person reads about queues that start nothing for a while."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from headrace.day import Hold, HoldReason
from PySide6.QtCore import QDateTime, QLocale

from headrace_gui.budget_words import title
from headrace_gui.texts import QT_TRANSLATE_NOOP, translate

_R = HoldReason
_WAITING: Final[Mapping[HoldReason, str]] = MappingProxyType(
    {
        _R.PERSON: QT_TRANSLATE_NOOP("Words", "Waiting, the queue is held"),
        _R.HOURS: QT_TRANSLATE_NOOP("Words", "Waiting for the hours of its queue"),
        _R.PORTAL: QT_TRANSLATE_NOOP("Words", "Waiting, this network wants a login in a browser"),
        _R.METERED: QT_TRANSLATE_NOOP("Words", "Waiting for a network that is not metered"),
        _R.BUDGET: QT_TRANSLATE_NOOP("Words", "Waiting, the data budget is used up"),
    }
)
_WAITING_UNTIL: Final[Mapping[HoldReason, str]] = MappingProxyType(
    {
        _R.HOURS: QT_TRANSLATE_NOOP("Words", "Waiting for the hours of its queue, from {time}"),
        _R.BUDGET: QT_TRANSLATE_NOOP("Words", "Waiting, the data budget is used up until {time}"),
    }
)
_STOPPED: Final[Mapping[str, str]] = MappingProxyType(
    {
        _R.PERSON.value: QT_TRANSLATE_NOOP("Story", "Stopped, its queue is held"),
        _R.HOURS.value: QT_TRANSLATE_NOOP("Story", "Stopped, the hours of its queue are over"),
        _R.PORTAL.value: QT_TRANSLATE_NOOP("Story", "Stopped, the network wants a login in a browser first"),
        _R.METERED.value: QT_TRANSLATE_NOOP("Story", "Stopped, the network is metered"),
        _R.BUDGET.value: QT_TRANSLATE_NOOP("Story", "Stopped, the data budget is used up"),
    }
)


def waiting(hold: Hold, now: float) -> str:
    """Write what a download waits for whose queue starts nothing. Unix seconds."""
    if hold.until is None or hold.reason not in _WAITING_UNTIL:
        return translate("Words", _WAITING[hold.reason])
    time = coming(hold.until, now)
    if hold.budget is not None:
        which = translate("Words", "Waiting, the data budget of {budget} is used up until {time}")
        return which.format(budget=title(hold.budget), time=time)
    return translate("Words", _WAITING_UNTIL[hold.reason]).format(time=time)


def stopped(reason: str) -> str:
    """Write why a download was stopped, by the value of a HoldReason; "" for one that is not known."""
    return translate("Story", _STOPPED[reason]) if reason in _STOPPED else ""


def coming(then: float, now: float) -> str:
    """Write a time of the next days: with its day where that is not today. Unix seconds."""
    when, today = (QDateTime.fromSecsSinceEpoch(int(stamp)) for stamp in (then, now))
    time = QLocale().toString(when.time(), QLocale.FormatType.ShortFormat)
    if when.date() == today.date():
        return time
    if today.date().daysTo(when.date()) < 7:
        name = QLocale().standaloneDayName(when.date().dayOfWeek(), QLocale.FormatType.ShortFormat)
        return f"{name} {time}"
    return QLocale().toString(when, QLocale.FormatType.ShortFormat)
