"""A blocklist run in the forms that audits have (SARIF, JUnit, GitHub), a check for each list; and as a page."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from mailsetup._version import __version__
from mailsetup.forms.leaflet import Leaf, Part, Point
from mailsetup.forms.leaflet import render as page
from mailsetup.model.blocklist import Blocklist
from mailsetup.model.finding import (
    AuditRun,
    CheckPage,
    DomainReport,
    Finding,
    Remedy,
    Severity,
    Status,
    Verdict,
)
from mailsetup.model.message import Message, say
from mailsetup.model.names import printable
from mailsetup.walks.blocklistings import Listing, ListingStatus

from .blocklist_words import advice, closing, elsewhere, headline, in_order, way_out
from .blocklists import BlocklistRun, TargetReport

__all__ = ["html_form", "standard_form"]


def standard_form(run: BlocklistRun, form: str, fail_on: str) -> Iterator[str]:
    """``sarif``, ``junit`` or ``github``."""
    pages = {_id(one): _page(one) for one in run.lists} | {SUBJECTS: _page_of_subjects()}
    shown = AuditRun(
        {"name": "mailsetup", "version": __version__},
        "default",
        iter([_report(run, target) for target in run.targets]),
        page=pages.get,
        fail_on=fail_on,
    )
    rendered: Iterator[str] = import_module(f"mailsetup.forms.{form}").render(shown)
    return rendered


SUBJECTS = "blocklist/what-to-ask-about"
"""Under which id it is told that what belongs to a domain is not all known, so that more may be listed."""


def _page_of_subjects() -> CheckPage:
    title = str(say("What belongs to the domain is not all known"))
    prose = str(
        say("Mail hosts and sending addresses that DNS did not tell were not looked for on any list.")
    )
    return CheckPage(SUBJECTS, title, Severity.ERROR, (prose,), (), (), ())


def _id(one: Blocklist) -> str:
    return f"blocklist/{one.id}"


def _page(one: Blocklist) -> CheckPage:
    cites = tuple(what for what, _ in one.sources)
    prose = str(say("{name} of {operator}.", name=one.name, operator=one.operator or one.zone))
    return CheckPage(_id(one), one.name, one.weight.severity, (prose,), (way_out(one),), cites, ())


def _report(run: BlocklistRun, target: TargetReport) -> DomainReport:
    verdicts = []
    for one in run.lists:
        said = [listing for listing in target.listings if listing.blocklist.id == one.id]
        if said:
            verdicts.append(_verdict(one, said))
    if target.unanswered:
        verdicts.append(Verdict(SUBJECTS, Status.INCONCLUSIVE, Severity.ERROR, unanswered=target.unanswered))
    return DomainReport(printable(target.target), run.as_of, tuple(verdicts), grade=headline(target))


def _verdict(one: Blocklist, said: list[Listing]) -> Verdict:
    listed = [listing for listing in said if listing.status is ListingStatus.LISTED]
    if listed:
        findings = tuple(map(_finding, listed))
        worst = max((f.severity for f in findings), key=lambda severity: severity.rank)
        return Verdict(_id(one), Status.FAIL, worst, findings)
    unknown = [listing for listing in said if listing.open]
    if unknown:
        evidence = tuple(dict.fromkeys(listing.evidence for listing in unknown))
        reason = unknown[0].reason
        return Verdict(_id(one), Status.INCONCLUSIVE, one.weight.severity, unanswered=evidence, reason=reason)
    return Verdict(_id(one), Status.PASS, one.weight.severity)


def _finding(listing: Listing) -> Finding:
    return Finding(
        _id(listing.blocklist),
        listing.severity,
        listing.subject.value,
        _sentence(listing),
        (listing.evidence,),
        Remedy(say("Way out: {way}", way=way_out(listing.blocklist))),
    )


def _sentence(listing: Listing) -> Message:
    return say(
        "{name} lists {subject}: {meaning} ({codes})",
        name=listing.blocklist.name,
        subject=listing.subject.value,
        meaning=listing.meaning,
        codes=", ".join(dict.fromkeys(hit.answer for hit in listing.hits)),
    )


def html_form(run: BlocklistRun) -> Iterator[str]:
    """One page for all targets."""
    leaves = [_leaf(target) for target in run.targets]
    if run.not_asked:
        points = tuple(Point("none", str(reason), one.id) for one, reason in run.not_asked)
        leaves.append(Leaf(str(say("Lists that were not asked")), "", "none", (), (Part("", points),)))
    title = (
        run.targets[0].target
        if len(run.targets) == 1
        else str(say("{count} targets", count=len(run.targets)))
    )
    places = ", ".join(dict.fromkeys(one.operator for one in elsewhere()))
    remark = say("Some receivers keep lists of their own, which DNS does not show: {names}.", names=places)
    leaves[-1] = leaves[-1]._replace(remarks=(*leaves[-1].remarks, str(remark)))
    kicker = str(say("Which blocklists say what, and the way out"))
    return page(kicker, title, run.as_of, leaves, f"mailsetup {__version__}")


def _leaf(target: TargetReport) -> Leaf:
    listed = [one for one in in_order(target) if one.status is ListingStatus.LISTED]
    worst = max((one.severity for one in listed), key=lambda s: s.rank, default=None)
    state = worst.value if worst is not None else "pass" if target.clean_by_proof else "open"
    parts = (
        Part(str(say("Listed")), tuple(map(_listed, listed))),
        Part(str(say("On allow lists")), tuple(_allowed(target))),
        Part(str(say("Not known (neither listed nor clean)")), tuple(_unknown(target))),
    )
    return Leaf(target.target, headline(target), state, (), parts, tuple(closing(target)))


def _listed(one: Listing) -> Point:
    said = (str(say("its reason: {text}", text=one.text)),) if one.text else ()
    way = str(say("Way out: {way}", way=way_out(one.blocklist)))
    return Point(one.severity.value, str(_sentence(one)), one.blocklist.id, way, said)


def _allowed(target: TargetReport) -> Iterator[Point]:
    for one in in_order(target):
        if one.status is ListingStatus.ALLOWED:
            yield Point("pass", f"{one.subject.value}: {one.meaning}", one.blocklist.id)


def _unknown(target: TargetReport) -> Iterator[Point]:
    reasons: dict[tuple[str, str], dict[str, None]] = {}
    for one in target.listings:
        if one.open:
            reasons.setdefault((str(one.reason), advice(one)), {})[one.blocklist.id] = None
    for (reason, help_), names in reasons.items():
        yield Point("open", reason, ", ".join(names), help_)
    for question in target.unresolved:
        yield Point(
            "open", str(say("{question} got no usable answer, so more may belong here", question=question))
        )
