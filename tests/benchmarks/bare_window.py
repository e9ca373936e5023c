"""The least a PySide6 program with a window can be: what Headrace's window is measured against."""

import sys

from PySide6.QtWidgets import QApplication, QWidget


def main() -> int:
    """Show an empty window until it is closed."""
    app = QApplication(sys.argv)
    window = QWidget()
    window.setWindowTitle("Bare window")
    window.resize(1180, 760)
    window.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
