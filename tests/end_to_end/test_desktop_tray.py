"""The tray's icon as a panel of today sees it: over the message bus, from a program of its own on a real desktop."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from tests.support.desktop import Desktop
from tests.support.processes import wait_until
from tests.support.session_bus import Answers, PrivateBus, private_bus

_PANEL: Final = "org.kde.StatusNotifierWatcher"
_ITEM: Final = "org.kde.StatusNotifierItem"
_MENU: Final = "com.canonical.dbusmenu"
_HOLDER: Final = "org.gnome.SessionManager"

_PANEL_ANSWERS: Final[Answers] = {
    "Get": lambda _asked: ("v", (("b", True),)),
    "GetAll": lambda _asked: ("a{sv}", ({"IsStatusNotifierHostRegistered": ("b", True)},)),
    "RegisterStatusNotifierItem": lambda _asked: ("", ()),
}


class Panel:
    """What a panel asks an icon."""

    def __init__(self, connection: DBusConnection, item: str) -> None:
        self._connection, self._item = connection, item

    def property(self, name: str) -> Any:
        where = DBusAddress("/StatusNotifierItem", self._item, "org.freedesktop.DBus.Properties")
        return self._ask(where, "Get", "ss", (_ITEM, name))[0][1]

    def menu(self) -> dict[str, int]:
        """Return the texts of the menu with the numbers of their entries."""
        layout = self._ask(self._menu_address(), "GetLayout", "iias", (0, -1, ["label"]))[1]
        entries = [entry for _type, entry in layout[2]]
        return {entry[1].get("label", ("s", ""))[1]: entry[0] for entry in entries}

    def choose(self, number: int) -> None:
        self._ask(self._menu_address(), "Event", "isvu", (number, "clicked", ("i", 0), 0))

    def _menu_address(self) -> DBusAddress:
        return DBusAddress(self.property("Menu"), self._item, _MENU)

    def _ask(self, where: DBusAddress, method: str, types: str, values: tuple[Any, ...]) -> tuple[Any, ...]:
        answer: tuple[Any, ...] = self._connection.send_and_get_reply(
            new_method_call(where, method, types, values), timeout=10
        ).body
        return answer


@contextmanager
def _panel(session: PrivateBus, item: str) -> Iterator[Panel]:
    with open_dbus_connection(session.address) as connection:
        yield Panel(connection, item)


def test_a_panel_shows_the_icon_its_tip_and_its_menu_and_quit_ends_all(desktop: Desktop) -> None:
    with private_bus() as session:
        watcher = session.program(_PANEL, _PANEL_ANSWERS)
        power = session.program(_HOLDER, {"Inhibit": lambda _asked: ("u", (5,)), "Uninhibit": lambda _asked: ("", ())})
        command = [sys.executable, "-m", "tests.support.tray_program", str(desktop.folder)]
        with desktop.program(command, env={"DBUS_SESSION_BUS_ADDRESS": session.address}) as process:
            wait_until(lambda: bool(watcher.calls("RegisterStatusNotifierItem")), "the icon in the panel", 20)
            with _panel(session, watcher.calls("RegisterStatusNotifierItem")[0][0]) as panel:
                assert panel.property("ToolTip")[2].startswith("Headrace: 62")
                assert {(22, 22), (48, 48)} <= {(width, height) for width, height, _ in panel.property("IconPixmap")}
                menu = panel.menu()
                assert [text for text in menu if text][2:] == ["Add downloads…", "Speed limit", "Quit"]
                panel.choose(menu["Hide Headrace"])
                wait_until(lambda: "Show Headrace" in panel.menu(), "the window is hidden")
                wait_until(lambda: bool(power.calls("Inhibit")), "the machine is kept awake")
                panel.choose(menu["Quit"])
                assert process.wait(10) == 0
        wait_until(lambda: power.calls("Uninhibit") == [(5,)], "the machine may sleep again")
