"""The values of all settings, wherever they live: read, changed at once, brought back to their defaults."""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, replace
from functools import partial
from typing import Any, Protocol

from headrace.manager import DownloadManager
from headrace.networks import Network
from headrace.proxies import bare_choice
from headrace.settings import Settings
from PySide6.QtCore import QObject, Signal

from headrace_gui.background import Background
from headrace_gui.preferences import PreferenceKeeper, Preferences
from headrace_gui.settings_pages.entry import Home
from headrace_gui.settings_transfer import export_text
from headrace_gui.texts import translate


class Autostart(Protocol):
    """The desktop's own list of what starts with the session. May touch the disk and raise OSError."""

    def is_enabled(self) -> bool:
        """Return whether this program is on it."""

    def set_enabled(self, enabled: bool, /) -> None:  # noqa: FBT001 - the value of a switch
        """Put it on, or take it off."""


class SettingValues(QObject):
    """Hands out and changes values by the key of their entry. Whatever needs the disk is done in the background."""

    changed = Signal()
    refused = Signal(str, str)
    """The key of a setting that could not be changed after all, and why, in words."""

    def __init__(
        self,
        manager: DownloadManager,
        keeper: PreferenceKeeper,
        autostart: Autostart | None,
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._manager, self._keeper = manager, keeper
        self._autostart, self._background = autostart, background
        self._starts: bool | None = None
        self._asks = 0
        """How often the desktop was asked whether it starts the program: an older answer may come behind a newer."""
        self._usual_folder = manager.settings.download_folder
        keeper.changed.connect(self._tell)
        manager.settings_changed.connect(self._tell)
        background.run(self, Settings, self._learn_folder)  # asks the desktop's files where downloads usually go

    def _tell(self, _now: Settings | Preferences) -> None:
        self.changed.emit()

    def _learn_folder(self, usual: Settings | None) -> None:
        if usual is not None:
            self._usual_folder = usual.download_folder
            self.changed.emit()

    @property
    def engine(self) -> Settings:
        """The engine's settings in force."""
        return self._manager.settings

    def refresh(self) -> None:
        """Look anew at what others may have changed."""
        self.changed.emit()
        if self._autostart is not None:
            self._asks += 1
            self._background.run(self, self._autostart.is_enabled, partial(self._hear_start, self._asks))

    def _hear_start(self, ask: int, starts: bool | None) -> None:  # noqa: FBT001 - what the desktop said
        if ask == self._asks:
            self._learn_start(starts)

    def _learn_start(self, starts: bool | None) -> None:  # noqa: FBT001 - what the desktop said
        self._starts = starts
        self.changed.emit()

    def has(self, key: str) -> bool:
        """Return whether there is such a setting here: not every desktop starts programs."""
        return _home_of(key) is not Home.SESSION or self._autostart is not None

    def __getitem__(self, key: str) -> Any:
        home = _home_of(key)
        if home is Home.SESSION:
            return bool(self._starts)
        return getattr(self._manager.settings if home is Home.ENGINE else self._keeper.now, key)

    def default(self, key: str) -> Any:
        """Return the value a setting has until somebody changes it."""
        home = _home_of(key)
        if home is Home.SESSION:
            return False
        return self._usual_folder if key == "download_folder" else usual_value(home, key)

    def is_default(self, key: str) -> bool:
        """Return whether a setting has that value."""
        return bool(self[key] == self.default(key))

    def put(self, wanted: Mapping[str, Any]) -> str:
        """Put values in force at once; return what is wrong with them, in words, or "". Then none is in force."""
        differing = {key: value for key, value in wanted.items() if self[key] != value}
        if "proxy" in differing:
            self._manager.net_context.logins.take(differing["proxy"])  # it alone may have the password
            differing["proxy"] = bare_choice(differing["proxy"])
        by_home = {home: {k: v for k, v in differing.items() if _home_of(k) is home} for home in Home}
        try:
            settings = replace(self._manager.settings, **by_home[Home.ENGINE])
        except (ValueError, TypeError):
            return translate("Settings", "This value cannot be used.")
        if by_home[Home.ENGINE]:
            self._manager.apply_settings(settings)
        self._keeper.change(**by_home[Home.WINDOW])
        if by_home[Home.SESSION]:
            self._set_start(by_home[Home.SESSION]["autostart"])
            self.changed.emit()
        return ""

    def reset(self, keys: Iterable[str]) -> dict[str, Any]:
        """Bring settings back to their defaults; return what they were, of those that changed."""
        before = {key: self[key] for key in keys if not self.is_default(key)}
        self.put({key: self.default(key) for key in before})
        return before

    def network_names(self) -> tuple[str, ...]:
        """Return the names of networks that something came through, that of now first."""
        traffic = self._manager.traffic
        names = [Network.of(key).name for key in (traffic.network, *traffic.networks())]
        return tuple(dict.fromkeys(filter(None, names)))

    def forget_logins(self) -> int:
        """Use and keep no login any more; return how many there were. May take long; raises OSError."""
        return self._manager.net_context.logins.forget_all()

    def export_text(self) -> str:
        """Return all settings as the text of a file."""
        return export_text(self._manager.settings, self._keeper.now)

    def with_queues_kept(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Return imported values with the queues there are added: none goes while downloads may be in it."""
        mine = self._manager.settings
        known = {name.casefold() for name in mine.queues}
        queues = (*mine.queues, *(name for name in wanted.get("queues", ()) if name.casefold() not in known))
        held = [name for name in wanted.get("held_queues", mine.held_queues) if name in ("", *queues)]
        options = [each for each in wanted.get("queue_options", mine.queue_options) if each.queue in ("", *queues)]
        return {**wanted, "queues": queues, "held_queues": tuple(held), "queue_options": tuple(options)}

    def _set_start(self, wanted: bool) -> None:  # noqa: FBT001 - the value of a switch
        autostart, self._starts = self._autostart, wanted
        self._asks += 1

        def work() -> bool:
            if autostart is not None:
                autostart.set_enabled(wanted)
            return True

        self._background.run(self, work, self._after_start)

    def _after_start(self, done: bool | None) -> None:  # noqa: FBT001 - the result of work
        if self._autostart is not None:
            told = self._learn_start if done else self._learn_refusal
            self._background.run(self, self._autostart.is_enabled, told)

    def _learn_refusal(self, starts: bool | None) -> None:  # noqa: FBT001 - what the desktop said
        self._learn_start(starts)
        self.refused.emit("autostart", translate("Settings", "The desktop did not allow it."))


def _home_of(key: str) -> Home:
    from headrace_gui.settings_pages.entries import entry_of  # noqa: PLC0415 - loaded once the window is seen

    return entry_of(key).home


def usual_value(home: Home, key: str) -> Any:
    """Return the default of a field of Settings or Preferences; asks the disk for the download folder alone."""
    field = next(each for each in fields(Settings if home is Home.ENGINE else Preferences) if each.name == key)
    return (
        field.default
        if field.default is not MISSING or not callable(field.default_factory)
        else field.default_factory()
    )
