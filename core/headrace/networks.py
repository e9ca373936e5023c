"""Networks as data budgets tell them apart: of which kind, whether bytes are counted there, and their name. Pure."""

from typing import Final, NamedTuple

KINDS: Final = ("wifi", "cellular", "ethernet", "other")
"""What carries a network, as the system has it."""
_METERED: Final = "metered"
_PARTS: Final = 3
_BREAK: Final = "\t"
NAME_LENGTH: Final = 120
"""Characters of a network's name, at most."""


class Network(NamedTuple):
    """One network; what is not known of it is empty."""

    kind: str = ""
    """One of KINDS, "" where that is not known."""
    metered: bool = False
    """Whether the system says that bytes are counted there."""
    name: str = ""
    """What the system calls it, "" where it does not say."""

    @property
    def key(self) -> str:
        """Return the text that sums of bytes are kept under; "" where nothing is known."""
        name = checked_name(self.name)
        if self.metered and not self.kind and not name:
            return _METERED  # as it was written before kinds and names were known
        parts = (self.kind, _METERED if self.metered else "", name)
        return _BREAK.join(parts).rstrip(_BREAK)

    @classmethod
    def of(cls, key: str) -> "Network":
        """Return the network of a key; of one that makes no sense nothing is known."""
        if key == _METERED:
            return cls(metered=True)
        kind, metered, name = (*key.split(_BREAK), "", "", "")[:_PARTS]
        return cls(kind, metered == _METERED, name) if kind in ("", *KINDS) else cls()


def checked_name(name: str) -> str:
    """Return a name in one line and not too long, as it is kept."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())[:NAME_LENGTH]
