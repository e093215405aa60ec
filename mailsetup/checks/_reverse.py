"""What checks of reverse DNS share: the addresses, and how bad a flaw is for each."""

from __future__ import annotations

from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.model.case import Case
from mailsetup.model.finding import Severity
from mailsetup.model.message import Message, say
from mailsetup.model.names import is_within
from mailsetup.walks.reverse import Reverse, mx_reverse, sending_reverse
from mailsetup.walks.spf_record import spf_record

SHOWN_NAMES = 5


def reversed_addresses(case: Case) -> tuple[tuple[Reverse, bool], ...]:
    """
    Every address once, and whether the domain says that it sends from it.

    Mail hosts only take mail, unless SPF has mx and they are the domain's own: a provider's take it and send from elsewhere.
    """
    sending = case.read(sending_reverse)
    known = {reverse.address for reverse in sending}
    taking = tuple(reverse for reverse in case.read(mx_reverse) if reverse.address not in known)
    both = bool(taking) and _lets_mail_hosts_send(case)
    own = organizational_domain(case.domain)
    return (
        *((reverse, True) for reverse in sending),
        *((reverse, both and is_within(reverse.host, own)) for reverse in taking),
    )


def _lets_mail_hosts_send(case: Case) -> bool:
    """Whether the domain's own SPF record passes its mail hosts (RFC 7208 section 5.4)."""
    record = case.read(spf_record).record
    return record is not None and any(
        m.name == "mx" and m.qualifier == "+" and m.argument.lower().rstrip(".") in ("", case.domain)
        for m in record.mechanisms
    )


def lowered(severity: Severity, *, sends: bool) -> Severity:
    """The severity for an address mail is sent from; for one that may only take mail it is a note."""
    return severity if sends else Severity.INFO


def used_for(reverse: Reverse) -> str | Message:
    """What the address is, in words."""
    return reverse.host or (say("a sending address") if reverse.given else say("an address in SPF"))
