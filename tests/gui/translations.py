"""Keeps the translations: `python -m tests.gui.translations update | release | missing CODE | fill CODE FILE`.

`update` collects the texts of the window into resources/translations/*.ts, `release` compiles these to the *.qm files
that the program loads, `missing` prints what a language lacks as JSON, `fill` takes the same with `texts` filled in.
"""

import argparse
import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from headrace_gui.language import LANGUAGES

from tests.gui.text_collector import Text, texts_in

ROOT: Final = Path(__file__).parents[2]
SOURCES: Final = ROOT / "resources/translations"
COMPILED: Final = ROOT / "resources/headrace_resources/translations"
FORMS: Final = {"en": 2, "de": 2, "fr": 2, "es": 2, "pt_BR": 2, "zh_CN": 1, "ja": 1, "ar": 6, "ru": 3}
"""How many plural forms Qt knows for each language."""
Key = tuple[str, str, str]
GUI: Final = ROOT / "gui/headrace_gui"


@dataclass(frozen=True, slots=True)
class Message:
    """One text of the window in one language; `texts` has one form, or one for each plural form of the language."""

    context: str
    source: str
    comment: str
    hint: str
    is_plural: bool
    is_finished: bool
    texts: tuple[str, ...]

    @property
    def key(self) -> Key:
        """What tells it from all others."""
        return self.context, self.source, self.comment


def source_file(code: str) -> Path:
    """Return where the texts of a language are kept."""
    return SOURCES / f"headrace_{code}.ts"


def compiled_file(code: str) -> Path:
    """Return where the compiled texts of a language are."""
    return COMPILED / f"headrace_{code}.qm"


def messages(path: Path) -> list[Message]:
    """Read all messages of a .ts file."""
    return [_message(context, each) for context, each in _elements(ET.parse(path).getroot())]  # noqa: S314 - our own


def _elements(root: ET.Element) -> Iterator[tuple[str, ET.Element]]:
    for context in root.iter("context"):
        for message in context.iter("message"):
            yield context.findtext("name") or "", message


def _message(context: str, element: ET.Element) -> Message:
    translation = element.find("translation")
    assert translation is not None
    is_plural = element.get("numerus") == "yes"
    forms = [form.text or "" for form in translation.iter("numerusform")] if is_plural else [translation.text or ""]
    return Message(
        context,
        element.findtext("source") or "",
        element.findtext("comment") or "",
        element.findtext("extracomment") or "",
        is_plural,
        translation.get("type") is None,
        tuple(forms),
    )


def update() -> None:
    """Collect the texts for every language, and finish the English plural forms, which follow from the source."""
    SOURCES.mkdir(exist_ok=True)
    texts = texts_in(GUI)
    for code in LANGUAGES:
        path = source_file(code)
        known = {each.key: each.texts for each in messages(path) if each.is_finished} if path.exists() else {}
        if code == "en":
            known = {text.key: _english(text.source) for text in texts if text.is_plural} | known
        _write(code, [text for text in texts if text.is_plural or code != "en"], known)


def _english(source: str) -> tuple[str, ...]:
    """Return singular and plural of a source, which has its endings in brackets: "(s)", "(es)", "y(ies)"."""
    return (
        source.replace("y(ies)", "y").replace("(s)", "").replace("(es)", ""),
        source.replace("y(ies)", "ies").replace("(s)", "s").replace("(es)", "es"),
    )


def fill(code: str, entries: list[dict[str, Any]]) -> int:
    """Take translations in; return how many found their message."""
    known = {each.key: each.texts for each in messages(source_file(code)) if each.is_finished}
    texts = {text.key: text for text in texts_in(GUI)}
    given = {(e["context"], e["source"], e.get("comment", "")): tuple(e["texts"]) for e in entries if all(e["texts"])}
    fitting = {key: given[key] for key in given if key in texts and len(given[key]) == _forms(code, texts[key])}
    _write(code, list(texts.values()), known | fitting)
    return len(fitting)


def _forms(code: str, text: Text) -> int:
    return FORMS[code] if text.is_plural else 1


def _write(code: str, texts: list[Text], known: dict[Key, tuple[str, ...]]) -> None:
    """Write a language's file; what is not known is marked as unfinished."""
    root = ET.Element("TS", version="2.1", language=code, sourcelanguage="en")
    contexts: dict[str, ET.Element] = {}
    for text in texts:
        if text.context not in contexts:
            contexts[text.context] = ET.SubElement(root, "context")
            ET.SubElement(contexts[text.context], "name").text = text.context
        _add_message(contexts[text.context], text, known.get(text.key), _forms(code, text))
    _break_lines(root)
    content = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n' + ET.tostring(root, "unicode") + "\n"
    source_file(code).write_text(content, encoding="utf-8")


def _break_lines(root: ET.Element) -> None:
    """Put each message on a line of its own, so that a change of one shows as one."""
    root.text = "\n"
    for context in root:
        context.text = context.tail = "\n"
        for element in context:
            element.tail = "\n"


def _add_message(context: ET.Element, text: Text, known: tuple[str, ...] | None, forms: int) -> None:
    message = ET.SubElement(context, "message", {"numerus": "yes"} if text.is_plural else {})
    ET.SubElement(message, "source").text = text.source
    if text.comment:
        ET.SubElement(message, "comment").text = text.comment
    if text.hint:
        ET.SubElement(message, "extracomment").text = text.hint
    is_known = known is not None and len(known) == forms
    translation = ET.SubElement(message, "translation", {} if is_known else {"type": "unfinished"})
    translated = known if known is not None and is_known else ("",) * forms
    if text.is_plural:
        for form in translated:
            ET.SubElement(translation, "numerusform").text = form
    else:
        translation.text = translated[0]


def compile_to(code: str, target: Path) -> None:
    """Compile one language."""
    _run([_tool("lrelease"), "-silent", str(source_file(code)), "-qm", str(target)])


def release() -> None:
    """Compile every language."""
    COMPILED.mkdir(exist_ok=True)
    for code in LANGUAGES:
        compile_to(code, compiled_file(code))


def missing(code: str) -> list[dict[str, Any]]:
    """Return what a language lacks, in the form `fill` takes."""
    return [
        {"context": m.context, "source": m.source, "comment": m.comment, "hint": m.hint, "texts": list(m.texts)}
        for m in messages(source_file(code))
        if not m.is_finished
    ]


def _tool(name: str) -> str:
    return str(Path(sys.executable).with_name(f"pyside6-{name}"))


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stdout}{done.stderr}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["update", "release", "missing", "fill"])
    parser.add_argument("code", nargs="?", choices=sorted(LANGUAGES))
    parser.add_argument("file", nargs="?", type=Path)
    wanted = parser.parse_args()
    if wanted.what == "update":
        update()
    elif wanted.what == "release":
        release()
    elif wanted.what == "missing":
        print(json.dumps(missing(wanted.code), ensure_ascii=False, indent=1))
    else:
        entries = json.loads(wanted.file.read_text(encoding="utf-8"))
        print(f"{fill(wanted.code, entries)} of {len(entries)} taken, {len(missing(wanted.code))} still missing")


if __name__ == "__main__":
    main()
