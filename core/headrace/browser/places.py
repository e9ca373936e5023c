"""Which browsers there are, and where each looks for programs that its extensions may start. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

_LINUX: Final = {
    "Chromium": ".config/chromium",
    "Chrome": ".config/google-chrome",
    "Edge": ".config/microsoft-edge",
    "Brave": ".config/BraveSoftware/Brave-Browser",
    "Vivaldi": ".config/vivaldi",
    "Firefox": ".mozilla",
}
_MACOS: Final = {
    "Chromium": "Chromium",
    "Chrome": "Google/Chrome",
    "Edge": "Microsoft Edge",
    "Brave": "BraveSoftware/Brave-Browser",
    "Vivaldi": "Vivaldi",
    "Firefox": "Mozilla",
}
_WINDOWS: Final = {
    "Chromium": r"Software\Chromium",
    "Chrome": r"Software\Google\Chrome",
    "Edge": r"Software\Microsoft\Edge",
    "Brave": r"Software\BraveSoftware\Brave-Browser",
    "Vivaldi": r"Software\Vivaldi",
    "Firefox": r"Software\Mozilla",
}
BROWSERS: Final = tuple(_LINUX)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one browser looks, for one user."""

    browser: str
    home: PurePath
    """The browser's own folder: without it, it was never started here."""
    folder: PurePath
    """The folder for manifests; on Windows none of the browser's, but ours."""
    key: str = ""
    """The key of the registry that names the manifest, on Windows."""

    @property
    def is_firefox(self) -> bool:
        """Whether its extensions have other ids, and the manifest another key for them."""
        return self.browser == "Firefox"


def places(platform: str, home: PurePath, own: PurePath) -> Iterator[Place]:
    """Yield a place for each browser, on a `platform` as sys.platform has it; `own` is our folder for such things."""
    for browser in BROWSERS:
        if platform == "win32":
            key = rf"{_WINDOWS[browser]}\NativeMessagingHosts"
            yield Place(browser, own, own / browser, key)
        elif platform == "darwin":
            base = home / "Library" / "Application Support" / _MACOS[browser]
            yield Place(browser, base, base / "NativeMessagingHosts")
        else:
            base = home / _LINUX[browser]
            name = "native-messaging-hosts" if browser == "Firefox" else "NativeMessagingHosts"
            yield Place(browser, base, base / name)
