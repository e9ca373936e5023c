"""The plainest finder there is."""

import threading

from headrace.live_lines import Spans


class Needle:
    """Finds plain text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.threads: set[int] = set()

    def find(self, line: str) -> Spans | None:
        self.threads.add(threading.get_ident())
        place = line.find(self.text)
        return None if place < 0 else (place, len(self.text))
