"""The map of blocks: sums of bytes agree, states are counted, cells are drawn where they belong."""

import time
from itertools import pairwise

import pytest
from headrace.snapshots import SegmentSnapshot
from headrace_gui.details.block_cells import BLOCK, LEVELS, Counts, Look, cells, count_blocks
from headrace_gui.details.block_map import CELL, BlockMap, grid_for
from headrace_gui.details.block_words import cell_words
from headrace_gui.details.legend import ENTRIES, Legend
from headrace_gui.theme import Theme
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot


@st.composite
def files(draw: st.DrawFn) -> tuple[tuple[SegmentSnapshot, ...], int]:
    """Give segments that tile a file, each written and claimed to somewhere, and the file's length."""
    total = draw(st.integers(1, 200 * BLOCK))
    borders = sorted(draw(st.sets(st.integers(1, total), max_size=12)) | {0, total})
    segments = []
    for start, end in pairwise(borders):
        position = draw(st.integers(start, end))
        claimed = draw(st.none() | st.integers(start, position))
        segments.append(SegmentSnapshot(start, position, end, draw(st.booleans()), claimed))
    return tuple(segments), total


@given(files(), st.integers(1, 500))
def test_sums_of_bytes_agree(file: tuple[tuple[SegmentSnapshot, ...], int], count: int) -> None:
    segments, total = file
    found = cells(segments, total, count)
    assert sum(found.sizes) == total
    assert sum(found.written) == sum(each.position - each.start for each in segments)
    assert sum(found.verified) == sum(each.claimed - each.start for each in segments if each.claimed is not None)
    for verified, written, size in zip(found.verified, found.written, found.sizes, strict=True):
        assert 0 <= verified <= written <= size
    assert len(found) == min(count, found.blocks)
    assert [block for cell in range(len(found)) for block in found.blocks_of(cell)] == list(range(found.blocks))


@given(files(), st.integers(1, 500))
def test_looks_are_full_or_empty_only_where_that_is_so(
    file: tuple[tuple[SegmentSnapshot, ...], int], count: int
) -> None:
    found = cells(*file, count)
    for look, verified, written, size in zip(found.looks(), found.verified, found.written, found.sizes, strict=True):
        assert (look.verified == LEVELS) == (verified == size)
        assert (look.written == LEVELS) == (written == size)
        assert (look.verified == 0) == (verified == 0)
        assert look.verified <= look.written <= LEVELS


@given(files())
def test_counts_agree_with_a_look_at_every_block(file: tuple[tuple[SegmentSnapshot, ...], int]) -> None:
    segments, total = file
    every = cells(segments, total, 1 << 20)
    whole = sum(written == size for written, size in zip(every.written, every.sizes, strict=True))
    verified = sum(done == size for done, size in zip(every.verified, every.sizes, strict=True))
    counts = count_blocks(segments, total)
    assert (counts.blocks, counts.verified, counts.on_disk) == (every.blocks, verified, whole - verified)
    assert counts.verified + counts.on_disk + counts.arriving + counts.missing == counts.blocks


@given(files(), st.integers(0, 200 * BLOCK), st.integers(1, 500))
def test_what_reaches_past_the_end_of_a_file_that_became_smaller_is_left_out(
    file: tuple[tuple[SegmentSnapshot, ...], int], total: int, count: int
) -> None:
    segments, length = file
    shorter = min(total, length)
    found = cells(segments, shorter, count)
    assert sum(found.sizes) == shorter
    assert sum(found.written) == sum(max(0, min(each.position, shorter) - each.start) for each in segments)
    for verified, written, size in zip(found.verified, found.written, found.sizes, strict=True):
        assert 0 <= verified <= written <= size
    counts = count_blocks(segments, shorter)
    assert min(counts) >= 0
    assert counts.verified + counts.on_disk + counts.arriving + counts.missing == counts.blocks


@pytest.mark.parametrize("connected", [False, True])
def test_of_a_file_without_an_end_everything_that_came_is_shown(connected: bool) -> None:
    """As after a restart: more may be vouched for than this run has seen, and nobody knows the length."""
    segments = (SegmentSnapshot(0, 3 * BLOCK, None, connected, claimed=3 * BLOCK + 9),)
    found = cells(segments, None, 10)
    assert list(found.verified)[:3] == list(found.written)[:3] == [BLOCK] * 3
    assert count_blocks(segments, None) == Counts(3 + connected, 3, 0, int(connected), 0)


def test_a_connection_makes_its_block_arrive() -> None:
    segments = (
        SegmentSnapshot(0, 2 * BLOCK + 5, 4 * BLOCK, connected=True, claimed=BLOCK),
        SegmentSnapshot(4 * BLOCK, 4 * BLOCK, 5 * BLOCK, connected=False),
        SegmentSnapshot(5 * BLOCK, 6 * BLOCK, 6 * BLOCK, connected=True, claimed=None),
    )
    assert count_blocks(segments, 6 * BLOCK) == Counts(6, 1, 2, 1, 2)
    assert cells(segments, 6 * BLOCK, 6).looks() == [
        Look(LEVELS, LEVELS),
        Look(0, LEVELS),
        Look(0, 1, arriving=True),
        Look(0, 0),
        Look(0, 0),
        Look(0, LEVELS),
    ]


def test_a_map_without_an_end_grows() -> None:
    def feed(position: int) -> tuple[SegmentSnapshot, ...]:
        return (SegmentSnapshot(0, position, None, connected=True, claimed=0),)

    assert count_blocks((), None) == Counts(0, 0, 0, 0, 0)
    assert count_blocks(feed(5), None) == Counts(1, 0, 0, 1, 0)
    assert count_blocks(feed(3 * BLOCK), None) == Counts(4, 0, 3, 1, 0)


def test_cells_grow_where_there_are_few_blocks() -> None:
    room = QSize(440, 140)
    assert grid_for(9, room).size == CELL * 3
    assert grid_for(180, room).size == CELL * 2
    assert grid_for(100_000, room).size == CELL
    assert grid_for(100_000, QSize(3840, 2000)).room <= 3000


FILE = (
    SegmentSnapshot(0, 4 * BLOCK, 4 * BLOCK, connected=False, claimed=4 * BLOCK),
    SegmentSnapshot(4 * BLOCK, 6 * BLOCK, 8 * BLOCK, connected=True, claimed=4 * BLOCK),
)


@pytest.fixture
def block_map(qtbot: QtBot, theme: Theme) -> BlockMap:
    block_map = BlockMap(theme)
    qtbot.addWidget(block_map)
    block_map.resize(400, 80)
    block_map.show_segments(FILE, 8 * BLOCK)
    block_map.show()
    return block_map


def colour_at(picture: QImage, block_map: BlockMap, cell: int) -> str:
    size = CELL * 3
    left = cell * (size.width() + 2)
    x = left + size.width() // 2
    if block_map.isRightToLeft():
        x = block_map.width() - 1 - x
    return picture.pixelColor(x, size.height() // 2).name().upper()


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_cells_stand_in_the_direction_of_reading(
    block_map: BlockMap, theme: Theme, direction: Qt.LayoutDirection
) -> None:
    block_map.setLayoutDirection(direction)
    picture = block_map.grab().toImage()
    seen = [colour_at(picture, block_map, cell) for cell in range(8)]
    assert seen[:4] == [theme.tokens.accent] * 4
    assert seen[7] == theme.tokens.track
    edge = block_map.width() - 3 if block_map.isRightToLeft() else 3
    assert block_map.cell_at(QPoint(edge, 5)) == 0
    assert block_map.cell_at(QPoint(block_map.width() - 1 - edge, 5)) is None


def test_the_four_states_differ_without_colour(block_map: BlockMap) -> None:
    """Turned to grey, no two looks of the legend are the same picture, and their lightness differs."""
    pictures = [block_map._tiles.image(look).convertToFormat(QImage.Format.Format_Grayscale8) for look, _ in ENTRIES]
    data = [bytes(picture.constBits()) for picture in pictures]
    assert len(set(data)) == len(ENTRIES)
    assert len({round(sum(each) / len(each)) // 4 for each in data}) == len(ENTRIES)


def test_only_rows_that_changed_are_made_anew(block_map: BlockMap) -> None:
    block_map.resize(100, 300)
    before = list(block_map._rows)
    assert len(before) == 2
    block_map.show_segments((FILE[0], SegmentSnapshot(4 * BLOCK, 7 * BLOCK, 8 * BLOCK, connected=True)), 8 * BLOCK)
    assert block_map._rows[0] is before[0]
    assert block_map._rows[1] != before[1]


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_rows_are_made_anew_for_another_width(
    block_map: BlockMap, theme: Theme, qtbot: QtBot, direction: Qt.LayoutDirection
) -> None:
    """Also where as many cells fit as before: each row holds its pixels to the edge of the map."""
    block_map.setLayoutDirection(direction)
    block_map.resize(100, 300)
    grid = block_map._grid
    block_map.resize(103, 300)
    assert block_map._grid == grid
    fresh = BlockMap(theme)
    qtbot.addWidget(fresh)
    fresh.setLayoutDirection(direction)
    fresh.resize(103, 300)
    fresh.show_segments(FILE, 8 * BLOCK)
    assert b"".join(block_map._rows) == b"".join(fresh._rows)
    assert block_map.grab().toImage() == fresh.grab().toImage()


def test_the_map_follows_the_theme(block_map: BlockMap, theme: Theme) -> None:
    theme.use(Qt.ColorScheme.Dark)
    picture = block_map.grab().toImage()
    assert colour_at(picture, block_map, 0) == theme.tokens.accent
    theme.use(Qt.ColorScheme.Light)
    assert colour_at(block_map.grab().toImage(), block_map, 0) == theme.tokens.accent


def test_words_of_cells_and_of_the_whole(block_map: BlockMap) -> None:
    assert cell_words(block_map.cell_map, 0) == "Block 1 of 8\nVerified on disk"
    assert cell_words(block_map.cell_map, 7) == "Block 8 of 8\nMissing"
    half = cells(FILE, 8 * BLOCK, 2)
    words = cell_words(half, 1).replace("\N{NO-BREAK SPACE}", " ")
    assert words == "Blocks 5 to 8 of 8\n2.1 MB on disk · 2.1 MB missing · arriving now"
    assert block_map.accessibleName() == "Map of the file"
    assert "4 verified on disk" in block_map.accessibleDescription()
    assert "1 arriving" in block_map.accessibleDescription()


def test_an_empty_file_and_no_file_are_drawn(block_map: BlockMap) -> None:
    block_map.show_segments((), None)
    assert len(block_map.cell_map) == 0
    block_map.show_segments((SegmentSnapshot(0, 0, 0, connected=False),), 0)
    assert block_map.grab().toImage().width() == 400


def test_the_legend_names_every_look(qtbot: QtBot, theme: Theme) -> None:
    legend = Legend(theme)
    qtbot.addWidget(legend)
    names = [each.accessibleName() for each in legend.children() if hasattr(each, "accessibleName")]
    assert [name for name in names if name] == ["Missing", "Arriving", "On disk", "Verified"]


def many(blocks: int, count: int, step: int) -> tuple[SegmentSnapshot, ...]:
    """Give so many segments, all under way, a little further with each step."""
    length = blocks // count * BLOCK
    return tuple(
        SegmentSnapshot(
            n * length, n * length + n % 90 * BLOCK + step * 40_000, (n + 1) * length, n % 9 == 0, n * length
        )
        for n in range(count)
    )


@pytest.mark.alone
def test_a_hundred_thousand_blocks_are_painted_at_once(qtbot: QtBot, theme: Theme, qapp: QApplication) -> None:
    block_map = BlockMap(theme)
    qtbot.addWidget(block_map)
    block_map.resize(3840, 200)
    block_map.show_segments(many(100_000, 1_000, 0), 100_000 * BLOCK)
    with qtbot.waitExposed(block_map):
        block_map.show()
    took = []
    for step in range(1, 12):
        segments = many(100_000, 1_000, step)
        started = time.perf_counter()
        block_map.show_segments(segments, 100_000 * BLOCK)
        block_map.repaint()
        took.append(time.perf_counter() - started)
    assert block_map.cell_map.blocks == 100_000
    assert sorted(took)[len(took) // 2] < 0.03, f"{sorted(took)}"
