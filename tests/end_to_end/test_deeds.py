"""What ends a day at the machine, against made-up managers on buses of our own: no real one is ever asked."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import pytest
from headrace.finale import Deed
from headrace_gui.desktop.deeds import MacDeeds, WindowsDeeds, deeds_for, run_program
from headrace_gui.desktop.deeds_bus import LOGIND, BusDeeds

from tests.support.session_bus import Answers, Asked, PrivateBus, private_bus

D = Deed
YES: Answers = {f"Can{name}": lambda _: ("s", ("yes",)) for name in ("Suspend", "Hibernate", "PowerOff", "Reboot")}
DONE: Answers = {name: lambda _: ("", ()) for name in ("Suspend", "Hibernate", "PowerOff", "Reboot", "Terminate")}


@pytest.fixture
def buses(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[PrivateBus, PrivateBus]]:
    """Return the machine's bus and the session's."""
    monkeypatch.delenv("XDG_SESSION_ID", raising=False)
    with ExitStack() as stack:
        system, session = (stack.enter_context(private_bus()) for _ in range(2))
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", system.address)
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", session.address)
        yield system, session


def said(word: str) -> Callable[[Asked], tuple[str, tuple[Any, ...]]]:
    return lambda _: ("s", (word,))


def test_what_logind_allows_without_a_password_can_be_done(buses: tuple[PrivateBus, PrivateBus]) -> None:
    answers = {
        "CanSuspend": said("yes"),
        "CanHibernate": said("na"),
        "CanPowerOff": said("challenge"),
        "CanReboot": said("yes"),
    }
    buses[0].program(LOGIND.service, answers)
    assert BusDeeds().able() == {D.SLEEP, D.RESTART}


@pytest.mark.parametrize(
    ("deed", "method"),
    [(D.SLEEP, "Suspend"), (D.HIBERNATE, "Hibernate"), (D.SHUT_DOWN, "PowerOff"), (D.RESTART, "Reboot")],
)
def test_logind_does_it_without_asking_anybody(buses: tuple[PrivateBus, PrivateBus], deed: Deed, method: str) -> None:
    logind = buses[0].program(LOGIND.service, {**YES, **DONE})
    BusDeeds().do(deed)
    assert [(each.member, each.signature, each.values) for each in logind.asked] == [(method, "b", (False,))]


def test_a_refusal_is_told_with_its_reason(buses: tuple[PrivateBus, PrivateBus]) -> None:
    buses[0].program(LOGIND.service, YES)  # it knows no PowerOff
    with pytest.raises(OSError, match="no such method"):
        BusDeeds().do(D.SHUT_DOWN)


@pytest.mark.parametrize(
    ("desktop", "service", "method", "values"),
    [
        ("org.gnome.SessionManager", "org.gnome.SessionManager", "Logout", (1,)),
        ("org.kde.ksmserver", "org.kde.Shutdown", "logout", ()),
        ("org.xfce.SessionManager", "org.xfce.SessionManager", "Logout", (False, True)),
    ],
)
def test_the_session_is_ended_by_its_own_manager(
    buses: tuple[PrivateBus, PrivateBus], desktop: str, service: str, method: str, values: tuple[object, ...]
) -> None:
    logind = buses[0].program(LOGIND.service, {**YES, **DONE})
    manager = buses[1].program(service, {method: lambda _: ("", ())})
    if desktop != service:
        buses[1].program(desktop)
    deeds = BusDeeds()
    assert D.LOG_OUT in deeds.able()
    deeds.do(D.LOG_OUT)
    assert manager.calls(method) == [values]
    assert logind.calls("Terminate") == []


def test_without_one_logind_ends_it(buses: tuple[PrivateBus, PrivateBus], monkeypatch: pytest.MonkeyPatch) -> None:
    logind = buses[0].program(LOGIND.service, {**YES, **DONE})
    assert D.LOG_OUT not in BusDeeds().able(), "a service of the machine has no session"
    monkeypatch.setenv("XDG_SESSION_ID", "2")
    assert D.LOG_OUT in BusDeeds().able()
    BusDeeds().do(D.LOG_OUT)
    assert logind.calls("Terminate") == [()]


@pytest.mark.parametrize("address", ["", "unix:path=/nowhere/at/all", "nonsense"])
def test_without_a_bus_nothing_can_be_done(address: str) -> None:
    deeds = BusDeeds(lambda: address, lambda: address)
    assert deeds.able() == frozenset()
    for deed in (D.SLEEP, D.LOG_OUT):
        with pytest.raises(OSError, match=r"."):
            deeds.do(deed)


def test_without_logind_nothing_can_be_done(buses: tuple[PrivateBus, PrivateBus]) -> None:
    assert BusDeeds().able() == frozenset()
    with pytest.raises(OSError, match="login1"):
        BusDeeds().do(D.SLEEP)


class Power:
    """powrprof.dll."""

    def __init__(self, *, sleeps: bool, hibernates: bool) -> None:
        self.sleeps, self.hibernates = sleeps, hibernates
        self.asked: list[tuple[int, ...]] = []

    def IsPwrSuspendAllowed(self) -> int:
        return self.sleeps

    def IsPwrHibernateAllowed(self) -> int:
        return self.hibernates

    def SetSuspendState(self, *values: int) -> int:
        self.asked.append(values)
        return self.sleeps


@pytest.mark.parametrize(
    ("deed", "command"),
    [
        (D.HIBERNATE, ["/h"]),
        (D.SHUT_DOWN, ["/s", "/t", "0"]),
        (D.RESTART, ["/r", "/t", "0"]),
        (D.LOG_OUT, ["/l"]),
    ],
)
def test_windows_is_asked_by_its_own_program(deed: Deed, command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYSTEMROOT", "D:\\Windows")
    ran: list[Sequence[str]] = []
    WindowsDeeds(Power(sleeps=True, hibernates=True), ran.append).do(deed)
    assert [list(each) for each in ran] == [["D:\\Windows\\System32\\shutdown.exe", *command]]


def test_windows_sleeps_where_it_can() -> None:
    able, unable = Power(sleeps=True, hibernates=False), Power(sleeps=False, hibernates=True)
    assert WindowsDeeds(able).able() == {D.SLEEP, D.SHUT_DOWN, D.RESTART, D.LOG_OUT}
    assert WindowsDeeds(unable).able() == {D.HIBERNATE, D.SHUT_DOWN, D.RESTART, D.LOG_OUT}
    WindowsDeeds(able).do(D.SLEEP)
    assert able.asked == [(0, 0, 0)], "sleep, not hibernation"
    with pytest.raises(OSError, match="does not put"):
        WindowsDeeds(unable).do(D.SLEEP)


def test_macos_is_asked_by_events() -> None:
    ran: list[Sequence[str]] = []
    deeds = MacDeeds(ran.append)
    for deed in sorted(deeds.able(), key=str):
        deeds.do(deed)
    assert D.HIBERNATE not in deeds.able()
    assert len(ran) == 4
    assert all(each[0].startswith("/usr/bin/") for each in ran)
    assert isinstance(deeds_for("darwin"), MacDeeds)


def test_a_program_that_fails_says_why() -> None:
    run_program(["/bin/sh", "-c", "exit 0"])
    for script, why in (("echo no rights >&2; exit 1", "no rights"), ("exit 3", "status 3")):
        with pytest.raises(OSError, match=why):
            run_program(["/bin/sh", "-c", script])
