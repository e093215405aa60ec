"""
The baseline: findings that were there before, so that a run fails only on what is new.

A baseline is a list of fingerprints (``mailsetup/baseline/1``, written by ``--write-baseline``) or the result of
an earlier run in JSON or JSON lines. Fingerprints are those of SARIF (`forms.places`): domain, check, owner, type.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mailsetup.forms.places import fingerprint, prints
from mailsetup.model.errors import InputError
from mailsetup.model.finding import DomainReport, Waived
from mailsetup.model.message import phrase, say

SCHEMA = "mailsetup/baseline/1"
KNOWN = Waived("baseline")


def read_baseline(path: str) -> frozenset[str]:
    """The fingerprints of known findings. `InputError` says what the file should be."""
    from mailsetup.edge.files import read_text

    from .earlier import documents

    found: set[str] = set()
    for document in documents(read_text(path, phrase("baseline")), path, "--baseline"):
        if isinstance(document, Mapping) and document.get("schema") == SCHEMA:
            found.update(_listed(document, path))
        else:
            found.update(_of_report(document, path))
    return frozenset(found)


def _listed(document: Mapping[str, Any], path: str) -> Iterator[str]:
    findings = document.get("findings")
    if not isinstance(findings, list):
        raise InputError(say("--baseline: {file}: findings must be a list; write it anew", file=path))
    for entry in findings:
        value = entry.get("fingerprint") if isinstance(entry, Mapping) else entry
        if not isinstance(value, str):
            raise InputError(say("--baseline: {file}: an entry has no fingerprint; write it anew", file=path))
        yield value


def _of_report(document: Any, path: str) -> Iterator[str]:
    """The fingerprints of a report in JSON, as `forms.places.prints` gives them of a report."""
    seen: Counter[tuple[str, str, str]] = Counter()
    try:
        for verdict in document["verdicts"]:
            for finding in verdict["findings"]:
                key = (str(verdict["check"]), str(finding["owner"]), _rdtype(finding))
                yield fingerprint(str(document["domain"]), key, seen[key])
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


def without_known(report: DomainReport, known: frozenset[str]) -> DomainReport:
    """The report with the findings of the baseline marked as known."""
    import dataclasses

    marked = {id(finding) for _, finding, mark in prints(report) if mark in known}
    if not marked:
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
    return dataclasses.replace(report, verdicts=verdicts)


def entries(report: DomainReport) -> Iterator[dict[str, str]]:
    """A report's findings as a baseline lists them; what a waiver accepts is left to the waiver."""
    for _, finding, mark in prints(report):
        if finding.waived is None or finding.waived.by == "baseline":
            yield {
                "fingerprint": mark,
                "domain": report.domain,
                "check": finding.check,
                "owner": finding.owner,
            }


def baseline_text(found: Iterable[Mapping[str, str]]) -> str:
    """The file of a baseline, one finding a line, sorted: a change to it reads well in a merge request."""
    rows = sorted(found, key=lambda e: (e["domain"], e["check"], e["owner"], e["fingerprint"]))
    lines = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in rows)
    return f'{{\n"schema": "{SCHEMA}",\n"findings": [\n{lines}\n]\n}}\n'
