"""Where the program's own data files are, however it was installed."""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


@cache
def _root() -> Traversable:
    return files("headrace_resources")  # finding it takes longer than reading what is in it


def icon_path(name: str) -> Traversable:
    """Return the place of the SVG icon `name`; it may lie in an archive, so read it rather than open a path."""
    return _root().joinpath("icons", f"{name}.svg")


@cache
def icon_data(name: str) -> bytes:
    """Return the SVG text of icon `name`. Raise FileNotFoundError where there is none."""
    return icon_path(name).read_bytes()


def read_icons() -> None:
    """Read all icons, so that `icon_data` finds them without the disk. Any thread."""
    for place in _root().joinpath("icons").iterdir():
        icon_data(place.name.removesuffix(".svg"))


def browser_folder() -> Path:
    """Return the folder of the extension for browsers, which load it from there."""
    installed = Path(str(_root().joinpath("browser")))
    return installed if installed.is_dir() else installed.parents[1] / "browser"


def translation_data(code: str) -> bytes:
    """Return the compiled texts of the language with that code. Raise FileNotFoundError where there is none."""
    return _root().joinpath("translations", f"headrace_{code}.qm").read_bytes()
