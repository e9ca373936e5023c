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

QLineEdit, QPlainTextEdit, QSpinBox, QDoubleSpinBox, QComboBox {
    background: $surface; color: $text; border: 1px solid $line; border-radius: 8px; padding: 0 8px; min-height: 34px;
    selection-background-color: $accent; selection-color: $on_accent;
}
QPlainTextEdit { padding: 3px 4px; }
QComboBox { padding: 0 10px; }
QComboBox::drop-down { border: none; width: 28px; }
QComboBox::down-arrow { image: none; }
QSpinBox::up-button, QDoubleSpinBox::up-button {
    subcontrol-origin: border; subcontrol-position: top right; width: 28px; border: none; background: transparent;
}
QSpinBox::down-button, QDoubleSpinBox::down-button {
    subcontrol-origin: border; subcontrol-position: bottom right; width: 28px; border: none; background: transparent;
}
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow, QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: none; }
QComboBox QAbstractItemView {
    background: $surface; color: $text; border: 1px solid $line; padding: 4px; outline: none;
    selection-background-color: $selection; selection-color: $text;
}
QLineEdit:focus, QPlainTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {
    border-color: $accent;
}
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
#firstRun { background: $selection; border-bottom: 1px solid $line; }
#firstRun QLabel { color: $text; }
#toast { background: $text; border-radius: 8px; }
#toast QLabel { color: $surface; background: transparent; }
#toast QToolButton {
    color: $surface; background: transparent; border: 1px solid $secondary; border-radius: 6px; padding: 4px 12px;
    font-weight: 600;
}
#toast QToolButton:hover, #toast QToolButton:focus { border-color: $surface; }

QDialog#addDialog, QDialog#smallDialog, QMessageBox { background: $surface; }
QMessageBox QLabel#qt_msgbox_label { font-weight: 600; }
QMessageBox QLabel#qt_msgbox_informativelabel { color: $secondary; min-width: 280px; }
#dialogTitle { font-size: ${title}px; font-weight: 600; }
#hint { color: $secondary; font-size: ${small}px; }
#sectionTitle { font-weight: 600; }
QProgressBar#countdown { background: $track; border: none; border-radius: 3px; }
QProgressBar#countdown::chunk { background: $accent; border-radius: 3px; }
#keyCap {
    color: $secondary; background: $window; border: 1px solid $line; border-radius: 6px; padding: 1px 8px;
    font-size: ${small}px;
}
#problem { color: $failed; }
#dialogScroll, #dialogBody { background: $surface; }
QPushButton#link {
    color: $accent_text; background: transparent; border: 1px solid transparent; padding: 0 4px; min-height: 28px;
    text-align: left;
}
QPushButton#link:hover { background: $hover; }
QPushButton#link:focus { border-color: $accent; }
#addStrip { background: $window; border: 1px solid $line; border-radius: 8px; }
QToolButton#segment {
    color: $text; background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 0 10px;
    min-height: 26px;
}
QToolButton#segment:hover { background: $hover; }
QToolButton#segment:checked { background: $surface; border-color: $line; color: $accent_text; font-weight: 600; }
QToolButton#segment:focus { border-color: $accent; }
#dialogFooter { background: $window; border-top: 1px solid $line; }
#addFrame, #folderFrame, #fieldFrame { background: $surface; border: 1px solid $line; border-radius: 8px; }
#folderFrame QLineEdit, #fieldFrame QLineEdit { border: none; background: transparent; padding: 0 4px; }
#folderFrame QLineEdit, #folderFrame QToolButton#plain { min-height: 28px; }
#folderFrame QToolButton#plain { padding: 0 8px; }
#folderFrame[active="true"], #fieldFrame[active="true"] { border-color: $accent; }
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

#settingsPages, #settingsBody { background: $window; }
#settingsCard { background: $surface; border: 1px solid $line; border-radius: 12px; }
#groupHeading { color: $secondary; font-size: ${small}px; }
#need { color: $warning; }
#pathLabel { color: $text; font-size: ${small}px; }
#note { background: $surface; border: 1px solid $line; border-radius: 10px; }
QToolButton#rowButton, QToolButton#stepper {
    border: 1px solid transparent; border-radius: 7px; min-width: 26px; min-height: 26px; background: transparent;
}
QToolButton#rowButton:hover, QToolButton#stepper:hover { background: $hover; }
QToolButton#rowButton:pressed, QToolButton#stepper:pressed { background: $track; }
QToolButton#rowButton:focus { border-color: $accent; }
QLineEdit#queueName { background: transparent; border-color: transparent; }
QLineEdit#queueName:hover { border-color: $line; }
QLineEdit#queueName:focus { background: $surface; border-color: $accent; }
QLineEdit#queueName:disabled { color: $text; border-color: transparent; }
QComboBox#choiceBox { combobox-popup: 0; }
QComboBox#choiceBox QAbstractItemView {
    background: $surface; color: $text; border: 1px solid $line; padding: 4px; outline: none;
    selection-background-color: $selection; selection-color: $text;
}
QComboBox#choiceBox QAbstractItemView::item { min-height: 32px; padding: 0 8px; border-radius: 6px; }
QComboBox#choiceBox QAbstractItemView::item:selected { background: $selection; color: $text; }

#detailsDrawer, #detailsGround, #detailsScroll, #connectionTable { background: $surface; border: none; }
#detailsHead { background: $surface; border: none; border-bottom: 1px solid $line; }
#detailsHead QTabBar::scroller { width: 40px; }
#detailsHead QTabBar QToolButton { background: $surface; border: none; width: 18px; }
#detailsHead QTabBar QToolButton:hover { background: $hover; }
QLabel#quiet { color: $secondary; }
#detailsList, #liveView, #headersText { background: $surface; color: $text; border: none; outline: none; }
#headersText { padding: 0 16px 8px 16px; selection-background-color: $accent; selection-color: $on_accent; }
QToolButton#plain:checked { background: $selection; color: $accent_text; }
QToolButton#plain[small="true"] { padding: 0; min-width: 32px; }
QToolButton#plain::menu-indicator { image: none; width: 0; }
QPushButton#livePill { border-radius: 15px; min-height: 28px; padding: 0 14px; color: $accent_text; }
QLabel#fact { border: 1px solid transparent; border-radius: 4px; padding: 1px 1px; }
QLabel#fact:focus { border-color: $accent; }
QLabel#fact[tone="address"] { color: $accent_text; }
QLabel#fact[tone="proven"] { color: $done; }
QLabel#fact[tone="wrong"] { color: $failed; }
QToolButton#tiny { border: 1px solid transparent; border-radius: 6px; padding: 2px; background: transparent; }
QToolButton#tiny:hover { background: $hover; }
QToolButton#tiny:pressed { background: $track; }
QToolButton#tiny:focus { border-color: $accent; }
#hostTable { background: $surface; border: 1px solid $line; }
#hostTable::item { padding: 0 5px; border-bottom: 1px solid $line; }
#hostTable::item:selected { background: $selection; color: $text; }
#connectionTable, #hostTable { outline: none; }
#connectionTable QHeaderView, #hostTable QHeaderView { background: $surface; border: none; }
#connectionTable QHeaderView::section, #hostTable QHeaderView::section {
    background: $surface; color: $secondary; border: none; border-bottom: 1px solid $line; padding: 0 8px;
    min-height: 24px; font-size: ${small}px;
}

QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $line; border-radius: 4px; margin: 2px; min-height: 32px; min-width: 32px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::handle:disabled { background: transparent; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
"""
