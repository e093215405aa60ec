"""Detection as a use case: who runs each domain's mail, in words or as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from mailsetup.forms.words import word
from mailsetup.model.detection import Detected, Detection
from mailsetup.model.language import translated
from mailsetup.model.lines import folded
from mailsetup.model.message import Message, phrase, say
from mailsetup.model.names import printable, to_unicode

from .asking import facts, not_held
from .recognition import detection, detectors
from .sources import SourceSettings

if TYPE_CHECKING:
    from mailsetup.forms.terminal import Style

SCHEMA = "mailsetup/detection/1"
_ROLES = {
    "mailbox": phrase("Mailboxes"),
    "forwarding": phrase("Forwarding"),
    "gateway": phrase("Gateway in front"),
    "sender": phrase("Also sends"),
    "inbound": phrase("Takes the mail"),
    "dns-host": phrase("DNS host"),
}


class Detections:
    """
    The detections of some domains; ``remarks`` are for stderr.

    ``exit_code`` is 2 where no file of an offline run holds one of them, 3 where nobody was recognised and a question
    was asked in vain.
    """

    def __init__(self, domains: Sequence[str], settings: SourceSettings) -> None:
        self.domains = domains
        self.settings = settings
        self.exit_code = 0
        self.remarks: list[Message] = []

    def render(self, form: str, style: Style) -> Iterator[str]:
        """The result in a form."""
        from mailsetup.forms.encoder import one_line, pretty

        found = self._all()
        if any(d.in_vain and not d.all for d in found):
            self.exit_code = 3
        if self.remarks:
            self.exit_code = 2
        if form == "json":
            yield pretty({"schema": SCHEMA, "detections": [document(d) for d in found]}) + "\n"
        elif form == "jsonl":
            for one in found:
                yield one_line({"schema": SCHEMA, **document(one)}) + "\n"
        else:
            for number, one in enumerate(found):
                yield ("\n" if number else "") + "\n".join(lines(one, style)) + "\n"

    def _all(self) -> list[Detection]:
        known = detectors()
        found = facts({d: detection(d, known) for d in self.domains}, self.settings)
        self.remarks = [not_held(d) for d in self.domains if d not in found]
        return [found[d] for d in self.domains if d in found]


def document(found: Detection) -> dict[str, Any]:
    """A detection as data."""
    return {
        "domain": found.domain,
        "providers": [_entry(d) for d in found.all],
        "hints": [_entry(d) for d in found.hints],
        "exchanges": list(found.exchanges),
        "own_hosts": list(found.own_hosts),
        "null_mx": found.null_mx,
        "unknown": [{"name": name, "rdtype": rdtype} for name, rdtype in found.unknown],
    }


def _entry(one: Detected) -> dict[str, Any]:
    return {
        "id": one.profile_id,
        "name": one.name,
        "role": one.role,
        "certainty": one.certainty.value,
        "status": one.status,
        "reason": str(one.reason) if one.reason is not None else "",
        "evidence": [
            {"kind": t.kind, "owner": t.owner, "rdtype": t.rdtype, "value": printable(t.value)}
            for t in one.evidence
        ],
    }


def lines(found: Detection, style: Style) -> Iterator[str]:
    """A detection in words."""
    shown = to_unicode(found.domain)
    yield style.paint(shown if shown == found.domain else f"{shown} ({found.domain})", "bold")
    if found.null_mx:
        yield from folded(str(say("takes no mail: it publishes a null MX (RFC 7505)")), "  ")
    for one in found.all:
        yield from _detected(one, style)
    if found.own_hosts:
        hosts = ", ".join(found.own_hosts[:6])
        yield from folded(str(say("Mail hosts that no profile knows: {hosts}", hosts=hosts)), "  ", "    ")
    if not found.all and not found.own_hosts and not found.null_mx and not found.unknown:
        yield f"  {say('nobody was recognised')}"
    for one in found.hints:
        yield style.paint(f"  {say('Hint only: {name}', name=one.name)}", "dim")
        if not style.quiet:
            yield from _evidence(one, style)
    for name, rdtype in found.unknown:
        told = say("not known: {name} {rdtype} got no usable answer", name=name, rdtype=rdtype)
        yield from folded(str(told), "  ", "    ")


def _detected(one: Detected, style: Style) -> Iterator[str]:
    doubt = "" if one.certainty.value == "certain" else f" ({word(one.certainty.value)})"
    state = "" if one.status in ("active", "") else f" [{translated(one.status)}]"
    role = translated(_ROLES.get(one.role, one.role))
    for line in folded(f"{role}: {one.name} ({one.profile_id}){doubt}{state}", "  ", "    "):
        yield line.replace(one.name, style.paint(one.name, "bold"), 1)
    if style.quiet:
        return
    if one.reason is not None:
        yield from folded(str(one.reason), "    ")
    yield from _evidence(one, style)
    if state and one.role != "dns-host":
        yield from _what_became(one)


def _what_became(one: Detected) -> Iterator[str]:
    """What became of a service that ends, ended or was renamed, and what to do about it."""
    from mailsetup.profiles.files import load

    status = load(one.profile_id).status
    for text in (status.note, status.what_to_do):
        yield from folded(translated(text), "    ", "      ")


def _evidence(one: Detected, style: Style) -> Iterator[str]:
    for trace in one.evidence[:4]:
        yield style.paint(f"    {trace.owner} {trace.rdtype} {printable(trace.value)}", "dim")
