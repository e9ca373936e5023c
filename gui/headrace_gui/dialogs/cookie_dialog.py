"""The dialog for the cookies of downloads: out of a browser, pasted, out of a file that is read again, or none."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from headrace.addresses import host_of
from headrace.cookie_choices import CookieChoice, chosen, pasted
from headrace.cookie_texts import read_netscape
from headrace.jars.faults import Fault, JarError
from headrace.jars.profiles import BrowserProfile, browser_profiles
from headrace.jars.taking import Taken, take_cookies
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from headrace_gui.dialogs.cookie_means import CookieMeans, count_words
from headrace_gui.dialogs.small_dialog import SmallDialog, Text
from headrace_gui.fields import Choice
from headrace_gui.texts import QT_TRANSLATE_NOOP, on_language, translate

_BROWSER, _PASTED, _FILE, _NONE = range(4)
_SOURCES: Final = (
    QT_TRANSLATE_NOOP("Cookies", "Out of a browser, now and this once"),
    QT_TRANSLATE_NOOP("Cookies", "Pasted"),
    QT_TRANSLATE_NOOP("Cookies", "Out of a cookies.txt, read again whenever needed"),
    QT_TRANSLATE_NOOP("Cookies", "None but those of the settings"),
)
_FAULTS: Final = {
    Fault.NO_BROWSER: QT_TRANSLATE_NOOP("Cookies", "There is no browser here whose cookies can be read."),
    Fault.NO_PROFILE: QT_TRANSLATE_NOOP("Cookies", "There is no browser here whose cookies can be read."),
    Fault.UNREADABLE: QT_TRANSLATE_NOOP("Cookies", "The cookies of {browser} cannot be read."),
    Fault.LIBRARY: QT_TRANSLATE_NOOP(
        "Cookies", "The cookies of {browser} are encrypted. Install what deciphers them: {command}"
    ),
    Fault.KEYRING: QT_TRANSLATE_NOOP(
        "Cookies", "The system's keyring does not give the key to the cookies of {browser}."
    ),
    Fault.SEALED: QT_TRANSLATE_NOOP(
        "Cookies",
        "On Windows {browser} seals its cookies so that no other program can read them. Use Firefox, the extension for"
        " browsers, or a cookies.txt.",
    ),
}
_COMMAND: Final = "pip install 'headrace[browsers]'"
Take = Callable[[CookieChoice | None], object]


class CookieDialog(SmallDialog):
    """Asks where cookies are to come from. A browser's store is read when its button is pressed, and never else."""

    def __init__(self, means: CookieMeans, take: Take, parent: QWidget | None = None, *, hint: Text) -> None:
        """`take` is called with what was chosen, None for no cookies."""
        super().__init__(
            lambda: translate("Cookies", "Cookies"), lambda: translate("Cookies", "Use"), parent, hint=hint
        )
        self._means, self._take = means, take
        self._taken: Taken | None = None
        self.source, self.profile = Choice(self), Choice(self)
        self.source.addItems([""] * len(_SOURCES))
        self.look, self.found = QPushButton(self), QLabel(self)
        self.text, self.file, self.choose = QPlainTextEdit(self), QLineEdit(self), QPushButton(self)
        self.keep = QCheckBox(self)
        self._lay_out_fields()
        on_language(self, self._retext)
        self._connect()
        self._show_source()
        self.source.setFocus()
        means.background.run(self, lambda: browser_profiles(means.home), self._offer)
        means.background.run(self, means.keychain.is_there, lambda there: self.keep.setEnabled(bool(there)))

    def _lay_out_fields(self) -> None:
        self.found.setWordWrap(True)
        self.found.setTextFormat(Qt.TextFormat.PlainText)
        self.found.hide()
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(self.fontMetrics().lineSpacing() * 5 + 20)
        self.file.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.keep.setEnabled(False)
        self.add_label(lambda: translate("Cookies", "&Where they come from"), self.source)
        for each in (self.profile, self.look, self.found, self.text, self.file, self.choose, self.keep):
            self.fields.addWidget(each)

    def _retext(self) -> None:
        for row, text in enumerate(_SOURCES):
            self.source.setItemText(row, translate("Cookies", text))
        self.profile.setAccessibleName(translate("Cookies", "Browser and profile"))
        self.look.setText(translate("Cookies", "&Look for cookies of {site}").format(site=self._site()))
        self.text.setPlaceholderText(translate("Cookies", "Cookie: name=value; … or the text of a cookies.txt"))
        self.text.setAccessibleName(translate("Cookies", "Cookies"))
        self.file.setPlaceholderText("…/cookies.txt")
        self.file.setAccessibleName(translate("Cookies", "File"))
        self.choose.setText(translate("Cookies", "&Choose a file…"))
        self.keep.setText(translate("Cookies", "&Keep them in the system's keyring"))

    def _connect(self) -> None:
        self.source.activated.connect(self._show_source)
        self.profile.activated.connect(self._forget)
        self.look.clicked.connect(self._look)
        self.choose.clicked.connect(self._choose_file)
        for changed in (self.text.textChanged, self.file.textChanged):
            changed.connect(self.check)

    def _site(self) -> str:
        hosts = list(dict.fromkeys(host_of(address) for address in self._means.addresses()))
        return hosts[0] + (" …" if len(hosts) > 1 else "") if hosts else "…"

    def _show_source(self) -> None:
        source = self.source.currentIndex()
        for field, of in (
            (self.profile, (_BROWSER,)),
            (self.look, (_BROWSER,)),
            (self.text, (_PASTED,)),
            (self.file, (_FILE,)),
            (self.choose, (_FILE,)),
            (self.keep, (_BROWSER, _PASTED)),
        ):
            field.setVisible(source in of)
        self.found.setVisible(source == _BROWSER and bool(self.found.text()))
        self.check()
        self._grow()

    def fault(self) -> str:
        """Return "" always: what is wrong is said when it is to be used."""
        return ""

    # -- out of a browser --------------------------------------------------------------------------------------

    def _offer(self, profiles: list[BrowserProfile] | None) -> None:
        for each in profiles or ():
            self.profile.addItem(each.title, each)
        self.profile.setPlaceholderText(translate("Cookies", "No browser was found"))
        self.profile.setCurrentIndex(0 if profiles else -1)
        self.profile.setEnabled(self.profile.count() > 0)
        self.look.setEnabled(self.profile.count() > 0)

    def _forget(self) -> None:
        self._taken = None
        self.found.hide()

    def _look(self) -> None:
        profile, addresses = self.profile.currentData(), tuple(self._means.addresses())
        self._forget()
        self.look.setEnabled(False)
        self._means.background.run(self, lambda: _taken(profile, addresses), self._show_found)

    def _show_found(self, taken: Taken | JarError | None) -> None:
        self.look.setEnabled(True)
        if isinstance(taken, Taken):
            self._taken = taken if taken.cookies else None
            self.check()
            self.found.setText(_found_words(taken))
            self.found.setVisible(self.source.currentIndex() == _BROWSER)
        else:
            fault, browser = (Fault.UNREADABLE, "") if taken is None else (taken.fault, taken.detail)
            self.refuse(translate("Cookies", _FAULTS[fault]).format(browser=browser, command=_COMMAND))

    # -- what is used ------------------------------------------------------------------------------------------

    def confirm(self) -> bool:
        """Use what was chosen, or say what is missing."""
        source = self.source.currentIndex()
        if source == _BROWSER:
            if self._taken is None:
                return self.refuse(translate("Cookies", "Look for cookies first; nothing is taken unseen."))
            self._take(chosen(self._taken.cookies, keep=self._keeps()))
        elif source == _PASTED:
            return self._use_pasted()
        elif source == _FILE:
            return self._use_file()
        else:
            self._take(None)
        return True

    def _keeps(self) -> bool:
        return self.keep.isEnabled() and self.keep.isChecked()

    def _use_pasted(self) -> bool:
        addresses = [*self._means.addresses(), "https://example.invalid/"]
        try:
            self._take(pasted(self.text.toPlainText(), addresses[0], keep=self._keeps()))
        except ValueError:
            return self.refuse(
                translate("Cookies", "Write them as name=value; name=value, or paste the text of a cookies.txt.")
            )
        return True

    def _use_file(self) -> bool:
        """Look at the file first, which the disk may take long for."""
        path = Path(self.file.text().strip()).expanduser()
        if not path.is_absolute():
            return self.refuse(translate("Cookies", "Name the file in full, or choose it."))
        self._means.background.run(self, lambda: _is_cookie_file(path), lambda good: self._end_with(path, bool(good)))
        return False

    def _end_with(self, path: Path, good: bool) -> None:  # noqa: FBT001 - the result of work
        if good:
            self._take(CookieChoice(path=path))
            self.accept()
        else:
            self.refuse(translate("Cookies", "This is not a cookies.txt that can be read."))

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, translate("Cookies", "Cookies"), self.file.text())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(["cookies.txt (*.txt)", f"{translate('Settings', 'All files')} (*)"])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.file.setText)
        dialog.open()


def _taken(profile: BrowserProfile, addresses: Sequence[str]) -> Taken | JarError:
    try:
        return take_cookies(profile, addresses)
    except JarError as error:
        return error


def _is_cookie_file(path: Path) -> bool:
    try:
        read_netscape(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return False
    return True


def _found_words(taken: Taken) -> str:
    if taken.cookies:
        return count_words(len(taken.cookies), taken.domains)
    return translate("Cookies", "{browser} has no cookies for {site}. Log in there first.").format(
        browser=taken.profile.title, site=", ".join(taken.hosts[:3])
    )
