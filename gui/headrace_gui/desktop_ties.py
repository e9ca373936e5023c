"""Ties the window to what the program is on the desktop besides it; made once the window is up, for it costs time."""

import sys
from collections.abc import Mapping

from headrace.brought import Brought
from headrace.day import Hold, HoldReason
from headrace.manager import DownloadManager
from PySide6.QtWidgets import QApplication

from headrace_gui.action_table import Act
from headrace_gui.desktop.message_bus import MessageBus
from headrace_gui.desktop.network import NetworkState, heed_name, heed_network, system_network
from headrace_gui.desktop.notes import links_title
from headrace_gui.desktop.presence import Presence
from headrace_gui.desktop.system_look import SystemLook
from headrace_gui.desktop.tray import TrayActions
from headrace_gui.main_window import MainWindow
from headrace_gui.memory import Memory
from headrace_gui.preferences import PreferenceKeeper
from headrace_gui.texts import translate
from headrace_gui.window_front import WindowFront


def tie(
    app: QApplication,
    window: MainWindow,
    manager: DownloadManager,
    keeper: PreferenceKeeper,
    memory: Memory,
    look: SystemLook,
    *,
    hidden: bool,
) -> Presence:
    """Make the presence of a window, `hidden` until somebody asks for it, and tie both together."""
    actions = window.actions_of
    offered = TrayActions(
        [actions[act] for act in (Act.ADD, Act.PAUSE_ALL, Act.RESUME_ALL, Act.QUIET, Act.WHEN_DONE)],
        actions[Act.QUIT],
    )
    presence = window.presence = Presence(window, manager, keeper, memory, offered, with_session=hidden)
    presence.window_wanted.connect(window.show_downloads)
    presence.open_wanted.connect(window.commands.open_one)
    presence.show_wanted.connect(window.commands.show_one)
    presence.retry_wanted.connect(manager.resume)
    presence.limit_chosen.connect(window.set_limit)
    presence.links_found.connect(lambda links: _offer(window, links))
    presence.links_wanted.connect(lambda links: _add(window, links))
    presence.tray_settled.connect(lambda there: _show_unless(window, there=there))
    system = system_network()
    manager.holds_changed.connect(lambda holds: _tell_portal(window, holds))
    heed_network(system, manager)
    heed_name(manager)
    network = NetworkState(system, window)
    network.changed.connect(window.status.show_network)
    window.status.show_network(network.is_online)
    if presence.bus is not None:
        _serve(presence.bus, window, manager)
    look.follow(presence.bus, window.background, app, sys.platform)
    app.aboutToQuit.connect(presence.close)
    return presence


def _tell_portal(window: MainWindow, holds: Mapping[str, Hold]) -> None:
    """Tell once what a person has to do where the network lets nobody through."""
    if any(hold.reason is HoldReason.PORTAL for hold in holds.values()):
        window.show_message(translate("Window", "This network wants a login first: open any page in your browser."))


def _serve(bus: MessageBus, window: MainWindow, manager: DownloadManager) -> None:
    """Do what desktops ask for over the message bus."""
    from headrace_gui.desktop.application import Application  # noqa: PLC0415 - where there is a bus

    front = WindowFront(window, manager)
    calls = {
        "add": lambda: front.offer(""),
        "pause": manager.pause_all,
        "resume": manager.resume_all,
    }
    application = Application(bus, window)
    application.activated.connect(lambda token: front.come_up((), token))
    application.opened.connect(lambda uris, token: _open(window, front, uris, token))
    application.asked.connect(lambda name, _token: calls.get(name, window.show_and_raise)())


def _open(window: MainWindow, front: WindowFront, uris: list[str], token: str) -> None:
    """Add what a desktop hands over; lists are read beside the window's thread."""
    front.come_up((), token)

    def take(brought: Brought | None) -> None:
        if not brought:
            window.adding.nothing_found.emit()
            return
        window.adding.add_at_once(brought.addresses, brought.downloads)
        if brought.offers:
            window.adding.open_soon(brought.offers)

    window.background.run(window, lambda: Brought.of(uris), take)


def _offer(window: MainWindow, links: list[str]) -> None:
    """Offer copied links; the window comes to the front only for who wants it."""
    window.toasts.tell(links_title(links), translate("Window", "Add"), lambda: window.adding.open_soon(links))


def _add(window: MainWindow, links: list[str]) -> None:
    """Open the add dialog over the window, wherever that is."""
    window.show_and_raise()
    window.adding.open_soon(links)


def _show_unless(window: MainWindow, *, there: bool) -> None:
    """Show a window that started hidden where there is no tray to call it from."""
    if not there and not window.isVisible():
        window.showMinimized()
