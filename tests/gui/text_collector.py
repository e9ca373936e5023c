"""Finds the texts that the window's sources mark for translation: every call of `translate` and `QT_TRANSLATE_NOOP`.

Qt's own collector passes over calls whose number is more than a plain name, so Python's parser reads the sources here.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_MARKS: Final = ("translate", "QT_TRANSLATE_NOOP")
_HINT: Final = "#:"


@dataclass(frozen=True, slots=True)
class Text:
    """One text that is to be translated; `hint` is for translators."""

    context: str
    source: str
    comment: str
    hint: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from all others."""
        return self.context, self.source, self.comment

    @property
    def is_plural(self) -> bool:
        """Whether it has a form for each kind of number."""
        return "%Ln" in self.source


def texts_in(folder: Path) -> list[Text]:
    """Return all texts of the Python files under `folder`, each once, by context in the order they are met.

    Raises ValueError for a call whose texts are no literals but should be: nobody could translate it.
    """
    found: dict[tuple[str, str, str], Text] = {}
    for path in sorted(folder.rglob("*.py")):
        for text in _texts_of(path):
            found.setdefault(text.key, text)
    return sorted(found.values(), key=lambda text: text.context)


def _texts_of(path: Path) -> Iterator[Text]:
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and _name(node) in _MARKS]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        literals = [arg.value for arg in call.args[:3] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if isinstance(call.args[1], ast.JoinedStr) or not isinstance(call.args[0], ast.Constant):
            where = f"{path.name}:{call.lineno}"
            raise ValueError(f"{where}: the texts of a translation must be literals")  # noqa: TRY004 - of the sources
        if len(literals) >= 2:  # else it looks up what a table holds, which is marked there
            comment = literals[2] if len(literals) == 3 else ""
            yield Text(literals[0], literals[1], comment, _hint_above(lines, call.lineno - 1))


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _hint_above(lines: list[str], row: int) -> str:
    """Return the comment for translators over a line; a statement may have begun a line or two before."""
    for start in range(row - 1, max(row - 4, -1), -1):
        if lines[start].strip().startswith(_HINT):
            return lines[start].strip().removeprefix(_HINT).strip()
    return ""
