"""The flaws of one record are mended together: one record a name and type to paste."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter

import pytest

from mailsetup.forms.terminal import Style, report_lines
from mailsetup.grammar.spf import parse_spf
from mailsetup.model.case import Case
from mailsetup.model.dns import TXT, DnsAnswer, DnsQuestion, Outcome
from mailsetup.model.finding import DomainReport, Finding, Fix, Joined, Remedy, Severity, Status, Verdict
from mailsetup.model.message import say
from mailsetup.planning.rdata_text import rdata, unquoted
from mailsetup.planning.spf_merge import merge
from mailsetup.run.audit import AuditSettings, audit_domain, collect_case, report_on
from mailsetup.run.joined_fixes import joined_fixes
from tests.disagreements import PARTS, CorpusWorld, Fragment, Work, settings
from tests.zones import world

AS_OF = "2026-11-21T12:00:00Z"
MX = "example.com. MX 10 mail.example.com.\nmail.example.com. A 9.9.9.9\nmail.example.com. AAAA 2620:fe::fe\n"


class Fragments(Fragment):
    """A fragment of a zone as a source."""

    def __init__(self, text: str) -> None:
        self.world = world(MX + text)


def judged(text: str) -> tuple[Case, DomainReport]:
    case = asyncio.run(collect_case("example.com", Fragments(text), AuditSettings(), AS_OF))  # type: ignore[arg-type]
    return case, report_on(case, AuditSettings())


def joined(text: str, owner: str) -> Joined:
    (found,) = [j for j in judged(text)[1].fixes if j.fix.owner == owner]
    return found


@pytest.mark.parametrize(
    ("owner", "published", "expected"),
    [
        (
            "_dmarc.example.com",
            "v=DMARC1; rua=mailto:d@example.com; p=none; p=none; pct=50; sp=bogus; fo=1",
            "v=DMARC1; rua=mailto:d@example.com; p=none; fo=1",
        ),
        (
            "example.com",
            "v=spf1 ptr a:mail.example.com mx include:_spf.example.com include:_spf.example.com +all",
            "v=spf1 a:mail.example.com mx include:_spf.example.com ~all",
        ),
    ],
)
def test_flaws_of_one_record_become_one_record(owner: str, published: str, expected: str) -> None:
    """
    Each finding still offers its own fix; the report offers them together, and says which findings it mends.
    """
    found = joined(f'{owner}. TXT "{published}"\n_spf.example.com. TXT "v=spf1 ip4:9.9.9.9 -all"', owner)

    assert (f'"{expected}"',) == found.fix.records
    assert len(found.checks) > 1


def test_a_record_of_several_strings_is_joined_too() -> None:
    """
    A key is offered in strings of at most 255 octets; what its flaws change is done to the whole of it.
    """
    owner = "s._domainkey.example.com"
    key = "A" * 300
    published = TXT.of(f"k=rsa; t=y; v=DKIM1; p={key}; q=x")
    offered = (
        f'"v=DKIM1; k=rsa; t=y; p={key[:200]}" "{key[200:]}; q=x"',
        f'"k=rsa; v=DKIM1; p={key}" "; q=x"',
    )
    findings = tuple(
        Finding(
            f"dkim/{n}", Severity.ERROR, owner, say("x"), (), Remedy(say("y"), Fix(owner, "TXT", (record,)))
        )
        for n, record in enumerate(offered)
    )
    verdicts = [Verdict("dkim/x", Status.FAIL, Severity.ERROR, findings)]
    answers = {DnsQuestion(owner, "TXT"): DnsAnswer(Outcome.FOUND, (published,))}
    (found,) = joined_fixes(verdicts, answers)
    (record,) = found.fix.records

    assert "t=y" not in unquoted(record).decode()
    assert f"p={key}" in unquoted(record).decode()
    assert ("dkim/0", "dkim/1") == found.checks


def test_other_records_of_the_name_stay() -> None:
    """
    What else stands at the name belongs to the set to publish.
    """
    found = joined('example.com. TXT "v=spf1 ptr mx +all"\nexample.com. TXT "verification=1"', "example.com")

    assert ('"v=spf1 mx ~all"', '"verification=1"') == found.fix.records


def test_the_record_is_shown_once() -> None:
    """
    The first finding shows it and says how many it mends, the others point at it.
    """
    report = judged('example.com. TXT "v=spf1 ptr mx +all"')[1]
    shown = list(report_lines(report, Style()))

    assert 1 == sum('TXT "v=spf1 mx ~all"' in line for line in shown)
    assert any("mends 2 flaws of this name together" in line for line in shown)
    assert any("The record shown above mends this too." in line for line in shown)


def counted(report: DomainReport, owner: str) -> Counter[str]:
    """How many findings each check has at a name."""
    return Counter(f.check for v in report.verdicts for f in v.findings if f.owner == owner)


CONTRADICTED = 0.1  # of joined flaws may stay: one asks to drop a tag, another to set it


@pytest.mark.parametrize(("part", "every", "least"), [("dmarc", 1, 3), ("spf", 30, 3)])
def test_the_joined_record_mends_what_it_names(part: str, every: int, least: int) -> None:
    """
    Over records of others: judged again with the joined record in place, findings it names are gone.
    """
    work: Work = PARTS[part][0](every)
    tried, left = 0, []
    for domain, source in work:
        assert isinstance(source, CorpusWorld)
        report = asyncio.run(audit_domain(domain, source, settings(), AS_OF))
        for fix, checks in report.fixes:
            if len(checks) > 1 and fix.rdtype == "TXT":
                before = source.sets.get((fix.owner, "TXT"))
                source.sets[fix.owner, "TXT"] = tuple(rdata(r, "TXT") for r in fix.records)
                again = asyncio.run(audit_domain(domain, source, settings(), AS_OF))
                source.sets[fix.owner, "TXT"] = before or ()
                then, still = counted(report, fix.owner), counted(again, fix.owner)
                tried += len(checks)
                left += [(domain, check, fix.records) for check in checks if still[check] >= then[check]]

    assert tried > least
    assert len(left) <= max(1, CONTRADICTED * tried), left


def test_a_text_that_is_no_list_is_left_alone() -> None:
    """
    Nothing hostile makes joining fail.
    """
    for text in ("v=DMARC1;;;;p=p=p", "v=spf1 \\000 ptr +all", "v=DMARC1; text=1; drop=2; p=x; p=y; sp=z"):
        case, report = judged(f'example.com. TXT "{text}"\n_dmarc.example.com. TXT "{text}"')

        assert isinstance(case.answer(DnsQuestion("example.com", "TXT")).records[0], TXT)  # type: ignore[union-attr]
        assert all(j.fix.records for j in report.fixes)


@pytest.mark.parametrize("endings", list(itertools.product(["-all", "~all", "?all", "+all", ""], repeat=2)))
def test_two_spf_records_are_joined_as_the_plan_joins_them(endings: tuple[str, str]) -> None:
    """
    The audit and the plan propose one record and not two: it ends as the more lenient of both did, and lets everybody
    pass only where both did.
    """
    records = [" ".join(filter(None, ("v=spf1", f"ip4:9.9.9.{n}", end))) for n, end in enumerate(endings, 1)]
    zone = "".join(f'example.com. TXT "{record}"\n' for record in records)
    (verdict,) = [v for v in judged(zone)[1].verdicts if v.check == "spf/multiple-records"]
    (finding,) = verdict.findings
    planned = world(MX + zone).read(merge("example.com", None, ()))

    assert finding.remedy is not None
    assert finding.remedy.change is not None
    assert (
        parse_spf(planned.text).value == parse_spf(unquoted(finding.remedy.change.records[0]).decode()).value
    )
