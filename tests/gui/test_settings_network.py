"""The settings of the way to servers: typed, chosen, refused, and never with a password."""

from pathlib import Path

from headrace.logins import Login
from headrace_gui.settings_pages.entry import Page
from headrace_gui.settings_pages.proxy_field import ProxyField
from headrace_gui.settings_pages.words_field import WordsField, read_exceptions
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.support.settings_stage import Scene, write


def test_a_way_is_chosen(scene: Scene) -> None:
    field = scene.control("proxy", ProxyField)
    assert [field.box.itemText(row) for row in range(field.box.count())] == [
        "As the system does",
        "Directly",
        "As the environment says",
        "By this proxy:",
    ]
    assert field.box.currentIndex() == 0
    assert not field.edit.isVisible()
    for key, choice in ((Qt.Key.Key_Down, "direct"), (Qt.Key.Key_Down, "environment"), (Qt.Key.Key_Up, "direct")):
        QTest.keyClick(field.box, key)
        assert scene.manager.settings.proxy == choice


def test_a_proxy_is_typed_and_its_password_kept_elsewhere(scene: Scene, qtbot: QtBot) -> None:
    field = scene.control("proxy", ProxyField)
    QTest.keyClick(field.box, Qt.Key.Key_End)
    assert field.edit.isVisible()
    assert scene.manager.settings.proxy == "system", "nothing is chosen yet"
    write(field.edit, "proxy.example")
    qtbot.waitUntil(lambda: "http://proxy.example:3128" in scene.row("proxy").words.complaint.text())
    write(field.edit, "ann:se cret@proxy.example:3128")
    qtbot.waitUntil(lambda: "socks5h" in scene.row("proxy").words.complaint.text())
    write(field.edit, "ann:secret@proxy.example:3128")
    qtbot.waitUntil(lambda: scene.manager.settings.proxy == "http://ann@proxy.example:3128")
    assert field.edit.text() == "http://ann@proxy.example:3128"
    login = scene.manager.net_context.logins.of("http://proxy.example:3128")
    assert login == Login("ann", "secret")
    assert scene.row("proxy").words.complaint.text() == ""


def test_exceptions_are_typed(scene: Scene, qtbot: QtBot) -> None:
    field = scene.control("no_proxy", WordsField)
    assert field.edit.text() == "localhost; 127.0.0.0/8; ::1"
    write(field.edit, "*.Example.org 10.1.2.3/8; <local>")
    qtbot.waitUntil(lambda: scene.manager.settings.no_proxy == ("example.org", "10.0.0.0/8", "<local>"))
    write(field.edit, "http://h")
    qtbot.waitUntil(lambda: "http://h" in scene.row("no_proxy").words.complaint.text())
    assert read_exceptions("") == ((), "")


def test_logins_are_forgotten(scene: Scene, qtbot: QtBot) -> None:
    logins = scene.manager.net_context.logins
    logins.give("https://a.example", Login("ann", "secret"))
    logins.give("https://b.example", Login("", "token"))
    scene.dialog.show_page(Page.CONNECTIONS)
    scene.dialog.pages.done.emit("forget_logins")
    note = scene.dialog.pages.view(Page.CONNECTIONS).note
    qtbot.waitUntil(lambda: note._text.text() == "2 logins forgotten.")
    assert logins.of("https://a.example") is None


def test_certificates_are_typed_and_trusted_no_more(scene: Scene, qtbot: QtBot) -> None:
    digest = "0a" * 32
    field = scene.control("trusted_certificates", WordsField)
    write(field.edit, f"NAS.lan:8443={digest}")
    qtbot.waitUntil(lambda: scene.manager.settings.trusted_certificates == (f"nas.lan:8443={digest}",))
    write(field.edit, "nas.lan")
    qtbot.waitUntil(lambda: "nas.lan" in scene.row("trusted_certificates").words.complaint.text())
    field.edit.selectAll()
    QTest.keyClick(field.edit, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: scene.manager.settings.trusted_certificates == ())
    own = scene.control("client_certificates", WordsField)
    wanted = tuple(f"{host}={Path(file).absolute()}" for host, file in (("a", "/own certs/a.pem"), ("b", "/b.pem")))
    write(own.edit, "; ".join(wanted))
    qtbot.waitUntil(lambda: scene.manager.settings.client_certificates == wanted)
    write(own.edit, "a.example=a.pem")
    qtbot.waitUntil(lambda: "a.pem" in scene.row("client_certificates").words.complaint.text())


def test_a_network_is_typed(scene: Scene, qtbot: QtBot) -> None:
    field = scene.control("binding", WordsField)
    write(field.edit, "tun0")
    qtbot.waitUntil(lambda: scene.manager.settings.binding == "tun0")
    write(field.edit, "a/b")
    qtbot.waitUntil(lambda: "tun0" in scene.row("binding").words.complaint.text())
    assert scene.manager.settings.binding == "tun0"
