"""
A redirect that leads to no SPF record.

Receivers answer permerror, as if the domain had no SPF.

Fires on:

    example.com.  TXT  "v=spf1 redirect=_spf.example.net"

Silent on:

    example.com.       TXT  "v=spf1 redirect=_spf.example.net"
    _spf.example.net.  TXT  "v=spf1 -all"

Silent on:

    example.com.  TXT  "v=spf1 redirect=%{l1r+}._spf.%{d}"

Unknown on:

    example.com.       TXT      "v=spf1 redirect=_spf.example.net"
    _spf.example.net.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import includes_are_sound
from mailsetup.checks._spf import asked
from mailsetup.checks._when import publishes_sound_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.spf_record import spf_record
from mailsetup.walks.spf_tree import End, spf_includes


@check(
    title="The redirect of SPF leads to no record",
    severity=Severity.ERROR,
    applies_to=publishes_sound_spf,
    codes=["SPF_REDIRECT_NONE"],
    reads=[spf_includes, spf_record],
    cites=["RFC 7208 section 6.1"],
    yields_to=["spf/invalid-domain"],
    silent_where=includes_are_sound,
)
def redirect_without_record(case: Case) -> Iterator[Finding]:
    for term in case.read(spf_includes).terms:
        child = term.child
        if child is not None and term.term.name == "redirect" and child.ended_by in (End.NONE, End.NAME):
            yield case.finding(
                'the SPF term "{term}" leads to no SPF record; receivers answer permerror',
                term=str(term.term),
                at=asked(child),
                owner=case.domain,
                remedy="Correct the name, or list the senders here and end the record with ~all.",
            )
