"""Looks, before Qt would abort the process, whether a window can be opened here at all. Unix desktops only."""

import ctypes
import importlib
import importlib.util
import os
import re
import socket
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

_INSTEAD: Final = "Use 'headrace get URL' to download without a window."

PACKAGES: Mapping[str, str] = MappingProxyType(
    {
        "libEGL.so.1": "libegl1",
        "libGL.so.1": "libgl1",
        "libfontconfig.so.1": "libfontconfig1",
        "libfreetype.so.6": "libfreetype6",
        "libglib-2.0.so.0": "libglib2.0-0",
        "libgthread-2.0.so.0": "libglib2.0-0",
        "libdbus-1.so.3": "libdbus-1-3",
        "libgssapi_krb5.so.2": "libgssapi-krb5-2",
        "libbrotlidec.so.1": "libbrotli1",
        "libxkbcommon.so.0": "libxkbcommon0",
        "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
        "libX11.so.6": "libx11-6",
        "libX11-xcb.so.1": "libx11-xcb1",
        "libxcb.so.1": "libxcb1",
        "libxcb-cursor.so.0": "libxcb-cursor0",
        "libxcb-icccm.so.4": "libxcb-icccm4",
        "libxcb-image.so.0": "libxcb-image0",
        "libxcb-keysyms.so.1": "libxcb-keysyms1",
        "libxcb-randr.so.0": "libxcb-randr0",
        "libxcb-render.so.0": "libxcb-render0",
        "libxcb-render-util.so.0": "libxcb-render-util0",
        "libxcb-shape.so.0": "libxcb-shape0",
        "libxcb-shm.so.0": "libxcb-shm0",
        "libxcb-sync.so.1": "libxcb-sync1",
        "libxcb-util.so.1": "libxcb-util1",
        "libxcb-xfixes.so.0": "libxcb-xfixes0",
        "libxcb-xkb.so.1": "libxcb-xkb1",
        "libwayland-client.so.0": "libwayland-client0",
        "libwayland-cursor.so.0": "libwayland-cursor0",
        "libwayland-egl.so.1": "libwayland-egl1",
        "libz.so.1": "zlib1g",
        "libzstd.so.1": "libzstd1",
    }
)
"""The Debian package each library Qt needs is in."""

_FOR_NETWORK: Final = ("libgssapi_krb5.so.2", "libbrotlidec.so.1")
"""What Qt's network module needs besides what the window needs."""
_EVERYWHERE: Final = (
    *("libEGL.so.1", "libGL.so.1", "libfontconfig.so.1", "libglib-2.0.so.0", "libdbus-1.so.3"),
    *_FOR_NETWORK,
)
_ON_X11: Final = tuple(name for name in PACKAGES if "xcb" in name or name == "libX11.so.6")
_LIBRARY: Final = re.compile(r"lib[\w+.-]+\.so[.\d]*")


def problem() -> str | None:
    """Return one sentence that says why no window can be opened and what to do; None where one can."""
    if sys.platform in ("win32", "darwin"):
        return None
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0].partition(";")[0]
    return _no_display(platform) or _missing_modules() or _missing_plugin(platform) or _refused(platform)


def _no_display(platform: str) -> str | None:
    if platform or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return None
    return f"there is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set). {_INSTEAD}"


def _missing_modules() -> str | None:
    names = ["PySide6.QtGui", "PySide6.QtWidgets", "PySide6.QtSvg"]
    if not all(map(_loads, _FOR_NETWORK)):  # else it can wait until the window is seen: it takes a while to load
        names.append("PySide6.QtNetwork")
    try:
        for name in names:
            importlib.import_module(name)
    except ImportError as error:
        return _install(str(error), _EVERYWHERE)
    return None


def _missing_plugin(platform: str) -> str | None:
    """Load the X11 plugin as Qt will; where that fails, Qt would abort the process."""
    if not _uses_x11(platform):
        return None
    plugin = _plugin_folder() / "libqxcb.so"
    if not plugin.exists():
        return None
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        return _install(str(error), _ON_X11)
    return None


def _uses_x11(platform: str) -> bool:
    if platform:
        return platform == "xcb"
    return bool(os.environ.get("DISPLAY")) and not _wayland_answers()


def _plugin_folder() -> Path:
    spec = importlib.util.find_spec("PySide6")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    return folder / "Qt" / "plugins" / "platforms"


def _install(error: str, others: Iterable[str]) -> str:
    """Say which packages to install: for the library the loader named, and for others like it that are missing."""
    named = _LIBRARY.search(error)
    if named is None:
        return f"Qt cannot be loaded: {error}. {_INSTEAD}"
    missing = [named.group(), *(name for name in others if name != named.group() and not _loads(name))]
    packages = list(dict.fromkeys(PACKAGES[name] for name in missing if name in PACKAGES))
    what = f"the system library {missing[0]} is missing" if len(missing) == 1 else "system libraries are missing"
    listed = "" if len(missing) == 1 else f" ({', '.join(missing)})"
    if not packages:
        return f"{what}{listed}: install it, or use 'headrace get URL' to download without a window."
    command = f"sudo apt install {' '.join(packages)}"
    return f"{what}{listed}: install with '{command}', or use 'headrace get URL' to download without a window."


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _refused(platform: str) -> str | None:
    display = os.environ.get("DISPLAY", "")
    if _uses_x11(platform) and not _x11_answers():
        return f"the display {display or '(unset)'} cannot be opened: it is not there or refuses us. {_INSTEAD}"
    if platform == "wayland" and not _wayland_answers():
        return f"the Wayland display {os.environ.get('WAYLAND_DISPLAY', '(unset)')} cannot be opened. {_INSTEAD}"
    if not platform and not display and not _wayland_answers():
        return f"the Wayland display {os.environ['WAYLAND_DISPLAY']} cannot be opened. {_INSTEAD}"
    return None


def _x11_answers() -> bool:
    """Open and close a connection to the X server."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    failed = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not failed


def _wayland_answers() -> bool:
    """Open and close a connection to the Wayland compositor."""
    name = os.environ.get("WAYLAND_DISPLAY", "")
    if sys.platform == "win32" or not name:
        return False
    path = Path(os.environ.get("XDG_RUNTIME_DIR", "/")) / name
    try:
        with socket.socket(socket.AF_UNIX) as channel:
            channel.settimeout(1)
            channel.connect(str(path))
    except OSError:
        return False
    return True
