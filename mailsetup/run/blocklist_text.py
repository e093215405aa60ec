"""A blocklist run in its forms; here in words for a person, the others stand in `blocklist_data`."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from mailsetup.model.finding import Severity
from mailsetup.model.language import translated
from mailsetup.model.message import Message, phrase, say
from mailsetup.model.names import printable, to_unicode
from mailsetup.walks.blocklist_proof import Standing
from mailsetup.walks.blocklistings import Listing, ListingStatus

from .blocklist_words import advice, closing, elsewhere, headline, in_order, meaning, way_out
from .blocklists import BlocklistRun, TargetReport

if TYPE_CHECKING:
    from mailsetup.forms.terminal import Style

__all__ = ["render"]

_LOOK = {
    Severity.ERROR: (phrase("error"), "red"),
    Severity.WARNING: (phrase("warning"), "yellow"),
    Severity.INFO: (phrase("note"), "blue"),
}
_ROLES = {
    "mx": phrase("{address} (mail host {name})"),
    "spf": phrase("{address} (sends by SPF of {name})"),
    "ns": phrase("{address} (name server {name})"),
}


def render(run: BlocklistRun, form: str, style: Style, fail_on: str = "error") -> Iterator[str]:
    """The run in a form; ``fail_on`` is the severity that fails it, which some forms show."""
    from .blocklist_data import csv_form, json_form, jsonl_form, markdown_form

    forms: dict[str, Callable[[BlocklistRun], Iterator[str]]] = {
        "json": json_form,
        "jsonl": jsonl_form,
        "markdown": markdown_form,
        "csv": csv_form,
    }
    if form in ("html", "sarif", "junit", "github"):
        from .blocklist_forms import html_form, standard_form

        return html_form(run) if form == "html" else standard_form(run, form, fail_on)
    return forms[form](run) if form in forms else _terminal(run, style)


def _terminal(run: BlocklistRun, style: Style) -> Iterator[str]:
    for number, target in enumerate(run.targets):
        yield ("\n" if number else "") + "".join(line + "\n" for line in _target_lines(target, style))
    if style.quiet:
        return
    yield "\n"
    yield from (line + "\n" for line in _elsewhere_lines(style))
    if run.not_asked:
        yield "\n" + style.paint(str(say("Not asked")), "bold") + "\n"
        for one, reason in run.not_asked:
            yield from (line + "\n" for line in _folded(f"{one.id}: {reason}", style, "  - ", "    "))


def _elsewhere_lines(style: Style) -> Iterator[str]:
    places = elsewhere()
    names = ", ".join(dict.fromkeys(one.operator for one in places))
    remark = say("Some receivers keep lists of their own, which DNS does not show: {names}.", names=names)
    hint = "" if style.verbose else f" {say('-v says where to look.')}"
    yield from _folded(f"{remark}{hint}", style, "", "  ")
    for one in places if style.verbose else ():
        bounces = f" {say('(refusals say: {texts})', texts='; '.join(one.bounces))}" if one.bounces else ""
        where = translated(one.lookup or one.note)
        yield from _folded(f"{one.operator}: {where}{bounces}", style, "  - ", "    ")


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
    for one in in_order(target):
        if one.status is ListingStatus.LISTED:
            yield ""
            yield from _listed_lines(one, style)
    yield from _group(target, ListingStatus.ALLOWED, str(say("On allow lists")), style)
    if style.verbose:
        yield from _group(
            target,
            ListingStatus.NEUTRAL,
            str(say("Known to a list, neither for good nor for bad")),
            style,
        )
    yield from _open_lines(target, style)
    for line in closing(target, style.verbose):
        yield ""
        yield from _folded(line, style, "", "  ")


def _listed_lines(one: Listing, style: Style) -> Iterator[str]:
    word, color = _LOOK[one.severity]
    yield f"{style.paint(translated(word), 'bold', color)} {style.paint(one.blocklist.id, 'dim')}"
    yield from _folded(
        str(
            say(
                "{name} lists {subject}: {meaning} ({codes})",
                name=one.blocklist.name,
                subject=_subject(one),
                meaning=meaning(one),
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
            style.paint(line, "dim")
            for line in _folded(str(say("its reason: {text}", text=one.text)), style, "    ", "      ")
        )
    yield from _folded(str(say("way out: {way}", way=way_out(one.blocklist))), style, "  > ", "    ")


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
    if not role:
        return one.subject.value
    return str(Message(role, {"address": one.subject.value, "name": one.subject.via}))


def _group(target: TargetReport, status: ListingStatus, title: str, style: Style) -> Iterator[str]:
    found = [one for one in in_order(target) if one.status is status]
    if found:
        yield ""
        yield style.paint(title, "bold")
    for one in found:
        yield from _folded(f"{one.blocklist.id}: {one.subject.value}: {meaning(one)}", style, "  - ", "    ")


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
        yield style.paint(str(say("Not known")), "bold") + f"  {say('(neither listed nor clean)')}"
    for reason, names in reasons.items():
        yield from _folded(f"{', '.join(names)}: {reason}", style, "  - ", "    ")
    for help_, names in _advice_by_words(target).items():
        yield from _folded(f"{', '.join(names)}: {help_}", style, "  > ", "    ")
    for question in target.unresolved:
        yield from _folded(
            str(say("{question} got no usable answer, so more may belong here", question=question)),
            style,
            "  - ",
            "    ",
        )


def _advice_by_words(target: TargetReport) -> dict[str, dict[str, None]]:
    """Advice by its words, with the lists it is for."""
    said: dict[str, dict[str, None]] = {}
    for one in target.listings:
        if one.open and advice(one):
            said.setdefault(advice(one), {})[one.blocklist.id] = None
    return said


def _folded(text: str, style: Style, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        printable(text),
        max(style.width, 40),
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]
