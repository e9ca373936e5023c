"""Reference cycles that tests leave are collected in the main thread alone, as the program does it."""

from typing import Final

from headrace.manager_garbage import GarbageCollector

GARBAGE: Final = GarbageCollector()
"""Takes over from Python where this is imported; who turns an event loop by hand has it collect."""
