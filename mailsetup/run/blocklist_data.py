"""A blocklist run as data: JSON, JSON lines, a table for a ticket, a table for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mailsetup._version import __version__
from mailsetup.model.blocklist import Blocklist
from mailsetup.model.language import translated
from mailsetup.model.message import say
from mailsetup.model.names import printable
from mailsetup.walks.blocklistings import Listing, ListingStatus

from .blocklist_words import advice, closing, elsewhere, headline, in_order, meaning, way_out
from .blocklists import BlocklistRun, TargetReport

__all__ = ["csv_form", "json_form", "jsonl_form", "markdown_form"]

SCHEMA = "mailsetup/blocklists/1"
LINE_SCHEMA = "mailsetup/blocklist-target/1"
COLUMNS = (
    "target", "subject", "role", "list", "status", "severity", "weight", "proof", "codes", "meaning", "reason",
    "removal", "removal_url",
)  # fmt: skip


def document(run: BlocklistRun) -> dict[str, Any]:
    """A run as data."""
    return {
        "schema": SCHEMA,
        "tool": {"name": "mailsetup", "version": __version__},
        "as_of": run.as_of,
        "targets": [target_document(target) for target in run.targets],
        "lists": [list_document(one) for one in run.lists],
        "not_asked": [
            {"list": one.id, "zone": one.zone, "status": one.state.value, "reason": str(reason)}
            for one, reason in run.not_asked
        ],
        "elsewhere": [
            {
                "id": one.id,
                "operator": one.operator,
                "weight": one.weight.value,
                "lookup": one.lookup or one.note,
                "bounces": list(one.bounces),
            }
            for one in elsewhere()
        ],
        "notes": [str(note) for note in run.notes],
    }


def target_document(target: TargetReport) -> dict[str, Any]:
    """One target as data."""
    return {
        "target": target.target,
        "kind": target.kind.value,
        "summary": {status.value: _count(target, status) for status in ListingStatus},
        "listings": [listing_document(one) for one in target.listings],
        "left_out": target.left_out,
        "unresolved": list(target.unresolved),
    }


def listing_document(one: Listing) -> dict[str, Any]:
    """What one list says about one subject, as data."""
    return {
        "list": one.blocklist.id,
        "subject": one.subject.value,
        "kind": one.subject.kind.value,
        "role": one.subject.role.value,
        "via": printable(one.subject.via),
        "status": one.status.value,
        "severity": one.severity.value,
        "weight": one.blocklist.weight.value,
        "proof": one.proof.value,
        "codes": [
            {
                "code": hit.answer,
                "meaning": translated(hit.meaning),
                "severity": hit.code.grade.value,
                "effect": hit.effect.value,
            }
            for hit in one.hits
        ],
        "unexpected": list(one.unexpected),
        "why": one.why.value,
        "reason": str(one.reason) if one.reason is not None else "",
        "advice": advice(one),
        "text": one.text,
        "removal": {"url": one.blocklist.removal_url, "policy": translated(one.blocklist.removal)},
        "question": {"name": one.question.name, "rdtype": one.question.rdtype},
        "outcome": one.answer.outcome.value,
        "records": [printable(r) for r in one.answer.records if isinstance(r, str)],
    }


def list_document(one: Blocklist) -> dict[str, Any]:
    """A list as data."""
    return {
        "id": one.id,
        "name": one.name,
        "operator": one.operator,
        "zone": one.zone,
        "kinds": [kind.value for kind in one.kinds],
        "purpose": one.purpose,
        "weight": one.weight.value,
        "keyed": one.keyed,
    }


def _count(target: TargetReport, status: ListingStatus) -> int:
    return sum(one.status is status for one in target.listings)


def json_form(run: BlocklistRun) -> Iterator[str]:
    """One document."""
    from mailsetup.forms.encoder import pretty

    yield pretty(document(run)) + "\n"


def jsonl_form(run: BlocklistRun) -> Iterator[str]:
    """One object a target."""
    from mailsetup.forms.encoder import one_line

    for target in run.targets:
        yield one_line({"schema": LINE_SCHEMA, "as_of": run.as_of, **target_document(target)}) + "\n"


def csv_form(run: BlocklistRun) -> Iterator[str]:
    """One row a listing, clean ones too."""
    from mailsetup.forms.csv import row

    yield row(COLUMNS)
    for target in run.targets:
        for one in target.listings:
            yield row(
                (
                    target.target,
                    one.subject.value,
                    one.subject.role.value,
                    one.blocklist.id,
                    one.status.value,
                    one.severity.value,
                    one.blocklist.weight.value,
                    one.proof.value,
                    " ".join(hit.answer for hit in one.hits),
                    meaning(one),
                    str(one.reason) if one.reason is not None else one.text,
                    translated(one.blocklist.removal) if one.status is ListingStatus.LISTED else "",
                    one.blocklist.removal_url if one.status is ListingStatus.LISTED else "",
                )
            )


def markdown_form(run: BlocklistRun) -> Iterator[str]:
    """A section for each target."""
    from mailsetup.forms.markdown import code, text

    for target in run.targets:
        yield f"## {text(target.target)}: {text(headline(target))}\n\n"
        shown = [
            one for one in in_order(target) if one.status not in (ListingStatus.CLEAN, ListingStatus.NEUTRAL)
        ]
        if shown:
            yield f"{say('| status | severity | list | at | what | way out |')}\n|---|---|---|---|---|---|\n"
        for one in shown:
            what = meaning(one) or (str(one.reason) if one.reason is not None else "")
            said = f" ({code(one.text)})" if one.text else ""
            out = way_out(one.blocklist) if one.status is ListingStatus.LISTED else ""
            yield (
                f"| {translated(one.status.value)} | {translated(one.severity.value)} | {code(one.blocklist.id)} "
                f"| {code(one.subject.value)} | {text(what)}{said} | {text(out)} |\n"
            )
        yield "\n" if shown else ""
        for line in closing(target):
            yield text(line) + "\n\n"
    for one_list, reason in run.not_asked:
        yield f"- {say('{list} was not asked: {reason}', list=code(one_list.id), reason=text(str(reason)))}\n"
