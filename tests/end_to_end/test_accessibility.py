"""What people meet who do not see the window, or use no mouse: names and roles over AT-SPI, the way of Tab, Escape."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from headrace.states import DownloadState

from tests.support.accessibility import Listener, Node, listening
from tests.support.desktop import Desktop
from tests.support.nginx import Nginx
from tests.support.person import Person, profile_for

MIB: Final = 1 << 20
UNNAMED: Final = frozenset({"scroll bar", "table cell", "menu", "menu bar"})
"""Roles that may be without a name: a row says all in its first cell, and menus are called by the entry that opens."""
BAR: Final = ["Add", "Pause", "Remove", "Move up", "Move down", "Speed limit: No limit"]


@pytest.fixture(scope="module")
def listener(stage: Desktop) -> Iterator[Listener]:
    """Return a screen reader's ears."""
    with listening(stage) as found:
        yield found


@pytest.fixture
def heard(stage: Desktop, tmp_path: Path, listener: Listener) -> Person:
    """Return someone at the desktop with a screen reader."""
    return Person(stage, profile_for(tmp_path), listener.env)


@pytest.fixture
def files(slow_server: Nginx) -> tuple[str, str]:
    """Return addresses of a file that takes a while, and of one that does not."""
    return slow_server.file("big.iso", 20 * MIB), slow_server.file("small.txt", 10)


def until_both_are_there(person: Person) -> None:
    """Wait until one file runs and one has arrived."""
    person.until_state("big.iso", DownloadState.DOWNLOADING)
    person.until_state("small.txt", DownloadState.COMPLETED)


def nameless(root: Node) -> list[str]:
    """Return what can be focused or pressed and has no name, with where it is."""
    found: list[str] = []

    def look(node: Node, path: str) -> None:
        path = f"{path}/{node.role} {node.name[:30]!r}"
        if node.showing and (node.focusable or node.actions) and not node.name.strip() and node.role not in UNNAMED:
            found.append(path)
        for child in node.children:
            look(child, path)

    look(root, "")
    return found


def names(root: Node, role: str) -> list[str]:
    """Return the names of all of this role that show."""
    return [each.name for each in root.shown(role)]


def dialog(root: Node, name: str) -> Node:
    """Return the dialog of this name."""
    return next(each for each in root.shown("dialog") if each.name == name)


# -- names and roles -------------------------------------------------------------------------------------------


def test_the_window_is_told_by_names_and_roles(heard: Person, listener: Listener, files: tuple[str, str]) -> None:
    with heard.using(*files):
        until_both_are_there(heard)
        root = listener.hear()
        heard.until(lambda: heard.claimed("big.iso") > MIB, "a twentieth has come", 20.0)
        cells = names(listener.hear(), "table cell")
    check_the_window(root)
    check_the_sidebar(names(root, "list item"))
    check_the_rows(cells)


def check_the_window(root: Node) -> None:
    """Everything has a name and the right role."""
    assert nameless(root) == []
    assert [*BAR, "More"] == [name for name in names(root, "push button") if name in (*BAR, "More")]
    assert names(root, "text") == ["Search name, address or host"]
    assert names(root, "check box") == ["Watch the clipboard for links"]
    assert names(root, "table") == ["Downloads"]
    assert {"Name", "Progress", "Size"} <= set(names(root, "table column header"))


def check_the_rows(cells: list[str]) -> None:
    """A row is a sentence and tells its progress."""
    running = next(cell for cell in cells if cell.startswith("big.iso"))
    sentence = r"big\.iso, \d+\s%, from 127\.0\.0\.1:\d+ · \d connections?, 21\.0\sMB, \S+\s[kM]B/s, .+ left"
    assert re.fullmatch(sentence, running), running
    assert any(re.fullmatch(r"[1-9]\d?\s?%", cell) for cell in cells), cells
    assert any(cell.startswith("small.txt, Done, ") for cell in cells), cells


def check_the_sidebar(items: list[str]) -> None:
    """A group tells its count."""
    assert items[:6] == [
        "All, 2 downloads",
        "Active, 1 download",
        "Waiting, 0 downloads",
        "Paused, 0 downloads",
        "Finished, 1 download",
        "Failed, 0 downloads",
    ]
    assert "Documents, 1 download" in items


def test_the_details_are_told(heard: Person, listener: Listener, files: tuple[str, str]) -> None:
    with heard.using(*files):
        until_both_are_there(heard)
        heard.desktop.click(*heard.row("big.iso").middle)
        heard.key("ctrl+i")
        heard.tab_to("tabs")
        titles = names(listener.hear(), "page tab")
        for title in titles:
            heard.look.wait_for("tab", title, checked=True)
            assert (title, nameless(listener.hear())) == (title, [])
            heard.key("Right")
    assert titles == ["Overview", "Connections", "Speed", "Log", "Request", "Live"]


def test_adding_is_told(heard: Person, listener: Listener, files: tuple[str, str]) -> None:
    with heard.using():
        heard.key("ctrl+n")
        heard.until_focus("field Addresses")
        heard.type(" ".join(files))
        heard.look.wait_for("button", "^Download 2$")
        root = listener.hear()
        heard.press("button", "^More:", "^Add downloads")
        heard.look.wait_for("field", "^Headers", "^Add downloads")
        more = listener.hear()
    assert nameless(root) == nameless(more) == []
    adding = dialog(root, "Add downloads")
    assert names(adding, "text")[:1] == ["Addresses"]
    assert {"Add paused", "Cancel", "Download 2"} <= set(names(adding, "push button"))
    assert names(adding, "table") == ["Downloads found in the text"]
    assert any("small.txt" in cell for cell in names(adding, "table cell"))


def test_the_settings_are_told(heard: Person, listener: Listener) -> None:
    with heard.using():
        heard.key("ctrl+comma")
        heard.until_focus("list Pages of settings")
        pages = names(dialog(listener.hear(), "Settings"), "list item")
        for page in pages:
            heard.look.wait_for("words", f"^{page}$", "^Settings$")
            heard.look.until_at_rest()
            assert (page, nameless(listener.hear())) == (page, [])
            heard.key("Down")
    assert pages[:4] == ["General", "Downloads", "Connections", "Speed"]


SMALL_DIALOGS: Final = {
    "F2": "Rename",
    "ctrl+l": "Change address",
    "ctrl+shift+m": "Move to another folder",
    "alt+Return": "Properties",
    "F1": "Keyboard shortcuts",
}


def test_small_dialogs_are_told_and_escape_closes_them(heard: Person, listener: Listener, slow_server: Nginx) -> None:
    with heard.using(slow_server.file("big.iso", 20 * MIB)):
        heard.until_state("big.iso", DownloadState.DOWNLOADING)
        heard.key("Home", "space")
        heard.until_state("big.iso", DownloadState.PAUSED)
        for keys, title in SMALL_DIALOGS.items():
            heard.key(keys)
            heard.look.wait_for("window", f"^{title}$")
            root = listener.hear()
            assert dialog(root, title).children, title
            assert (title, nameless(root)) == (title, [])
            heard.key("Escape")
            heard.look.wait_until_gone("window", f"^{title}$")
            heard.until_focus("list Downloads")


def test_alt_alone_brings_a_menu_bar_of_named_entries(
    heard: Person, listener: Listener, files: tuple[str, str]
) -> None:
    with heard.using(*files):
        until_both_are_there(heard)
        heard.key("alt")
        heard.look.wait_for("entry", "^File$", within="menu bar")
        heard.key("Down")
        heard.look.wait_for("entry", "^Settings", within="")
        root = listener.hear()
        heard.key("Escape")
        heard.until_focus("list Downloads")
    assert {"File", "Edit", "View", "Download", "Help"} <= set(names(root, "menu item"))
    assert nameless(root) == []


# -- the keyboard ----------------------------------------------------------------------------------------------


def way_of_tab(person: Person, key: str = "Tab", *, at_most: int = 40) -> list[str]:
    """Press Tab until the keyboard is back where it began; return where it was, the start included."""
    found = [person.look.focus()]
    for _ in range(at_most):
        person.key(key)
        person.until(lambda: person.look.focus() != found[-1], f"{key} leaves {found[-1]}")
        found.append(person.look.focus())
        if found[-1] == found[0]:
            return found[:-1]
    raise AssertionError(f"{key} does not come back to {found[0]!r}: {found}")


def test_tab_goes_round_the_window_as_the_eye_does(person: Person, slow_server: Nginx) -> None:
    with person.using(slow_server.file("big.iso", 20 * MIB)):
        person.until_state("big.iso", DownloadState.DOWNLOADING)
        person.look.until_at_rest()
        forward, back = way_of_tab(person), way_of_tab(person, "shift+Tab")
    bar = [*(f"button {name}" for name in BAR), "field Search name, address or host", "button More"]
    strip = ["button Watch the clipboard for links", "button Close this message"]
    assert forward == ["list Downloads", *bar, *strip, "list Which downloads to show"]
    assert back == [forward[0], *reversed(forward[1:])]


def test_tab_goes_round_the_dialogs_and_escape_puts_the_menu_bar_away(person: Person) -> None:
    with person.using():
        check_the_way_round_the_add_dialog(person)
        check_the_way_round_the_settings(person)
        person.key("alt")
        person.look.wait_for("entry", "^File$", within="menu bar")
        person.key("Escape")
        person.look.wait_until_gone("menu bar")


def check_the_way_round_the_add_dialog(person: Person) -> None:
    """Tab goes as the eye does."""
    person.key("ctrl+n")
    person.until_focus("field Addresses")
    person.type("http://127.0.0.1:9/a.iso")
    person.look.wait_for("button", "^Download 1$")
    way = way_of_tab(person)
    person.key("Escape")
    person.look.wait_until_gone("window", "^Add downloads")
    assert way == [
        "field Addresses",
        "list Downloads found in the text",
        "field Name",
        "field Folder to save to",
        "button Other folders",
        "choice Category",
        "button More: headers, login, proxy, limit, checksum, mirrors",
        "button Add paused",
        "button Cancel",
        "button Download 1",
    ]


def check_the_way_round_the_settings(person: Person) -> None:
    """Tab goes as the eye does, and Escape back to where it began."""
    before = person.look.focus()
    person.key("ctrl+comma")
    person.until_focus("list Pages of settings")
    person.look.until_at_rest()
    person.key("Down")
    way = way_of_tab(person)
    person.key("Escape")
    person.look.wait_until_gone("window", "^Settings$")
    person.until(lambda: person.look.focus() == before, f"the keyboard in {before} again")
    assert way == [
        "list Pages of settings",
        "field Search settings",
        "field Folder for downloads",
        "button Other folders",
        "button Folder for downloads: back to the default",
        "field Downloads at once",
        "button Watch the clipboard",
        "button Ask servers before adding",
        "button Add without asking",
        "button Add paused",
        "button Look for checksums",
        "button Mark files as downloaded",
        "choice Remember ended downloads",
        "button When a file is there: Open it",
        "button When a file is there: Extract archives into a folder beside them",
        "button When a file is there: Play a sound",
        "button When a file is there: Move it to another folder",
        "button Reset this page",
    ]


def test_alt_with_another_key_brings_no_menu_bar(person: Person, slow_server: Nginx) -> None:
    with person.using(slow_server.file("one.iso", 20 * MIB), slow_server.file("two.iso", 20 * MIB)):
        person.until_state("two.iso", DownloadState.DOWNLOADING)
        person.key("End", "alt+Up", "alt+Down", "alt+Return")
        person.look.wait_for("window", "^Properties$")
        assert person.look.things("menu bar") == []
