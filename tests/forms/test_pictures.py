"""What a report draws, taken from an audit's facts: the SPF tree with its costs, the way of the mail."""

from __future__ import annotations

import asyncio

from mailsetup.edge.zone_file import ZoneFile
from mailsetup.model.finding import DomainReport
from mailsetup.model.picture import Pictures, SpfBranch
from mailsetup.run.audit import AuditSettings, audit_domain

ZONE = """
$ORIGIN example.
$TTL 300
@ IN SOA ns hostmaster 1 7200 3600 1209600 3600
@ IN NS ns
shop IN MX 10 mx1.shop
shop IN MX 20 mx2.shop
mx1.shop IN A 93.184.216.34
shop IN TXT "v=spf1 mx include:a.shop.example include:gone.shop.example -all"
a.shop IN TXT "v=spf1 a:mx1.shop.example exists:%{i}.shop.example -all"
quiet IN MX 0 .
bare IN TXT "hello"
"""


def judged(domain: str, *, drawn: bool = True) -> DomainReport:
    source = ZoneFile.of(ZONE, "example")
    return asyncio.run(audit_domain(domain, source, AuditSettings(drawn=drawn), "2026-11-21T12:00:00Z"))


def pictures(domain: str) -> Pictures:
    found = judged(domain).pictures

    assert found is not None
    return found


def test_nothing_is_drawn_unless_a_form_asks() -> None:
    """
    Forms without pictures do not pay for them.
    """
    assert judged("shop.example", drawn=False).pictures is None


def test_each_branch_starts_where_the_one_before_ends() -> None:
    """
    The tree in the order of evaluation: term, look-ups before it, its own with those below.
    """

    def flat(branch: SpfBranch) -> list[tuple[str, int, int, str]]:
        own = (branch.term, branch.start, branch.lookups, branch.ended_by)
        return [own, *(line for below in branch.branches for line in flat(below))]

    spf = pictures("shop.example").spf

    assert spf is not None
    assert [
        ("", 0, 5, "record"),
        ("mx", 0, 1, "host"),
        ("include:a.shop.example", 1, 3, "record"),
        ("a:mx1.shop.example", 2, 1, "host"),
        ("exists:%{i}.shop.example", 3, 1, "host"),
        ("include:gone.shop.example", 4, 1, "none"),
    ] == flat(spf.root)
    assert (5, 10) == (spf.lookups, spf.limit)


def test_the_way_of_the_mail_is_known_or_said_not_to_be() -> None:
    """
    Hosts with and without address, a null MX, no host at all, and no answer are five different ways.
    """
    mail = pictures("shop.example").mail

    assert [("mx1.shop.example", 10, "found"), ("mx2.shop.example", 20, "absent")] == [
        (h.name, h.preference, h.state) for h in mail.hosts
    ]
    assert ["null", "absent", "unknown"] == [
        pictures(name).mail.state for name in ("quiet.example", "bare.example", "elsewhere.test")
    ]
