"""A blocklist run in its forms: for a person, as data, as a table for a ticket or a spreadsheet."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from mailsetup._version import __version__
from mailsetup.model.blocklist import Blocklist, State
from mailsetup.model.finding import Severity
from mailsetup.model.message import say
from mailsetup.model.names import printable, to_unicode
from mailsetup.profiles.blocklists import all_blocklists
from mailsetup.walks.blocklist_proof import Standing, Why
from mailsetup.walks.blocklistings import Listing, ListingStatus

from .blocklist_keys import variable
from .blocklists import BlocklistRun, TargetReport

if TYPE_CHECKING:
    from mailsetup.forms.terminal import Style

__all__ = ["FORMS", "render"]

SCHEMA = "mailsetup/blocklists/1"
LINE_SCHEMA = "mailsetup/blocklist-target/1"
FORMS = ("terminal", "json", "jsonl", "markdown", "csv")
COLUMNS = (
    "target", "subject", "role", "list", "status", "severity", "weight", "proof", "codes", "meaning", "reason",
    "removal", "removal_url",
)  # fmt: skip
_LOOK = {
    Severity.ERROR: ("error", "red"),
    Severity.WARNING: ("warning", "yellow"),
    Severity.INFO: ("note", "blue"),
}
_ROLES = {"mx": "mail host", "spf": "sends by SPF of", "ns": "name server"}


def render(run: BlocklistRun, form: str, style: Style) -> Iterator[str]:
    """The run in a form."""
    forms: dict[str, Callable[[], Iterator[str]]] = {
        "json": lambda: _json(run),
        "jsonl": lambda: _jsonl(run),
        "markdown": lambda: _markdown(run),
        "csv": lambda: _csv(run),
    }
    return forms[form]() if form in forms else _terminal(run, style)


# -- data ----------------------------------------------------------------------------------------


def document(run: BlocklistRun) -> dict[str, Any]:
    """A run as data."""
    return {
        "schema": SCHEMA,
        "tool": {"name": "mailsetup", "version": __version__},
        "as_of": run.as_of,
        "targets": [target_document(target) for target in run.targets],
        "lists": [list_document(one) for one in run.lists],
        "not_asked": [
            {"list": one.id, "zone": one.zone, "status": one.state.value, "reason": str(reason)}
            for one, reason in run.not_asked
        ],
        "elsewhere": [
            {
                "id": one.id,
                "operator": one.operator,
                "weight": one.weight.value,
                "lookup": one.lookup or one.note,
                "bounces": list(one.bounces),
            }
            for one in elsewhere()
        ],
        "notes": [str(note) for note in run.notes],
    }


def elsewhere() -> list[Blocklist]:
    """Who refuses mail by lists that DNS does not show, the weightiest first."""
    found = [one for one in all_blocklists().values() if one.state is State.WEB]
    return sorted(found, key=lambda one: -one.weight.severity.rank)


def target_document(target: TargetReport) -> dict[str, Any]:
    """One target as data."""
    return {
        "target": target.target,
        "kind": target.kind.value,
        "summary": {status.value: _count(target, status) for status in ListingStatus},
        "listings": [listing_document(one) for one in target.listings],
        "left_out": target.left_out,
        "unresolved": list(target.unresolved),
    }


def listing_document(one: Listing) -> dict[str, Any]:
    """What one list says about one subject, as data."""
    return {
        "list": one.blocklist.id,
        "subject": one.subject.value,
        "kind": one.subject.kind.value,
        "role": one.subject.role.value,
        "via": printable(one.subject.via),
        "status": one.status.value,
        "severity": one.severity.value,
        "weight": one.blocklist.weight.value,
        "proof": one.proof.value,
        "codes": [
            {
                "code": hit.answer,
                "meaning": hit.meaning,
                "severity": hit.code.grade.value,
                "effect": hit.effect.value,
            }
            for hit in one.hits
        ],
        "unexpected": list(one.unexpected),
        "why": one.why.value,
        "reason": str(one.reason) if one.reason is not None else "",
        "advice": advice(one),
        "text": one.text,
        "removal": {"url": one.blocklist.removal_url, "policy": one.blocklist.removal},
        "question": {"name": one.question.name, "rdtype": one.question.rdtype},
        "outcome": one.answer.outcome.value,
        "records": [printable(r) for r in one.answer.records if isinstance(r, str)],
    }


def list_document(one: Blocklist) -> dict[str, Any]:
    """A list as data."""
    return {
        "id": one.id,
        "name": one.name,
        "operator": one.operator,
        "zone": one.zone,
        "kinds": [kind.value for kind in one.kinds],
        "purpose": one.purpose,
        "weight": one.weight.value,
        "keyed": one.keyed,
    }


def _count(target: TargetReport, status: ListingStatus) -> int:
    return sum(one.status is status for one in target.listings)


def _json(run: BlocklistRun) -> Iterator[str]:
    from mailsetup.forms.encoder import pretty

    yield pretty(document(run)) + "\n"


def _jsonl(run: BlocklistRun) -> Iterator[str]:
    from mailsetup.forms.encoder import one_line

    for target in run.targets:
        yield one_line({"schema": LINE_SCHEMA, "as_of": run.as_of, **target_document(target)}) + "\n"


def _csv(run: BlocklistRun) -> Iterator[str]:
    from mailsetup.forms.csv import _row as row

    yield row(COLUMNS)
    for target in run.targets:
        for one in target.listings:
            yield row(
                (
                    target.target,
                    one.subject.value,
                    one.subject.role.value,
                    one.blocklist.id,
                    one.status.value,
                    one.severity.value,
                    one.blocklist.weight.value,
                    one.proof.value,
                    " ".join(hit.answer for hit in one.hits),
                    one.meaning,
                    str(one.reason) if one.reason is not None else one.text,
                    one.blocklist.removal if one.status is ListingStatus.LISTED else "",
                    one.blocklist.removal_url if one.status is ListingStatus.LISTED else "",
                )
            )


def _markdown(run: BlocklistRun) -> Iterator[str]:
    from mailsetup.forms.markdown import code, text

    for target in run.targets:
        yield f"## {text(target.target)}: {text(headline(target))}\n\n"
        shown = [
            one for one in _sorted(target) if one.status not in (ListingStatus.CLEAN, ListingStatus.NEUTRAL)
        ]
        if shown:
            yield "| status | severity | list | at | what | way out |\n|---|---|---|---|---|---|\n"
        for one in shown:
            what = one.meaning or (str(one.reason) if one.reason is not None else "")
            said = f" ({code(one.text)})" if one.text else ""
            out = way_out(one.blocklist) if one.status is ListingStatus.LISTED else ""
            yield (
                f"| {one.status.value} | {one.severity.value} | {code(one.blocklist.id)} "
                f"| {code(one.subject.value)} | {text(what)}{said} | {text(out)} |\n"
            )
        yield "\n" if shown else ""
        for line in _closing(target):
            yield text(line) + "\n\n"
    for one_list, reason in run.not_asked:
        yield f"- {code(one_list.id)} was not asked: {text(str(reason))}\n"


# -- words ---------------------------------------------------------------------------------------


def headline(target: TargetReport) -> str:
    """The answer in a few words."""
    listed = [one for one in target.listings if one.status is ListingStatus.LISTED]
    lists = len({one.blocklist.id for one in listed})
    open_lists = len({one.blocklist.id for one in target.listings if one.open})
    clean = len({one.blocklist.id for one in target.listings if _is_clean(one)})
    if listed:
        words = f"listed on {lists} list{'s' if lists != 1 else ''}"
    elif clean:
        words = f"not listed on {clean} list{'s' if clean != 1 else ''}"
    else:
        words = "nothing is known"
    if open_lists:
        words += f", {open_lists} could not say"
    return words


def _is_clean(one: Listing) -> bool:
    """Whether it is good news: not to be on an allow list is no news at all."""
    return one.status is ListingStatus.CLEAN and not one.blocklist.allows


def way_out(one: Blocklist) -> str:
    """How to get off a list."""
    if not one.removal_url:
        return one.removal
    return f"{one.removal}: {one.removal_url}" if one.removal else one.removal_url


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


def _sorted(target: TargetReport) -> list[Listing]:
    order = list(ListingStatus)
    return sorted(
        target.listings,
        key=lambda one: (order.index(one.status), -one.severity.rank, one.blocklist.id, one.subject.value),
    )


def _terminal(run: BlocklistRun, style: Style) -> Iterator[str]:
    for number, target in enumerate(run.targets):
        yield ("\n" if number else "") + "".join(line + "\n" for line in _target_lines(target, style))
    if style.quiet:
        return
    yield "\n"
    yield from (line + "\n" for line in _elsewhere_lines(style))
    if run.not_asked:
        yield "\n" + style.paint("Not asked", "bold") + "\n"
        for one, reason in run.not_asked:
            yield from (line + "\n" for line in _folded(f"{one.id}: {reason}", style, "  - ", "    "))


def _elsewhere_lines(style: Style) -> Iterator[str]:
    places = elsewhere()
    names = ", ".join(dict.fromkeys(one.operator for one in places))
    remark = say("Some receivers keep lists of their own, which DNS does not show: {names}.", names=names)
    hint = "" if style.verbose else " -v says where to look."
    yield from _folded(f"{remark}{hint}", style, "", "  ")
    for one in places if style.verbose else ():
        bounces = f" (refusals say: {'; '.join(one.bounces)})" if one.bounces else ""
        yield from _folded(f"{one.operator}: {one.lookup or one.note}{bounces}", style, "  - ", "    ")


def _target_lines(target: TargetReport, style: Style) -> Iterator[str]:
    shown = to_unicode(target.target)
    name = target.target if shown == target.target else f"{shown} ({target.target})"
    worst = max(
        (one.severity.rank for one in target.listings if one.status is ListingStatus.LISTED), default=0
    )
    color = {3: "red", 2: "yellow", 1: "blue"}.get(worst, "green")
    yield style.paint(name, "bold") + "   " + style.paint(headline(target), "bold", color)
    if style.quiet:
        return
    for one in _sorted(target):
        if one.status is ListingStatus.LISTED:
            yield ""
            yield from _listed_lines(one, style)
    yield from _group(target, ListingStatus.ALLOWED, "On allow lists", style)
    if style.verbose:
        yield from _group(
            target, ListingStatus.NEUTRAL, "Known to a list, neither for good nor for bad", style
        )
    yield from _open_lines(target, style)
    for line in _closing(target, style.verbose):
        yield ""
        yield from _folded(line, style, "", "  ")


def _listed_lines(one: Listing, style: Style) -> Iterator[str]:
    word, color = _LOOK[one.severity]
    yield f"{style.paint(word, 'bold', color)} {style.paint(one.blocklist.id, 'dim')}"
    yield from _folded(
        str(
            say(
                "{name} lists {subject}: {meaning} ({codes})",
                name=one.blocklist.name,
                subject=_subject(one),
                meaning=one.meaning,
                codes=", ".join(dict.fromkeys(hit.answer for hit in one.hits)),
            )
        ),
        style,
        "  ",
        "  ",
    )
    for remark in _remarks(one):
        yield from _folded(remark, style, "  ", "  ")
    if one.text:
        yield from (
            style.paint(line, "dim") for line in _folded(f"its reason: {one.text}", style, "    ", "      ")
        )
    yield from _folded(f"way out: {way_out(one.blocklist)}", style, "  > ", "    ")


def _remarks(one: Listing) -> Iterator[str]:
    if one.policy_only:
        yield str(
            say(
                "No abuse was seen: the range is declared as one that should send through a provider's server."
            )
        )
    if one.proof is Standing.UNPROVEN:
        yield str(say("This list has no test entries, so it could not prove itself: read it with care."))
    if one.severity is Severity.INFO and not one.policy_only:
        yield str(say("Hardly any receiver refuses mail by this list."))


def _subject(one: Listing) -> str:
    role = _ROLES.get(one.subject.role.value)
    return f"{one.subject.value} ({role} {one.subject.via})" if role else one.subject.value


def _group(target: TargetReport, status: ListingStatus, title: str, style: Style) -> Iterator[str]:
    found = [one for one in _sorted(target) if one.status is status]
    if found:
        yield ""
        yield style.paint(title, "bold")
    for one in found:
        yield from _folded(f"{one.blocklist.id}: {one.subject.value}: {one.meaning}", style, "  - ", "    ")


def _open_lines(target: TargetReport, style: Style) -> Iterator[str]:
    reasons: dict[str, dict[str, None]] = {}
    about = len({one.subject for one in target.listings}) > 1
    for one in target.listings:
        if one.open:
            named = f"{one.blocklist.id} [{one.subject.value}]" if about else one.blocklist.id
            failed = one.proof is Standing.FAILED or not about
            reasons.setdefault(str(one.reason), {})[one.blocklist.id if failed else named] = None
    if reasons or target.unresolved:
        yield ""
        yield style.paint("Not known", "bold") + "  (neither listed nor clean)"
    for reason, names in reasons.items():
        yield from _folded(f"{', '.join(names)}: {reason}", style, "  - ", "    ")
    for help_, names in _advice(target).items():
        yield from _folded(f"{', '.join(names)}: {help_}", style, "  > ", "    ")
    for question in target.unresolved:
        yield from _folded(
            str(say("{question} got no usable answer, so more may belong here", question=question)),
            style,
            "  - ",
            "    ",
        )


def _advice(target: TargetReport) -> dict[str, dict[str, None]]:
    """Advice by its words, with the lists it is for."""
    said: dict[str, dict[str, None]] = {}
    for one in target.listings:
        if one.open and advice(one):
            said.setdefault(advice(one), {})[one.blocklist.id] = None
    return said


def _closing(target: TargetReport, verbose: bool = True) -> Iterator[str]:
    """What was found clean, by lists that proved themselves and by those that cannot; what was left out."""
    proven = _clean(target, Standing.PROVEN)
    if proven:
        names = f": {', '.join(proven)}" if verbose or len(proven) <= 3 else ""
        count = (
            f"{len(proven)} lists that proved themselves" if len(proven) > 1 else "1 list that proved itself"
        )
        yield f"Not listed on {count}{names}"
    unproven = _clean(target, Standing.UNPROVEN)
    if unproven:
        yield f"No entry on {len(unproven)} without test entries of their own (unproven): {', '.join(unproven)}"
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


def _folded(text: str, style: Style, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        printable(text),
        max(style.width, 40),
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]
