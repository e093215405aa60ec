"""A flaw that another finding explains is still missed by whoever asks for the thing; what is unknown stays open."""

from __future__ import annotations

import pytest

from mailsetup.run.judge import judge
from mailsetup.run.registry import all_checks
from mailsetup.run.requirements import Judged, State
from tests.checks.test_examples import scope_of
from tests.zones import world


def judged(fragment: str, domain: str = "example.com", options: str = "") -> Judged:
    """A domain's verdicts with its case, as a report has them."""
    scope = scope_of(domain, {"options": options})
    walks = tuple(
        dict.fromkeys(w for c in all_checks() for w in c.reads if not c.opt_in or c.opt_in in scope.options)
    )
    case = world(fragment, "example.com").case(walks, scope)
    return Judged(judge(case, all_checks()), case)


SENDING = """
    example.com.               MX   10 mail.example.com.
    mail.example.com.          A    9.9.9.10
    example.com.               TXT  "v=spf1 mx -all"
    x._domainkey.example.com.  TXT  "v=DKIM1; p="
    _dmarc.example.com.        TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
"""
SUB = SENDING + "news.example.com.  MX  10 mail.example.com.\n"
PARKED = 'example.com.  MX  0 .\nexample.com.  TXT  "v=spf1 -all"\n'


@pytest.mark.parametrize(
    ("predicate", "domain", "options", "fragment"),
    [
        ("spf-valid", "news.example.com", "", SUB),
        ("spf-all-fail", "news.example.com", "", SUB),
        ("spf-valid", "example.com", "", 'example.com. SPF "v=spf1 -all"'),
        ("spf-valid", "example.com", "", 'example.com. TXT "spf2.0/pra -all"'),
        ("spf-valid", "example.com", "", "example.com. MX 0 ."),
        ("spf-deny-all", "example.com", "", 'example.com. MX 0 .\nexample.com. TXT "verification=1"'),
        ("dmarc-valid", "example.com", "", PARKED),
        ("dmarc-p-min-none", "example.com", "", PARKED),
        ("dmarc-rua", "example.com", "", PARKED + '_dmarc.example.com. TXT "v=DMARC1; p=reject"'),
        ("dmarc-rua-or-ruf", "example.com", "", PARKED + '_dmarc.example.com. TXT "v=DMARC1; p=reject"'),
        (
            "dmarc-rua",
            "example.com",
            "",
            "example.com. MX 10 mail.example.com.\nmail.example.com. A 9.9.9.10",
        ),
        ("tlsrpt", "example.com", "", SENDING + '_mta-sts.example.com. TXT "v=STSv1; id=1"'),
        ("mta-sts-published", "news.example.com", "web", SUB + '_mta-sts.example.com. TXT "v=STSv1; id=1"'),
        (
            "dkim-key",
            "example.com",
            "",
            """
            example.com.         MX   10 mail.example.com.
            mail.example.com.    A    9.9.9.10
            example.com.         TXT  "v=spf1 mx -all"
            _dmarc.example.com.  TXT  "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
            """,
        ),
    ],
)
def test_what_is_not_there_is_missed_whoever_says_so(
    predicate: str, domain: str, options: str, fragment: str
) -> None:
    """
    No SPF below a domain that has it, no DMARC at a parked one, no TLS reports beside MTA-STS: not met.
    """
    found = judged(fragment, domain, options).predicate(predicate)

    assert State.MISSES is found.state


@pytest.mark.parametrize(
    ("predicate", "fragment"),
    [
        ("spf-valid", SENDING),
        ("spf-valid", SENDING + 'example.com. TXT "spf2.0/pra -all"'),
        ("spf-valid", SENDING + 'example.com. SPF "v=spf1 mx -all"'),
        ("dmarc-rua", SENDING),
        (
            "dmarc-rua-or-ruf",
            SENDING.replace("rua=", "ruf="),
        ),
        ("tlsrpt", SENDING + '_smtp._tls.example.com. TXT "v=TLSRPTv1; rua=mailto:t@example.com"'),
    ],
)
def test_what_is_there_is_met_beside_a_harmless_remark(predicate: str, fragment: str) -> None:
    """
    A relic of Sender ID beside a sound record spoils nothing; one kind of report is enough where either will do.
    """
    assert State.MEETS is judged(fragment).predicate(predicate).state


@pytest.mark.parametrize(
    ("predicate", "fragment"),
    [
        ("spf-valid", "example.com. TIMEOUT TXT"),
        ("spf-all-fail", "example.com. TIMEOUT TXT"),
        ("dmarc-valid", PARKED + "_dmarc.example.com. TIMEOUT"),
        ("dmarc-rua", PARKED + "_dmarc.example.com. TIMEOUT"),
        ("tlsrpt", SENDING + "_smtp._tls.example.com. TIMEOUT"),
    ],
)
def test_what_is_unknown_is_not_missed(predicate: str, fragment: str) -> None:
    """
    No usable answer is neither met nor missed.
    """
    assert judged(fragment).predicate(predicate).state in (State.UNKNOWN, State.CANNOT_TELL)


def test_a_parked_domain_sends_nothing_whatever_is_wrong_with_its_dmarc() -> None:
    """
    Another finding takes the place of the check by which it is told; the domain is no sender for that.
    """
    twice = (
        PARKED + '_dmarc.example.com. TXT "v=DMARC1; p=reject"\n_dmarc.example.com. TXT "v=DMARC1; p=none"'
    )

    assert (False, True) == (judged(twice).sends, judged(SENDING).sends)
