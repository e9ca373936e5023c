"""Figures as people write them: numbers, sizes, speeds, spans and points of time, in the locale in force."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from headrace_gui.texts import QT_TRANSLATE_NOOP, translate

SPACE: Final = "\N{NO-BREAK SPACE}"
_DECIMAL: Final = (
    QT_TRANSLATE_NOOP("Units", "B"),
    QT_TRANSLATE_NOOP("Units", "kB"),
    QT_TRANSLATE_NOOP("Units", "MB"),
    QT_TRANSLATE_NOOP("Units", "GB"),
    QT_TRANSLATE_NOOP("Units", "TB"),
    QT_TRANSLATE_NOOP("Units", "PB"),
    QT_TRANSLATE_NOOP("Units", "EB"),
)
_BINARY: Final = (
    QT_TRANSLATE_NOOP("Units", "B"),
    QT_TRANSLATE_NOOP("Units", "KiB"),
    QT_TRANSLATE_NOOP("Units", "MiB"),
    QT_TRANSLATE_NOOP("Units", "GiB"),
    QT_TRANSLATE_NOOP("Units", "TiB"),
    QT_TRANSLATE_NOOP("Units", "PiB"),
    QT_TRANSLATE_NOOP("Units", "EiB"),
)
_BINARY_FLAG: Final = "binaryUnits"


def use_binary(wanted: bool) -> None:  # noqa: FBT001 - the value of a switch
    """Write sizes and speeds by powers of 1024 (IEC 80000-13) from now on, or by powers of 1000 again."""
    app = QCoreApplication.instance()
    if app is not None:
        app.setProperty(_BINARY_FLAG, wanted)


def unit_step() -> int:
    """Return how many of a unit the next one is: 1000, or 1024."""
    app = QCoreApplication.instance()
    return 1024 if app is not None and app.property(_BINARY_FLAG) else 1000


def number(value: float, decimals: int = 0) -> str:
    """Write a number as the locale has it."""
    return QLocale().toString(float(value), "f", decimals)


def size(amount: float | None) -> str:
    """Write bytes with up to three figures, such as "41.8 MB"; "" for unknown."""
    return "" if amount is None else _measured(amount, 1)


def speed(rate: float | None) -> str:
    """Write bytes per second, such as "8.0 MB/s"; "" for unknown."""
    return "" if rate is None else _per_second(size(rate))


def limit(rate: int | None) -> str:
    """Write a speed limit; round ones without a needless decimal."""
    if rate is None:
        return translate("Units", "No limit")
    is_whole = _in_unit(rate)[0].is_integer()
    return _per_second(_measured(rate, 0 if is_whole else 1))


def _measured(amount: float, decimals: int) -> str:
    value, unit = _in_unit(amount)
    names = _DECIMAL if unit_step() == 1000 else _BINARY
    decimals = decimals if unit >= 2 and value < 99.95 else 0
    return f"{number(value, decimals)}{SPACE}{translate('Units', names[unit])}"


def _in_unit(amount: float) -> tuple[float, int]:
    """Return bytes in the unit that leaves the fewest figures, and which one that is."""
    value, unit = float(amount), 0
    while value >= 999.5 and unit < len(_DECIMAL) - 1:
        value, unit = value / unit_step(), unit + 1
    return value, unit


def _per_second(text: str) -> str:
    return translate("Units", "{size}/s").format(size=text)


def percent(fraction: float) -> str:
    """Write a fraction as whole percent, rounded down, so that 100 % means all of it."""
    whole = int(min(max(fraction, 0.0), 1.0) * 100 + 1e-9)
    return translate("Units", "{number} %").format(number=number(whole)).replace(" ", SPACE)


def duration(seconds: float | None) -> str:
    """Write a time span as exactly as it deserves, such as "36 s", "1 min 26 s", "about 12 min"; "" for unknown."""
    if seconds is None:
        return ""
    whole = round(seconds)
    if whole < 1:
        return translate("Units", "a moment")
    if whole < 60:
        return _glued(translate("Units", "{seconds} s").format(seconds=number(whole)))
    if whole < 600:
        return _minutes_and_seconds(whole // 60, whole % 60)
    if whole < 3600:
        return translate("Units", "about {time}").format(time=_minutes(round(whole / 60)))
    return _long_duration(round(whole / 60))


def _long_duration(minutes: int) -> str:
    if minutes < 24 * 60:
        return _hours_and_minutes(minutes // 60, minutes % 60)
    days = round(minutes / (24 * 60))
    return translate("Units", "about %Ln day(s)", "", days) if days <= 30 else translate("Units", "over a month")


def _minutes(minutes: int) -> str:
    return _glued(translate("Units", "{minutes} min").format(minutes=number(minutes)))


def _minutes_and_seconds(minutes: int, seconds: int) -> str:
    rest = _glued(translate("Units", "{seconds} s").format(seconds=number(seconds)))
    return f"{_minutes(minutes)} {rest}" if seconds else _minutes(minutes)


def _hours_and_minutes(hours: int, minutes: int) -> str:
    first = _glued(translate("Units", "{hours} h").format(hours=number(hours)))
    return f"{first} {_minutes(minutes)}" if minutes else first


def _glued(text: str) -> str:
    return text.replace(" ", SPACE)


def moment(then: float, now: float) -> str:
    """Write a point in time as people do: the time today, "yesterday", else the date. Unix seconds."""
    when, today = (QDateTime.fromSecsSinceEpoch(int(stamp)) for stamp in (then, now))
    days = when.date().daysTo(today.date())
    if days == 0:
        return QLocale().toString(when.time(), QLocale.FormatType.ShortFormat)
    if days == 1:
        return translate("Units", "yesterday")
    if when.date().year() == today.date().year():
        #: A date of this year in Qt's format: d is the day, MMM the month's short name. "MMM d", "M月d日"
        return QLocale().toString(when.date(), translate("Units", "d MMM"))
    #: A date in Qt's format: d is the day, MMM the month's short name, yyyy the year
    return QLocale().toString(when.date(), translate("Units", "d MMM yyyy"))


def full_moment(then: float) -> str:
    """Write a point in time with its date and its time of day. Unix seconds."""
    when = QDateTime.fromSecsSinceEpoch(int(then))
    return QLocale().toString(when, QLocale.FormatType.ShortFormat)
