"""Judging one file: every rule's verdict, in the order of the rules, and the mends that go with the findings."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from mailsetup.model.finding import DomainReport, Finding, Remedy, Severity, Status, Verdict
from mailsetup.model.language import translated
from mailsetup.model.message import Message, phrase, say

from .catalogue import rules
from .document import Document
from .rule import NEEDS, Edit, Hit, Rule

HIT_LIMIT = 25  # of one rule in one file; more of the same teach nobody
SILENCED = re.compile(
    r"lint:\s{0,9}off\s{1,9}([A-Z0-9]{3}-\d{2})\b[ \t]{0,9}([^\n>]{0,500})(?:(?<=--)>|$)", re.MULTILINE
)
COST = {Severity.ERROR: 15, Severity.WARNING: 5, Severity.INFO: 1}  # of a hundred, a rule


class Judged(NamedTuple):
    """A file's report and the edits that would mend what can be mended."""

    report: DomainReport
    edits: tuple[Edit, ...]


def judge(document: Document, *, ignore: Iterable[str] = (), lang: str = "en", as_of: str = "") -> Judged:
    """Every rule on one file; ``ignore`` are rules left out everywhere."""
    left_out: dict[str, Message | str] = {
        **dict.fromkeys(ignore, say("left out by the brand file")),
        **silenced(document),
    }
    verdicts: list[Verdict] = []
    edits: list[Edit] = []
    for rule in rules():
        reason = left_out.get(rule.id)
        if reason is not None:
            verdicts.append(
                Verdict(
                    rule.id,
                    Status.NOT_APPLICABLE,
                    rule.severity,
                    reason=say("left out: {reason}", reason=reason),
                )
            )
            continue
        verdict, mends = _verdict(rule, document, lang)
        verdicts.append(verdict)
        edits += mends
    return Judged(_report(document, tuple(verdicts), lang, as_of), apart(edits))


def silenced(document: Document) -> dict[str, str]:
    """Rules that a comment in the file turns off, with the reason it gives; one without a reason turns nothing off."""
    if "lint:" not in document.source:
        return {}
    text = document.html_text if document.html is not None else document.source
    return {match[1]: match[2].strip(" -") for match in SILENCED.finditer(text) if match[2].strip(" -")}


def _verdict(rule: Rule, document: Document, lang: str) -> tuple[Verdict, list[Edit]]:
    for need in rule.needs:
        present, reason = NEEDS[need]
        if not present(document):
            return _not_applicable(rule, reason), []
    if rule.kinds and document.kind not in rule.kinds:
        return _not_applicable(rule, _OTHER_CLASS), []
    try:
        hits = _some(rule.judge(document))
    except Exception as fault:  # a fault of ours in one rule must not hide what the others say
        import traceback

        reason = say("{trace}", trace="".join(traceback.format_exception(fault)))
        return Verdict(rule.id, Status.CRASHED, rule.severity, reason=reason), []
    if not hits:
        return _passed(rule), []
    findings = tuple(_finding(rule, document, hit, lang) for hit in hits)
    return Verdict(rule.id, Status.FAIL, rule.severity, findings), [e for hit in hits for e in hit.edits]


_OTHER_CLASS = say("the rule is for letters of another class")


@functools.cache
def _passes(id: str, severity: Severity) -> Verdict:
    return Verdict(id, Status.PASS, severity)


def _passed(rule: Rule) -> Verdict:
    """One verdict for all files: documents of it are made once."""
    return _passes(rule.id, rule.severity)


@functools.cache
def _unfit(id: str, severity: Severity, template: str) -> Verdict:
    return Verdict(id, Status.NOT_APPLICABLE, severity, reason=say(template))


def _not_applicable(rule: Rule, reason: Message) -> Verdict:
    return _unfit(rule.id, rule.severity, reason.template)


def _some(hits: Iterator[Hit]) -> list[Hit]:
    found: list[Hit] = []
    for hit in hits:
        found.append(hit)
        if len(found) == HIT_LIMIT:
            break
    return found


def _finding(rule: Rule, document: Document, hit: Hit, lang: str) -> Finding:
    return Finding(
        check=rule.id,
        severity=hit.severity or rule.severity,
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
    grade = f"{score(verdicts)}/100"
    return DomainReport(
        document.path, as_of, verdicts, grade=grade, grade_formula=translated(GRADE_FORMULA), notes=notes
    )


GRADE_FORMULA = phrase("100, less 15 a rule with an error, 5 with a warning, 1 with a note")


def apart(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Edits in the order of the file, those that touch an earlier one left for the next time."""
    found: list[Edit] = []
    for edit in sorted(set(edits)):
        if not found or edit.start >= found[-1].end:
            found.append(edit)
    return tuple(found)


def mended(source: str, edits: Iterable[Edit]) -> str:
    """The file's text with edits made."""
    parts: list[str] = []
    at = 0
    for edit in edits:
        parts += (source[at : edit.start], edit.new)
        at = edit.end
    return "".join((*parts, source[at:]))
