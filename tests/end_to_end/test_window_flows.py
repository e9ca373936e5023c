"""The ten most used ways through the window, by the mouse, on a real desktop, and never a stall meanwhile."""

import pytest
from headrace.states import DownloadState

from tests.support.flows import CHANGED, MIB, flow, never_stalls
from tests.support.nginx import Nginx
from tests.support.person import Person

pytestmark = pytest.mark.window


@never_stalls
def test_add_by_paste(person: Person, slow_server: Nginx) -> None:
    with person.beside(slow_server.file("a.txt", 1000), slow_server.file("b.txt", 2000)), flow(person):
        person.press("button", "^Add$", "^Headrace")
        person.look.wait_for("row", "b.txt", "^Add downloads")
        person.press("button", "^Download 2$", "^Add downloads")
        person.until_state("a.txt", DownloadState.COMPLETED)
        person.until_state("b.txt", DownloadState.COMPLETED)


@never_stalls
def test_add_by_drop(person: Person, slow_server: Nginx) -> None:
    with person.beside(slow_server.file("dropped.txt", 1000)) as handle, flow(person):
        person.drag(handle, person.look.wait_for("window", "^Headrace").middle)
        person.look.wait_for("row", "dropped.txt", "^Add downloads")
        person.press("button", "^Download 1$", "^Add downloads")
        person.until_state("dropped.txt", DownloadState.COMPLETED)


@never_stalls
def test_pause(person: Person, slow_server: Nginx) -> None:
    with flow(person, slow_server.file("big.iso", 20 * MIB)):
        person.until_state("big.iso", DownloadState.DOWNLOADING)
        person.desktop.click(*person.row("big.iso").middle)
        person.press("button", "^Pause$")
        person.until_state("big.iso", DownloadState.PAUSED)
        person.look.wait_for("row", "Paused", within="Downloads")


@never_stalls
def test_resume(person: Person, slow_server: Nginx) -> None:
    with flow(person, slow_server.file("big.iso", 20 * MIB)):
        person.until_state("big.iso", DownloadState.DOWNLOADING)
        person.desktop.click(*person.row("big.iso").middle)
        person.press("button", "^Pause$")
        person.until_state("big.iso", DownloadState.PAUSED)
        person.press("button", "^Resume$")
        person.until_state("big.iso", DownloadState.DOWNLOADING)


@never_stalls
def test_remove_and_undo(person: Person, slow_server: Nginx) -> None:
    with flow(person, slow_server.file("big.iso", 20 * MIB)):
        person.until_state("big.iso", DownloadState.DOWNLOADING)
        person.desktop.click(*person.row("big.iso").middle)
        person.press("button", "^Remove$")
        person.until(lambda: "big.iso" not in person.rows(), "off the list")
        person.look.wait_until_gone("row", "^big.iso")
        person.press("button", "^Undo$")
        person.until_state("big.iso", DownloadState.DOWNLOADING)
        assert person.look.rows() == ["big.iso"]


@never_stalls
def test_change_the_address(person: Person, slow_server: Nginx) -> None:
    address = slow_server.file("big.iso", MIB // 2)
    with person.beside(address + CHANGED), flow(person, address):
        person.until_state("big.iso", DownloadState.DOWNLOADING)
        person.desktop.click(*person.row("big.iso").middle)
        person.press("button", "^Pause$")
        person.until_state("big.iso", DownloadState.PAUSED)
        person.offer("big.iso")
        person.press("entry", "^Change address")
        person.look.wait_for("field", "^New address", value=address + CHANGED)
        person.press("button", "^Go on from there$")
        person.until_state("big.iso", DownloadState.COMPLETED, 25.0)
        assert person.address("big.iso") == address + CHANGED


@never_stalls
def test_search(person: Person, slow_server: Nginx) -> None:
    with flow(person, slow_server.file("apple.txt", 10), slow_server.file("pear.txt", 10)):
        person.press("field", "^Search")
        person.type("pear")
        person.until(lambda: person.look.rows() == ["pear.txt"], "one row")
        person.press("field", "^Search")
        person.desktop.click(*person.look.wait_for("field", "^Search").middle, times=3)
        person.key("BackSpace")
        person.until(lambda: len(person.look.rows()) == 2, "both rows")


@never_stalls
def test_sort(person: Person, slow_server: Nginx) -> None:
    with flow(person, *(slow_server.file(name, size) for name, size in (("b.txt", 10), ("a.txt", 20), ("c.txt", 30)))):
        person.press("title", "^Name$")
        person.until(lambda: person.look.rows() == ["a.txt", "b.txt", "c.txt"], "sorted by name")
        person.press("title", "^Name$")
        person.until(lambda: person.look.rows() == ["c.txt", "b.txt", "a.txt"], "the other way round")
        person.press("title", "^Size$")
        person.until(lambda: person.look.rows() == ["c.txt", "a.txt", "b.txt"], "the largest first")


@never_stalls
def test_details(person: Person, slow_server: Nginx) -> None:
    with flow(person, slow_server.file("big.iso", 20 * MIB)):
        person.until_state("big.iso", DownloadState.DOWNLOADING)
        person.desktop.click(*person.row("big.iso").middle)
        person.press("button", "^More$")
        person.press("entry", "^Details$")
        person.look.wait_for("words", value=slow_server.url("big.iso"))
        for title in ("Connections", "Speed", "Log", "Request", "Live", "Overview"):
            person.press("tab", f"^{title}$")
            person.look.wait_for("tab", f"^{title}$", checked=True)


@never_stalls
def test_settings(person: Person) -> None:
    with flow(person):
        person.press("button", "^More$")
        person.press("entry", "^Settings")
        person.press("row", "^Downloads$", "^Settings$")
        person.press("button", "^More: Downloads at once")
        person.until(lambda: person.settings().get("max_running") == 5, "the setting is kept")
