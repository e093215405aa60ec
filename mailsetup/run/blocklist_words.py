"""What is said of a blocklist run in every form for people: the answer in a few words, advice, the way out."""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.blocklist import Blocklist, State
from mailsetup.model.language import translated
from mailsetup.model.message import say
from mailsetup.profiles.blocklists import all_blocklists
from mailsetup.walks.blocklist_proof import Standing, Why
from mailsetup.walks.blocklistings import Listing, ListingStatus

from .blocklist_keys import variable
from .blocklists import TargetReport

__all__ = ["advice", "closing", "elsewhere", "headline", "in_order", "meaning", "way_out"]


def elsewhere() -> list[Blocklist]:
    """Who refuses mail by lists that DNS does not show, the weightiest first."""
    found = [one for one in all_blocklists().values() if one.state is State.WEB]
    return sorted(found, key=lambda one: -one.weight.severity.rank)


def headline(target: TargetReport) -> str:
    """The answer in a few words."""
    listed = [one for one in target.listings if one.status is ListingStatus.LISTED]
    lists = len({one.blocklist.id for one in listed})
    open_lists = len({one.blocklist.id for one in target.listings if one.open})
    clean = len({one.blocklist.id for one in target.listings if _is_clean(one)})
    if listed:
        words = say("listed on {n} {n:list|lists}", n=lists)
    elif target.clean_by_proof:
        words = say("not listed on {n} {n:list|lists}", n=clean)
    elif clean:
        words = say(
            "no entry on {n} {n:list that cannot prove itself|lists that cannot prove themselves}", n=clean
        )
    else:
        words = say("nothing is known")
    return str(say("{words}, {n} could not say", words=words, n=open_lists) if open_lists else words)


def _is_clean(one: Listing) -> bool:
    """Whether it is good news: not to be on an allow list is no news at all."""
    return one.status is ListingStatus.CLEAN and not one.blocklist.allows


def meaning(one: Listing) -> str:
    """What its codes mean, joined."""
    return "; ".join(dict.fromkeys(translated(hit.meaning) for hit in one.hits))


def way_out(one: Blocklist) -> str:
    """How to get off a list."""
    if not one.removal_url:
        return translated(one.removal)
    return f"{translated(one.removal)}: {one.removal_url}" if one.removal else one.removal_url


def advice(one: Listing) -> str:
    """What helps where an operator does not serve the one who asks; ``""`` where nothing is known to."""
    known = one.blocklist
    if one.why not in (Why.RESOLVER, Why.QUOTA) or known.public_resolver not in ("blocked", "limited"):
        return ""
    said = [str(say("Ask through a recursive resolver of your own (--resolver), not through a forwarder."))]
    if known.networks_refused:
        refused = ", ".join(known.networks_refused)
        said.insert(0, str(say("Its operator refuses among others: {refused}.", refused=refused)))
    if known.key_name and not known.keyed:
        place = variable(known.key_name)
        said.append(
            str(say("Or get its free key, which works everywhere, and put it in {place}.", place=place))
        )
    return " ".join(said)


def in_order(target: TargetReport) -> list[Listing]:
    """Listings first, the weightiest before the others."""
    order = list(ListingStatus)
    return sorted(
        target.listings,
        key=lambda one: (order.index(one.status), -one.severity.rank, one.blocklist.id, one.subject.value),
    )


def closing(target: TargetReport, verbose: bool = True) -> Iterator[str]:
    """What was found clean, by lists that proved themselves and by those that cannot; what was left out."""
    proven = _clean(target, Standing.PROVEN)
    if proven:
        names = f": {', '.join(proven)}" if verbose or len(proven) <= 3 else ""
        yield str(
            say(
                "Not listed on {n} {n:list that proved itself|lists that proved themselves}{names}",
                n=len(proven),
                names=names,
            )
        )
    unproven = _clean(target, Standing.UNPROVEN)
    if unproven:
        yield str(
            say(
                "No entry on {n} without test entries of their own (unproven): {names}",
                n=len(unproven),
                names=", ".join(unproven),
            )
        )
    if target.left_out:
        yield str(
            say(
                "{count} further addresses or networks that SPF or MX name were not asked for: too many or too large",
                count=target.left_out,
            )
        )


def _clean(target: TargetReport, standing: Standing) -> list[str]:
    said: dict[str, bool] = {}
    for one in target.listings:
        if one.proof is standing and not one.blocklist.allows:
            said[one.blocklist.id] = said.get(one.blocklist.id, True) and one.status is ListingStatus.CLEAN
    return [name for name, clean in said.items() if clean]
