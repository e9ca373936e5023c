"""Where the program's own data files are, however it was installed."""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable


def icon_path(name: str) -> Traversable:
    """Return the place of the SVG icon `name`; it may lie in an archive, so read it rather than open a path."""
    return files("headrace_resources").joinpath("icons", f"{name}.svg")


@cache
def icon_data(name: str) -> bytes:
    """Return the SVG text of icon `name`. Raise FileNotFoundError where there is none."""
    return icon_path(name).read_bytes()


def translation_data(code: str) -> bytes:
    """Return the compiled texts of the language with that code. Raise FileNotFoundError where there is none."""
    return files("headrace_resources").joinpath("translations", f"headrace_{code}.qm").read_bytes()
