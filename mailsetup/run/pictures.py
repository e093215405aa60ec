"""What a report draws of a domain, taken from the facts its checks have read: no question more is asked."""

from __future__ import annotations

from collections.abc import Iterable

from mailsetup.model.case import Case
from mailsetup.model.detection import Detected, Detection
from mailsetup.model.picture import MailHost, MailPath, Pictures, Service, SpfBranch, SpfPicture
from mailsetup.walks.addresses import Host
from mailsetup.walks.mx_hosts import MxHosts, mx_hosts
from mailsetup.walks.spf_tree import LOOKUP_LIMIT, SpfLookup, SpfTree, spf_tree

from .recognition import detection

BRANCH_LIMIT = 80  # drawn of one tree: eight times what receivers evaluate
HOST_LIMIT = 12
ADDRESS_LIMIT = 8
RECORD_LIMIT = 2000  # characters of a record's text
OF_HOST = "host"


def pictures(case: Case) -> Pictures:
    """The pictures of a judged domain."""
    tree: SpfTree = case.read(spf_tree)
    return Pictures(_spf(tree), _mail(case.read(mx_hosts), case.read(detection)))


def _spf(tree: SpfTree) -> SpfPicture | None:
    if tree.record is None:
        return None
    room = [BRANCH_LIMIT]
    root = SpfBranch(tree.name, "", 0, tree.lookups, tree.ended_by.value, _text(tree), *_below(tree, 0, room))
    return SpfPicture(root, tree.lookups, LOOKUP_LIMIT, tree.void_lookups, tree.complete)


def _below(tree: SpfTree, start: int, room: list[int]) -> tuple[tuple[SpfBranch, ...], int]:
    """The branches of a record, and how many were left out; ``room`` is what may still be drawn."""
    drawn: list[SpfBranch] = []
    for lookup in tree.terms:
        if room[0] <= 0:
            break
        room[0] -= 1
        drawn.append(_branch(lookup, start, room))
        start += lookup.lookups
    return tuple(drawn), len(tree.terms) - len(drawn)


def _branch(lookup: SpfLookup, start: int, room: list[int]) -> SpfBranch:
    child, term = lookup.child, str(lookup.term)
    name = lookup.target or lookup.term.argument or ""
    if child is None:
        return SpfBranch(name, term, start, lookup.lookups, OF_HOST)
    branches, unread = _below(child, start + 1, room)
    ended = child.ended_by.value
    return SpfBranch(child.name, term, start, lookup.lookups, ended, _text(child), branches, unread)


def _text(tree: SpfTree) -> str:
    return tree.published.text[:RECORD_LIMIT] if tree.published is not None else ""


def _mail(found: MxHosts, who: Detection) -> MailPath:
    preferences = {r.exchange: r.preference for r in reversed(found.mx.records)}
    hosts = tuple(_host(h, preferences.get(h.name)) for h in found.hosts[:HOST_LIMIT])
    if found.implicit is not None and not found.implicit.unresolved:
        hosts = (_host(found.implicit, None),)
    return MailPath(
        who.domain,
        _state(found),
        hosts,
        len(found.hosts) - len(found.hosts[:HOST_LIMIT]) + len(found.skipped),
        _services(who.gateways),
        _services(who.mailboxes),
        _services(who.senders),
    )


def _state(found: MxHosts) -> str:
    if found.mx.unknown:
        return "unknown"
    if found.mx.null_only:
        return "null"
    if found.implicit is not None:
        return "absent" if found.implicit.unresolved else "implicit"
    return "hosts"


def _host(host: Host, preference: int | None) -> MailHost:
    state = "found" if host.addresses else "absent" if host.unresolved else "unknown"
    return MailHost(host.name, preference, host.addresses[:ADDRESS_LIMIT], state)


def _services(found: Iterable[Detected]) -> tuple[Service, ...]:
    return tuple(Service(d.name, d.certainty.value, str(d.reason or "")) for d in found)
