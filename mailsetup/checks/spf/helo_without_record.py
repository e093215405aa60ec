"""
The domain's own sending hosts have no SPF record at their host names.

Bounces and notices have no sender address; receivers then check the name the host says in HELO. A record
at that name lets them pass, and keeps others from using it. Only hosts that the SPF record names inside the
domain can be seen in DNS; what a host really says in HELO, a letter shows.

Fires on:

    example.com.       TXT   "v=spf1 mx -all"
    example.com.       MX    10 mail.example.com.
    mail.example.com.  A     9.9.9.10
    mail.example.com.  AAAA  2620:fe::10

Fires on:

    example.com.      TXT  "v=spf1 a:out.example.com -all"
    out.example.com.  A    9.9.9.10

Silent on:

    example.com.       TXT   "v=spf1 mx -all"
    example.com.       MX    10 mail.example.com.
    mail.example.com.  A     9.9.9.10
    mail.example.com.  AAAA  2620:fe::10
    mail.example.com.  TXT   "v=spf1 a -all"

Silent on:

    example.com.      TXT  "v=spf1 mx a:mail.example.net -all"
    example.com.      MX   10 mx.example.net.

Unknown on:

    example.com.      TXT      "v=spf1 a:out.example.com -all"
    out.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._when import publishes_sound_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import present
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.spf_helo import spf_helo
from mailsetup.walks.spf_record import spf_record


@check(
    title="Sending hosts have no SPF record of their own",
    severity=Severity.INFO,
    applies_to=publishes_sound_spf,
    codes=["SPF_HELO_MISSING"],
    reads=[spf_helo, spf_record],
    cites=["RFC 7208 section 2.3", "RFC 7208 section 10.1.3"],
)
def helo_without_record(case: Case) -> Iterator[Finding]:
    bare = case.read(spf_helo).bare
    if bare:
        yield case.finding(
            "{hosts}: sending hosts of {domain} without an SPF record at their own names, which receivers check for bounces",
            hosts=", ".join(host.name for host in bare),
            domain=case.domain,
            at=tuple(host.question for host in bare),
            remedy='Publish the TXT record "v=spf1 a -all" at each of these host names.',
            fix=Fix(
                bare[0].name, "TXT", (*(present(r, "TXT") for r in bare[0].answer.records), '"v=spf1 a -all"')
            ),
        )
