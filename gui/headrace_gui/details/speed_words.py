"""The words of the graph of speeds."""

from headrace.brakes import Bound, Brake

from headrace_gui import words
from headrace_gui.texts import SEPARATOR, translate


def tick_words(rate: float) -> str:
    """Write a round value of the scale, without a needless decimal."""
    return words.limit(round(rate)) if rate else words.number(0)


def span_words(seconds: float) -> str:
    """Write a round span of time, such as "15 s", "5 min", "2 h", "3 d"."""
    whole = round(seconds)
    if whole < 60:
        return _glued(translate("Details", "{seconds} s").format(seconds=words.number(whole)))
    if whole < 3600:
        return _glued(translate("Details", "{minutes} min").format(minutes=words.number(whole // 60)))
    if whole < 86_400:
        return _glued(translate("Details", "{hours} h").format(hours=words.number(whole // 3600)))
    #: A number of days, shortest form
    return _glued(translate("Details", "{days} d").format(days=words.number(whole // 86_400)))


def _glued(text: str) -> str:
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def time_words(seconds: float, *, is_life: bool, is_live: bool) -> str:
    """Write a place on the scale of times: back from now, or since the beginning."""
    if is_life:
        return span_words(seconds) if seconds else words.number(0)
    if seconds:
        return span_words(seconds)
    return translate("Details", "now") if is_live else translate("Details", "end")


def reading_words(rate: float | None, seconds: float, *, is_life: bool, is_live: bool) -> str:
    """Write what stands under the pointer: a speed, and when it was."""
    value = translate("Details", "nothing") if rate is None else words.speed(rate)
    time = words.duration(seconds)
    if is_life:
        when = translate("Details", "after {time}").format(time=time)
    elif not is_live:
        when = translate("Details", "{time} before the end").format(time=time)
    else:
        when = translate("Details", "{time} ago").format(time=time) if seconds >= 1 else translate("Details", "now")
    return SEPARATOR.join([value, when])


def bound_words(bound: Bound, *, is_quiet: bool) -> str:
    """Write the lowest limit that a download is under, and whose it is."""
    texts = {
        Brake.DOWNLOAD: translate("Details", "{limit}, its own"),
        Brake.QUEUE: translate("Details", "{limit}, of its queue"),
        Brake.ALL: translate("Details", "{limit}, of all downloads"),
        Brake.ROOM: translate("Details", "{limit}, to leave others room"),
    }
    quiet = is_quiet and bound.brake is Brake.ALL
    text = translate("Details", "{limit}, while it is quiet") if quiet else texts[bound.brake]
    return text.format(limit=words.limit(bound.rate))
