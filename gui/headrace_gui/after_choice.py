"""What may be chosen to happen to one download's file: the steps people want most, in words."""

from typing import Final

from headrace_gui.texts import QT_TRANSLATE_NOOP, translate

Steps = tuple[str, ...] | None
"""As `after.After` reads it; None goes by the settings."""
AFTER_CHOICES: Final[tuple[tuple[Steps, str], ...]] = (
    (None, QT_TRANSLATE_NOOP("Properties", "As in the settings")),
    ((), QT_TRANSLATE_NOOP("Properties", "Nothing")),
    (("open",), QT_TRANSLATE_NOOP("Properties", "Open it")),
    (("extract",), QT_TRANSLATE_NOOP("Properties", "Extract it")),
    (("extract", "open"), QT_TRANSLATE_NOOP("Properties", "Extract it and open the folder")),
    (("extract", "trash"), QT_TRANSLATE_NOOP("Properties", "Extract it, then the archive goes to the trash")),
    (("sound",), QT_TRANSLATE_NOOP("Properties", "Play a sound")),
)


def after_name(steps: Steps) -> str:
    """Return what one of them is called; another, said by a command, is shown as it was said."""
    known = dict(AFTER_CHOICES)
    return translate("Properties", known[steps]) if steps in known else ", ".join(steps or ())
