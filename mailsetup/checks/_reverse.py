"""What checks of reverse DNS share: the addresses, and how bad a flaw is for each."""

from __future__ import annotations

from mailsetup.model.case import Case
from mailsetup.model.finding import Severity
from mailsetup.model.message import Message, say
from mailsetup.walks.reverse import Reverse, mx_reverse, sending_reverse

SHOWN_NAMES = 5


def reversed_addresses(case: Case) -> tuple[tuple[Reverse, bool], ...]:
    """Every address once, and whether the domain says that it sends from it; mail hosts may only take mail."""
    sending = case.read(sending_reverse)
    known = {reverse.address for reverse in sending}
    taking = (reverse for reverse in case.read(mx_reverse) if reverse.address not in known)
    return (*((reverse, True) for reverse in sending), *((reverse, False) for reverse in taking))


def lowered(severity: Severity, *, sends: bool) -> Severity:
    """The severity for an address mail is sent from; for one that may only take mail it is a note."""
    return severity if sends else Severity.INFO


def used_for(reverse: Reverse) -> str | Message:
    """What the address is, in words."""
    return reverse.host or (say("a sending address") if reverse.given else say("an address in SPF"))
