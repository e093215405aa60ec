"""
The baseline: findings that were there before, so that a run fails only on what is new.

A baseline is a list of fingerprints (``mailsetup/baseline/1``, written by ``--write-baseline``) or the result of
an earlier run in JSON or JSON lines. Fingerprints are those of SARIF (`forms.places`): domain, check, owner, type.
Known is a finding as severe as it was, or less: a warning that became an error is new. What weighs more only by
another policy is no worse, as in `diff`; a list without severities accepts any.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from mailsetup.forms.places import decisive, fingerprint, prints
from mailsetup.forms.words import word
from mailsetup.model.errors import InputError
from mailsetup.model.finding import DomainReport, Finding, Severity, Waived
from mailsetup.model.message import Message, phrase, say

SCHEMA = "mailsetup/baseline/1"
KNOWN = Waived("baseline")


class Known(NamedTuple):
    """How a finding of the baseline weighed, and by which policy; without a severity it may weigh anything."""

    severity: str = ""
    policy: str = ""

    def rank(self, policy: str) -> int | None:
        """How much it may weigh in a report by ``policy``; None where any weight will do."""
        told = self.policy == policy and self.severity in tuple(Severity)
        return Severity(self.severity).rank if told else None


def read_baseline(path: str) -> dict[str, Known]:
    """What is known, by fingerprint. `InputError` says what the file should be."""
    from mailsetup.edge.files import read_text

    from .earlier import documents

    found: dict[str, Known] = {}
    for document in documents(read_text(path, phrase("baseline")), path, "--baseline"):
        if isinstance(document, Mapping) and document.get("schema") == SCHEMA:
            found.update(_listed(document, path))
        else:
            found.update(_of_report(document, path))
    return found


def _listed(document: Mapping[str, Any], path: str) -> Iterator[tuple[str, Known]]:
    findings = document.get("findings")
    if not isinstance(findings, list):
        raise InputError(say("--baseline: {file}: findings must be a list; write it anew", file=path))
    for entry in findings:
        value = entry.get("fingerprint") if isinstance(entry, Mapping) else entry
        if not isinstance(value, str):
            raise InputError(say("--baseline: {file}: an entry has no fingerprint; write it anew", file=path))
        told = entry if isinstance(entry, Mapping) else {}
        yield value, Known(str(told.get("severity", "")), str(told.get("policy", "")))


def _of_report(document: Any, path: str) -> Iterator[tuple[str, Known]]:
    """The fingerprints of a report in JSON, as `forms.places.prints` gives them of a report."""
    seen: Counter[tuple[str, str, str]] = Counter()
    try:
        for verdict in document["verdicts"]:
            for finding in verdict["findings"]:
                key = (str(verdict["check"]), str(finding["owner"]), _rdtype(finding))
                known = Known(str(finding.get("severity", "")), str(document.get("policy", "")))
                yield fingerprint(str(document["domain"]), key, seen[key]), known
                seen[key] += 1
    except (KeyError, TypeError, AttributeError):
        raise InputError(
            say(
                "--baseline: {file} is no baseline; give a file of --write-baseline, or of"
                " `mailsetup audit --format json` or jsonl",
                file=path,
            )
        ) from None


def _rdtype(finding: Mapping[str, Any]) -> str:
    """The record type a finding is about: see `forms.places.decisive`."""
    owner = finding["owner"]
    at_owner = [
        e["rdtype"]
        for e in finding["evidence"]
        if e["name"] == owner and e["rdtype"] not in ("HTTPS", "SMTP")
    ]
    change = (finding.get("remedy") or {}).get("change")
    if change and change["owner"] == owner and change["rdtype"] in (at_owner or [change["rdtype"]]):
        return str(change["rdtype"])
    return str(at_owner[0]) if at_owner else ""


def without_known(report: DomainReport, known: Mapping[str, Known]) -> DomainReport:
    """The report with the findings of the baseline marked as known; of what became more severe a note tells."""
    import dataclasses

    marked: set[int] = set()
    notes = list(report.notes)
    for place in _places(report):
        accepted, heavier = place.weighed(known, report)
        marked.update(accepted)
        notes.extend(heavier)
    if not marked and len(notes) == len(report.notes):
        return report
    verdicts = tuple(
        v._replace(
            findings=tuple(
                f._replace(waived=KNOWN) if id(f) in marked and f.waived is None else f for f in v.findings
            )
        )
        if v.findings
        else v
        for v in report.verdicts
    )
    return dataclasses.replace(report, verdicts=verdicts, notes=tuple(notes))


def all_known(report: DomainReport) -> DomainReport:
    """The report as the baseline that is written of it marks it: every finding nobody waived is known."""
    return without_known(report, {entry["fingerprint"]: Known() for entry in entries(report)})


class _Place(NamedTuple):
    """The findings of one check at one owner and type, with their prints: a print's number tells how many, not which."""

    key: tuple[str, str, str]
    found: list[tuple[Finding, str]]

    def weighed(self, known: Mapping[str, Known], report: DomainReport) -> tuple[list[int], list[Message]]:
        """Which findings are known, by identity, and a note on each that takes the place of a lighter one."""
        accepted = [
            id(f) for f, mark in self.found if mark in known and known[mark].rank(report.policy) is None
        ]
        ranks = sorted(self._ranks(known, report))
        heavier: list[Finding] = []
        open_ones = (f for f, _ in self.found if f.waived is None and id(f) not in accepted)
        for finding in sorted(open_ones, key=lambda f: -f.severity.rank):
            if ranks and ranks[-1] >= finding.severity.rank:
                accepted.append(id(finding))
                ranks.pop()
            else:
                heavier.append(finding)
        return accepted, [_told(f, rank) for f, rank in zip(heavier, reversed(ranks), strict=False)]

    def _ranks(self, known: Mapping[str, Known], report: DomainReport) -> Iterator[int]:
        """How much each known finding of this place weighed, those that are gone included."""
        for number in itertools.count():
            entry = known.get(fingerprint(report.domain, self.key, number))
            if entry is None and number >= len(self.found):
                return
            rank = entry.rank(report.policy) if entry is not None else None
            if rank is not None:
                yield rank


def _places(report: DomainReport) -> Iterator[_Place]:
    found: dict[tuple[str, str, str], list[tuple[Finding, str]]] = {}
    for _, finding, mark in prints(report):
        found.setdefault((finding.check, *decisive(finding)), []).append((finding, mark))
    return itertools.starmap(_Place, found.items())


def _told(finding: Finding, rank: int) -> Message:
    before = next(severity for severity in Severity if severity.rank == rank)
    return say(
        "{check} at {owner} is known to the baseline as {before} and is {after} now: it counts as new",
        check=finding.check,
        owner=finding.owner,
        before=word(before.value),
        after=word(finding.severity.value),
    )


def entries(report: DomainReport) -> Iterator[dict[str, str]]:
    """A report's findings as a baseline lists them; what a waiver accepts is left to the waiver."""
    for _, finding, mark in prints(report):
        if finding.waived is None or finding.waived.by == "baseline":
            yield {
                "fingerprint": mark,
                "domain": report.domain,
                "check": finding.check,
                "owner": finding.owner,
                "severity": finding.severity.value,
                **({"policy": report.policy} if report.policy else {}),
            }


def baseline_text(found: Iterable[Mapping[str, str]]) -> str:
    """The file of a baseline, one finding a line, sorted: a change to it reads well in a merge request."""
    rows = sorted(found, key=lambda e: (e["domain"], e["check"], e["owner"], e["fingerprint"]))
    lines = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in rows)
    return f'{{\n"schema": "{SCHEMA}",\n"findings": [\n{lines}\n]\n}}\n'
