"""Rules in words: what one holds for, where it leads, and what is wrong with what was typed."""

from collections.abc import Iterator
from typing import Final

from headrace.expressions import MOST_CHARACTERS, SLOW, ExpressionError, Flaw
from headrace.filters import category_named
from headrace.rule_templates import FIELDS, Problem, TemplateError
from headrace.rules import MATCHES, Rule

from headrace_gui import words
from headrace_gui.texts import QT_TRANSLATE_NOOP, SEPARATOR, translate

_PROBLEMS: Final = {
    Problem.FIELD: QT_TRANSLATE_NOOP("Rules", "There is no {part}. There are {fields}."),
    Problem.FORM: QT_TRANSLATE_NOOP("Rules", "Behind a colon there is only the form of a date, such as {example}."),
    Problem.BRACE: QT_TRANSLATE_NOOP("Rules", "A brace is open, or there is one too many."),
    Problem.PATH: QT_TRANSLATE_NOOP("Rules", "{path} stands for several folders: write it alone between two slashes."),
    Problem.UPWARDS: QT_TRANSLATE_NOOP("Rules", "Write a whole path, or folders below the one for downloads."),
    Problem.FOLDER: QT_TRANSLATE_NOOP("Rules", "Not every system can have a folder called “{part}”."),
    Problem.COUNTER: QT_TRANSLATE_NOOP("Rules", "{counter} numbers files, and can be no part of a folder."),
    Problem.SLASH: QT_TRANSLATE_NOOP("Rules", "A name holds no slashes. Folders belong into the field above."),
    Problem.SAME: QT_TRANSLATE_NOOP("Rules", "Without a field such as {name} all files would have the same name."),
}

_FLAWS: Final = {
    Flaw.LONG: QT_TRANSLATE_NOOP("Rules", "A regular expression has {number} characters at most."),
    Flaw.SYNTAX: QT_TRANSLATE_NOOP("Rules", "This is no regular expression: {part}"),
    Flaw.GROUP: QT_TRANSLATE_NOOP("Rules", "There is a {part} already. Give the group another name."),
    Flaw.SLOW: QT_TRANSLATE_NOOP(
        "Rules", "This expression may take too long. Let no two ways of a repeat fit the same text, as in {example}."
    ),
}


def title_of(number: int, rule: Rule) -> str:
    """Return what a rule is called, by its number (from 1) where nobody has named it."""
    return rule.title or translate("Rules", "Rule {number}").format(number=words.number(number))


def summary_of(rule: Rule) -> str:
    """Say in one line what a rule holds for and what comes of it."""
    held = SEPARATOR.join(_conditions(rule)) or translate("Rules", "everything")
    given = SEPARATOR.join(_outcomes(rule)) or translate("Rules", "the folder for downloads")
    return translate("Rules", "{what} → {where}").format(what=held, where=given)


def _conditions(rule: Rule) -> Iterator[str]:
    kinds = ", ".join(map(_category_name, rule.categories))
    endings = " ".join(f".{ending}" for ending in rule.endings)
    yield from filter(None, (kinds, endings, ", ".join(rule.hosts), " ".join(rule.patterns)))
    yield from (f"/{getattr(rule, key)}/" for key in MATCHES if getattr(rule, key))
    if rule.least is not None:
        yield f"≥ {words.size(rule.least)}"
    if rule.most is not None:
        yield f"≤ {words.size(rule.most)}"
    yield from (queue_name(queue) for queue in rule.queues)


def _outcomes(rule: Rule) -> Iterator[str]:
    yield from filter(None, (rule.folder, rule.name, _category_name(rule.category) if rule.category else ""))
    if rule.queue is not None:
        yield queue_name(rule.queue)


def _category_name(key: str) -> str:
    kind = category_named(key)
    return key if kind is None else words.category_name(kind)


def queue_name(queue: str) -> str:
    """Return what a queue is called."""
    return queue or translate("Settings", "Main queue")


def fault_of(error: ValueError) -> str:
    """Say what is wrong with a rule, as far as it is a template or an expression; else that it cannot be used."""
    if isinstance(error, ExpressionError):
        part = f"{{{error.detail}}}" if error.flaw is Flaw.GROUP else error.detail
        sentence = translate("Rules", _FLAWS[error.flaw])
        return sentence.format(part=part, number=words.number(MOST_CHARACTERS), example=SLOW)
    if isinstance(error, TemplateError) and error.problem in _PROBLEMS:
        part = f"{{{error.detail}}}" if error.problem is Problem.FIELD else error.detail
        fields = " ".join(f"{{{field}}}" for field in FIELDS)
        sentence = translate("Rules", _PROBLEMS[error.problem])
        facts = {"part": part, "fields": fields, "example": "{date:%Y-%m}", "path": "{path}", "name": "{name}"}
        facts["counter"] = "{counter}"
        return sentence.format(**facts)
    return translate("Settings", "This value cannot be used.")
