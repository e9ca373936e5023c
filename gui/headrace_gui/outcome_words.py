"""Sentences on what became of a change: renamed, moved, verified, or why not."""

from typing import Final

from headrace.outcomes import ChangeKind, ChangeOutcome, FileVerdict
from headrace.snapshots import DownloadSnapshot

from headrace_gui import words
from headrace_gui.texts import QT_TRANSLATE_NOOP, translate

_OWN_PROOF: Final = "xxh3"
_VERDICTS: Final = {
    FileVerdict.RIGHT: QT_TRANSLATE_NOOP("Outcome", "{name} is right, proved by {proof}"),
    FileVerdict.SIZE_ONLY: QT_TRANSLATE_NOOP("Outcome", "{name} has the right size; nothing more is known of it"),
    FileVerdict.DIFFERS: QT_TRANSLATE_NOOP("Outcome", "{name} is not the file any more that was downloaded"),
    FileVerdict.MISSING: QT_TRANSLATE_NOOP("Outcome", "{name} is no longer in {folder}"),
    FileVerdict.UNREADABLE: QT_TRANSLATE_NOOP("Outcome", "{name} cannot be read"),
    FileVerdict.UNKNOWN: QT_TRANSLATE_NOOP("Outcome", "Nothing is known of {name} to compare it with"),
    FileVerdict.STOPPED: QT_TRANSLATE_NOOP("Outcome", "{name} was not read to its end"),
}


def outcome_sentence(outcome: ChangeOutcome, snapshot: DownloadSnapshot) -> str:
    """Write what became of a change, in one sentence without a full stop."""
    facts = {"name": snapshot.name, "folder": snapshot.folder.name or snapshot.folder, "proof": _proof(outcome)}
    if outcome.verdict is not None:  # said better than by the failure: that one speaks of a disk written to
        return _with_place(translate("Outcome", _VERDICTS[outcome.verdict]).format(**facts), outcome)
    if outcome.failure is not None:
        reason = words.failure_words(outcome.failure)
        failed = translate("Outcome", "{name}: {what}. {advice}")
        return failed.format(name=snapshot.name, what=reason.what, advice=reason.advice)
    if outcome.kind is ChangeKind.RENAMED:
        return translate("Outcome", "Renamed to {name}").format(**facts)
    return translate("Outcome", "{name} is in {folder} now").format(**facts)


def _with_place(sentence: str, outcome: ChangeOutcome) -> str:
    if outcome.span is None:
        return sentence
    where = translate("Outcome", "{sentence}: it differs from byte {start} on")
    return where.format(sentence=sentence, start=words.number(outcome.span[0]))


def _proof(outcome: ChangeOutcome) -> str:
    if outcome.proof is None or outcome.proof.startswith(_OWN_PROOF):
        return translate("Outcome", "the digests Headrace kept of it")
    return words.checksum_name(outcome.proof)
