"""
An include or redirect that leads to a faulty record.

permerror inside an include is permerror outside: a syntax error, a second SPF record or a dead include
anywhere below makes the domain's own record worthless. Only its operator can mend it.

Fires on:

    example.com.       TXT  "v=spf1 include:_spf.example.net -all"
    _spf.example.net.  TXT  "v=spf1 ipv4:192.0.2.1 -all"

Fires on:

    example.com.       TXT  "v=spf1 include:_spf.example.net -all"
    _spf.example.net.  TXT  "v=spf1 ip4:192.0.2.1 -all"
    _spf.example.net.  TXT  "v=spf1 ip4:192.0.2.2 -all"

Fires on:

    example.com.       TXT  "v=spf1 include:_spf.example.net -all"
    _spf.example.net.  TXT  "v=spf1 include:gone.example.net -all"

Silent on:

    example.com.       TXT  "v=spf1 include:_spf.example.net -all"
    _spf.example.net.  TXT  "v=spf1 ip4:192.0.2.1 -all"

Unknown on:

    example.com.       TXT      "v=spf1 include:_spf.example.net -all"
    _spf.example.net.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import includes_are_sound
from mailsetup.checks._spf import asked, way_to
from mailsetup.checks._when import publishes_sound_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.message import phrase
from mailsetup.walks.spf_record import spf_record
from mailsetup.walks.spf_tree import End, SpfTree, spf_includes


@check(
    title="SPF includes a faulty record",
    severity=Severity.ERROR,
    applies_to=publishes_sound_spf,
    codes=["SPF_INCLUDE_PERMERROR"],
    reads=[spf_includes, spf_record],
    cites=["RFC 7208 section 5.2", "RFC 7208 section 6.1"],
    silent_where=includes_are_sound,
)
def include_with_fault(case: Case) -> Iterator[Finding]:
    told: set[str] = set()
    for node in case.read(spf_includes).nodes[1:]:
        template = _template(node) if node.ended_by is not End.RECORD else None
        if template is None or node.name in told:
            continue
        told.add(node.name)
        yield case.finding(
            template,
            name=node.name,
            way=way_to(node),
            fault=node.faults[0].text if node.faults else "",
            count=len(node.published.texts) if node.published is not None else 0,
            at=asked(node),
            owner=case.domain,
            remedy="Tell the operator of {name}; until it is mended, take the include out and name the senders' addresses.",
        )


def _template(node: SpfTree) -> str | None:
    match node.ended_by:
        case End.FAULTY:
            return phrase(
                "SPF leads to a record that is not valid ({way}); receivers answer permerror: {fault}"
            )
        case End.SEVERAL:
            return phrase(
                "SPF leads to {name}, which has {count} SPF records ({way}); receivers answer permerror"
            )
        case End.NONE | End.NAME if len(node.path) > 2:
            return phrase("SPF leads to {name}, which has no SPF record ({way}); receivers answer permerror")
    return None
