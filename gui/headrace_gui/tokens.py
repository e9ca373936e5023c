"""The colours of the window by what they are for: one set for light, one for dark."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one scheme, as #RRGGBB. Text colours have a contrast of 4.5:1 on window, surface and selection."""

    window: str
    surface: str
    line: str
    text: str
    secondary: str
    faint: str
    selection: str
    hover: str
    accent: str
    accent_hover: str
    accent_text: str
    on_accent: str
    done: str
    waiting: str
    failed: str
    warning: str
    track: str


LIGHT: Final = Tokens(
    window="#F6F7F9",
    surface="#FFFFFF",
    line="#E4E7EC",
    text="#182230",
    secondary="#5B6678",
    faint="#98A2B3",
    selection="#E8F1FE",
    hover="#F3F5F8",
    accent="#1570EF",
    accent_hover="#0F62D6",
    accent_text="#0D55BD",
    on_accent="#FFFFFF",
    done="#157347",
    waiting="#F5A524",
    failed="#C4232B",
    warning="#A8480B",
    track="#E6EAF0",
)
DARK: Final = Tokens(
    window="#14171C",
    surface="#1B1F26",
    line="#2A303A",
    text="#E8ECF2",
    secondary="#98A3B3",
    faint="#6B7686",
    selection="#1B2E4B",
    hover="#222832",
    accent="#5AA2FF",
    accent_hover="#7BB5FF",
    accent_text="#8FC0FF",
    on_accent="#0B1524",
    done="#4CC38A",
    waiting="#F5A524",
    failed="#FF7B7F",
    warning="#F5A524",
    track="#2B323D",
)
