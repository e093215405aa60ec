"""The checks behind options: a domain where all is right is left in peace, and one answer lost turns nothing round."""

from __future__ import annotations

from functools import cache

import pytest

from mailsetup.model.case import Case, Scope
from mailsetup.model.dns import (
    Answer,
    DnsAnswer,
    DnssecAnswer,
    DnssecQuestion,
    Outcome,
    Question,
    SmtpAnswer,
    SmtpQuestion,
    WebAnswer,
    WebQuestion,
)
from mailsetup.model.finding import Severity, Status, Verdict
from mailsetup.model.snapshot import Snapshot
from mailsetup.run.judge import judge
from mailsetup.run.registry import all_checks
from tests.zones import world

OPTIONS = frozenset({"deep", "smtp", "web"})
SUBJECTS = ("transport/", "dane/", "reverse/", "bimi/", "clients/", "dnssec/")
KEY = "e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f"
ZONE_KEY = "ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLu/XTr/tz79LsbDatMRLdkz7+1jxOHL/8+ojidZwUTy2A=="
WELL_KEPT = f"""
example.com.                  MX    10 mail.example.com.
example.com.                  TXT   "v=spf1 ip4:9.9.9.10 -all"
example.com.                  CAA   0 issue "ca.example.net"
example.com.                  CAA   0 issuemail ";"
example.com.                  A     9.9.9.10
example.com.                  DNSSEC secure expires=2026-12-20T00:00:00Z
example.com.                  DS    8891 13 2 8dd66fa99f1b7e2bf05c458780e25ed4b12851fb1290d410689396b327a646b6
example.com.                  DNSKEY 257 3 13 {ZONE_KEY}
mail.example.com.             A     9.9.9.10
mail.example.com.             TXT   "v=spf1 a -all"
10.9.9.9.in-addr.arpa.        PTR   mail.example.com.
mail.example.com.             SMTP  "220 mail.example.com ESMTP" SIZE STARTTLS TLSv1.3
_25._tcp.mail.example.com.    TLSA  3 1 1 {KEY}
_dmarc.example.com.           TXT   "v=DMARC1; p=quarantine; rua=mailto:dmarc@example.com"
_smtp._tls.example.com.       TXT   "v=TLSRPTv1; rua=mailto:tls@example.com"
_mta-sts.example.com.         TXT   "v=STSv1; id=1"
mta-sts.example.com.          A     9.9.9.11
https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
  | version: STSv1
  | mode: enforce
  | mx: mail.example.com
  | max_age: 604800
default._bimi.example.com.    TXT   "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/mark.pem"
https://example.com/logo.svg  WEB 200 image/svg+xml
  | <svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 64 64"><title>E</title></svg>
https://example.com/mark.pem  WEB 200 application/x-pem-file mark=example.com
_imaps._tcp.example.com.       SRV  0 1 993 mail.example.com.
_imap._tcp.example.com.        SRV  0 0 0 .
_pop3s._tcp.example.com.       SRV  0 0 0 .
_pop3._tcp.example.com.        SRV  0 0 0 .
_submissions._tcp.example.com. SRV  0 1 465 mail.example.com.
_submission._tcp.example.com.  SRV  0 1 587 mail.example.com.
mail.example.com:993           SMTP "* OK IMAP4rev1" STARTTLS TLSv1.3
mail.example.com:465           SMTP "220 mail.example.com ESMTP" STARTTLS TLSv1.3
mail.example.com:587           SMTP "220 mail.example.com ESMTP" STARTTLS TLSv1.3
autodiscover.example.com.      A    9.9.9.10
https://autodiscover.example.com/autodiscover/autodiscover.xml  WEB 401 text/html "who are you"
autoconfig.example.com.        A    9.9.9.10
https://example.com/.well-known/autoconfig/mail/config-v1.1.xml  WEB 404 text/html "no"
https://autoconfig.example.com/mail/config-v1.1.xml  WEB 200 text/xml
  | <clientConfig version="1.1"><emailProvider id="example.com">
  | <incomingServer type="imap"/><outgoingServer type="smtp"/></emailProvider></clientConfig>
"""
CHECKS = tuple(check for check in all_checks() if check.id.startswith(SUBJECTS))


@cache
def whole() -> Case:
    scope = Scope("example.com", options=OPTIONS, sending_addresses=("9.9.9.10",))
    return world(WELL_KEPT).case(dict.fromkeys(walk for check in CHECKS for walk in check.reads), scope)


def lost(question: Question, outcome: Outcome) -> Answer:
    if isinstance(question, WebQuestion):
        return WebAnswer(outcome)
    if isinstance(question, SmtpQuestion):
        return SmtpAnswer(outcome)
    if isinstance(question, DnssecQuestion):
        return DnssecAnswer(outcome)
    return DnsAnswer(outcome)


def judged(case: Case) -> dict[str, Verdict]:
    return {v.check: v for v in judge(case, CHECKS)}


def test_what_is_right_is_left_in_peace() -> None:
    """
    No error, no warning, no open question: the domain keeps its grade with every option on.
    """
    verdicts = judged(whole())
    flaws = {
        v.check: [str(f.message) for f in v.findings]
        for v in verdicts.values()
        if any(f.severity is not Severity.INFO for f in v.findings)
    }

    assert {} == flaws
    assert [] == [v.check for v in verdicts.values() if v.status in (Status.INCONCLUSIVE, Status.CRASHED)]


@pytest.mark.parametrize("fault", ["until=2026-11-01", "names=www.example.com", "issuer=self"])
def test_a_certificate_that_its_tlsa_records_judge_is_one_finding(fault: str) -> None:
    """
    Expired, of another name or of nobody: what usage 2 refuses is told there, with the cure, and nowhere else.
    """
    anchor = "TLSA  2 1 1 5fd08e875315fd02d22342f1e4cad2fd034ea970fd139c877281c23bfe96fd38"
    text = WELL_KEPT.replace(f"TLSA  3 1 1 {KEY}", anchor).replace(
        'ESMTP" SIZE STARTTLS TLSv1.3', f'ESMTP" SIZE STARTTLS TLSv1.3 {fault}'
    )
    text = text.replace('_mta-sts.example.com.         TXT   "v=STSv1; id=1"\n', "")
    scope = Scope("example.com", options=OPTIONS, sending_addresses=("9.9.9.10",))
    case = world(text).case(dict.fromkeys(walk for check in CHECKS for walk in check.reads), scope)
    flawed = [
        v.check for v in judged(case).values() if any(f.severity is not Severity.INFO for f in v.findings)
    ]

    assert ["dane/authority-mismatch"] == [c for c in flawed if c.startswith(("dane/", "transport/cert"))]


@pytest.mark.parametrize("outcome", [Outcome.TIMEOUT, Outcome.SERVFAIL, Outcome.REFUSED, Outcome.UNASKED])
def test_one_answer_lost_turns_no_verdict_round(outcome: Outcome) -> None:
    """
    Neither a pass becomes a fail nor a fail a pass, whoever was asked: name, web or mail server, validator.
    """
    before = judged(whole())
    turned = []
    for question in whole().snapshot.answers:
        answers = {**whole().snapshot.answers, question: lost(question, outcome)}
        after = judged(Case(whole().scope, Snapshot("example.com", whole().as_of, answers)))
        turned += [
            (question, check)
            for check in before
            if {before[check].status, after[check].status} == {Status.PASS, Status.FAIL}
        ]

    assert [] == turned


def test_nothing_that_costs_is_asked_without_its_option() -> None:
    """
    The checks without an option ask names only, at the domain and its policy host.
    """
    walks = dict.fromkeys(walk for check in CHECKS if not check.opt_in for walk in check.reads)
    case = world("example.com. MX 10 mail.example.com.").case(walks, Scope("example.com"))

    assert ["MX example.com", "TXT _mta-sts.example.com", "TXT _smtp._tls.example.com"] == sorted(
        f"{q[1]} {q[0]}" for q in case.snapshot.answers
    )
