"""What happens to a file when its download has finished: a few steps, as texts and as what they mean. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MOVE, EXTRACT, TRASH, OPEN, SOUND = "move", "extract", "trash", "open", "sound"
WORDS: Final = (f"{MOVE}=FOLDER", EXTRACT, TRASH, OPEN, SOUND, f"{SOUND}=FILE")
"""What may be said; `trash` is about an archive that was extracted."""


@dataclass(frozen=True, slots=True)
class After:
    """The steps, done in this order."""

    move: Path | None = None
    """The folder the file goes to."""
    extract: bool = False
    """Whether an archive is extracted beside it."""
    trash: bool = False
    """Whether it then goes to the trash."""
    open: bool = False
    """Whether the file, or the folder it was extracted to, is opened."""
    sound: str | None = None
    """A file that is played, "" for the system's sound, None for none."""

    @classmethod
    def of(cls, texts: Sequence[str]) -> "After":
        """Read steps. Raises ValueError with a sentence."""
        found: dict[str, str] = {}
        for text in texts:
            name, mark, value = text.strip().partition("=")
            if name in found:
                raise ValueError(f"{name} is said twice")
            if name not in (MOVE, EXTRACT, TRASH, OPEN, SOUND) or (mark and name not in (MOVE, SOUND)):
                raise ValueError(f"a step after a download is one of {', '.join(WORDS)}, not {text[:60]!r}")
            found[name] = value
        for name in (MOVE, SOUND):
            if name in found and (found[name] or name == MOVE) and not Path(found[name]).is_absolute():
                raise ValueError(f"{name} needs a folder or file that is given in full")
        if TRASH in found and EXTRACT not in found:
            raise ValueError("only an archive that was extracted goes to the trash: say extract as well")
        folder = Path(found[MOVE]) if MOVE in found else None
        return cls(folder, EXTRACT in found, TRASH in found, OPEN in found, found.get(SOUND))

    def texts(self) -> tuple[str, ...]:
        """Return what `of` reads, in the order in which it is done."""
        steps = (
            "" if self.move is None else f"{MOVE}={self.move}",
            EXTRACT if self.extract else "",
            TRASH if self.trash else "",
            OPEN if self.open else "",
            "" if self.sound is None else f"{SOUND}={self.sound}" if self.sound else SOUND,
        )
        return tuple(filter(None, steps))


def checked_after(texts: object) -> tuple[str, ...]:
    """Return steps as they are kept: in order. Raises ValueError with a sentence."""
    if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in texts):
        raise ValueError("what happens after a download is a list of steps")
    return After.of(texts).texts()


def parse_after(text: str) -> tuple[str, ...]:
    """Read what a command line says: steps with commas between them, or "nothing". Raises ValueError."""
    steps = [] if text.strip() == "nothing" else text.split(",")
    return checked_after([str(_in_full(step)) for step in steps])


def _in_full(step: str) -> str:
    name, mark, value = step.strip().partition("=")
    return f"{name}={Path(value).expanduser()}" if mark and value else f"{name}{mark}{value}"
