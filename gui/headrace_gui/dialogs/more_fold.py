"""The fold of the add dialog that few open: its fields are made when they are first wanted."""

from headrace.cookie_choices import CookieChoice
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from headrace_gui.dialogs.add_more import Extras, MoreOptions
from headrace_gui.dialogs.add_tick import TickBox
from headrace_gui.dialogs.cookie_means import CookieMeans
from headrace_gui.icons import IconSet
from headrace_gui.theme import Theme


class MoreFold(QWidget):
    """Holds the fields of *More*; says that nothing is wanted as long as nobody has opened it."""

    changed = Signal()
    headers_changed = Signal()
    """Servers would be asked with other headers now."""

    def __init__(self, before: QWidget, parent: QWidget, look: tuple[Theme, IconSet]) -> None:
        """Take what the Tab key reaches just before the fields."""
        super().__init__(parent)
        self._before, self._look = before, look
        self._room = QVBoxLayout(self)
        self._room.setContentsMargins(0, 0, 0, 0)
        self._made: MoreOptions | None = None
        self.cookie_means: CookieMeans | None = None
        """To be set before the fields are made."""
        self._single = True

    @property
    def fields(self) -> MoreOptions:
        """The fields, which exist from now on."""
        if self._made is None:
            self._made = made = MoreOptions(TickBox(*self._look), self)
            made.cookies.means = self.cookie_means
            made.show_for(single=self._single)
            made.changed.connect(self.changed)
            made.headers_changed.connect(self.headers_changed)
            self._room.addWidget(made)
            made.follow(self._before)
        return self._made

    def open(self, *, opened: bool) -> None:
        """Show or hide the fields."""
        if opened:
            self.fields.show()
        self.setVisible(opened)

    def show_for(self, *, single: bool) -> None:
        """Show the fields that belong to one file only where there is one."""
        self._single = single
        if self._made is not None:
            self._made.show_for(single=single)

    def expect(self, checksum: str) -> bool:
        """Enter a checksum where there is none yet; False where there is one."""
        if self.fields.checksum.text():
            return False
        self.fields.checksum.setText(checksum)
        return True

    def extras(self) -> Extras | None:
        """Return what the fields say; None while something in them is wrong."""
        return Extras() if self._made is None else self._made.extras()

    def chosen_proxy(self) -> str | None:
        """Return the proxy as far as it is right."""
        return None if self._made is None else self._made.chosen_proxy()

    def chosen_cookies(self) -> CookieChoice | None:
        """Return which cookies are chosen."""
        return None if self._made is None else self._made.cookies.choice

    def request_headers(self) -> tuple[tuple[str, str], ...]:
        """Return the headers as far as they are right."""
        return () if self._made is None else self._made.request_headers()
