"""SPF by itself: the result for one connection, the tree with its costs, the flattened record with its proof."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mailsetup.forms.encoder import pretty
from mailsetup.model.dns import Outcome
from mailsetup.model.errors import UsageError
from mailsetup.model.language import translated
from mailsetup.model.message import Message, phrase, say
from mailsetup.model.names import DomainName, printable
from mailsetup.planning import spf_flatten
from mailsetup.planning.spf_flatten import Flattened
from mailsetup.walks.spf_check import SpfResult, check_host
from mailsetup.walks.spf_tree import LOOKUP_LIMIT, VOID_LIMIT, End, SpfLookup, SpfTree, spf_tree

from .asking import fact, not_held, run_with
from .exit_codes import CLEAN, FINDINGS, OPEN
from .sources import Opened, SourceSettings
from .spf_problems import said_problem

if TYPE_CHECKING:
    from mailsetup.forms.terminal import Style

CHECK_SCHEMA = "mailsetup/spf-check/1"
TREE_SCHEMA = "mailsetup/spf-tree/1"
FLATTEN_SCHEMA = "mailsetup/spf-flatten/1"

_MEANINGS = {
    "pass": phrase("the domain says this host may send for it"),
    "fail": phrase("the domain says this host may not send for it"),
    "softfail": phrase("the domain says this host probably may not send for it"),
    "neutral": phrase("the domain says nothing about this host"),
    "none": phrase("the domain publishes no SPF record"),
    "permerror": phrase("the record cannot be evaluated; receivers treat it as broken"),
    "temperror": phrase("an answer is missing; receivers would try again later"),
}
_UNASKED = re.compile(r"DNS unasked for (\S+)")
_ENDS = {
    End.NONE: phrase("no SPF record here: permerror"),
    End.SEVERAL: phrase("several SPF records here: permerror"),
    End.FAULTY: phrase("the record is faulty: permerror"),
    End.LOOP: phrase("reaches itself: permerror"),
    End.UNKNOWN: phrase("no usable answer: not known"),
    End.UNASKED: phrase("not in the files given, and nobody was asked"),
    End.MACRO: phrase("depends on the sender"),
    End.NAME: phrase("not a name that can be asked for: permerror"),
    End.LIMIT: phrase("the tree is too large to follow"),
}


def check(domain: str, ip: str, sender: str, helo: str, settings: SourceSettings) -> SpfResult:
    """The result for one connection. Raises `UsageError` for what is no address or no domain."""
    name = DomainName.parse(domain)
    try:
        address = str(ipaddress.ip_address(ip.strip()))
    except ValueError:
        raise UsageError(say('--ip "{ip}" is not an IPv4 or IPv6 address', ip=ip[:60])) from None
    mail_from = sender or f"postmaster@{name}"
    if "@" not in mail_from:
        raise UsageError(
            say(
                '--sender "{sender}" is not an address; type one such as info@{name}',
                sender=sender[:60],
                name=name,
            )
        )
    found = fact(check_host(address, mail_from, helo or name), settings, name)
    if unasked_name(found) == found.domain:
        raise UsageError(not_held(found.domain))
    return found


def unasked_name(result: SpfResult) -> str:
    """The name outside the files given that an offline run stopped at, ``""`` where it did not."""
    found = _UNASKED.match(result.problem) if result.result == "temperror" else None
    return found[1].rstrip(".").lower() if found else ""


def check_exit_code(result: SpfResult) -> int:
    """0 for pass, none, neutral and what nobody was asked for; 1 for what gets mail refused; 3 without an answer."""
    if result.result == "temperror":
        return CLEAN if unasked_name(result) else OPEN
    return FINDINGS if result.result in ("fail", "softfail", "permerror") else CLEAN


def _not_judged(name: str) -> Message:
    return say("{name} is not in the files given, and nobody was asked", name=name)


def check_json(result: SpfResult, ip: str) -> str:
    """The result as data."""
    return (
        pretty(
            {
                "schema": CHECK_SCHEMA,
                "domain": result.domain,
                "identity": result.identity,
                "ip": ip,
                "result": result.result,
                "explanation": result.explanation,
                "problem": said_problem(result.problem),
                "mechanism": result.mechanism,
                "path": [{"domain": s.domain, "term": s.term} for s in result.path],
                "lookups": result.lookups,
                "void_lookups": result.void_lookups,
            }
        )
        + "\n"
    )


def check_text(result: SpfResult, ip: str, style: Style) -> str:
    """The result in words, with the path that decided it."""
    color = {"pass": "green", "fail": "red", "permerror": "red"}.get(result.result, "yellow")
    unasked = unasked_name(result)
    meaning = _not_judged(unasked) if unasked else translated(_MEANINGS[result.result])
    lines = [f"{style.paint(result.result, 'bold', color)}: {meaning}"]
    if style.quiet:
        return lines[0] + "\n"
    about = say("{ip} for {domain} ({identity})", ip=ip, domain=result.domain, identity=result.identity)
    lines.append(f"  {about}")
    for depth, step in enumerate(result.path):
        lines.append(f"  {'  ' * depth}{printable(step.domain)}: {printable(step.term)}")
    if not result.path and result.result == "neutral":
        lines.append(f"  {translated('no term matched, and there is no all')}")
    if result.problem and not unasked:
        lines.append(f"  {printable(said_problem(result.problem))}")
    if result.explanation:
        lines.append(f"  {say('the domain explains: {explanation}', explanation=result.explanation)}")
    lines.append(
        style.paint(
            "  "
            + str(
                say(
                    "{used} of {limit} {limit:look-ups|look-ups}, {void} void",
                    used=result.lookups,
                    limit=LOOKUP_LIMIT,
                    void=result.void_lookups,
                )
            ),
            "dim",
        )
    )
    return "\n".join(lines) + "\n"


def tree(domain: str, settings: SourceSettings) -> SpfTree:
    """The include tree of a domain."""
    name = DomainName.parse(domain)
    found = fact(spf_tree(name), settings, name)
    if found.ended_by is End.UNASKED:
        raise UsageError(not_held(name))
    return found


def tree_exit_code(found: SpfTree) -> int:
    """1 where receivers answer permerror or there is no record, 3 where that is open though somebody was asked."""
    if found.permerror or found.ended_by is End.NONE:
        return FINDINGS
    return OPEN if found.permerror is None and not found.unasked else CLEAN


def tree_json(found: SpfTree) -> str:
    """The tree as data."""
    return pretty({"schema": TREE_SCHEMA, "permerror": found.permerror, **_node(found)}) + "\n"


def _node(found: SpfTree) -> dict[str, Any]:
    return {
        "name": found.name,
        "record": found.published.text if found.published else "",
        "ended_by": found.ended_by.value,
        "lookups": found.lookups,
        "void_lookups": found.void_lookups,
        "complete": found.complete,
        "faults": [str(f.text) for f in found.faults],
        "terms": [_term(t) for t in found.terms],
    }


def _term(lookup: SpfLookup) -> dict[str, Any]:
    return {
        "term": str(lookup.term),
        "target": lookup.target,
        "lookups": lookup.lookups,
        "void": {"ipv4": lookup.void4, "ipv6": lookup.void6},
        "record": _node(lookup.child) if lookup.child is not None else None,
    }


def tree_text(found: SpfTree, style: Style) -> str:
    """The tree drawn with its costs."""
    lines = [style.paint(found.name, "bold")]
    if found.published and found.published.text and not style.quiet:
        lines.append(f"  {printable(found.published.text)}")
    if found.ended_by is End.NONE:
        lines.append(f"  {translated('publishes no SPF record')}")
    elif found.ended_by in _ENDS:
        lines.append(f"  {translated(_ENDS[found.ended_by])}")
    if not style.quiet:
        lines.extend(_branches(found, "  ", style))
    template = (
        phrase("{used} of {limit} {limit:look-ups|look-ups}, {void} of {most} void")
        if found.complete
        else phrase("at least {used} of {limit} {limit:look-ups|look-ups}, {void} of {most} void")
    )
    costs = {"used": found.lookups, "limit": LOOKUP_LIMIT, "void": found.void_lookups, "most": VOID_LIMIT}
    lines.append(str(Message(template, costs)))
    if found.permerror:
        lines.append(
            style.paint(translated("receivers answer permerror: the record counts as broken"), "red")
        )
    return "\n".join(lines) + "\n"


def _branches(found: SpfTree, indent: str, style: Style) -> Iterator[str]:
    for lookup in found.terms:
        remarks = [str(say("{n} {n:look-up|look-ups}", n=lookup.lookups))]
        if lookup.void4 or lookup.void6:
            both = lookup.void4 and lookup.void6
            one = say("void for IPv4 senders") if lookup.void4 else say("void for IPv6 senders")
            remarks.append(translated("void") if both else str(one))
        if lookup.child is not None and lookup.child.ended_by in _ENDS:
            remarks.append(translated(_ENDS[lookup.child.ended_by]))
        elif lookup.target is None:
            remarks.append(translated(_ENDS[End.MACRO]))
        yield f"{indent}{printable(str(lookup.term))}  {style.paint('(' + ', '.join(remarks) + ')', 'dim')}"
        if lookup.child is not None:
            yield from _branches(lookup.child, indent + "  ", style)


def flatten(domain: str, settings: SourceSettings) -> Flattened:
    """The flattened record of a domain, as of when its answers are from."""
    from mailsetup.edge.drive import drive

    name = DomainName.parse(domain)

    async def made(opened: Opened) -> Flattened:
        return await drive(spf_flatten.flatten(name, as_of=opened.started(name)[:10]), opened.source)

    flat = run_with(settings, made, name)
    if flat.unread is Outcome.UNASKED:
        raise UsageError(not_held(name))
    return flat


def flatten_exit_code(flat: Flattened) -> int:
    """0 with a record that is proved equal, 1 where it differs or cannot be made, 3 without an answer."""
    if flat.unread is not None:
        return OPEN
    return CLEAN if flat.text and flat.equal else FINDINGS


def flatten_json(flat: Flattened) -> str:
    """The flattened record as data."""
    return (
        pretty(
            {
                "schema": FLATTEN_SCHEMA,
                "name": flat.name,
                "before": flat.before,
                "after": flat.text,
                "parts": dict(flat.parts),
                "blocks": flat.blocks,
                "equal": flat.equal,
                "kept": [{"term": k.term, "reason": str(k.reason)} for k in flat.kept],
                "proof": _proof(flat),
                "notes": [str(n) for n in flat.notes],
            }
        )
        + "\n"
    )


def _proof(flat: Flattened) -> dict[str, Any] | None:
    if flat.proof is None:
        return None
    sets = {
        word: {k: list(v) for k, v in getattr(flat.proof, word).items()} for word in ("lost", "kept", "added")
    }
    return {
        **sets,
        "undecided": list(flat.proof.undecided),
        "unsettled": list(flat.proof.unsettled),
        "lookups_after": flat.proof.lookups_after,
    }


def flatten_text(flat: Flattened, style: Style) -> str:
    """The flattened record ready to paste, with its proof."""
    from mailsetup.planning.renderers.table import proof_lines

    lines = [style.paint(str(say("Flattened SPF of {name}", name=flat.name)), "bold")]
    records = [(flat.name, flat.text), *flat.parts.items()] if flat.text else []
    if style.quiet and records:
        return "".join(f"{name}. TXT\n  {printable(text)}\n" for name, text in records)
    for name, text in records:
        lines += ["", f"{name}. TXT", f"  {printable(text)}"]
    if records:
        lines += ["", str(say("{n} {n:blocks|blocks} of addresses", n=flat.blocks))]
    for kept in flat.kept:
        lines.append(str(say("kept as it is: {term} ({reason})", term=kept.term, reason=kept.reason)))
    for note in flat.notes:
        lines.append(f"- {note}")
    if flat.proof is not None:
        lines += ["", *proof_lines(flat.proof)]
    return "\n".join(lines) + "\n"
