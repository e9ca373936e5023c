"""An exception out of one function of the engine, in the work of one download and no other."""

import functools
import importlib
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, Final

import headrace.errors
import pytest
from headrace.runner import Runner
from headrace.transfer.crew import Crew
from headrace.transfer.hashing import BehindHasher
from headrace.transfer.job import DownloadJob

_WORK: Final[list[tuple[type, str, Callable[..., str]]]] = [
    (DownloadJob, "run", lambda job: job.plan.address),
    (DownloadJob, "checkpoint", lambda job: job.plan.address),
    (DownloadJob, "conduct", lambda job: job.plan.address),
    (Crew, "_run", lambda crew, _fetcher: crew._attempt.plan.address),
    (Runner, "handle", lambda _runner, item, _event: item.record.address),
]
"""Where the work of one download begins in some thread, and how it is known whose it is."""

_PACKAGE: Final = f"{Path(headrace.errors.__file__).parent}{os.sep}"


class Mishaps:
    """Knows in every thread which download it works for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self._here = threading.local()
        self._seen: dict[str, None] | None = None
        for owner, name, whose in _WORK:
            monkeypatch.setattr(owner, name, self._known(getattr(owner, name), whose))
        self._follow_hashers()

    @property
    def address(self) -> str | None:
        """Whose work this thread does, None for nobody's."""
        return getattr(self._here, "address", None)

    def _known(self, work: Callable[..., Any], whose: Callable[..., str]) -> Callable[..., Any]:
        @functools.wraps(work)
        def known(*arguments: Any) -> Any:
            before, self._here.address = self.address, whose(*arguments)
            profile = sys.getprofile()
            try:
                if self._seen is not None:
                    sys.setprofile(self._see)
                return work(*arguments)
            finally:
                sys.setprofile(profile)
                self._here.address = before

        return known

    def watch(self) -> dict[str, None]:
        """Return what grows by the dotted name of every function that takes part in the work of any download."""
        self._seen = {}
        return self._seen

    def _see(self, frame: FrameType, event: str, _argument: object) -> None:
        code = frame.f_code
        if event == "call" and self._seen is not None and _PACKAGE in code.co_filename and "<" not in code.co_qualname:
            module = Path(code.co_filename.rpartition(_PACKAGE)[2]).with_suffix("").parts
            self._seen[".".join((*module, code.co_qualname))] = None

    def _follow_hashers(self) -> None:
        """Have the thread of a hasher count to whoever made it."""
        begin = BehindHasher.__init__

        def begun(hasher: BehindHasher, *arguments: Any) -> None:
            begin(hasher, *arguments)
            work, address = hasher._run, self.address or ""
            hasher._thread._target = self._known(work, lambda: address)  # type: ignore[attr-defined]

        self._monkeypatch.setattr(BehindHasher, "__init__", begun)

    def inject(self, name: str, error: BaseException, address: str, nth: int = 1) -> "Mishap":
        """Have the `nth` call of the function of that dotted name, in the work for `address`, raise `error`."""
        owner, attribute = found(name)
        mishap = Mishap(owner.__dict__[attribute], error, nth, lambda: self.address == address)
        replace_everywhere(self._monkeypatch.setattr, owner, attribute, mishap.descriptor())
        return mishap


class Mishap:
    """One function that raises once."""

    def __init__(self, real: Any, error: BaseException, nth: int, due: Callable[[], bool]) -> None:
        self._real, self._error, self._nth, self._due = real, error, nth, due
        self._lock = threading.Lock()
        self.calls = 0

    @property
    def happened(self) -> bool:
        """Whether it has raised."""
        return self.calls >= self._nth

    def descriptor(self) -> Any:
        """Return what takes the place of the function: a function, or the kind of method it is."""
        if isinstance(self._real, property):
            return property(self._spoilt(self._real.fget), self._real.fset)
        if isinstance(self._real, staticmethod | classmethod):
            return type(self._real)(self._spoilt(self._real.__func__))
        return self._spoilt(self._real)

    def _spoilt(self, call: Any) -> Callable[..., Any]:
        @functools.wraps(call)
        def spoilt(*arguments: Any, **options: Any) -> Any:
            if self._due():
                with self._lock:
                    self.calls += 1
                    now = self.calls == self._nth
                if now:
                    raise self._error
            return call(*arguments, **options)

        return spoilt


def found(name: str) -> tuple[Any, str]:
    """Return owner and attribute of a dotted name below `headrace`, such as "transfer.holding.Holding.write"."""
    words = name.split(".")
    for count in range(len(words) - 1, 0, -1):
        try:
            owner: Any = importlib.import_module(".".join(("headrace", *words[:count])))
        except ModuleNotFoundError:
            continue
        for word in words[count:-1]:
            owner = getattr(owner, word)
        return owner, words[-1]
    raise LookupError(name)


def replace_everywhere(setter: Callable[[Any, str, Any], None], owner: Any, attribute: str, fake: Any) -> None:
    """Put `fake` in the place of an attribute, in the modules too that have imported it by its name."""
    real = owner.__dict__[attribute]
    known = [module for name, module in list(sys.modules.items()) if name.startswith("headrace.")]
    for place in (owner, *(module for module in known if module.__dict__.get(attribute) is real)):
        setter(place, attribute, fake)
