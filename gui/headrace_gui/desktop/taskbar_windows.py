"""Progress on the button in the task bar of Windows, by its COM interface ITaskbarList3."""

import ctypes
from typing import Any, Final

from headrace_gui.desktop.activity import Activity

_NO_PROGRESS, _INDETERMINATE, _NORMAL, _ERROR = 0, 1, 2, 4
_WHOLE: Final = 10_000
_IN_PROCESS: Final = 1
# Places in the interface's table of methods: those of IUnknown, ITaskbarList and ITaskbarList2 come first.
_RELEASE, _INITIALISE, _SET_VALUE, _SET_STATE = 2, 3, 9, 10


class _Guid(ctypes.Structure):
    _fields_ = (
        ("first", ctypes.c_uint32),
        ("second", ctypes.c_uint16),
        ("third", ctypes.c_uint16),
        ("rest", ctypes.c_ubyte * 8),
    )


_CLASS: Final = _Guid(0x56FDF344, 0xFD6D, 0x11D0, (ctypes.c_ubyte * 8)(0x95, 0x8A, 0, 0x60, 0x97, 0xC9, 0xA0, 0x90))
_INTERFACE: Final = _Guid(
    0xEA1AFB91, 0x9E28, 0x4B86, (ctypes.c_ubyte * 8)(0x90, 0xE9, 0x9E, 0x9F, 0x8A, 0x5E, 0xEF, 0xAF)
)


class WindowsTaskbar:
    """Shows progress on the button of one window. Use in the GUI thread, where Qt has set COM up.

    `task_bar_list` is a pointer to the object; None where there is no task bar.
    """

    def __init__(self, window: int, task_bar_list: ctypes.c_void_p | None) -> None:
        self._window, self._list = window, task_bar_list

    def show(self, activity: Activity, *, urgent: bool) -> None:
        """Show a bar; red where something failed, moving where no length is known."""
        if self._list is None:
            return
        _call(self._list, _SET_STATE, ctypes.c_void_p(self._window), ctypes.c_int(state_of(activity, urgent=urgent)))
        if activity.fraction is not None:
            parts = ctypes.c_uint64(round(activity.fraction * _WHOLE)), ctypes.c_uint64(_WHOLE)
            _call(self._list, _SET_VALUE, ctypes.c_void_p(self._window), *parts)


def state_of(activity: Activity, *, urgent: bool) -> int:
    """Return the flag (TBPFLAG) for what there is to show."""
    if not activity.running:
        return _NO_PROGRESS
    if urgent:
        return _ERROR
    return _INDETERMINATE if activity.fraction is None else _NORMAL


def make_task_bar_list() -> ctypes.c_void_p | None:
    """Make the object; None where there is no task bar, as on a server without a desktop."""
    libraries: Any = getattr(ctypes, "windll", None)
    if libraries is None:
        return None
    made = ctypes.c_void_p()
    create = libraries.ole32.CoCreateInstance
    failed = create(ctypes.byref(_CLASS), None, _IN_PROCESS, ctypes.byref(_INTERFACE), ctypes.byref(made))
    if failed or not made.value:
        return None
    if _call(made, _INITIALISE):
        _call(made, _RELEASE)
        return None
    return made


def _call(this: ctypes.c_void_p, place: int, *values: Any) -> int:
    """Call the method at that place of the object's table; 0 is success."""
    table = ctypes.cast(this, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p))).contents
    function: Any = getattr(ctypes, "WINFUNCTYPE", ctypes.CFUNCTYPE)
    kind = function(ctypes.c_long, ctypes.c_void_p, *(type(value) for value in values))
    return int(kind(table[place])(this, *values))
