"""
The DKIM key records of the claimed services: TXT or CNAME, and what to do where one stands in the other's place.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from mailsetup.grammar.tag_list import tag_list
from mailsetup.model.dns import TXT, Rdata
from mailsetup.model.message import Message, say
from mailsetup.model.profile import Resolved, ResolvedRecord
from mailsetup.model.retold import as_message

from .edits import Edit
from .existing import Existing, SetState
from .mx_set import lacking, matches
from .request import Request
from .shared_names import holders, taken_note


class Keys(NamedTuple):
    """``settled`` is True when every planned key is published already, so that the new provider can sign."""

    edits: tuple[Edit, ...]
    notes: tuple[Message, ...]
    settled: bool


def key_of(text: str) -> tuple[str, str] | None:
    """
    What makes two key records the same key: type and key without white space; None for another text.

    Order, case of tag names, spaces and further tags do not matter (RFC 6376 section 3.6.1).
    """
    tags = {tag.name.lower(): tag.value for tag in tag_list(text).tags}
    if "p" not in tags or tags.get("v", "DKIM1") != "DKIM1":
        return None
    return tags.get("k", "rsa").strip().lower(), "".join(tags["p"].split())


def is_key(record: Rdata) -> bool:
    """Whether a TXT record is a DKIM key."""
    return isinstance(record, TXT) and key_of(record.text) is not None


def dkim_edits(request: Request, existing: Existing) -> Keys:
    """The edits that publish the keys of every claimed service, in the authenticate phase."""
    edits: list[Edit] = []
    notes: list[Message] = []
    held = holders(request, existing)
    for service in request.claimed:
        for record in service.dkim:
            if not request.wants(record):
                continue
            holder = held.get(record.owner, service)
            made, said = (
                key_edits(service, record, existing)
                if holder is service
                else _anothers_name(service, record, holder)
            )
            edits += made
            notes += said
    return Keys(tuple(edits), tuple(notes), not any(_unsettled(e, existing) for e in edits))


def _unsettled(edit: Edit, existing: Existing) -> bool:
    if edit.waiting_for or edit.blocked or edit.remove or edit.whole:
        return True
    state = existing.state(*edit.target)
    return not state.known or not set(edit.add) <= set(state.records)


def key_edits(
    service: Resolved, record: ResolvedRecord, existing: Existing
) -> tuple[list[Edit], list[Message]]:
    """The edits for one key record."""
    reason = _signs(service)
    if "{" in record.owner:
        return [_waits(service, record, reason)], []
    texts, alias = existing.state(record.owner, "TXT"), existing.alias(record.owner)
    if record.rdata is None:
        kept = _published(service, record, texts, alias)
        return ([kept], []) if kept else ([_waits(service, record, reason)], [])
    if record.rdtype == "CNAME":
        if not alias.alias and existing.flattened(record.owner, str(record.rdata)):
            reason = say("{reason}; the DNS host resolves the alias itself", reason=reason)
            needed = (record.rdata,)
            return [Edit("authenticate", record.owner, "CNAME", reason, "dkim", needed=needed)], []
        return _as_alias(service, record, record.rdata, texts, alias, reason)
    return _as_text(service, record, record.rdata, texts, alias, reason)


def _anothers_name(
    service: Resolved, record: ResolvedRecord, holder: Resolved
) -> tuple[list[Edit], list[Message]]:
    said = taken_note(service, record, holder)
    waits = say("{reason}. This waits: {why}", reason=_signs(service), why=said)
    return [Edit("authenticate", record.owner, record.rdtype, waits, "dkim", blocked=True)], [said]


def _signs(service: Resolved) -> Message:
    return say("{service} signs with this key", service=service.profile.name)


def _waits(service: Resolved, record: ResolvedRecord, reason: Message) -> Edit:
    reason = lacking(reason, service, record.waiting_for)
    return Edit("authenticate", record.owner, record.rdtype, reason, "dkim", waiting_for=record.waiting_for)


def _published(service: Resolved, record: ResolvedRecord, texts: SetState, alias: SetState) -> Edit | None:
    """What stands there already, when nobody gave the value to compare it with."""
    reason = say(
        "a key of {service} is published here; give its value to have it compared",
        service=service.profile.name,
    )
    patterns = (*record.accept, *service.profile.detect.dkim)
    if record.rdtype == "CNAME":
        if alias.known and alias.alias and (not patterns or matches(patterns, alias.alias.lower())):
            return Edit("authenticate", record.owner, "CNAME", reason, "dkim", needed=(alias.alias,))
        return None
    keys = tuple(r for r in texts.records if is_key(r)) if texts.known else ()
    return Edit("authenticate", record.owner, "TXT", reason, "dkim", needed=keys) if keys else None


def _as_alias(
    service: Resolved,
    record: ResolvedRecord,
    target: Rdata,
    texts: SetState,
    alias: SetState,
    reason: Message,
) -> tuple[list[Edit], list[Message]]:
    wanted = str(target)
    here = alias.alias.lower()
    if alias.known and here and (here == wanted.lower() or matches(record.accept, here)):
        return [Edit("authenticate", record.owner, "CNAME", reason, "dkim", needed=(alias.alias,))], []
    edits = [_alias_edit(record, wanted, reason)]
    if here:
        return edits, [_replaced(service, record.owner)]
    if not texts.known:
        return [_blocked(edits[0], unread(reason, texts))], []
    foreign = [r for r in texts.records if not is_key(r)]
    if foreign:
        return [_blocked(edits[0], _occupied(reason, record.owner))], []
    if texts.records:
        out = say(
            "a key as TXT stands where {service} wants a CNAME; nothing may stand beside a CNAME (RFC 1034 section "
            "3.6.2), so delete it first, in the same session",
            service=service.profile.name,
        )
        edits.append(Edit("authenticate", record.owner, "TXT", out, "dkim", whole=True))
        return edits, [_replaced(service, record.owner)]
    return edits, []


def _alias_edit(record: ResolvedRecord, wanted: str, reason: Message) -> Edit:
    return Edit(
        "authenticate", record.owner, "CNAME", reason, "dkim", add=(wanted,), whole=True, ttl=record.ttl or 0
    )


def _as_text(
    service: Resolved, record: ResolvedRecord, key: Rdata, texts: SetState, alias: SetState, reason: Message
) -> tuple[list[Edit], list[Message]]:
    wanted = key_of(key.text) if isinstance(key, TXT) else None
    if alias.known and alias.alias:
        out = say(
            "an alias to {target} stands where {service} wants its key as TXT; nothing may stand beside a CNAME "
            "(RFC 1034 section 3.6.2), so delete it first, in the same session",
            target=alias.alias,
            service=service.profile.name,
        )
        edits = [
            Edit("authenticate", record.owner, "CNAME", out, "dkim", whole=True),
            Edit("authenticate", record.owner, "TXT", reason, "dkim", add=(key,), ttl=record.ttl or 0),
        ]
        return edits, [_replaced(service, record.owner)]
    same = tuple(r for r in texts.records if isinstance(r, TXT) and wanted and key_of(r.text) == wanted)
    if len(same) == 1 and sum(map(is_key, texts.records)) == 1:
        return [Edit("authenticate", record.owner, "TXT", reason, "dkim", needed=same)], []
    foreign = next((r for r in texts.records if isinstance(r, TXT) and not _like_key(r)), None)
    if foreign is not None:
        edit = Edit("authenticate", record.owner, "TXT", reason, "dkim", add=(key,))
        return [_blocked(edit, _beside(reason, record.owner, foreign))], []
    old = texts.records
    edit = Edit(
        "authenticate", record.owner, "TXT", reason, "dkim", add=(key,), remove=old, ttl=record.ttl or 0
    )
    return [edit], [_replaced(service, record.owner)] if old else []


def _like_key(record: TXT) -> bool:
    """Whether a text was meant as a key, broken as it may be."""
    return is_key(record) or record.text.lstrip().lower().startswith(("v=dkim1", "k=rsa", "k=ed25519"))


def _beside(reason: Message, owner: str, foreign: TXT) -> Message:
    return say(
        '{reason}. This waits: the text "{text}" stands at {owner}, and with two texts at one name it is undefined which is '
        "the key (RFC 6376 section 3.6.2.2); delete it if it is of no use, or choose another selector",
        reason=reason,
        owner=owner,
        text=foreign.text[:60],
    )


def _blocked(edit: Edit, reason: Message) -> Edit:
    return Edit(edit.phase, edit.owner, edit.rdtype, reason, edit.purpose, blocked=True)


def unread(reason: Message, state: SetState) -> Message:
    """A reason with the sentence that something behind it could not be read."""
    return say(
        "{reason}. This waits: what stands there could not be read ({detail}); run the plan again when the name servers "
        "answer",
        reason=reason,
        detail=as_message(state.detail),
    )


def _occupied(reason: Message, owner: str) -> Message:
    return say(
        "{reason}. This waits: other records stand at {owner}, and nothing may stand beside a CNAME (RFC 1034 "
        "section 3.6.2); move them away if they are yours, or ask the provider for another selector",
        reason=reason,
        owner=owner,
    )


def _replaced(service: Resolved, owner: str) -> Message:
    return say(
        "{owner} holds another key today. Letters signed with it that are still on their way will not verify once "
        "it is replaced; if {service} lets you choose the selector, choose a new one and keep the old key for 7 days.",
        owner=owner,
        service=service.profile.name,
    )


def dkim_targets(services: Iterable[Resolved]) -> list[tuple[str, str]]:
    """The record sets that must be read before keys are planned."""
    return [
        (r.owner, t)
        for service in services
        for r in service.dkim
        if "{" not in r.owner
        for t in ("TXT", "CNAME")
    ]
