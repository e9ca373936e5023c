"""The field that says which cookies downloads have of their own, with a button to choose others."""

from headrace.cookie_choices import CookieChoice
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from headrace_gui.dialogs.add_tick import ShortLabel
from headrace_gui.dialogs.cookie_means import CookieMeans, choice_words
from headrace_gui.dialogs.small_dialog import Text
from headrace_gui.texts import on_language, translate


class CookieField(QWidget):
    """Shows what is chosen; as long as nothing is, what `before` says."""

    changed = Signal()

    def __init__(self, before: Text, parent: QWidget) -> None:
        super().__init__(parent)
        self.means: CookieMeans | None = None
        """To be set before anybody presses the button."""
        self.choice: CookieChoice | None = None
        self.is_touched = False
        """Whether a person has chosen, be it no cookies."""
        self._before = before
        self.shown, self.button = ShortLabel(self), QPushButton(self)
        self.shown.setTextFormat(Qt.TextFormat.PlainText)
        self.setFocusProxy(self.button)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.shown, 1)
        row.addWidget(self.button)
        on_language(self, self._retext)
        self.button.clicked.connect(self._ask)

    def choose(self, choice: CookieChoice | None) -> None:
        """Have this chosen."""
        self.choice, self.is_touched = choice, True
        self._retext()
        self.changed.emit()

    def _retext(self) -> None:
        said = choice_words(self.choice) if self.is_touched else self._before()
        self.shown.setText(said)
        self.button.setText(translate("Cookies", "Choose…"))
        self.button.setAccessibleName(translate("Cookies", "Choose cookies"))
        self.button.setAccessibleDescription(said)

    def _ask(self) -> None:
        from headrace_gui.dialogs.cookie_dialog import CookieDialog  # noqa: PLC0415 - loads databases, for who asks

        if self.means is not None:
            CookieDialog(self.means, self.choose, self, hint=hint_words).show()


def hint_words() -> str:
    """Return what the dialog says about itself."""
    return translate(
        "Cookies",
        "For these downloads alone. Each cookie goes to the site it belongs to, and is never stored in clear.",
    )
