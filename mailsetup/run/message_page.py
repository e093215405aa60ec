"""Judged letters as a page (HTML) and for a ticket (Markdown): the facts, what is wrong, what receivers would do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mailsetup._version import __version__
from mailsetup.forms.documents import evidence_document
from mailsetup.forms.leaflet import Leaf, Part, Point, render
from mailsetup.forms.markdown import code, text
from mailsetup.message.report import MessageReport
from mailsetup.message.trace import iso_time
from mailsetup.model.dns import Outcome
from mailsetup.model.finding import Evidence, Finding, Severity, Status
from mailsetup.model.message import say
from mailsetup.model.retold import retold

from .message_facts import COLUMN, facts, headline
from .message_writing import ID as WRITING

if TYPE_CHECKING:
    from .message import Judged

STATES = {"pass": "pass", "fail": "error", "permerror": "error"}
RECORD_SHOWN = 300  # characters of one record


def html(done: Sequence[Judged]) -> Iterator[str]:
    """One page for all letters."""
    leaves = [leaf(one) for one in done]
    title = done[0].label if len(done) == 1 else str(say("{count} letters", count=len(done)))
    kicker = str(say("What a letter proves, and how its receivers judge it"))
    as_of = iso_time(done[0].report.at) if len(done) == 1 else ""
    return render(kicker, title, as_of, leaves, f"mailsetup {__version__}")


def markdown(done: Sequence[Judged]) -> Iterator[str]:
    """A section for each letter."""
    for one in done:
        shown = leaf(one)
        yield f"## {text(shown.title)}: {text(shown.verdict)}\n\n| | |\n|---|---|\n"
        yield "".join(f"| {text(name)} | {text(said)} |\n" for name, said in shown.facts)
        for part in shown.parts:
            if part.points:
                yield f"\n### {text(part.title)}\n\n"
            for point in part.points:
                label = f" ({code(point.label)})" if point.label else ""
                advice = f" *{text(point.advice)}*" if point.advice else ""
                word = f"**{point.state}**: " if point.state in ("error", "warning") else ""
                yield f"- {word}{text(point.text)}{label}{advice}\n"
        yield "\n"


def leaf(one: Judged) -> Leaf:
    """A letter as a page shows it."""
    report = one.report
    found = sorted(
        (f for v in report.verdicts for f in v.findings), key=lambda f: (-f.severity.rank, f.check, f.owner)
    )
    own = [f for f in found if f.check.startswith("message/")]
    receivers = [f for f in found if f.check.startswith("receiver/")]
    writing = [f for f in found if not f.check.startswith(("message/", "receiver/"))]
    parts = (
        Part(str(say("What is wrong")), _points(own, plain=False)),
        Part(str(say("What receivers would do")), _points(receivers, plain=True, notes=False)),
        Part(str(say("Worth knowing")), _points(own, plain=False, notes=True)),
        Part(str(say("The writing")), (*_unread(report), *_points(writing, plain=False, notes=None))),
        Part(str(say("Could not be judged")), _open(report)),
    )
    state = STATES.get(report.dmarc_word, "warning") if report.dmarc_complete else "warning"
    told = tuple((name, said.replace(COLUMN, " – ", 1)) for name, said in facts(report))
    return Leaf(one.label, headline(report), state, told, parts)


def _points(found: Sequence[Finding], *, plain: bool, notes: bool | None = False) -> tuple[Point, ...]:
    """Findings as points: those above a note, the notes, or (None) all; ``plain`` leaves advice and evidence out."""
    chosen = [f for f in found if notes is None or (f.severity is Severity.INFO) == notes]
    return tuple(
        Point(
            f.severity.value,
            str(f.message),
            f.check,
            "" if plain or f.remedy is None else str(f.remedy.summary),
            () if plain else tuple(map(_answer, f.evidence)),
        )
        for f in chosen
    )


def _answer(evidence: Evidence) -> str:
    shown = evidence_document(evidence)
    said = " ".join(map(str, shown["records"]))[:RECORD_SHOWN] or str(shown["outcome"])
    return f"{_question(evidence)}: {said}"


def _question(evidence: Evidence) -> str:
    return " ".join(str(part) for part in evidence.question if part)


def _unread(report: MessageReport) -> tuple[Point, ...]:
    reasons = [v.reason for v in report.verdicts if v.check == WRITING and v.reason is not None]
    return tuple(Point("info", str(reason)) for reason in reasons)


def _open(report: MessageReport) -> tuple[Point, ...]:
    questions = {
        _question(e): e.answer.outcome
        for v in report.verdicts
        if v.status is Status.INCONCLUSIVE
        for e in v.unanswered
    }
    offline = str(say("not judged offline"))
    return tuple(
        Point("open", f"{name}: {offline if outcome is Outcome.UNASKED else retold(outcome.value)}")
        for name, outcome in questions.items()
    )
