"""No answers, however strange, make a walk or a check raise, ask without end, or say what cannot be printed."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailsetup.model.case import Case, Scope, arguments
from mailsetup.model.dns import (
    CAA,
    DNSKEY,
    DS,
    MX,
    SOA,
    SRV,
    TLSA,
    TXT,
    Answer,
    DnsAnswer,
    DnsQuestion,
    DnssecAnswer,
    DnssecQuestion,
    DnssecStatus,
    Opaque,
    Outcome,
    Question,
    Rdata,
    SmtpAnswer,
    WebAnswer,
    WebQuestion,
)
from mailsetup.model.finding import Status
from mailsetup.model.snapshot import Snapshot
from mailsetup.run.judge import judge
from mailsetup.run.registry import all_checks

QUESTION_LIMIT = 5000  # of one domain: every walk is bounded, so all of them together are
OPTIONS = frozenset({"authoritative", "smtp", "blocklists", "deep", "web"})

DOMAINS = (
    "example.com",
    "a.b.c.d.e.f.g.h.i.j.example.com",
    "www.example.co.uk",
    "co.uk",
    "xn--bcher-kva.example",
    "xn--a-ecp.ru",
    ".".join(["a" * 60] * 4) + ".com",
)
NAMES = (
    "example.com",
    "mail.example.com",
    "_dmarc.example.com",
    "www.example.co.uk",
    "localhost",
    "192.0.2.1",
    "",
    "\\000\\255.example.com",
    "a\\.b.example.com",
    "{x}.example.com",
    "%{d}.example.com",
    "-.-",
    "..",
    "xn--\\200",
    "xn--zzzzzzzzzzzzzzz.example",
    "a" * 300,
    ".".join(["b" * 63] * 4),
    "\x1b[31m.example.com",
)
ADDRESSES = (
    "9.9.9.9",
    "127.0.0.1",
    "192.0.2.1",
    "2620:fe::9",
    "::ffff:1.2.3.4",
    "::",
    "999.1.1.1",
    "",
    "fe80::1%eth0",
)
TEXTS = (
    b"",
    b"v=spf1",
    b"v=spf1 -all",
    b"v=spf1 include:example.com redirect=mail.example.com",
    b"v=spf1 a mx ptr exists:%{i}._spf.%{d} include:%{x} include: ip4:1.2.3.4/99 ip6:::/200 -all all",
    b"v=spf1 " + b"include:mail.example.com " * 60 + b"~all",
    b"v=spf1 mx:example.com//129 a:..//0 exp=%{c}%{r}%{t} exp=x redirect=%",
    b"v=spf1 include:b\xc3\xbcro.example -all",
    b"v=spf1 {x} {0} %(x)s -all",
    b"v=DMARC1; p=reject; rua=mailto:a@example.com!10m,mailto:@,http://x,mailto:x@" + b"y" * 300,
    b"v=DMARC1; p=reject; sp=; np=\xff; adkim=q; pct=999999999999999999999; fo=0:1:d:s:0; psd=y; t=y; p=none",
    b"v=DMARC1;;;=;p",
    b" v=DMARC1; p=none",
    b"v=DMARC1" + b";" * 5000,
    b"v=DKIM1; k=rsa; p=" + b"A" * 3000,
    b"v=DKIM1; k=ed25519; p=AAAA; t=y:s; h=sha1; s=*",
    b"v=DKIM1; p=",
    b"k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA; n={x}",
    b"v=STSv1; id=1",
    b"v=TLSRPTv1; rua=mailto:a@example.com",
    b"v=BIMI1; l=; a=",
    b"\x00\x1b[2J\x07\xff\xfe{x}{",
    bytes(range(256)),
    b"z" * 65000,
)


class Liar:
    """Answers anything to anything, the same way each time within one run."""

    def __init__(self, seed: int, failing: float) -> None:
        self.random = random.Random(seed)
        self.failing = failing
        self.answers: dict[Question, Answer] = {}

    def answer(self, question: Question) -> Answer:
        if question not in self.answers:
            assert len(self.answers) < QUESTION_LIMIT, "a walk asks without end"
            self.answers[question] = self._invent(question)
        return self.answers[question]

    def _invent(self, question: Question) -> Answer:
        pick = self.random
        if isinstance(question, WebQuestion):
            return WebAnswer(
                pick.choice(list(Outcome)), pick.choice([0, 200, 404, 999]), body=pick.choice(TEXTS)
            )
        if isinstance(question, DnssecQuestion):
            return DnssecAnswer(
                pick.choice(list(Outcome)), pick.choice([None, *DnssecStatus]), "\x00", pick.choice(["", "x"])
            )
        if not isinstance(question, DnsQuestion):
            return SmtpAnswer(pick.choice(list(Outcome)), certificates=(b"\x30\x00", b""))
        aliases = tuple(pick.choices(NAMES, k=pick.choice([0] * 8 + [1, 2, 17])))
        zone = pick.choice(
            ("", "com", "example.com", question.name, question.name.partition(".")[2], "co.uk")
        )
        server = pick.choice(("", "192.0.2.53", "fragment", "\x1b]0;"))
        if pick.random() < self.failing:
            outcome = pick.choice([o for o in Outcome if o is not Outcome.FOUND])
            return DnsAnswer(
                outcome, (), aliases, pick.choice([None, 0, 2**31]), server=server, zone=zone, detail="{x}"
            )
        count = pick.choice([1, 1, 1, 2, 3, 300])
        kind = (
            question.rdtype if pick.random() < 0.95 else pick.choice(["MX", "TXT", "A", "SOA", "TYPE65280"])
        )
        records = tuple(self._record(kind) for _ in range(count))
        return DnsAnswer(
            Outcome.FOUND, records, aliases, pick.choice([None, 0, 60, 3600, 2**31]), server=server
        )

    def _record(self, rdtype: str) -> Rdata:
        pick = self.random
        name, text = pick.choice(NAMES), pick.choice(TEXTS)
        match rdtype:
            case "A" | "AAAA":
                return pick.choice(ADDRESSES)
            case "NS" | "CNAME" | "PTR" | "DNAME":
                return name
            case "MX":
                return MX(pick.choice([0, 10, 65535]), name)
            case "TXT" | "SPF":
                size = pick.choice([255, 255, 1, 7])
                return TXT(
                    tuple(text[i : i + size] for i in range(0, min(len(text), 3000), size))
                    or ((b"",) * pick.randint(0, 2))
                )
            case "SOA":
                return SOA(name, name, 1, 0, 0, 0, 2**31)
            case "SRV":
                return SRV(0, 0, 65535, name)
            case "CAA":
                return CAA(255, "\x00", text[:255])
            case "TLSA":
                return TLSA(255, 255, 255, text[:64])
            case "DS":
                return DS(0, 255, 255, text[:64])
            case "DNSKEY":
                return DNSKEY(0, 0, 255, text[:64])
        return Opaque(text[:100].decode("latin-1"))

    def follow(self, walk: Any) -> tuple[Any, tuple[Question, ...]]:
        """A walk's fact and its questions."""
        asked: dict[Question, None] = {}
        try:
            batch = next(walk)
            while True:
                asked.update(dict.fromkeys(batch))
                batch = walk.send({q: self.answer(q) for q in batch})
        except StopIteration as end:
            return end.value, tuple(asked)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 2**32),
    failing=st.sampled_from([0.0, 0.1, 0.5, 0.9]),
    domain=st.sampled_from(DOMAINS),
)
def test_no_answers_make_a_walk_or_a_check_raise(seed: int, failing: float, domain: str) -> None:
    """
    Every check comes to a verdict, and every sentence of it can be written.
    """
    liar = Liar(seed, failing)
    scope = Scope(domain, selectors=("s1", "a" * 63), options=OPTIONS)
    case = Case(scope, Snapshot(domain, "2026-11-21T12:00:00Z", liar.answers, "lies"))
    for walk in dict.fromkeys(walk for check in all_checks() for walk in check.reads):
        fact, asked = liar.follow(walk(*arguments(walk, scope)))
        case.facts[walk] = (fact, (asked,))

    verdicts = judge(case, all_checks())

    # A root cause settles everything else; each check is therefore also judged alone.
    alone = [v for check in all_checks() for v in judge(case, [check])]
    assert [] == [(v.check, str(v.reason)) for v in (*verdicts, *alone) if v.status is Status.CRASHED]
    for verdict in alone:
        for finding in verdict.findings:
            said = str(finding.message)
            assert said.isprintable()
            assert len(said) < 5000
            if finding.remedy is not None:
                assert str(finding.remedy.summary)


LONG_STARTS = ("v=spf1 ip6:", "v=spf1 include:x.", "v=spf10 ", "v=DMARC1; rua=", "v=TLSRPTv1; rua=")


@pytest.mark.parametrize("size", [255, 1])
@pytest.mark.parametrize("unit", ["a", "1", ":", " ;", "mailto:", "v=", "%{i}."])
def test_no_text_of_64_kb_keeps_a_check_busy(unit: str, size: int) -> None:
    """
    The same long text wherever TXT is asked, in long strings or in single octets: no check looks at it twice over.
    """
    for start in LONG_STARTS:
        text = start + unit * (60_000 // len(unit) * size // 255 + 30_000 // len(unit)) + "!"
        record = TXT(tuple(text[i : i + size].encode() for i in range(0, len(text), size)))
        world = LongText(record)
        scope = Scope("example.com", selectors=("s1",), options=OPTIONS)
        case = Case(scope, Snapshot("example.com", "2026-11-21T12:00:00Z", world.answers, "long"))
        began = time.process_time()
        for walk in dict.fromkeys(walk for check in all_checks() for walk in check.reads):
            fact, asked = world.follow(walk(*arguments(walk, scope)))
            case.facts[walk] = (fact, (asked,))

        verdicts = judge(case, all_checks())

        assert [] == [(v.check, str(v.reason)) for v in verdicts if v.status is Status.CRASHED]
        assert time.process_time() - began < 3, start


class LongText(Liar):
    """A world with one text at every name, and nothing else."""

    def __init__(self, record: TXT) -> None:
        super().__init__(0, 0.0)
        self.record = record

    def _invent(self, question: Question) -> Answer:
        if isinstance(question, WebQuestion):
            return WebAnswer(Outcome.FOUND, 200, body=b"-----BEGIN CERTIFICATE-----" + b" " * 60_000)
        if isinstance(question, DnssecQuestion):
            return DnssecAnswer(Outcome.TIMEOUT)
        if not isinstance(question, DnsQuestion):
            return SmtpAnswer(Outcome.TIMEOUT)
        if question.rdtype == "TXT":
            return DnsAnswer(Outcome.FOUND, (self.record,), ttl=3600)
        return DnsAnswer(Outcome.NO_DATA, zone="example.com")
