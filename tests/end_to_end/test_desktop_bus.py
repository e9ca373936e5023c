"""What the program does on the message bus, against a real dbus-daemon with made-up desktop programs on it."""

import os
from dataclasses import replace
from itertools import count
from select import select
from threading import Event
from typing import Any

import pytest
from headrace_gui.background import Background
from headrace_gui.desktop import taskbar_unity
from headrace_gui.desktop.activity import Activity
from headrace_gui.desktop.awake_bus import GNOME, LOGIND, PORTAL, POWER, BusHolder
from headrace_gui.desktop.bus import Bus, session_address
from headrace_gui.desktop.bus_popups import SERVICE, BusPopups
from headrace_gui.desktop.message_bus import Remote
from headrace_gui.desktop.notes import Note, Offer
from headrace_gui.desktop.popups import Popup
from headrace_gui.desktop.portal_look import SETTINGS
from headrace_gui.desktop.system_look import Look, SystemLook
from headrace_gui.desktop.tray import Tray, TrayActions
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.support.session_bus import PrivateBus, private_bus

ECHO = Remote("test.Echo", "/echo", "test.Echo")


def test_values_arrive_in_their_types_and_answers_come_back(qtbot: QtBot, session: PrivateBus, bus: Bus) -> None:
    program = session.program(ECHO.service, {"Echo": lambda asked: (asked.signature, asked.values)})
    values = (7, ["a", "b"], {"count": ("x", 3), "progress": ("d", 0.5)}, "ü" * 100_000)
    answers: list[object] = []
    bus.call(ECHO, "Echo", "uasa{sv}s", values, answers.append)
    assert answers == [], "nothing is answered from within a call"
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == [values]
    assert program.asked[0].signature == "uasa{sv}s"


def test_refused_calls_and_absent_programs_are_answered_with_none(qtbot: QtBot, session: PrivateBus, bus: Bus) -> None:
    session.program(ECHO.service)
    answers: list[object] = []
    bus.call(ECHO, "Nothing", then=answers.append)
    bus.call(Remote("test.Absent", "/", "test.Absent"), "Any", then=answers.append)
    qtbot.waitUntil(lambda: len(answers) == 2)
    assert answers == [None, None]


def test_signals_are_heard(qtbot: QtBot, session: PrivateBus, bus: Bus) -> None:
    program = session.program(ECHO.service)
    heard: list[tuple[object, ...]] = []
    answers: list[object] = []
    bus.listen("test.Echo", "Called", lambda *values: heard.append(values), first="here")
    bus.call(ECHO, "Nothing", then=answers.append)
    qtbot.waitUntil(lambda: bool(answers))  # so the bus knows what we listen for
    program.tell("/echo", "test.Echo", "Called", "su", ("elsewhere", 1))
    program.tell("/echo", "test.Echo", "Called", "su", ("here", 2))
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [("here", 2)]


def test_names_that_come_and_go_are_told(qtbot: QtBot, session: PrivateBus, bus: Bus) -> None:
    seen: list[bool] = []
    bus.watch_name(ECHO.service, seen.append)
    qtbot.waitUntil(lambda: seen == [False])
    program = session.program(ECHO.service)
    qtbot.waitUntil(lambda: seen == [False, True])
    program.close()
    qtbot.waitUntil(lambda: seen == [False, True, False])


@pytest.mark.parametrize("address", ["", "nonsense", "tcp:host=127.0.0.1,port=1", "unix:path=/nowhere/at/all"])
def test_without_a_bus_every_call_is_answered_with_none(qtbot: QtBot, address: str) -> None:
    bus = Bus(address)
    answers: list[object] = []
    bus.call(ECHO, "Echo", then=answers.append)
    bus.watch_name("test.Echo", lambda _there: pytest.fail("told of a name without a bus"))
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == [None]
    bus.close()


def test_a_bus_that_goes_away_answers_what_was_open(qtbot: QtBot) -> None:
    answers: list[object] = []
    with private_bus() as session:
        bus = Bus(session.address)
        held = Event()
        session.program(ECHO.service, {"Echo": lambda _asked: (held.wait(10), ("", ()))[1]})
        bus.call(ECHO, "Echo", then=answers.append)
        qtbot.waitUntil(lambda: bus.is_there)
        bus.call(Remote("test.Absent", "/", "test.Absent"), "Any", then=answers.append)
        qtbot.waitUntil(lambda: answers == [None])
        session.stop()
        qtbot.waitUntil(lambda: len(answers) == 2)
        held.set()
    assert answers == [None, None]
    bus.call(ECHO, "Echo", then=answers.append)
    qtbot.waitUntil(lambda: len(answers) == 3)
    assert answers[2] is None


@pytest.mark.parametrize(
    ("address", "runtime", "expected"),
    [
        ("unix:path=/x", "/run/user/1", "unix:path=/x"),
        ("", "/run/user/1", "unix:path=/run/user/1/bus"),
        ("", "", ""),
    ],
)
def test_where_the_bus_is(monkeypatch: pytest.MonkeyPatch, address: str, runtime: str, expected: str) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
    assert session_address() == expected


# Notifications


def _note(**changes: Any) -> Note:
    plain = Note("A title", "a & <b>", ("x",), ((Offer.OPEN, "Open"), (Offer.SHOW, "Show in folder")))
    return replace(plain, **changes)


class Service:
    """A made-up notification service."""

    def __init__(self, session: PrivateBus, *abilities: str) -> None:
        self._numbers = count(7)
        self._session = session
        self.program = session.program(
            SERVICE.service,
            {
                "GetCapabilities": lambda _asked: ("as", (list(abilities),)),
                "Notify": lambda asked: ("u", (asked.values[1] or next(self._numbers),)),
            },
        )

    def shown(self) -> list[tuple[Any, ...]]:
        return self.program.calls("Notify")

    def tell(self, name: str, types: str, *values: Any) -> None:
        self.program.tell(SERVICE.path, SERVICE.interface, name, types, values)


class Fallback(QObject):
    """Notes what comes to it."""

    pressed = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[Note] = []

    def show(self, note: Note, instead_of: Popup | None = None) -> Popup:
        self.shown.append(note)
        return instead_of or Popup(note)


def test_a_notification_says_all_in_the_right_types(qtbot: QtBot, session: PrivateBus, bus: Bus) -> None:
    service = Service(session, "body", "body-markup", "actions")
    BusPopups(bus, Fallback(), bus).show(_note())
    qtbot.waitUntil(lambda: len(service.shown()) == 1)
    app, number, _icon, title, body, actions, hints, wait = service.shown()[0]
    assert (app, number, title, body, wait) == ("Headrace", 0, "A title", "a &amp; &lt;b&gt;", -1)
    assert actions == ["default", "", "open", "Open", "show", "Show in folder"]
    assert hints["desktop-entry"] == ("s", "org.headrace.Headrace")
    assert hints["urgency"] == ("y", 1)
    width, height, stride, alpha, bits, channels, pixels = hints["image-data"][1]
    assert (width, height, alpha, bits, channels) == (64, 64, True, 8, 4)
    assert len(pixels) == stride * height
    assert next(each for each in service.program.asked if each.member == "Notify").signature == "susssasa{sv}i"


def test_a_simple_service_gets_plain_text_and_no_buttons(qtbot: QtBot, session: PrivateBus, bus: Bus) -> None:
    service = Service(session, "body")
    BusPopups(bus, Fallback(), bus).show(_note())
    qtbot.waitUntil(lambda: len(service.shown()) == 1)
    assert service.shown()[0][4:6] == ("a & <b>", [])


def test_what_is_renewed_keeps_its_place(qtbot: QtBot, session: PrivateBus, bus: Bus) -> None:
    service = Service(session, "actions")
    popups = BusPopups(bus, Fallback(), bus)
    popup = popups.show(_note())
    popups.show(_note(title="second"), popup)
    popups.show(_note(title="third"), popup)
    popups.show(_note(title="other"))
    qtbot.waitUntil(lambda: len(service.shown()) == 3)
    assert sorted((each[3], each[1]) for each in service.shown()) == [("A title", 0), ("other", 0), ("third", 7)]


def test_what_is_pressed_is_told_with_its_note(qtbot: QtBot, session: PrivateBus, bus: Bus) -> None:
    service = Service(session, "actions")
    popups = BusPopups(bus, Fallback(), bus)
    popup = popups.show(_note())
    qtbot.waitUntil(lambda: popup.number == 7)
    pressed: list[tuple[Note, Offer]] = []
    popups.pressed.connect(lambda note, offer: pressed.append((note, offer)))
    service.tell("ActionInvoked", "us", 99, "open")
    service.tell("ActionInvoked", "us", 7, "of another program")
    service.tell("ActivationToken", "us", 7, "a-token")
    service.tell("ActionInvoked", "us", 7, "open")
    qtbot.waitUntil(lambda: bool(pressed))
    assert pressed == [(_note(), Offer.OPEN)]
    assert os.environ.pop("XDG_ACTIVATION_TOKEN") == "a-token"


@pytest.mark.parametrize(("why", "renewed"), [(1, True), (2, False)])
def test_what_a_person_sent_away_does_not_come_back(
    qtbot: QtBot, session: PrivateBus, bus: Bus, why: int, renewed: bool
) -> None:
    service = Service(session, "actions")
    popups = BusPopups(bus, Fallback(), bus)
    popup = popups.show(_note())
    qtbot.waitUntil(lambda: popup.number == 7)
    service.tell("NotificationClosed", "uu", 7, why)
    qtbot.waitUntil(lambda: popup.number == 0)
    popups.show(_note(title="second"), popup)
    popups.show(_note(title="after it"))
    qtbot.waitUntil(lambda: service.shown()[-1][3] == "after it")
    assert [each[3] for each in service.shown()] == ["A title", *(["second"] if renewed else []), "after it"]


def test_without_a_service_the_tray_tells(qtbot: QtBot, bus: Bus) -> None:
    fallback = Fallback()
    popups = BusPopups(bus, fallback, bus)
    popups.show(_note())
    qtbot.waitUntil(lambda: fallback.shown == [_note()])
    with qtbot.waitSignal(popups.pressed) as got:
        fallback.pressed.emit(_note(), Offer.LOOK)
    assert got.args == [_note(), Offer.LOOK]


# Task bar


def test_docks_hear_of_progress(qtbot: QtBot, session: PrivateBus, bus: Bus) -> None:
    dock = session.program("", hears=(taskbar_unity.INTERFACE,))
    bar = taskbar_unity.UnityTaskbar(bus)
    bar.show(Activity(2, 0.25), urgent=True)
    bar.show(Activity(), urgent=False)
    qtbot.waitUntil(lambda: len(dock.asked) == 2)
    assert dock.asked[0].signature == "sa{sv}"
    entry, values = dock.asked[0].values
    assert entry == "application://org.headrace.Headrace.desktop"
    assert values == {
        "progress": ("d", 0.25),
        "progress-visible": ("b", True),
        "count": ("x", 2),
        "count-visible": ("b", True),
        "urgent": ("b", True),
    }
    assert dock.asked[1].values[1]["progress-visible"] == ("b", False)


# Awake


def test_gnome_holds_and_lets_go(qtbot: QtBot, session: PrivateBus, bus: Bus) -> None:
    program = session.program(
        GNOME.service, {"Inhibit": lambda _asked: ("u", (42,)), "Uninhibit": lambda _asked: ("", ())}
    )
    holder = BusHolder(bus, bus)
    holder.hold("Downloads are running")
    qtbot.waitUntil(lambda: holder._held is not None)
    holder.hold("again")
    holder.release()
    qtbot.waitUntil(lambda: bool(program.calls("Uninhibit")))
    assert [each.values for each in program.asked] == [("headrace", 0, "Downloads are running", 4), (42,)]
    assert holder._held is None


def test_the_power_manager_is_asked_where_there_is_no_gnome(qtbot: QtBot, session: PrivateBus, bus: Bus) -> None:
    program = session.program(
        POWER.service, {"Inhibit": lambda _asked: ("u", (3,)), "UnInhibit": lambda _asked: ("", ())}
    )
    holder = BusHolder(bus, bus)
    holder.hold("why")
    qtbot.waitUntil(lambda: holder._held is not None)
    holder.release()
    qtbot.waitUntil(lambda: program.calls("UnInhibit") == [(3,)])


def test_the_portal_gives_a_request_that_is_closed(qtbot: QtBot, session: PrivateBus, bus: Bus) -> None:
    program = session.program(
        PORTAL.service, {"Inhibit": lambda _asked: ("o", ("/request/1",)), "Close": lambda _asked: ("", ())}
    )
    holder = BusHolder(bus, bus)
    holder.hold("why")
    qtbot.waitUntil(lambda: holder._held is not None)
    assert program.calls("Inhibit") == [("", 4, {"reason": ("s", "why")})]
    holder.release()
    qtbot.waitUntil(lambda: program.calls("Close") == [()])


def test_at_last_logind_gives_a_descriptor_that_is_closed(
    qtbot: QtBot, session: PrivateBus, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = os.pipe()
    with private_bus() as system, os.fdopen(reader, "rb") as end, os.fdopen(writer, "wb") as given:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", system.address)
        program = system.program(LOGIND.service, {"Inhibit": lambda _asked: ("h", (given,))})
        holder = BusHolder(bus, bus)
        holder.hold("why")
        qtbot.waitUntil(lambda: holder._held is not None)
        assert program.calls("Inhibit") == [("idle", "Headrace", "why", "block")]
        given.close()
        assert not select([end], [], [], 0.2)[0], "ours is open"
        holder.release()
        assert end.read() == b"", "nobody holds it any more"


def test_where_nobody_can_hold_nothing_happens(qtbot: QtBot, bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/at/all")
    holder = BusHolder(bus, bus)
    holder.hold("why")
    qtbot.waitUntil(lambda: not holder.is_asking)
    assert holder._held is None
    holder.release()


def test_what_is_not_wanted_any_more_when_the_answer_comes_is_let_go(
    qtbot: QtBot, session: PrivateBus, bus: Bus
) -> None:
    program = session.program(
        GNOME.service, {"Inhibit": lambda _asked: ("u", (42,)), "Uninhibit": lambda _asked: ("", ())}
    )
    holder = BusHolder(bus, bus)
    holder.hold("why")
    holder.release()
    qtbot.waitUntil(lambda: program.calls("Uninhibit") == [(42,)])
    assert holder._held is None


# Looks


def test_looks_come_from_the_portal_and_follow_it(
    qtbot: QtBot, qapp: QApplication, session: PrivateBus, bus: Bus
) -> None:
    appearance = {"accent-color": ("(ddd)", (0.0, 0.5, 1.0)), "contrast": ("u", 0)}
    portal = session.program(
        SETTINGS.service, {"ReadAll": lambda _asked: ("a{sa{sv}}", ({"org.freedesktop.appearance": appearance},))}
    )
    system = SystemLook(bus)
    with qtbot.waitSignal(system.changed) as first:
        system.follow(bus, Background(bus), qapp, "linux")
    assert first.args == [Look("#0080ff", None, False)]
    with qtbot.waitSignal(system.changed) as second:
        portal.tell(
            SETTINGS.path,
            SETTINGS.interface,
            "SettingChanged",
            "ssv",
            ("org.gnome.desktop.interface", "enable-animations", ("b", False)),
        )
    assert second.args == [Look("#0080ff", True, False)]


# The tray


def test_the_tray_waits_for_a_panel_that_comes_later(qtbot: QtBot, session: PrivateBus, bus: Bus) -> None:
    tray = Tray(TrayActions([], QAction("Quit", bus)), bus, bus)
    tray.begin(wanted=True, with_session=True)  # the grace is longer than this test waits for a panel
    answers: list[object] = []
    bus.call(Remote("test.Absent", "/", "test.Absent"), "Any", then=answers.append)
    qtbot.waitUntil(lambda: bool(answers))
    settled: list[bool] = []
    tray.settled.connect(settled.append)
    assert tray._grace.isActive()
    session.program("org.kde.StatusNotifierWatcher")
    qtbot.waitUntil(lambda: len(settled) == 1)
    assert not tray._grace.isActive()
    tray.close()
