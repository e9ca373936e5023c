"""A real Firefox without a window, driven by its own remote protocol (Marionette): addons in, pages, clicks."""

import json
import os
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests.support import needs
from tests.support.processes import end, wait_until

_SECONDS: Final = 60.0
_PREFERENCES: Final = {
    "marionette.port": 0,
    "browser.aboutwelcome.enabled": False,
    "browser.download.useDownloadDir": True,
    "browser.download.always_ask_before_handling_new_types": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.auto": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "browser.safebrowsing.downloads.enabled": False,
}


class Firefox:
    """One that runs. Methods raise RuntimeError with what it says."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock, self._stream, self._number = sock, sock.makefile("rb"), 0
        self._read()
        self._do("WebDriver:NewSession", capabilities={})

    def install(self, folder: Path) -> None:
        """Load an extension, for as long as it runs, in private windows too."""
        self._do("Addon:Install", path=str(folder), temporary=True, allowPrivateBrowsing=True)

    def open(self, address: str) -> None:
        """Open a page and wait until it is there."""
        self._do("WebDriver:Navigate", url=address)

    def click(self, selector: str) -> None:
        """Click on the first element of a CSS selector, as a person does."""
        found = self._do("WebDriver:FindElement", using="css selector", value=selector)["value"]
        self._do("WebDriver:ElementClick", id=next(iter(found.values())))

    def _do(self, name: str, **parameters: Any) -> Any:
        self._number += 1
        body = json.dumps([0, self._number, name, parameters]).encode()
        self._sock.sendall(b"%d:%s" % (len(body), body))
        _, number, error, result = self._read()
        assert number == self._number
        if error:
            raise RuntimeError(f"{name}: {error.get('message')}")
        return result

    def _read(self) -> Any:
        digits = b""
        while (byte := self._stream.read(1)) != b":":
            if not byte:
                raise RuntimeError("the browser has gone")
            digits += byte
        return json.loads(self._stream.read(int(digits)))

    def close(self) -> None:
        """Leave it."""
        self._stream.close()
        self._sock.close()


@contextmanager
def browsing(profile: Path, env: Mapping[str, str], *, private: bool = False) -> Iterator[Firefox]:
    """Run one with a profile of its own, with private windows alone or usual ones, to be ended in order."""
    profile.mkdir(parents=True)
    preferences = _PREFERENCES | {"browser.privatebrowsing.autostart": private}
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items())
    (profile / "user.js").write_text("\n".join(lines))
    command = [needs.require("firefox-esr"), "--headless", "--no-remote", "--marionette", "--profile", str(profile)]
    with (profile / "output.log").open("wb") as log:
        process = subprocess.Popen(command, env={**os.environ, **env}, stdout=log, stderr=log)
        try:
            port = profile / "MarionetteActivePort"
            wait_until(lambda: port.exists() and bool(port.read_text()), "the browser listens", timeout=_SECONDS)
            firefox = Firefox(socket.create_connection(("127.0.0.1", int(port.read_text())), _SECONDS))
            try:
                yield firefox
            finally:
                firefox.close()
        finally:
            end(process)
