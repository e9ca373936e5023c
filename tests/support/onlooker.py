"""Asks a watched window (`watched_window.py`) from another process what there is to see."""

import json
import re
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.support.processes import wait_until

_SECONDS: Final = 10.0
_AT_REST: Final = 0.5


@dataclass(frozen=True)
class Thing:
    """Something to read or to press, and where it is on the desktop."""

    kind: str
    """button, check, choice, number, field, words, row, tab, title, entry, list, header, tabs, menu, menu bar."""
    name: str
    place: tuple[int, int, int, int]
    enabled: bool
    focused: bool
    checked: bool
    value: str
    """What is written in it; of a row, what is in its first column."""
    within: str
    """The name of the list, the menu, the header it is a part of."""
    window: str
    """The title of its window."""

    @property
    def middle(self) -> tuple[int, int]:
        """Its middle on the desktop."""
        x, y, width, height = self.place
        return x + width // 2, y + height // 2


class Onlooker:
    """Sees what a person sees. Each question is a turn of the window's event loop."""

    def __init__(self, port_file: Path) -> None:
        wait_until(port_file.exists, "the window tells its port", 20.0)
        port = int(port_file.read_text(encoding="ascii"))
        self._channel = socket.create_connection(("127.0.0.1", port), timeout=_SECONDS)
        self._stream = self._channel.makefile("rwb")

    def close(self) -> None:
        """Ask no more."""
        self._stream.close()
        self._channel.close()

    def ask(self, *question: Any) -> Any:
        """Put a question; return the answer."""
        self._stream.write(json.dumps(question).encode() + b"\n")
        self._stream.flush()
        return json.loads(self._stream.readline())

    def things(self, kind: str = "", name: str = "", window: str = "") -> list[Thing]:
        """Return what is in sight: of this kind, where given, with names and titles that match."""
        seen = (Thing(**{**each, "place": tuple(each["place"])}) for each in self.ask("sight"))
        return [
            each
            for each in seen
            if kind in ("", each.kind) and re.search(name, each.name) and re.search(window, each.window)
        ]

    def wait_for(
        self, kind: str, name: str = "", window: str = "", *, timeout: float = _SECONDS, **wanted: str | bool
    ) -> Thing:
        """Wait for something enabled that stays where it is, with these attributes; raises TimeoutError."""
        found: list[Thing] = []

        def is_there() -> bool:
            before = [each.place for each in found]
            found[:] = [each for each in self.things(kind, name, window) if each.enabled and _is(each, wanted)][:1]
            return bool(found) and before == [each.place for each in found]

        wait_until(is_there, f"{kind} {name!r} {wanted or ''}", timeout)
        return found[0]

    def wait_until_gone(self, kind: str, name: str = "", window: str = "", *, timeout: float = _SECONDS) -> None:
        """Wait until there is nothing like this; raises TimeoutError."""
        wait_until(lambda: not self.things(kind, name, window), f"no {kind} {name!r}", timeout)

    def focus(self) -> str:
        """Return kind and name of what has the keyboard."""
        return str(self.ask("focus"))

    def rows(self) -> list[str]:
        """Return the names in the list of downloads, from the top."""
        return [each.value for each in self.things("row") if each.within == "Downloads"]

    def until_at_rest(self) -> None:
        """Wait until the window has had no noteworthy gap for half a second."""
        ended = time.monotonic()

        def rests() -> bool:
            nonlocal ended
            if self.stalls():
                ended = time.monotonic()
            return time.monotonic() - ended > _AT_REST

        wait_until(rests, "the window rests", 20.0)

    def stalls(self) -> list[tuple[float, str]]:
        """Return the noteworthy gaps since the last time: seconds less those without a CPU, and where they were."""
        return [(seconds, place) for seconds, place in self.ask("gaps")]


def _is(thing: Thing, wanted: dict[str, str | bool]) -> bool:
    return all(getattr(thing, name) == value for name, value in wanted.items())
