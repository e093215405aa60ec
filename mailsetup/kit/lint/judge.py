"""Judging one file: every rule's verdict, in the order of the rules, and the mends that go with the findings."""

from __future__ import annotations

import bisect
import functools
import itertools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mailsetup.model.finding import DomainReport, Finding, Remedy, Severity, Status, Verdict
from mailsetup.model.language import translated
from mailsetup.model.message import Message, phrase, say

from .catalogue import rules
from .document import Document
from .rule import NEEDS, Edit, Hit, Rule
from .silencing import silenced

HIT_LIMIT = 25  # of one rule in one file; more of the same teach nobody
OWN_GROUP = "LNT"  # rules on the use of the lint itself
MEND_LIMIT = 20_000  # hits of one rule whose mends are made
COST = {Severity.ERROR: 15, Severity.WARNING: 5, Severity.INFO: 1}  # of a hundred, a rule


class Judged(NamedTuple):
    """A file's report and the edits that would mend what can be mended."""

    report: DomainReport
    edits: tuple[Edit, ...]


def judge(document: Document, *, ignore: Iterable[str] = (), lang: str = "en", as_of: str = "") -> Judged:
    """Every rule on one file; ``ignore`` are rules left out everywhere."""
    left_out: dict[str, Message | str] = {
        **dict.fromkeys(ignore, say("left out by the brand file")),
        **document.wishes.left_out,
        **silenced(document),
    }
    verdicts: list[Verdict] = []
    mends: list[tuple[Edit, ...]] = []
    for rule in rules():
        reason = left_out.get(rule.id)
        if reason is not None:
            away = say("left out: {reason}", reason=reason)
            verdicts.append(Verdict(rule.id, Status.NOT_APPLICABLE, rule.severity, reason=away))
            continue
        verdict, hits = _verdict(rule, document, lang)
        verdicts.append(verdict)
        mends += [hit.edits for hit in hits if hit.edits]
    return Judged(_report(document, tuple(verdicts), lang, as_of), apart(mends))


def mends(document: Document, ignore: Iterable[str] = ()) -> tuple[Edit, ...]:
    """The edits of every rule that mends, of all places where it fires, and not of the first few."""
    left_out = {*ignore, *document.wishes.left_out, *silenced(document)}
    found: list[tuple[Edit, ...]] = []
    for rule in rules():
        if not rule.fixes or rule.id in left_out or _unjudged(rule, document) is not None:
            continue
        try:
            found += [hit.edits for hit in itertools.islice(rule.judge(document), MEND_LIMIT) if hit.edits]
        except Exception:  # what is at fault is in the report, by its rule
            continue
    return apart(found)


def firing(document: Document) -> frozenset[str]:
    """The ids of the rules that find something; one that crashed finds nothing."""
    return frozenset(rule.id for rule in rules() if _verdict(rule, document, "en")[0].findings)


def _verdict(rule: Rule, document: Document, lang: str) -> tuple[Verdict, list[Hit]]:
    reason = _unjudged(rule, document)
    if reason is not None:
        return _unfit(rule.id, _weight(rule, document), reason.template), []
    try:
        hits = list(itertools.islice(rule.judge(document), HIT_LIMIT))
    except Exception as fault:  # a fault of ours in one rule must not hide what the others say
        import traceback

        reason = say("{trace}", trace="".join(traceback.format_exception(fault)))
        return Verdict(rule.id, Status.CRASHED, rule.severity, reason=reason), []
    if not hits:
        return _passes(rule.id, _weight(rule, document)), []
    findings = tuple(_finding(rule, document, hit, lang) for hit in hits)
    return Verdict(rule.id, Status.FAIL, _weight(rule, document), findings), hits


def _weight(rule: Rule, document: Document) -> Severity:
    return document.wishes.severities.get(rule.id, rule.severity)


def _unjudged(rule: Rule, document: Document) -> Message | None:
    """Why a rule does not apply; None where it does."""
    if document.form == "source" and rule.group != OWN_GROUP:
        return _NO_LETTER
    if rule.clients and document.brand is not None and not rule.clients & set(document.brand.lint.clients):
        return _OTHER_CLIENTS
    for need in rule.needs:
        present, reason = NEEDS[need]
        if not present(document):
            return reason
    return _OTHER_CLASS if rule.kinds and document.kind not in rule.kinds else None


_OTHER_CLASS = say("the rule is for letters of another class")
_OTHER_CLIENTS = say("the rule is for mail programs that [lint] clients of the brand file does not name")
_NO_LETTER = say("it is no letter, but something letters are made of")


@functools.cache
def _passes(id: str, severity: Severity) -> Verdict:
    """One verdict for all files: documents of it are made once."""
    return Verdict(id, Status.PASS, severity)


@functools.cache
def _unfit(id: str, severity: Severity, template: str) -> Verdict:
    return Verdict(id, Status.NOT_APPLICABLE, severity, reason=say(template))


def _finding(rule: Rule, document: Document, hit: Hit, lang: str) -> Finding:
    return Finding(
        check=rule.id,
        severity=document.wishes.severities.get(rule.id) or hit.severity or rule.severity,
        owner=f"{document.path}:{hit.line}",
        message=Message(rule.says[lang], hit.values),
        remedy=Remedy(Message(rule.why[lang])),
    )


def score(verdicts: Sequence[Verdict]) -> int:
    """A hundred, less what each rule that fired costs by its worst finding."""
    lost = sum(
        COST[max((f.severity for f in v.findings), key=lambda s: s.rank)] for v in verdicts if v.findings
    )
    return max(0, 100 - lost)


_GUESSED = {
    "en": "taken for a letter of class {kind} in “{locale}”; say --class and --locale where that is wrong",
    "ru": "принято за письмо класса {kind} на языке «{locale}»; если это не так, укажите --class и --locale",
}


def _report(document: Document, verdicts: tuple[Verdict, ...], lang: str, as_of: str) -> DomainReport:
    notes = document.left
    if document.guessed:
        notes = (*notes, Message(_GUESSED[lang], {"kind": document.kind, "locale": document.locale or "?"}))
    return finished(document.path, verdicts, notes, as_of)


def finished(
    path: str, verdicts: tuple[Verdict, ...], notes: tuple[Message, ...], as_of: str
) -> DomainReport:
    """The report of a file, with its score."""
    grade = f"{score(verdicts)}/100"
    return DomainReport(
        path, as_of, verdicts, grade=grade, grade_formula=translated(GRADE_FORMULA), notes=notes
    )


GRADE_FORMULA = phrase("100, less 15 a rule with an error, 5 with a warning, 1 with a note")


def apart(mends: Iterable[tuple[Edit, ...]]) -> tuple[Edit, ...]:
    """Edits in the order of the file; a mend of which one edit touches an earlier one's waits for the next time, whole."""
    taken: list[Edit] = []
    for mend in sorted(set(mends)):
        if not any(_clash(taken, edit) for edit in mend):
            for edit in mend:
                bisect.insort(taken, edit)
    return tuple(taken)


def _clash(taken: list[Edit], edit: Edit) -> bool:
    at = bisect.bisect_left(taken, edit)
    return any(_touch(one, edit) for one in taken[max(0, at - NEAR) : at + NEAR])


NEAR = 4  # edits on each side that can touch one: a longer one before it, several at its place


def _touch(one: Edit, other: Edit) -> bool:
    """Whether two edits change the same place, or put an element or the same attribute there."""
    if one.start == one.end == other.start == other.end:
        return one.new[:1] == other.new[:1] == "<" or one.new.partition("=")[0] == other.new.partition("=")[0]
    if one.start == one.end or other.start == other.end:
        point, span = (one, other) if one.start == one.end else (other, one)
        return span.start < point.start < span.end
    return one.start < other.end and other.start < one.end


def mended(source: str, edits: Iterable[Edit]) -> str:
    """The file's text with edits made."""
    parts: list[str] = []
    at = 0
    for edit in edits:
        parts += (source[at : edit.start], edit.new)
        at = edit.end
    return "".join((*parts, source[at:]))
