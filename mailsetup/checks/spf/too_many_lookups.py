"""
More than ten DNS look-ups to evaluate SPF.

Receivers stop at ten and answer permerror: mail that would pass is then treated as if no SPF existed.
Each include, a, mx, ptr, exists and redirect counts once, wherever in the tree it stands; the
addresses of MX hosts and exp= do not count.

Fires on:

    example.com.    TXT  "v=spf1 include:a.example.net include:b.example.net -all"
    a.example.net.  TXT  "v=spf1 exists:%{i}.1.example.org exists:%{i}.2.example.org exists:%{i}.3.example.org -all"
    b.example.net.  TXT  "v=spf1 a:h.example.org a:h.example.org a:h.example.org include:c.example.net -all"
    c.example.net.  TXT  "v=spf1 mx:h.example.org mx:h.example.org -all"
    h.example.org.  A     192.0.2.1
    h.example.org.  AAAA  2001:db8::1
    h.example.org.  MX    10 h.example.org.

Fires on:

    example.com.       TXT   "v=spf1 a a a a a a a a include:a.example.net include:slow.example.net -all"
    example.com.       A     192.0.2.1
    example.com.       AAAA  2001:db8::1
    a.example.net.     TXT   "v=spf1 a:example.com -all"
    slow.example.net.  TIMEOUT

Silent on:

    example.com.    TXT  "v=spf1 include:a.example.net -all exp=why.example.com a:9.example.org"
    a.example.net.  TXT  "v=spf1 mx mx mx mx mx mx mx mx mx -all"

Unknown on:

    example.com.       TXT  "v=spf1 mx include:slow.example.net -all"
    slow.example.net.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._when import publishes_sound_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.spf_record import spf_record
from mailsetup.walks.spf_tree import LOOKUP_LIMIT, spf_includes, spf_tree


@check(
    title="SPF needs more than ten DNS look-ups",
    severity=Severity.ERROR,
    applies_to=publishes_sound_spf,
    codes=["SPF_LOOKUP_LIMIT"],
    reads=[spf_includes, spf_tree, spf_record],
    cites=["RFC 7208 section 4.6.4"],
    yields_to=["spf/include-loop"],
)
def too_many_lookups(case: Case) -> Iterator[Finding]:
    tree = case.read(spf_includes)
    if tree.lookups <= LOOKUP_LIMIT:
        return
    heaviest = tree.heaviest()
    everybody_before = not case.read(spf_tree).beyond_limit()
    yield case.finding(
        "SPF needs {lookups} DNS look-ups; receivers stop at {limit} and answer permerror"
        if not everybody_before
        else "SPF needs {lookups} DNS look-ups; those listed come before the limit of {limit}, all others get permerror",
        lookups=tree.lookups,
        limit=LOOKUP_LIMIT,
        heaviest=str(heaviest.term),
        heaviest_lookups=heaviest.lookups,
        at=tree.known,
        severity=Severity.WARNING if everybody_before else None,
        remedy='The heaviest term is "{heaviest}" with {heaviest_lookups}. Remove senders you no longer use, replace hosts '
        "by their addresses, or move a sender to a sub-domain; `mailsetup spf flatten` shows a way.",
    )
