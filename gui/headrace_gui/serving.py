"""Serving programs made for aria2 while the settings say so; nothing of it is loaded before."""

from headrace.control.operator import Front
from headrace.manager import DownloadManager
from headrace.settings import Settings
from PySide6.QtCore import QObject

from headrace_gui.main_window import MainWindow
from headrace_gui.texts import translate


class Serving(QObject):
    """Begins when the switch is thrown for the first time, ends with the window."""

    def __init__(self, window: MainWindow, manager: DownloadManager, front: Front) -> None:
        super().__init__(window)
        self._window, self._manager, self._front = window, manager, front
        manager.settings_changed.connect(self._follow)
        self._follow(manager.settings)

    def _follow(self, settings: Settings) -> None:
        if not settings.rpc:
            return
        self._manager.settings_changed.disconnect(self._follow)
        from headrace.rpc.service import RpcService  # noqa: PLC0415 - few want it

        self._service = RpcService(self._manager, self._front.quit, self._complain)  # a signal alone keeps nothing
        self._window.closed.connect(lambda: self._service.close(1.0))

    def _complain(self, port: int, why: str) -> None:
        sentence = translate("Window", "Other programs cannot be served at port {port}: {why}. Choose another port.")
        self._window.show_message(sentence.format(port=port, why=why))
