"""A watched address for tests: served by a real nginx, looked at by a real engine."""

import os

from headrace.watches import HOUR, Watch

from tests.support.engine import Engine
from tests.support.nginx import Nginx


class Served:
    """One file of a real nginx, changed as its owner would."""

    def __init__(self, nginx: Nginx, folder: str) -> None:
        self.path = nginx.root / folder / "data.csv"
        self.path.parent.mkdir()
        self.address = nginx.url(f"{folder}/data.csv")
        self._log = nginx.root.parent / "access.log"
        self._seen = self._log.stat().st_size if self._log.exists() else 0
        self._day = 0

    def put(self, content: bytes) -> bytes:
        """Serve these bytes, dated a day later than those before."""
        self.path.write_bytes(content)
        self._day += 1
        os.utime(self.path, (0, 1_600_000_000 + 86_400 * self._day))
        return content

    def answers(self) -> list[tuple[str, int]]:
        """Return status and bytes of body of the answers since the last time."""
        text = self._log.read_text(encoding="utf-8")[self._seen :]
        self._seen += len(text)
        found = [line.split('"')[2].split() for line in text.splitlines()]
        return [(status, int(size)) for status, size in found]


def watched(engine: Engine, address: str, keep: int | None = 5) -> str:
    download_id = engine.add(address)
    engine.fetched(download_id)
    assert engine.manager.watching.watch([download_id], HOUR, keep) == [download_id]
    return download_id


def current(engine: Engine) -> Watch:
    (watch,) = engine.manager.watching.all()
    return watch


def looked(engine: Engine) -> Watch:
    """Look now, and wait for what comes of it."""
    watching, download_id = engine.manager.watching, current(engine).id
    assert watching.look([download_id]) == [download_id]
    engine.until(lambda: not watching.is_looking(current(engine).id))
    return current(engine)
