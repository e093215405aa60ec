"""
An include that leads to no SPF record.

Receivers answer permerror for the whole record, as if the domain had no SPF. Often the service was
closed, or the name is misspelt.

Fires on:

    example.com.  TXT  "v=spf1 include:_spf.example.net ip4:192.0.2.1 -all"

Fires on:

    example.com.       TXT  "v=spf1 include:_spf.example.net -all"
    _spf.example.net.  TXT  "not an SPF record"

Silent on:

    example.com.       TXT  "v=spf1 include:_spf.example.net include:%{i}.example.net -all"
    _spf.example.net.  TXT  "v=spf1 -all"

Unknown on:

    example.com.       TXT      "v=spf1 include:_spf.example.net -all"
    _spf.example.net.  SERVFAIL
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailsetup.checks._silence import includes_are_sound
from mailsetup.checks._spf import asked, edited, publishing, without
from mailsetup.checks._when import publishes_sound_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.records import SpfTerm
from mailsetup.walks.spf_record import spf_record
from mailsetup.walks.spf_tree import End, spf_includes

_WEB_ADDRESS = re.compile(r"https?:/*", re.IGNORECASE)


@check(
    title="An include of SPF leads to no record",
    severity=Severity.ERROR,
    applies_to=publishes_sound_spf,
    codes=["SPF_INCLUDE_NONE"],
    reads=[spf_includes, spf_record],
    cites=["RFC 7208 section 5.2"],
    yields_to=["spf/invalid-domain", "dns/name-too-long", "dns/txt-join-space"],
    silent_where=includes_are_sound,
)
def include_without_record(case: Case) -> Iterator[Finding]:
    found = case.read(spf_record)
    for term in case.read(spf_includes).terms:
        child = term.child
        if child is not None and term.term.name == "include" and child.ended_by in (End.NONE, End.NAME):
            meant = _meant(case, str(getattr(term.term, "argument", "")))
            if meant:
                yield case.finding(
                    'the SPF term "{term}" leads to no SPF record; receivers answer permerror; did you mean "include:{meant}"?',
                    term=str(term.term),
                    meant=meant,
                    at=asked(child),
                    owner=case.domain,
                    fix=publishing(
                        found, edited(found.text, [(term.span, f"{_sign(term.term)}include:{meant}")])
                    ),
                )
                continue
            yield case.finding(
                'the SPF term "{term}" leads to no SPF record; receivers answer permerror',
                term=str(term.term),
                at=asked(child),
                owner=case.domain,
                remedy="Correct the name after the service's own help, or remove the include if you no longer use it.",
                fix=without(found, [term.span]),
            )


def _sign(term: SpfTerm) -> str:
    qualifier = getattr(term, "qualifier", "+")
    return "" if qualifier == "+" else str(qualifier)


def _meant(case: Case, name: str) -> str:
    """The name that was meant: a web address without its scheme, or a service's include with a letter wrong."""
    host = _WEB_ADDRESS.sub("", name).partition("/")[0]
    if host != name:
        return host if "." in host else ""
    hints = case.scope.selector_hints
    return hints.meant_include(name) if hints is not None else ""
