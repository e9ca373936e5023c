"""A private accessibility bus, and what a screen reader hears of a program on it."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.support import needs
from tests.support.desktop import Desktop
from tests.support.processes import running, wait_until
from tests.support.session_bus import private_bus

_LAUNCHER: Final = Path("/usr/libexec/at-spi-bus-launcher")
_PYTHON: Final = Path("/usr/bin/python3")
_SCRIPT: Final = Path(__file__).with_name("accessible_tree.py")
_SECONDS: Final = 60


@dataclass(frozen=True)
class Node:
    """Something that a screen reader knows of."""

    role: str
    name: str
    description: str
    actions: tuple[str, ...]
    """What can be done with it: Press, Toggle, SetFocus and the like."""
    focusable: bool
    focused: bool
    showing: bool
    enabled: bool
    checked: bool
    children: "tuple[Node, ...]" = field(repr=False)

    def all(self) -> "Iterator[Node]":
        """Yield this one and all under it."""
        yield self
        for child in self.children:
            yield from child.all()

    def shown(self, role: str) -> "list[Node]":
        """Return all of this role that are on the screen."""
        return [each for each in self.all() if each.role == role and each.showing]


@dataclass(frozen=True)
class Listener:
    """A screen reader's side of the bus."""

    env: dict[str, str]
    """The environment in which a program is heard."""

    def hear(self, name: str = "headrace") -> Node:
        """Return what there is to know of the program of that name."""
        done = subprocess.run(
            [_PYTHON, _SCRIPT, name], env=self.env, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
        if done.returncode:
            raise RuntimeError(f"the listener ended with {done.returncode}: {done.stderr}")
        return _node(json.loads(done.stdout))


def _node(told: dict[str, Any]) -> Node:
    return Node(**told | {"actions": tuple(told["actions"]), "children": tuple(map(_node, told["children"]))})


@contextmanager
def listening(desktop: Desktop) -> Iterator[Listener]:
    """Run the buses; skips the test where they or the listener's modules are missing."""
    needs.require("dbus-daemon")
    needs.require_file(_LAUNCHER, "at-spi2-core")
    _require_module()
    with private_bus() as session:
        own = {"DBUS_SESSION_BUS_ADDRESS": session.address, "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
        env = {**desktop.env, **own}
        with running([_LAUNCHER, "--launch-immediately"], desktop.folder / "at-spi.log", env=env):
            wait_until(lambda: session.has_owner("org.a11y.Bus"), "the accessibility bus", 20.0)
            yield Listener(env)


def _require_module() -> None:
    """Skip the test where the system's Python has no pyatspi."""
    needs.require_file(_PYTHON, "python3")
    found = subprocess.run([_PYTHON, "-c", "import pyatspi"], capture_output=True, timeout=_SECONDS, check=False)
    if found.returncode:
        needs.missing("pyatspi", "python3-pyatspi gir1.2-atspi-2.0")
