"""Which plug there is for which scheme, each loaded with the first address that needs it."""

from collections.abc import Mapping
from importlib import import_module
from threading import Lock
from types import MappingProxyType
from typing import Final

from headrace.errors import DownloadError
from headrace.extras import missing_for
from headrace.net.plugs import Grounds, Plug
from headrace.states import FailureReason

_FTP: Final = dict.fromkeys(("ftp", "ftps", "ftpes"), "headrace.net.ftp_plug")
_MODULES: Final[Mapping[str, str]] = MappingProxyType({**_FTP, "sftp": "headrace.net.sftp_plug"})
"""By scheme, the module whose `plug(grounds)` makes it; `extras` says what library it needs."""


class PlugRegistry:
    """The plugs of one transport. Thread-safe."""

    def __init__(self, grounds: Grounds, modules: Mapping[str, str] = _MODULES) -> None:
        self._grounds, self._modules = grounds, modules
        self._lock = Lock()
        self._made: dict[str, Plug] = {}

    @property
    def schemes(self) -> tuple[str, ...]:
        """The schemes that there are plugs for, loaded or not."""
        return tuple(self._modules)

    def plug_for(self, address: str) -> Plug:
        """Return the plug for an address. Raises DownloadError EXTRA_MISSING, BAD_ADDRESS where there is none."""
        module = self._modules.get(address.partition(":")[0].lower())
        if module is None:
            raise DownloadError.of(FailureReason.BAD_ADDRESS)
        if (extra := missing_for(address)) is not None:
            raise DownloadError.of(FailureReason.EXTRA_MISSING, extra.command)
        with self._lock:
            if module not in self._made:
                self._made[module] = import_module(module).plug(self._grounds)
            return self._made[module]

    def drop_idle(self) -> None:
        """Close the connections that wait for a request."""
        for plug in self._all():
            plug.drop_idle()

    def close(self) -> None:
        """Close them, and end what plugs keep running."""
        for plug in self._all():
            plug.close()

    def _all(self) -> list[Plug]:
        with self._lock:
            return list(self._made.values())
