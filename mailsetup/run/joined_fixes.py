"""
One record set a name to publish, in which the fixes of all its flaws are applied together.

Each finding offers the record as it stands with its own flaw mended. Here those are joined: what each changes
of the published records is found by comparison, and all of it is done to one copy, the heaviest flaw first; where
two contradict one another (p=none and p=reject) the heavier one counts. Pure; nothing is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from mailsetup.model.dns import TXT, DnsAnswer, DnsQuestion, Question, present
from mailsetup.model.finding import Finding, Fix, Joined, Severity, Verdict

PIECES_LIMIT: Final = 512  # tags or terms of a record that are compared; a text of 64 KB may hold thousands

Key = tuple[str, str]


def joined_fixes(verdicts: Iterable[Verdict], answers: Mapping[Question, Any]) -> tuple[Joined, ...]:
    """
    The record sets to publish, one a name and type, the heaviest flaw's first.

    Notes and what somebody accepted are left out. Fixes that cannot be joined stand side by side.
    """
    groups: dict[Key, list[Finding]] = {}
    for finding in _weighed(verdicts):
        groups.setdefault(finding.remedy.change[:2], []).append(finding)  # type: ignore[union-attr,index]
    return tuple(joined for key, findings in groups.items() for joined in _joined(key, findings, answers))


def _weighed(verdicts: Iterable[Verdict]) -> list[Finding]:
    """The findings that offer a record and count, the heaviest first."""
    found = [
        f
        for v in verdicts
        if v.findings
        for f in v.findings
        if f.remedy is not None
        and f.remedy.change is not None
        and f.severity is not Severity.INFO
        and f.waived is None
    ]
    if len(found) > 1:
        found.sort(key=lambda f: (-f.severity.rank, f.check, f.owner))
    return found


def _joined(key: Key, findings: list[Finding], answers: Mapping[Question, Any]) -> Iterator[Joined]:
    if len(findings) == 1:
        yield Joined(findings[0].remedy.change, (findings[0].check,))  # type: ignore[union-attr,arg-type]
        return
    by_fix: dict[Fix, list[str]] = {}
    for finding in findings:
        if finding.remedy is not None and finding.remedy.change is not None:
            by_fix.setdefault(finding.remedy.change, []).append(finding.check)
    whole = next(iter(by_fix))
    if len(by_fix) > 1:
        made = _together(answers.get(DnsQuestion(*key)), key[1], list(by_fix))
        if made is None:
            yield from (Joined(fix, tuple(dict.fromkeys(checks))) for fix, checks in by_fix.items())
            return
        whole = whole._replace(records=made)
    yield Joined(whole, tuple(dict.fromkeys(check for checks in by_fix.values() for check in checks)))


def _together(answer: object, rdtype: str, fixes: list[Fix]) -> tuple[str, ...] | None:
    """The records of a name with every fix applied; None where one takes away what another keeps."""
    if not isinstance(answer, DnsAnswer) or answer.unknown or answer.aliases:
        return None
    standing = tuple(dict.fromkeys(present(r, rdtype) for r in answer.records))
    if not all(fix.records for fix in fixes):
        return None
    edits: dict[str, list[str]] = {}
    gone: set[str] = set()
    fresh: dict[str, str] = {}
    for fix in fixes:
        taken = [r for r in standing if r not in fix.records]
        added = [r for r in fix.records if r not in standing]
        if len(taken) == len(added) == 1:
            edits.setdefault(taken[0], []).append(added[0])
        elif not taken:
            for record in added:
                fresh.setdefault(_label(record), record)
        elif gone.isdisjoint(taken):
            gone.update(taken)
            for record in added:
                fresh.setdefault(_label(record), record)
    kept = [_merged(r, edits[r], rdtype) if r in edits else r for r in standing if r not in gone]
    return tuple(dict.fromkeys((*kept, *fresh.values())))


def _label(record: str) -> str:
    """What kind of record a text is (``v=spf1``): of one kind there is one; other records are each their own."""
    first = record.lower().strip('"').replace(";", " ").split(" ", 1)[0]
    return first if first.startswith("v=") else record


def _merged(record: str, wanted: list[str], rdtype: str) -> str:
    """One record with several changes made to it; where it has no parts to tell apart the heaviest counts."""
    if len(wanted) == 1 or rdtype != "TXT":
        return wanted[0]
    from mailsetup.planning.rdata_text import unquoted

    text, *changed = (unquoted(r).decode("latin-1") for r in (record, *wanted))
    merge = _terms if text.lower().startswith("v=spf1") else _tags
    whole = merge(text, changed)
    return present(TXT.of(whole), "TXT") if whole is not None else wanted[0]


def _tags(text: str, changed: list[str]) -> str | None:
    """A tag list with every tag dropped, set or added that one of the changed lists drops, sets or adds."""
    from mailsetup.grammar.tag_list import amended

    before = _values(text)
    if len(before) > PIECES_LIMIT:
        return None
    gone: set[str] = set()
    put: dict[str, str] = {}
    for one in changed:
        after = _values(one)
        gone.update(name for name in before if name not in after and name not in put)
        for name, value in after.items():
            if before.get(name) != value and name not in gone:
                put.setdefault(name, value)
        if list(after)[1:2] == ["p"] != list(before)[1:2] and "p" not in gone:  # where receivers look for it
            put.setdefault("p", after["p"])
    moved = tuple(name for name in ("p",) if name in put)
    return amended(text, drop=(*gone, *moved), **put)


def _values(text: str) -> dict[str, str]:
    """The first value of each tag."""
    from mailsetup.grammar.tag_list import tag_list

    values: dict[str, str] = {}
    for tag in tag_list(text, fold_case=True).tags:
        values.setdefault(tag.name, tag.value)
    return values


def _terms(text: str, changed: list[str]) -> str | None:
    """An SPF record with every term replaced, dropped or added as in one of the changed ones; None if unsound."""
    from mailsetup.grammar.spf import parse_spf

    before = text.split()
    if len(before) > PIECES_LIMIT:
        return None
    puts: dict[int, list[str]] = {}
    swaps: dict[int, list[str]] = {}
    for one in changed:
        for start, end, words in _edits(before, one.split()):
            if start == end:
                here = puts.setdefault(start, [])
                here.extend(word for word in words if word not in here)
            elif all(at not in swaps for at in range(start, end)):
                swaps.update({at: [] for at in range(start, end)} | {start: words})
    out: list[str] = []
    for at in range(len(before) + 1):
        out += puts.get(at, [])
        out += swaps.get(at, before[at : at + 1])
    whole = " ".join(out)
    return whole if parse_spf(whole).valid else None


def _edits(before: list[str], after: list[str]) -> Iterator[tuple[int, int, list[str]]]:
    """What makes one list of words into the other, in the smallest pieces: start, end, the words instead."""
    from difflib import SequenceMatcher

    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "delete":
            yield from ((at, at + 1, []) for at in range(i1, i2))
        elif kind == "replace" and i2 - i1 == j2 - j1:
            yield from ((i1 + k, i1 + k + 1, [after[j1 + k]]) for k in range(i2 - i1))
        elif kind != "equal":
            yield i1, i2, after[j1:j2]
