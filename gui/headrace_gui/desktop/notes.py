"""What notifications say and offer. Functions of the downloads and the language."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from headrace.naming import name_from_address
from headrace.snapshots import DownloadSnapshot

from headrace_gui import words
from headrace_gui.texts import translate

_NAMED: Final = 3
_LONGEST: Final = 96


class Offer(Enum):
    """What can be done from a notification; the values go over the message bus."""

    LOOK = "default"
    """A click on the notification itself: the window with these downloads chosen."""
    OPEN = "open"
    SHOW = "show"
    RETRY = "retry"
    ADD = "add"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Note:
    """One notification: plain text, the downloads it is about, and buttons in order."""

    title: str
    body: str
    ids: tuple[str, ...]
    buttons: tuple[tuple[Offer, str], ...] = ()
    is_failure: bool = False
    links: tuple[str, ...] = ()
    """Addresses that could be added, where it is about those."""


def finished_note(downloads: Sequence[DownloadSnapshot]) -> Note:
    """Tell of one or several that finished together."""
    if len(downloads) > 1:
        title = translate("Desktop", "%Ln download(s) finished", "", len(downloads))
        same = len({each.folder for each in downloads}) == 1
        return Note(
            title, _names([each.name for each in downloads]), _ids(downloads), (_show_button(),) if same else ()
        )
    one = downloads[0]
    #: Below the name of a finished download: its size and the name of its folder
    place = translate("Desktop", "{size} in {folder}") if one.total is not None else "{folder}"
    where = place.format(size=words.size(one.total), folder=one.folder.name or one.folder)
    buttons = ((Offer.OPEN, translate("Desktop", "Open")), _show_button())
    is_version = one.watch is not None and one.watch.changes > 0
    title = translate("Watch", "A new version has arrived") if is_version else translate("Desktop", "Download finished")
    return Note(title, f"{_short(one.name)}\n{where}", (one.id,), buttons)


def failed_note(download: DownloadSnapshot) -> Note:
    """Tell of one that failed, and why."""
    why = words.failure_sentence(download.failure) if download.failure is not None else ""
    body = "\n".join(part for part in (_short(download.name), why) if part)
    button = (Offer.RETRY, translate("Desktop", "Try again"))
    return Note(translate("Desktop", "Download failed"), body, (download.id,), (button,), is_failure=True)


def failures_note(downloads: Sequence[DownloadSnapshot], *, told_before: bool) -> Note:
    """Tell of several that failed; `told_before` where others were told one by one."""
    if told_before:
        title = translate("Desktop", "%Ln more download(s) failed", "", len(downloads))
    else:
        title = translate("Desktop", "%Ln download(s) failed", "", len(downloads))
    button = (Offer.RETRY, translate("Desktop", "Try all again"))
    return Note(title, _names([each.name for each in downloads]), _ids(downloads), (button,), is_failure=True)


def links_note(links: Sequence[str]) -> Note:
    """Offer to add copied links."""
    names = _names([name_from_address(link) for link in links])
    return Note(links_title(links), names, (), ((Offer.ADD, translate("Window", "Add")),), links=tuple(links))


def links_title(links: Sequence[str]) -> str:
    """Say how many links were copied."""
    return translate("Window", "%Ln link(s) to files on the clipboard", "", len(links))


def countdown_note(sentence: str) -> Note:
    """Say what happens soon, with a way to stop it."""
    button = (Offer.STOP, translate("Done", "Stop"))
    return Note(translate("Done", "All downloads are done"), sentence, (), (button,))


def stopped_note() -> Note:
    """Say, in its place, that it does not happen."""
    return Note(translate("Done", "All downloads are done"), translate("Done", "Nothing happens any more."), ())


def in_tray_note() -> Note:
    """Explain, once, where the window went."""
    title = translate("Desktop", "Headrace goes on in the tray")
    body = translate("Desktop", "Downloads continue. To end Headrace, choose Quit in the menu of its icon.")
    return Note(title, body, ())


def _show_button() -> tuple[Offer, str]:
    return Offer.SHOW, translate("Desktop", "Show in folder")


def _ids(downloads: Sequence[DownloadSnapshot]) -> tuple[str, ...]:
    return tuple(each.id for each in downloads)


def _names(names: Sequence[str]) -> str:
    lines = [_short(each) for each in names[:_NAMED]]
    more = len(names) - _NAMED
    if more > 0:
        lines.append(translate("Desktop", "and %Ln more", "", more))
    return "\n".join(lines)


def _short(name: str) -> str:
    """Cut a very long name in its middle: both ends tell more."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST // 2]}…{name[-_LONGEST // 2 :]}"
