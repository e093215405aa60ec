"""The plan for a person at a terminal: phase by phase, what changes and why, the proof, what will be said of the result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailsetup.model.dns import dotted, present
from mailsetup.model.finding import DomainReport, Severity
from mailsetup.model.language import translated
from mailsetup.model.lines import folded
from mailsetup.model.message import Message, phrase, say
from mailsetup.model.names import printable, to_unicode
from mailsetup.model.plan import Action, Phase, Plan, RecordChange, SpfProof
from mailsetup.model.retold import as_message, retold
from mailsetup.planning.address_sets import IPV4, IPV6, AddressSet
from mailsetup.planning.moments import moment_words, zone_of
from mailsetup.planning.undo import is_way_back
from mailsetup.profiles.dns_hosts import dns_hosts

from ._sets import sentence

_MARKS = {
    Action.CREATE: "+",
    Action.UPDATE: "~",
    Action.DELETE: "-",
    Action.KEEP: "=",
    Action.WAITING: "?",
}
SHOWN_RANGES = 6
_PERMERROR = {
    "lost": phrase("no longer permerror (broken for everybody who sends from): {ranges}"),
    "added": phrase("now permerror (broken for everybody who sends from): {ranges}"),
    "kept": phrase("permerror as before (broken for everybody who sends from): {ranges}"),
}
_RESULTS = {
    "lost": phrase("lost {result}: {ranges}"),
    "added": phrase("added {result}: {ranges}"),
    "kept": phrase("kept {result}: {ranges}"),
}
_LATER = {
    "switch": phrase('the MX switch takes it from {ranges}, which pass as "mx" alone'),
    "retire": phrase("the last phase takes it from {ranges}, with the provider that is left"),
}
_GAINED = phrase("no longer {result}, for they pass now: {ranges}")
_COUNTS = {
    Action.CREATE: phrase("{n} to create"),
    Action.UPDATE: phrase("{n} to update"),
    Action.DELETE: phrase("{n} to delete"),
}


def render(plan: Plan, phase: int | None = None, time_zone: str = "", *, brief: bool = False) -> str:
    """
    The whole plan, or one phase of it; times are said in the plan's time zone, else in ``time_zone``.

    ``brief`` leaves the changes alone, without reasons, proof and prediction.
    """
    zone = zone_of(plan, time_zone)
    lines = list(_head(plan))
    if brief:
        return "\n".join([*lines, *_briefly(plan, phase)]) + "\n"
    for step in plan.phases:
        if phase is None or step.number == phase:
            lines.extend(["", *_phase(plan, step, zone)])
    kept = _kept(plan)
    if kept and phase is None:
        lines.extend(["", str(say("Already right, and kept:"))])
        lines.extend(f"  = {dotted(owner)} {rdtype}" for owner, rdtype in kept)
    if plan.spf_proof is not None:
        lines.extend(["", *proof_lines(plan.spf_proof)])
    if plan.notes:
        lines.extend(["", str(say("Notes"))])
        for note in plan.notes:
            lines.extend(folded(sentence(note), "  - ", "    "))
    if plan.predicted is not None:
        waits = any(c.action is Action.WAITING for c in plan.changes)
        lines.extend(["", *_predicted(plan.predicted, waits=waits)])
    if plan.hosted_files:
        for url, content in plan.hosted_files.items():
            lines.extend(
                [
                    "",
                    *folded(str(say("File to serve at {url}", url=url)), "", "  "),
                    *(f"    {line}" for line in content.splitlines()),
                ]
            )
    return "\n".join(lines) + "\n"


def _briefly(plan: Plan, phase: int | None) -> Iterator[str]:
    for step in plan.phases:
        todo = [c for c in plan.changes if c.phase == step.number and c.action is not Action.KEEP]
        if todo and phase in (None, step.number):
            yield ""
            yield from _titled(step)
            for change in todo:
                yield from _records(change)
                if change.waiting_for:
                    yield f"      {say('waits for {names}', names=', '.join(change.waiting_for))}"


def _kept(plan: Plan) -> list[tuple[str, str]]:
    """The record sets that stay as they are through all phases, each once."""
    changed = {(c.owner, c.rdtype) for c in plan.changes if c.action is not Action.KEEP}
    sets = ((c.owner, c.rdtype) for c in plan.changes if c.action is Action.KEEP)
    return [target for target in dict.fromkeys(sets) if target not in changed]


def _head(plan: Plan) -> Iterator[str]:
    shown = to_unicode(plan.domain)
    name = plan.domain if shown == plan.domain else f"{shown} ({plan.domain})"
    todo = [c for c in plan.changes if c.action is not Action.KEEP]
    waiting = sum(c.action is Action.WAITING for c in todo)
    headed = (
        say("The way back for {name}, as of {date}", name=name, date=plan.as_of)
        if is_way_back(plan)
        else say("Plan for {name}, as of {date}", name=name, date=plan.as_of)
    )
    yield from folded(str(headed), "", "  ")
    if not todo:
        yield from folded(str(say("Nothing to change: every record is as it should be.")), "", "  ")
        return
    counts = {a: sum(c.action is a for c in todo) for a in (Action.CREATE, Action.UPDATE, Action.DELETE)}
    words = [str(Message(_COUNTS[a], {"n": n})) for a, n in counts.items() if n]
    words += [str(say("{n} waiting for a value", n=waiting))] if waiting else []
    counted = say("{counts}, in {n} {n:phase|phases}", counts=", ".join(words), n=len(plan.phases))
    yield from folded(str(counted), "", "  ")
    if plan.dns_host:
        edited = say("The records are edited at {host}.", host=_host_name(plan.dns_host))
        yield from folded(str(edited), "", "  ")


def _host_name(host_id: str) -> str:
    """The name of a DNS host, as its owner writes it."""
    return next((h.name for h in dns_hosts() if h.id == host_id), host_id)


def _phase(plan: Plan, step: Phase, zone: str) -> Iterator[str]:
    yield from _titled(step)
    if step.earliest and step.earliest > plan.as_of:
        yield from folded(str(say("not before {date}", date=moment_words(step.earliest, zone))), "  ")
    yield from folded(sentence(step.why_then), "  ", "  ")
    for block in step.blocked_by:
        yield from _led(say("first:"), block)
    for change in plan.changes:
        if change.phase == step.number and change.action is not Action.KEEP:
            yield from _change(change)
    yield from _led(say("done when:"), step.closes_when)


def _titled(step: Phase) -> list[str]:
    return folded(str(say("Phase {number}: {title}", number=step.number, title=step.title)), "", "  ")


def _change(change: RecordChange) -> Iterator[str]:
    yield from _records(change)
    yield from folded(sentence(change.reason), "      ", "      ")


def _records(change: RecordChange) -> Iterator[str]:
    yield f"  {_MARKS[change.action]} {dotted(change.owner)} {change.rdtype}" + (
        f"  (TTL {change.ttl})" if change.after else ""
    )
    gone = [r for r in change.before if r not in change.after]
    new = [r for r in change.after if r not in change.before]
    stays = [r for r in change.after if r in change.before]
    yield from (f"      - {printable(present(r, change.rdtype))}" for r in gone)
    yield from (f"      + {printable(present(r, change.rdtype))}" for r in new)
    if stays and (gone or new):
        other = say(
            "({n} other {n:record of this name and type stays|records of this name and type stay})",
            n=len(stays),
        )
        yield from folded(str(other), "        ")


def proof_lines(proof: SpfProof) -> Iterator[str]:
    """The SPF proof in words."""
    yield from folded(str(say("SPF proof for {name}", name=proof.name)), "", "  ")
    for record in proof.before.splitlines():
        yield from folded(str(say("before: {record}", record=record)), "  ", "    ")
    yield from folded(str(say("after:  {record}", record=proof.after)), "  ", "    ")
    passing = proof.added.get("pass", ())
    gained = {result: _both(ranges, passing) for result, ranges in proof.lost.items()}
    lost = {result: _beside(ranges, passing) for result, ranges in proof.lost.items()}
    added = {**proof.added, "pass": _beside(passing, [r for ranges in gained.values() for r in ranges])}
    for result, ranges in gained.items():
        if ranges:
            told = Message(_GAINED, {"result": result, "ranges": _ranges(ranges)})
            yield from folded(str(told), "  ", "    ")
    for word, sets in (("lost", lost), ("added", added), ("kept", proof.kept)):
        for result, ranges in sets.items():
            if ranges and result == "permerror":
                yield from folded(str(Message(_PERMERROR[word], {"ranges": _ranges(ranges)})), "  ", "    ")
            elif ranges:
                yield from folded(
                    str(Message(_RESULTS[word], {"result": result, "ranges": _ranges(ranges)})), "  ", "    "
                )
    if not any(ranges for result, ranges in lost.items() if result != "permerror"):
        yield from folded(str(_nobody_loses(proof)), "  ", "    ")
    for phase, ranges in proof.later.items():
        if phase in _LATER and ranges:
            yield from folded(str(Message(_LATER[phase], {"ranges": _ranges(ranges)})), "  ", "    ")
    for term in proof.undecided:
        yield from folded(str(say("not decidable by sets: {term}", term=_undecided(term))), "  ", "    ")
    before = "" if proof.lookups_before is None else say(" (before: {n})", n=proof.lookups_before)
    counted = say(
        "{lookups} of 10 look-ups{before}, {voids} of 2 void, {size} octets",
        lookups=proof.lookups_after,
        before=before,
        voids=proof.voids_after,
        size=proof.size_after,
    )
    yield from folded(str(counted), "  ", "    ")
    if not proof.fits:
        yield from folded(str(say("This does NOT fit the limits of RFC 7208 section 4.6.4:")), "  ")
    for advice in proof.advice:
        yield from folded(str(advice), "  - ", "    ")


def _nobody_loses(proof: SpfProof) -> Message:
    """What the sets show, which is only of the record itself where later phases take something."""
    if proof.later:
        return (
            say("nobody loses what he had when this record is published, as far as sets can tell")
            if proof.unsettled
            else say("nobody loses what he had when this record is published")
        )
    return (
        say("nobody loses what he had, as far as sets can tell")
        if proof.unsettled
        else say("nobody loses what he had")
    )


def _both(ranges: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """What some ranges have in common with others, IPv4 then IPv6."""
    sets = ((AddressSet.presented(b, ranges), AddressSet.presented(b, others)) for b in (IPV4, IPV6))
    return tuple(word for one, other in sets for word in (one & other).presentation())


def _beside(ranges: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """What some ranges have beside others, IPv4 then IPv6."""
    sets = ((AddressSet.presented(b, ranges), AddressSet.presented(b, others)) for b in (IPV4, IPV6))
    return tuple(word for one, other in sets for word in (one - other).presentation())


def _undecided(term: str) -> str:
    """A term and, where an answer is missing, which way: ``include:a.example (timeout)``."""
    head, found, outcome = term.rpartition(" (")
    return f"{head} ({retold(outcome[:-1])})" if found else term


def _ranges(ranges: tuple[str, ...]) -> Message | str:
    more = len(ranges) - SHOWN_RANGES
    shown = ", ".join(ranges[:SHOWN_RANGES])
    return say("{ranges} and {n} more {n:range|ranges}", ranges=shown, n=more) if more > 0 else shown


def _predicted(report: DomainReport, *, waits: bool) -> Iterator[str]:
    grade = as_message(report.grade)
    if report.grade[:1].isupper():
        told = (
            say("With all but what still waits published, the audit will say: grade {grade}", grade=grade)
            if waits
            else say("When all is published the audit will say: grade {grade}", grade=grade)
        )
    else:
        told = (
            say("With all but what still waits published, the audit will say: {words}", words=grade)
            if waits
            else say("When all is published the audit will say: {words}", words=grade)
        )
    yield from folded(str(told), "", "")
    for verdict in report.verdicts:
        for finding in verdict.findings:
            if finding.severity is not Severity.INFO:
                yield from folded(
                    f"{translated(finding.severity.value)} {finding.check}: {finding.message}", "  ", "    "
                )


def _led(word: Message, said: Message) -> list[str]:
    """A sentence behind its word."""
    return folded(str(said), f"  {word} ", " " * (len(str(word)) + 3))
