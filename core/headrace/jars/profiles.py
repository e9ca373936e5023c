"""Which profiles of browsers there are for this person, and where each keeps its cookies."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from headrace.browser.places import places
from headrace.jars.faults import Fault, JarError
from headrace.takeover.finding import firefox_profiles

FIREFOX: Final = "Firefox"
_FIREFOX_STORE: Final = "cookies.sqlite"
_STORES: Final = ("Network/Cookies", "Cookies")
_BOXED: Final = {
    "Chromium": ("snap/chromium/common/chromium", ".var/app/org.chromium.Chromium/config/chromium"),
    "Chrome": (".var/app/com.google.Chrome/config/google-chrome",),
    "Edge": (".var/app/com.microsoft.Edge/config/microsoft-edge",),
    "Brave": (".var/app/com.brave.Browser/config/BraveSoftware/Brave-Browser",),
}
"""Homes within a snap or a Flatpak."""
_WINDOWS: Final = {
    "Chromium": r"Chromium",
    "Chrome": r"Google\Chrome",
    "Edge": r"Microsoft\Edge",
    "Brave": r"BraveSoftware\Brave-Browser",
    "Vivaldi": r"Vivaldi",
}
_MOST_STATE: Final = 16 << 20


@dataclass(frozen=True, slots=True)
class BrowserProfile:
    """One profile of one browser."""

    browser: str
    name: str
    """What the browser calls it, else its folder's name."""
    folder: Path
    store: Path
    """Its database of cookies."""

    @property
    def is_firefox(self) -> bool:
        """Whether its values are in clear, and its columns others."""
        return self.browser == FIREFOX

    @property
    def title(self) -> str:
        """The browser and the profile."""
        return f"{self.browser}, {self.name}"


def browser_profiles(home: Path | None = None) -> list[BrowserProfile]:
    """Return all that have cookies, the one that wrote some last first. Touches the disk."""
    home = Path.home() if home is None else home
    found = [*_of_firefox(home), *_of_chromium(home)]
    found.sort(key=lambda one: -_changed(one.store))
    return found


def chosen_profile(text: str, home: Path | None = None) -> BrowserProfile:
    """Return what `BROWSER` or `BROWSER:PROFILE` names, the profile by its name, its folder's or its path.

    Of several the one that was used last counts. Raises JarError. Touches the disk.
    """
    browser, _, wanted = text.partition(":")
    found = [one for one in browser_profiles(home) if one.browser.lower() == browser.strip().lower()]
    if wanted and Path(wanted).is_absolute():
        found = [*_at(browser, Path(wanted))]
    if not found:
        raise JarError(Fault.NO_BROWSER, browser.strip()[:40] or "no browser")
    names = {wanted.lower()}
    fitting = [
        one for one in found if not wanted or {one.name.lower(), one.folder.name.lower(), str(one.folder)} & names
    ]
    if wanted and Path(wanted).is_absolute():
        fitting = found
    if not fitting:
        raise JarError(Fault.NO_PROFILE, ", ".join(one.name for one in found))
    return fitting[0]


def _at(browser: str, folder: Path) -> Iterator[BrowserProfile]:
    names = (_FIREFOX_STORE,) if browser.lower() == FIREFOX.lower() else _STORES
    for store in names:
        if (folder / store).is_file():
            known = next((one for one in (FIREFOX, *_WINDOWS) if one.lower() == browser.lower()), browser)
            yield BrowserProfile(known, folder.name, folder, folder / store)
            return


def _of_firefox(home: Path) -> Iterator[BrowserProfile]:
    for folder in firefox_profiles(home):
        if (folder / _FIREFOX_STORE).is_file():
            name = folder.name.partition(".")[2] or folder.name
            yield BrowserProfile(FIREFOX, name, folder, folder / _FIREFOX_STORE)


def _of_chromium(home: Path) -> Iterator[BrowserProfile]:
    for browser, base in _homes(home):
        names = _names(base)
        for folder in sorted(base.glob("*")):
            for store in _STORES:
                if (folder / store).is_file():
                    yield BrowserProfile(browser, names.get(folder.name) or folder.name, folder, folder / store)
                    break


def _homes(home: Path) -> Iterator[tuple[str, Path]]:
    if sys.platform == "win32":
        for browser, part in _WINDOWS.items():
            yield browser, home / "AppData" / "Local" / part / "User Data"
        return
    for place in places(sys.platform, home, home):
        if not place.is_firefox:
            yield place.browser, Path(place.home)
    for browser, boxed in _BOXED.items():
        yield from ((browser, home / one) for one in boxed)


def _names(base: Path) -> dict[str, str]:
    """Return what a browser calls its profiles, by their folders."""
    try:
        with (base / "Local State").open("rb") as file:
            state: Any = json.loads(file.read(_MOST_STATE))
        return {folder: str(facts["name"]) for folder, facts in state["profile"]["info_cache"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _changed(store: Path) -> float:
    """Return when a store, or what is to be added to it, was written last, in Unix seconds."""
    times: Sequence[float] = []
    for path in (store, store.with_name(f"{store.name}-wal")):
        try:
            times = [*times, path.stat().st_mtime]
        except OSError:
            continue
    return max(times, default=0.0)
