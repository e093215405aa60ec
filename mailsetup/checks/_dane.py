"""What checks of DANE share: when they apply."""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.grammar.tlsa import TRUST_ANCHOR, matches_chain, matches_leaf
from mailsetup.model.case import Case
from mailsetup.model.dns import DnssecAnswer, DnssecQuestion, DnssecStatus
from mailsetup.walks.starttls import MailServer, mail_servers, one_mail_server
from mailsetup.walks.tlsa import HostTlsa, mx_tlsa, one_tlsa, tlsa_security


def publishes_tlsa(case: Case) -> bool:
    """A mail host of the domain publishes TLSA records."""
    return bool(case.read(mx_tlsa).published)


def hosts_with_tlsa(case: Case) -> tuple[HostTlsa, ...]:
    """The mail hosts with TLSA records, each read singly."""
    asked = (case.read(one_tlsa, host.host) for host in case.read(mx_tlsa).hosts)
    return tuple(host for host in asked if host.records)


def bogus_tlsa(case: Case) -> Iterator[tuple[HostTlsa, DnssecQuestion, DnssecAnswer]]:
    """The hosts whose TLSA records do not validate, but for those of a zone of which the MX records tell it already."""
    security = case.read(tlsa_security)
    mx = security.mx
    for host, question, answer in security.hosts:
        told = mx is not None and mx.status is DnssecStatus.BOGUS and mx.zone == answer.zone
        if answer.status is DnssecStatus.BOGUS and not told:
            yield host, question, answer


def served_with_tlsa(case: Case) -> tuple[tuple[HostTlsa, MailServer], ...]:
    """The hosts with usable TLSA records that answered on port 25, with what they showed there."""
    spoken = {server.host for server in case.read(mail_servers).hosts}
    pairs = [(h, case.read(one_mail_server, h.host)) for h in hosts_with_tlsa(case) if h.host in spoken]
    return tuple((host, server) for host, server in pairs if host.usable and not server.answer.unknown)


def fails_its_anchor(case: Case, host: HostTlsa, server: MailServer) -> bool:
    """Whether only TLSA records of usage 2 could hold for a host, and none does (RFC 7672 section 3.1.2)."""
    leaf = server.leaf
    anchors = [r for r in host.usable if r.usage == TRUST_ANCHOR]
    if leaf is None or not anchors or any(matches_leaf(r, leaf) for r in host.usable):
        return False
    named = leaf.covers(host.host) or leaf.covers(
        case.domain
    )  # RFC 7672 section 3.2.2: the next hop's name too
    sound = named and leaf.not_before <= case.as_of <= leaf.not_after
    return not sound or not any(matches_chain(r, server.chain, case.as_of) for r in anchors)
