"""Draws the charts of reports as PNG and SVG: medians as bars, ranges as whiskers."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from matplotlib.figure import Figure

from tests.benchmarks.report import Chart, Report

_OWN: Final = "#1570EF"
_OTHER: Final = "#98A2B3"
_WIDTH: Final = 7.0
_ROW: Final = 0.42
"""Inches."""


def draw(reports: Iterable[Report], folder: Path) -> list[Path]:
    """Draw every chart into `folder`, twice each; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    return [path for report in reports for chart in report.charts for path in _draw(chart, folder)]


def _draw(chart: Chart, folder: Path) -> list[Path]:
    figure = Figure(figsize=(_WIDTH, 1.1 + _ROW * len(chart.bars)), layout="constrained")
    axes = figure.add_subplot()
    names = [name for name, *_ in chart.bars]
    medians = [middle for _, middle, _, _ in chart.bars]
    below = [middle - low for _, middle, low, _ in chart.bars]
    above = [high - middle for _, middle, _, high in chart.bars]
    colours = [_OWN if name.startswith("headrace") else _OTHER for name in names]
    axes.barh(names, medians, xerr=[below, above], color=colours, ecolor="#344054", capsize=3)
    axes.invert_yaxis()
    axes.set_xlabel(chart.unit)
    axes.set_title(chart.title, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    stem = "".join(letter if letter.isalnum() else "-" for letter in chart.title.lower())
    paths = [folder / f"{stem}.{ending}" for ending in ("png", "svg")]
    for path in paths:
        figure.savefig(path, dpi=144)
    return paths
