"""Draws the standard scenes to PNG files: `python -m tests.gui.scenes OUTDIR`.

In light and dark, once and twice as large, unless options say less; `--only NAME...` draws those scenes alone.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from headrace_gui.language import LANGUAGES, Language
from headrace_gui.theme import Theme
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication

from tests.gui.scene_book.book import SCENES
from tests.gui.scene_book.pictures import Album, make_sheet
from tests.gui.scene_book.stage import Stage, made_up_world

SCHEMES = ("light", "dark")
SCALES = ("1", "2")
_SCREEN = {"name": "large", "x": 0, "y": 0, "width": 3840, "height": 2160, "logicalDpi": 96, "dpr": 1}
"""Twice as large a dialog fits on it, too."""


def draw(wanted: argparse.Namespace) -> None:
    """Draw the wanted scenes in this process's scale."""
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    app = QApplication([])
    for file in sorted(wanted.fonts.rglob("*.[ot]tf")) if wanted.fonts else ():
        QFontDatabase.addApplicationFont(str(file))
    Language(app).use(wanted.language)
    theme = Theme(app)
    theme.use(Qt.ColorScheme.Dark if wanted.scheme == "dark" else Qt.ColorScheme.Light)
    language = "" if wanted.language == "en" else f"-{wanted.language}"
    album = Album(wanted.folder, f"-{wanted.scheme}-{os.environ.get('QT_SCALE_FACTOR', '1')}x{language}")
    with TemporaryDirectory() as folder, made_up_world():
        stage = Stage(theme, Path(folder), album.keep)
        for name in wanted.only or SCENES:
            SCENES[name](stage)
            stage.clear()
    if wanted.sheet:
        make_sheet(album.files, wanted.sheet)


def draw_all(wanted: argparse.Namespace, options: list[str]) -> None:
    """Draw every scheme and scale that is wanted, two at a time, each in a process of its own."""
    schemes = [wanted.scheme] if wanted.scheme else SCHEMES
    scales = [wanted.scale] if wanted.scale else SCALES
    screen = wanted.folder / "screen.json"
    screen.write_text(json.dumps({"screens": [_SCREEN]}), encoding="utf-8")
    os.environ.setdefault("QT_QPA_PLATFORM", f"offscreen:configfile={screen}")

    def run(variant: tuple[str, str]) -> None:
        scheme, scale = variant
        command = [sys.executable, "-m", "tests.gui.scenes", *options, "--scheme", scheme, "--scale", scale, "--here"]
        subprocess.run(command, env=os.environ | {"QT_SCALE_FACTOR": scale}, check=True)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, itertools.product(schemes, scales)))
    screen.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="+", choices=sorted(SCENES), metavar="NAME", help="draw these scenes alone")
    parser.add_argument("--scheme", choices=SCHEMES, help="draw this scheme alone")
    parser.add_argument("--scale", choices=SCALES, help="draw this scale alone")
    parser.add_argument("--language", choices=sorted(LANGUAGES), default="en")
    parser.add_argument("--fonts", type=Path, metavar="DIR", help="fonts to draw with besides the system's")
    parser.add_argument(
        "--sheet", type=Path, metavar="FILE", help="put all pictures of one scheme and scale on a sheet"
    )
    parser.add_argument("--here", action="store_true", help="draw in this process, in the scale it has")
    wanted = parser.parse_args()
    wanted.folder.mkdir(parents=True, exist_ok=True)
    if wanted.here:
        draw(wanted)
    else:
        draw_all(wanted, sys.argv[1:])


if __name__ == "__main__":
    started = time.monotonic()
    main()
    if "--here" not in sys.argv:
        print(f"{time.monotonic() - started:.1f} s")
