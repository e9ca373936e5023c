"""Loads Qt's binding, and spares what is loaded later its look into the source."""

import builtins

import PySide6.QtCore  # noqa: F401 - loading it replaces `import`

_BEFORE = "__orig_import__"
"""The name under which PySide keeps what it has replaced."""


def load_qt() -> None:
    """Load QtCore, and take PySide's `import` back, before the modules that need Qt. Main thread.

    It reads the source of each module that is loaded later, to look whether that one spells Qt's names in another way.
    None does here, and this would double the time of loading them and keep the text of all in memory.
    """
    builtins.__import__ = getattr(builtins, _BEFORE, builtins.__import__)
