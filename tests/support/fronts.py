"""A program's front without a window, which keeps what it was asked for."""

from collections.abc import Callable, Sequence

from headrace.control.planning import Plan


class OffStage:
    """Does nothing but take note, and hand addresses to `take`."""

    plan: Plan | None = None

    def __init__(self, take: Callable[[Sequence[str]], object] = lambda _: None) -> None:
        self.take = take
        self.asked: list[tuple[object, ...]] = []

    def come_up(self, addresses: Sequence[str], activation: str) -> None:
        self.asked.append(("come up", list(addresses), activation))
        self.take(addresses)

    def offer(self, text: str, *, private: bool = False) -> None:
        self.asked.append(("offer", text, "private") if private else ("offer", text))

    def open_file(self, download_id: str, *, folder: bool) -> None:
        self.asked.append(("open", download_id, folder))

    def quit(self) -> None:
        self.asked.append(("quit",))
