"""The program started and used by a desktop, over a real message bus, on a real display."""

import os
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
from headrace.profile import Profile
from headrace.settings import Settings, save_settings
from headrace_gui.desktop.application import INTERFACE, NAME, PATH
from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection

from tests.support import seeded
from tests.support.control_command import Control
from tests.support.desktop import Desktop
from tests.support.faulty_server import FaultyServer
from tests.support.processes import wait_until
from tests.support.session_bus import private_bus

SIZE = 300_003
SERVICE = Path(__file__).parents[2] / "resources" / "linux" / "org.headrace.Headrace.service"
PROGRAM = "import sys; from headrace_gui.main import main; sys.exit(main())"


@pytest.mark.skipif(sys.platform != "linux", reason="desktops there have a message bus")
def test_a_desktop_starts_it_and_hands_over(tmp_path: Path, stage: Desktop, plain_server: FaultyServer) -> None:
    profile = Profile.at(tmp_path / "profile")
    save_settings(Settings(tmp_path / "downloads"), profile.settings)
    control = Control(profile, tmp_path / "downloads")
    services = tmp_path / "services"
    services.mkdir()
    script = tmp_path / "headrace"
    env = stage.env | {"HEADRACE_PROFILE": str(profile.folder), "HOME": str(tmp_path)}
    exports = "".join(f"export {key}={shlex.quote(value)}\n" for key, value in env.items() if key != "PWD")
    exports = "\n".join(line for line in exports.splitlines() if "DBUS_" not in line)
    script.write_text(f'#!/bin/sh\n{exports}\nexec {sys.executable} -c {shlex.quote(PROGRAM)} "$@"\n')
    script.chmod(0o700)
    ours = SERVICE.read_text(encoding="utf-8")
    assert "/usr/bin/env headrace" in ours
    (services / SERVICE.name).write_text(ours.replace("/usr/bin/env headrace", os.fspath(script)))
    with private_bus(services) as bus, open_dbus_connection(bus.address) as desktop:

        def ask(method: str, signature: str, *values: Any) -> None:
            message = new_method_call(DBusAddress(PATH, NAME, INTERFACE), method, signature, values)
            answer = desktop.send_and_get_reply(message, timeout=60)
            assert answer.body == ()

        ask("Activate", "a{sv}", {})
        stage.wait_for_window("^Headrace", timeout=30)
        ask("Open", "asa{sv}", [plain_server.file(SIZE, "/a.bin")], {})
        wait_until(lambda: control.run("list", "--no-start").out.count("completed") == 1, "it arrived", timeout=30)
        assert seeded.first_difference(control.folder / "a.bin", 1, SIZE) is None
        ask("ActivateAction", "sava{sv}", "add", [], {})
        stage.wait_for_window("^Add downloads", timeout=30)
        assert control.run("quit").status == 0
        wait_until(lambda: control.run("list", "--no-start").status == 1, "the program has ended")
