"""Sentences on what is wrong with a file's name that a person types."""

from collections.abc import Mapping
from types import MappingProxyType

from headrace.naming import NameProblem, name_problem

from headrace_gui.texts import QT_TRANSLATE_NOOP, translate

NAME_PROBLEMS: Mapping[NameProblem, str] = MappingProxyType(
    {
        NameProblem.EMPTY: QT_TRANSLATE_NOOP("Names", "Write a name."),
        NameProblem.FOLDER: QT_TRANSLATE_NOOP("Names", "A name has no slashes. The folder is chosen apart from it."),
        NameProblem.CONTROL: QT_TRANSLATE_NOOP("Names", "The name holds a character that cannot be seen."),
        NameProblem.CHARACTER: QT_TRANSLATE_NOOP("Names", 'A name cannot hold any of < > : " | ? *'),
        NameProblem.END: QT_TRANSLATE_NOOP("Names", "A name cannot end with a dot or a space."),
        NameProblem.RESERVED: QT_TRANSLATE_NOOP("Names", "Windows keeps this name for itself. Put _ before it."),
        NameProblem.LONG: QT_TRANSLATE_NOOP("Names", "The name is too long. 255 bytes are the most a disk takes."),
    }
)


def name_complaint(name: str) -> str:
    """Return what is wrong with a name, "" where every system can have it."""
    problem = name_problem(name.strip())
    return translate("Names", NAME_PROBLEMS[problem]) if problem is not None else ""
