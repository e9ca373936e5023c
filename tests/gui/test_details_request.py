"""The Request page: what was asked and answered, the newest first, to be read and copied."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from headrace.details import Exchange
from headrace.snapshots import DownloadSnapshot
from headrace_gui.details.request import RequestPage
from headrace_gui.details.request_model import ExchangeModel, exchange_sign, exchange_text, status_of
from headrace_gui.icons import IconSet
from headrace_gui.story_words import Sign
from headrace_gui.theme import Theme
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor, QTextDocumentFragment
from PySide6.QtGui import Qt as RichText
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import make_details, make_snapshot

SNAPSHOT: DownloadSnapshot = make_snapshot("a.iso")


def exchange(number: int, status: str = "HTTP/1.1 200 OK", **more: str) -> Exchange:
    asked = (("Host", "h.test"), ("Authorization", "Basic •••"))
    answered = tuple((name.replace("_", "-"), value) for name, value in more.items()) if status else ()
    return Exchange(1_700_000_000.0 + number, f"GET /{number} HTTP/1.1", asked, status, answered)


@pytest.fixture
def page(qtbot: QtBot, theme: Theme) -> RequestPage:
    page = RequestPage(theme, IconSet())
    qtbot.addWidget(page)
    page.resize(1000, 240)
    with qtbot.waitExposed(page):
        page.show()
    return page


def tell(page: RequestPage, *exchanges: Exchange) -> None:
    page.show_details(make_details(SNAPSHOT, exchanges=exchanges))
    page.refresh(SNAPSHOT)


def test_the_newest_exchange_is_shown_header_by_header(page: RequestPage) -> None:
    page.show_download(SNAPSHOT)
    tell(
        page, exchange(1, "HTTP/1.1 302 Found", Location="/2"), exchange(2, "HTTP/1.1 206 Partial Content", ETag='"x"')
    )
    assert [page.model.index(row).data() for row in range(2)] == ["206 Partial Content", "302 Found"]
    assert page.text.toPlainText().splitlines() == [
        "GET /2 HTTP/1.1",
        "Host\th.test",
        "Authorization\tBasic •••",
        "HTTP/1.1 206 Partial Content",
        'ETag\t"x"',
    ]


def test_values_stand_in_one_column(page: RequestPage) -> None:
    page.show_download(SNAPSHOT)
    tell(page, exchange(1, Server="nginx", X_Long="word " * 200))
    places = []
    for word in ("h.test", "Basic", "nginx"):
        found = page.text.document().find(word)
        cursor = QTextCursor(page.text.document())
        cursor.setPosition(found.selectionStart())
        places.append(page.text.cursorRect(cursor).left())
    assert len(set(places)) == 1
    assert page.text.horizontalScrollBar().maximum() == 0, "long values break"


def test_the_newest_is_followed_until_another_is_chosen(page: RequestPage) -> None:
    page.show_download(SNAPSHOT)
    tell(page, exchange(1), exchange(2, ""))
    assert page.text.toPlainText().startswith("GET /2 ")
    tell(page, exchange(1), exchange(2, "HTTP/1.1 503 Busy"))
    assert "503 Busy" in page.text.toPlainText(), "an answer that came is shown"
    tell(page, exchange(1), exchange(2, "HTTP/1.1 503 Busy"), exchange(3))
    assert page.text.toPlainText().startswith("GET /3 ")
    page.list.setCurrentIndex(page.model.index(2))
    tell(page, *(exchange(number) for number in (1, 2, 3, 4, 5)))
    assert page.text.toPlainText().startswith("GET /1 ")
    assert page.list.currentIndex().row() == 4


def test_what_is_chosen_in_the_text_stays_while_nothing_changes(page: RequestPage) -> None:
    page.show_download(SNAPSHOT)
    tell(page, exchange(1))
    page.text.selectAll()
    tell(page, exchange(1))
    assert page.text.textCursor().hasSelection()


@pytest.mark.parametrize("target", ["/?a=<b>x</b>&lt;", "/plain?a=1&amp;b=2"])
def test_a_tooltip_shows_a_request_as_it_is(page: RequestPage, target: str) -> None:
    line = f"GET {target} HTTP/1.1"
    tell(page, replace(exchange(1), request_line=line))
    tip = page.model.index(0).data(Qt.ItemDataRole.ToolTipRole)
    shown = QTextDocumentFragment.fromHtml(tip).toPlainText() if RichText.mightBeRichText(tip) else tip
    assert shown == line


def test_an_exchange_is_copied_as_it_went_over_the_wire(page: RequestPage) -> None:
    page.show_download(SNAPSHOT)
    tell(page, exchange(7, Server="nginx"))
    QTest.mouseClick(page.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == (
        "GET /7 HTTP/1.1\nHost: h.test\nAuthorization: Basic •••\n\nHTTP/1.1 200 OK\nServer: nginx\n"
    )


def test_empty_pages_say_why(page: RequestPage) -> None:
    page.show_download(None)
    assert page._note.isVisible()
    assert page._note.text() == "Choose a download to see what was asked and answered"
    page.show_download(SNAPSHOT)
    assert page._note.text().splitlines() == [
        "Nothing has been asked since Headrace was started",
        "Headers are kept while Headrace runs, never stored",
    ]
    tell(page, exchange(1))
    assert not page._note.isVisible()
    page.show_details(None)
    assert page._note.isVisible()
    assert page.text.toPlainText() == ""


@pytest.mark.parametrize(("width", "beside"), [(1180, True), (640, True), (380, False)])
def test_the_list_stands_on_top_where_it_is_narrow(qtbot: QtBot, page: RequestPage, width: int, beside: bool) -> None:
    page.show_download(SNAPSHOT)
    tell(page, *(exchange(number) for number in range(9)))
    page.resize(width, 500)

    def place(widget: QWidget) -> QRect:
        return QRect(widget.mapTo(page, QPoint(0, 0)), widget.size())

    qtbot.waitUntil(lambda: (place(page.list).right() < place(page.text).left()) is beside)
    assert (place(page.list).bottom() < place(page.text).top()) is not beside
    assert page.rect().contains(place(page.text))
    assert page.width() == width


@pytest.mark.parametrize(
    ("line", "status", "sign"),
    [
        ("HTTP/1.1 206 Partial Content", "206 Partial Content", Sign.OK),
        ("HTTP/1.1 404", "404", Sign.WARNING),
        ("HTTP/1.0 500 Oops", "500 Oops", Sign.WARNING),
        ("HTTP/1.1 302 Found", "302 Found", Sign.INFO),
        ("nonsense", "nonsense", Sign.INFO),
        ("", "", Sign.INFO),
    ],
)
def test_status(line: str, status: str, sign: Sign) -> None:
    assert status_of(exchange(1, line)) == status
    assert exchange_sign(exchange(1, line)) is sign
    assert ("\n\n" in exchange_text(exchange(1, line))) is bool(line)


STEPS: list[Sequence[int]] = [(), (1,), (1, 2), (1, 2, 3, 4), (3, 4, 5), (9,), (), (1, 2, 3), (1, 2)]


def test_the_model_keeps_the_rules(qtmodeltester: ModelTester) -> None:
    model = ExchangeModel()
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    for step in STEPS:
        model.show([exchange(number, "" if number == step[-1] else "HTTP/1.1 200 OK") for number in step])
        found = [model.exchange(row).request_line for row in range(model.rowCount())]
        assert found == [f"GET /{number} HTTP/1.1" for number in reversed(step)]
        assert not step or model.exchange(0).status_line == ""
