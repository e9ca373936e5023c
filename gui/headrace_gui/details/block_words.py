"""The words of the map of blocks."""

from headrace_gui import words
from headrace_gui.details.block_cells import CellMap, Counts
from headrace_gui.texts import SEPARATOR, translate


def summary_words(counts: Counts, *, briefly: bool = False) -> str:
    """Write the line over a map: how many blocks there are, and how far they are; `briefly` only what matters most."""
    parts = [translate("Details", "%Ln block(s)", "", counts.blocks)]
    if counts.verified:
        parts.append(translate("Details", "%Ln verified on disk", "", counts.verified))
    if counts.on_disk and not (briefly and counts.verified):
        parts.append(translate("Details", "%Ln on disk", "", counts.on_disk))
    if counts.arriving:
        parts.append(translate("Details", "%Ln arriving", "", counts.arriving))
    return SEPARATOR.join(parts)


def state_words(counts: Counts) -> str:
    """Write how many blocks are in each state, for screen readers."""
    missing = translate("Details", "%Ln missing", "", counts.missing)
    return SEPARATOR.join([summary_words(counts), missing]) if counts.missing else summary_words(counts)


def cell_words(cell_map: CellMap, cell: int) -> str:
    """Write which blocks a cell stands for, and how much of them is where."""
    blocks = cell_map.blocks_of(cell)
    first, last, total = (words.number(each) for each in (blocks.start + 1, blocks.stop, cell_map.blocks))
    if len(blocks) == 1:
        head = translate("Details", "Block {number} of {total}").format(number=first, total=total)
    else:
        head = translate("Details", "Blocks {first} to {last} of {total}").format(first=first, last=last, total=total)
    return f"{head}\n{_state(cell_map, cell)}"


def _state(cell_map: CellMap, cell: int) -> str:
    size, written, verified = cell_map.sizes[cell], cell_map.written[cell], cell_map.verified[cell]
    if verified == size:
        return translate("Details", "Verified on disk")
    if not written and cell not in cell_map.arriving:
        return translate("Details", "Missing")
    arriving = cell in cell_map.arriving
    parts = [
        translate("Details", "{size} verified").format(size=words.size(verified)) if verified else "",
        translate("Details", "{size} on disk").format(size=words.size(written - verified))
        if written > verified
        else "",
        translate("Details", "{size} missing").format(size=words.size(size - written)) if size > written else "",
        translate("Details", "arriving now") if arriving else "",
    ]
    return SEPARATOR.join(part for part in parts if part)
