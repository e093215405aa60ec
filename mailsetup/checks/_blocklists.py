"""How listings become findings: what several checks on blocklists say in the same words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailsetup.model.case import Case
from mailsetup.model.dns import DnsAnswer
from mailsetup.model.finding import Evidence, Finding
from mailsetup.model.message import Message, say
from mailsetup.walks.blocklist_proof import Why
from mailsetup.walks.blocklist_subjects import Role
from mailsetup.walks.blocklistings import (
    Listing,
    ListingStatus,
    informational_listings,
    major_listings,
    minor_listings,
)

__all__ = [
    "BROKEN",
    "EVERY_WEIGHT",
    "every_listing",
    "listed",
    "meaning",
    "of_lists",
    "open_questions",
    "seen",
]

EVERY_WEIGHT = (major_listings, minor_listings, informational_listings)
BROKEN = frozenset({Why.WORLD, Why.DEAD, Why.FOREIGN, Why.MISUSE})
"""Why a list itself is at fault, whatever it is asked for."""

_ROLES = {
    Role.GIVEN: say("the domain"),
    Role.MX: say("a mail host of the domain"),
    Role.SENDING: say("an address that SPF lets send"),
    Role.NAME_SERVER: say("a name server of the domain"),
}


def every_listing(case: Case) -> Iterator[Listing]:
    """What lists of every weight say."""
    for walk in EVERY_WEIGHT:
        yield from case.read(walk)


def listed(case: Case, found: Iterable[Listing]) -> Iterator[Finding]:
    """A finding for each listing for abuse, weighed by its codes."""
    for one in found:
        if one.status is ListingStatus.LISTED and not one.policy_only:
            yield case.finding(
                "{subject} ({role}) is on {name}: {meaning} ({codes})",
                subject=one.subject.value,
                role=_ROLES[one.subject.role],
                name=one.blocklist.name,
                meaning=meaning(one),
                codes=", ".join(dict.fromkeys(hit.answer for hit in one.hits)),
                at=Evidence(one.question, one.answer),
                owner=one.subject.value,
                severity=one.severity,
                remedy="Mend the cause first, then ask to be taken off. {removal}. {url}",
                removal=Message(one.blocklist.removal),
                url=one.blocklist.removal_url,
            )


def meaning(one: Listing) -> Message:
    """The meanings of its codes, joined; each is a text of its own to a translator."""
    texts = dict.fromkeys(hit.meaning for hit in one.hits)
    values = {f"meaning{i}": Message(text) for i, text in enumerate(texts)}
    return Message("; ".join(f"{{{name}}}" for name in values), values)


def open_questions(case: Case, found: Iterable[Listing], *, broken: bool) -> Iterator[Finding]:
    """
    What no list said, as findings that rest on missing answers: the verdict stays open.

    With ``broken`` also what lists cannot say that are at fault themselves.
    """
    for one in found:
        if one.decisive and (broken or one.why not in BROKEN):
            yield case.finding(
                "{name} could not say whether {subject} is listed: {reason}",
                name=one.blocklist.name,
                subject=one.subject.value,
                reason=one.reason,
                at=one.evidence,
                owner=one.subject.value,
            )


def of_lists(found: Iterable[Listing]) -> dict[str, Listing]:
    """One listing of each list, by the list's id."""
    said: dict[str, Listing] = {}
    for one in found:
        said.setdefault(one.blocklist.id, one)
    return said


def seen(one: Listing) -> tuple[Evidence, ...]:
    """What came back, where something did; a refusal without words is its own evidence."""
    answer: DnsAnswer = one.answer
    return () if answer.unknown else (Evidence(one.question, answer),)
