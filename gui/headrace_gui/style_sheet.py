"""The style sheet, a template over the theme's tokens; what it cannot do is painted by delegates."""

from typing import Final

STYLE_SHEET: Final = """
QMainWindow, QDialog { background: $window; }
QMainWindow::separator { width: 0; height: 0; }
QToolTip { background: $surface; color: $text; border: 1px solid $line; padding: 4px 6px; }
QSplitter::handle { background: $line; }

#commandBar { background: $surface; border-bottom: 1px solid $line; }
QToolButton#plain {
    border: 1px solid transparent; border-radius: 7px; padding: 0 10px; min-height: 32px; color: $text;
}
QToolButton#plain:hover { background: $hover; }
QToolButton#plain:pressed { background: $track; }
QToolButton#plain:focus { border-color: $accent; }
#barLine { background: $line; }

QLineEdit, QPlainTextEdit, QDoubleSpinBox, QComboBox {
    background: $surface; color: $text; border: 1px solid $line; border-radius: 8px; padding: 0 8px; min-height: 34px;
    selection-background-color: $accent; selection-color: $on_accent;
}
QPlainTextEdit { padding: 3px 4px; }
QLineEdit:focus, QPlainTextEdit:focus, QDoubleSpinBox:focus, QComboBox:focus { border-color: $accent; }
#commandBar QLineEdit { background: $window; }

QMenuBar { background: $surface; color: $text; border-bottom: 1px solid $line; padding: 2px 8px; }
QMenuBar::item { padding: 4px 10px; border-radius: 6px; background: transparent; }
QMenuBar::item:selected { background: $selection; }
QMenu { background: $surface; color: $text; border: 1px solid $line; padding: 5px; }
QMenu::item { padding: 6px 24px 6px 8px; border-radius: 6px; }
QMenu::item:selected { background: $selection; color: $text; }
QMenu::item:disabled { color: $faint; background: transparent; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: $line; margin: 5px 8px; }

#sidebar { background: $window; border: none; outline: none; }
#downloadTable, #addList { background: $surface; border: none; outline: none; }
#downloadTable QHeaderView { background: $surface; border: none; }
#emptyState { background: $surface; }
#statusBar { background: $window; border-top: 1px solid $line; }
#statusBar QLabel { color: $secondary; font-size: ${small}px; }
#statusBar QLabel#totalSpeed { color: $text; font-weight: 600; }

#messageBar { background: $surface; border-bottom: 1px solid $line; }
#messageBar QLabel { color: $text; }
#toast { background: $text; border-radius: 8px; }
#toast QLabel { color: $surface; background: transparent; }
#toast QToolButton {
    color: $surface; background: transparent; border: 1px solid $secondary; border-radius: 6px; padding: 4px 12px;
    font-weight: 600;
}
#toast QToolButton:hover, #toast QToolButton:focus { border-color: $surface; }

QDialog#addDialog, QDialog#smallDialog { background: $surface; }
#dialogTitle { font-size: ${title}px; font-weight: 600; }
#hint { color: $secondary; font-size: ${small}px; }
#dialogFooter { background: $window; border-top: 1px solid $line; }
#addFrame, #folderFrame { background: $surface; border: 1px solid $line; border-radius: 8px; }
#folderFrame QLineEdit { border: none; background: transparent; padding: 0 4px; }
#folderFrame[active="true"] { border-color: $accent; }
QPushButton {
    background: $surface; color: $text; border: 1px solid $line; border-radius: 8px; padding: 0 16px; min-height: 34px;
    font-weight: 500;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $track; }
QPushButton:focus { border-color: $accent; }
QPushButton:disabled { color: $faint; }
QPushButton#primary { background: $accent; color: $on_accent; border-color: $accent; font-weight: 600; }
QPushButton#primary:hover { background: $accent_hover; }
QPushButton#primary:focus { border-color: $text; }
QPushButton#primary:disabled { background: $track; color: $faint; border-color: $track; }

QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $line; border-radius: 4px; margin: 2px; min-height: 32px; min-width: 32px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
"""
