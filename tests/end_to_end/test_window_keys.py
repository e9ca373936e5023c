"""The ten most used ways through the window, by the keyboard alone, on a real desktop, and never a stall meanwhile."""

from pathlib import Path

import pytest
from headrace.states import DownloadState

from tests.support.flows import CHANGED, MIB, flow, never_stalls
from tests.support.nginx import Nginx
from tests.support.person import Person

pytestmark = pytest.mark.window


@never_stalls
def test_add_by_paste(person: Person, slow_server: Nginx) -> None:
    with person.beside(slow_server.file("a.txt", 1000), slow_server.file("b.txt", 2000)), flow(person):
        person.key("ctrl+v")
        person.look.wait_for("row", "b.txt", "^Add downloads")
        person.tab_to("button Download 2")
        person.key("Return")
        person.until_state("a.txt", DownloadState.COMPLETED)
        person.until_state("b.txt", DownloadState.COMPLETED)


@never_stalls
def test_add_by_copying_a_file_of_addresses_where_a_mouse_would_drop_it(
    person: Person, slow_server: Nginx, tmp_path: Path
) -> None:
    links = tmp_path / "links.txt"
    links.write_text(slow_server.file("dropped.txt", 1000), encoding="utf-8")
    with person.beside(links.as_uri()), flow(person):
        person.key("ctrl+v")
        person.look.wait_for("row", "dropped.txt", "^Add downloads")
        person.key("ctrl+Return")
        person.until_state("dropped.txt", DownloadState.COMPLETED)


@never_stalls
def test_pause(person: Person, slow_server: Nginx) -> None:
    with flow(person, slow_server.file("big.iso", 20 * MIB)):
        person.until_state("big.iso", DownloadState.DOWNLOADING)
        person.key("Home", "space")
        person.until_state("big.iso", DownloadState.PAUSED)
        person.look.wait_for("row", "Paused", within="Downloads")


@never_stalls
def test_resume(person: Person, slow_server: Nginx) -> None:
    with flow(person, slow_server.file("big.iso", 20 * MIB)):
        person.until_state("big.iso", DownloadState.DOWNLOADING)
        person.key("Home", "space")
        person.until_state("big.iso", DownloadState.PAUSED)
        person.key("space")
        person.until_state("big.iso", DownloadState.DOWNLOADING)


@never_stalls
def test_remove_and_undo(person: Person, slow_server: Nginx) -> None:
    with flow(person, slow_server.file("big.iso", 20 * MIB)):
        person.until_state("big.iso", DownloadState.DOWNLOADING)
        person.key("Home", "Delete")
        person.until(lambda: "big.iso" not in person.rows(), "off the list")
        person.look.wait_until_gone("row", "^big.iso")
        person.key("ctrl+z")
        person.until_state("big.iso", DownloadState.DOWNLOADING)
        assert person.look.rows() == ["big.iso"]


@never_stalls
def test_change_the_address(person: Person, slow_server: Nginx) -> None:
    address = slow_server.file("big.iso", MIB // 2)
    with flow(person, address):
        person.until_state("big.iso", DownloadState.DOWNLOADING)
        person.key("Home", "space")
        person.until_state("big.iso", DownloadState.PAUSED)
        person.key("ctrl+l")
        person.until_focus("field New address of big.iso")
        person.type(address + CHANGED)
        person.key("Return")
        person.until_state("big.iso", DownloadState.COMPLETED, 25.0)
        assert person.address("big.iso") == address + CHANGED


@never_stalls
def test_search(person: Person, slow_server: Nginx) -> None:
    with flow(person, slow_server.file("apple.txt", 10), slow_server.file("pear.txt", 10)):
        person.key("ctrl+f")
        person.until_focus("field Search")
        person.type("pear")
        person.until(lambda: person.look.rows() == ["pear.txt"], "one row")
        person.key("Return")
        person.until_focus("list Downloads")
        person.key("ctrl+f")
        person.until_focus("field Search")
        person.key("Escape")
        person.until(lambda: len(person.look.rows()) == 2, "both rows")
        person.key("Escape")
        person.until_focus("list Downloads")


@never_stalls
def test_sort(person: Person, slow_server: Nginx) -> None:
    files = (("b.txt", 10), ("a.txt", 20), ("c.txt", 30))
    with flow(person, *(slow_server.file(name, size) for name, size in files)):
        _sort_by(person, "Name")
        person.until(lambda: person.look.rows() == ["a.txt", "b.txt", "c.txt"], "sorted by name")
        _sort_by(person, "Size")
        person.until(lambda: person.look.rows() == ["c.txt", "a.txt", "b.txt"], "the largest first")
        person.until_focus("list Downloads")


def _sort_by(person: Person, title: str) -> None:
    """Go through the menu bar, which Alt alone brings up."""
    person.key("alt")
    person.look.wait_for("entry", "^View$", within="menu bar")
    person.key("Right", "Right", "Down")
    for entry in ("Sort by", title):
        person.look.wait_for("entry", f"^{entry}$")
        _go_to(person, entry)
        person.key("Return")


def _go_to(person: Person, entry: str, *, at_most: int = 30) -> None:
    for _ in range(at_most):
        if any(each.focused for each in person.look.things("entry", f"^{entry}$")):
            return
        person.key("Down")
    raise AssertionError(f"the arrows do not lead to {entry!r}")


@never_stalls
def test_details(person: Person, slow_server: Nginx) -> None:
    with flow(person, slow_server.file("big.iso", 20 * MIB)):
        person.until_state("big.iso", DownloadState.DOWNLOADING)
        person.key("Home", "ctrl+i")
        person.look.wait_for("words", value=slow_server.url("big.iso"))
        person.tab_to("tabs")
        for title in ("Connections", "Speed", "Log", "Request", "Live"):
            person.key("Right")
            person.look.wait_for("tab", f"^{title}$", checked=True)
        person.key("F6")
        person.look.wait_until_gone("tab")
        person.until_focus("list Downloads")


@never_stalls
def test_settings(person: Person) -> None:
    with flow(person):
        person.key("ctrl+comma")
        person.until_focus("list Pages of settings")
        person.key("Down")
        person.tab_to("field Downloads at once")
        person.key("ctrl+a")
        person.type("7")
        person.key("Tab")
        person.until(lambda: person.settings().get("max_running") == 7, "the setting is kept")
        person.key("Escape")
        person.look.wait_until_gone("window", "^Settings$")
