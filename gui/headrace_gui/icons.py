"""The stroke icons, drawn from their SVG in any colour and size, and the icon each type of file has."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from headrace.categories import in_force
from headrace.category_entries import CategoryEntry
from headrace.filters import Category, StatusFilter, category_of, extension_of
from headrace_resources.files import icon_data
from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

APP_ICON: Final = "headrace"

CATEGORY_ICONS: Mapping[Category, str] = MappingProxyType(
    {
        Category.VIDEO: "film",
        Category.MUSIC: "music",
        Category.PICTURES: "image",
        Category.DOCUMENTS: "document",
        Category.ARCHIVES: "archive",
        Category.PROGRAMS: "program",
        Category.OTHER: "file",
    }
)

CATEGORY_CHOICES: Final = (*list(CATEGORY_ICONS.values())[:-1], "disc", "folder", "key", "tool")
"""The icons that a person may choose from."""

STATUS_ICONS: Mapping[StatusFilter, str] = MappingProxyType(
    {
        StatusFilter.ALL: "list",
        StatusFilter.ACTIVE: "download",
        StatusFilter.WAITING: "clock",
        StatusFilter.PAUSED: "pause",
        StatusFilter.FINISHED: "check",
        StatusFilter.FAILED: "alert",
    }
)

_DISC_IMAGES: Final = frozenset({"iso", "img", "dmg", "vdi", "vhd", "vhdx", "vmdk", "qcow2"})


def file_icon(name: str) -> str:
    """Return the icon for a file of that name."""
    icon = category_icon(category_of(name))
    return "disc" if icon == CATEGORY_ICONS[Category.ARCHIVES] and extension_of(name) in _DISC_IMAGES else icon


def category_icon(category: Category | CategoryEntry) -> str:
    """Return the icon of a category: the one a person chose, as far as there is such a one."""
    entry = in_force().entries.get(category) if isinstance(category, Category) else category
    if entry is not None and entry.icon in CATEGORY_CHOICES:
        return entry.icon
    key = category.value if isinstance(category, Category) else category.key
    return next((icon for kind, icon in CATEGORY_ICONS.items() if kind.value == key), "file")


class IconSet:
    """Draws icons and keeps what it drew."""

    def __init__(self) -> None:
        self._drawn: dict[tuple[str, str, int, float], QPixmap] = {}
        self._shapes: dict[tuple[str, int, float], QPixmap] = {}
        """In black: to colour one takes much less time than to draw it."""

    def pixmap(self, name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
        """Return icon `name` in `colour` (#RRGGBB), `size` logical pixels, for a screen of device pixel `ratio`."""
        key = (name, colour, size, ratio)
        if key not in self._drawn:
            self._drawn[key] = _coloured(self._shape(name, size, ratio), colour)
        return self._drawn[key]

    def _shape(self, name: str, size: int, ratio: float) -> QPixmap:
        key = (name, size, ratio)
        if key not in self._shapes:
            self._shapes[key] = _draw(name, size, ratio)
        return self._shapes[key]

    def icon(self, name: str, colour: str, disabled: str, size: int = 18) -> QIcon:
        """Return icon `name` for buttons and menus, sharp on plain screens and on the one in use."""
        icon = QIcon()
        for ratio in sorted({1.0, QGuiApplication.primaryScreen().devicePixelRatio()}):
            icon.addPixmap(self.pixmap(name, colour, size, ratio), QIcon.Mode.Normal)
            icon.addPixmap(self.pixmap(name, disabled, size, ratio), QIcon.Mode.Disabled)
        return icon


def _draw(name: str, size: int, ratio: float) -> QPixmap:
    svg = icon_data(name).replace(b"currentColor", b"#000000")
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def _coloured(shape: QPixmap, colour: str) -> QPixmap:
    pixmap = QPixmap(shape)
    painter = QPainter(pixmap)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(QRectF(0, 0, pixmap.width(), pixmap.height()), QColor(colour))
    painter.end()
    return pixmap


def app_icon() -> QIcon:
    """Return the program's own icon in the sizes desktops ask for."""
    icon = QIcon()
    for size in (16, 32, 64, 128):
        icon.addPixmap(_draw(APP_ICON, size, 1.0))
    return icon
