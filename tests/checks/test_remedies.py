"""What a remedy offers to paste is safe: it keeps what is there, stands where it can stand, and mends what it says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mailsetup.model.finding import Finding, Fix, Severity, Status
from mailsetup.run.registry import all_checks
from tests.checks.test_examples import verdicts_on


def findings(fragment: str, check: str, domain: str = "example.com", **settings: str) -> tuple[Finding, ...]:
    """What a check says beside all others."""
    return verdicts_on(fragment, domain, settings, all_checks())[check].findings


def failing(fragment: str, domain: str = "example.com", **settings: str) -> set[str]:
    """The checks that report an error or a warning."""
    verdicts = verdicts_on(fragment, domain, settings, all_checks()).values()
    return {
        v.check
        for v in verdicts
        if v.status is Status.FAIL and any(f.severity is not Severity.INFO for f in v.findings)
    }


def changes(found: tuple[Finding, ...]) -> Iterator[Fix | None]:
    """The record set that each finding offers."""
    for finding in found:
        yield finding.remedy.change if finding.remedy is not None else None


def test_a_null_mx_beside_senders_is_the_owners_to_decide() -> None:
    """
    Neither are the senders thrown out for them, nor the other texts at the name.
    """
    found = findings(
        """
        example.com.  MX   0 .
        example.com.  TXT  "v=spf1 ip4:9.9.9.0/24 -all"
        example.com.  TXT  "verification=1"
        """,
        "mx/null-but-sends",
    )

    assert [None] == list(changes(found))


@pytest.mark.parametrize(
    ("check", "domain", "fragment"),
    [
        (
            "spf/helo-without-record",
            "example.com",
            """
            example.com.      TXT    "v=spf1 a:out.example.com -all"
            out.example.com.  CNAME  host.example.net.
            host.example.net. A      9.9.9.10
            """,
        ),
        (
            "spf/missing-all",
            "news.example.com",
            """
            news.example.com.     CNAME  u1.mail.example.net.
            u1.mail.example.net.  TXT    "v=spf1 ip4:9.9.9.10"
            u1.mail.example.net.  MX     10 mx.example.net.
            """,
        ),
        (
            "spf/silent-on-no-mail",
            "news.example.com",
            """
            news.example.com.     CNAME  u1.mail.example.net.
            u1.mail.example.net.  MX     0 .
            """,
        ),
        (
            "mx/null-preference",
            "news.example.com",
            """
            news.example.com.     CNAME  u1.mail.example.net.
            u1.mail.example.net.  MX     10 .
            """,
        ),
        (
            "spf/wildcard-without-record",
            "example.com",
            """
            example.com.       TXT    "v=spf1 -all"
            *.example.com.     CNAME  host.example.net.
            host.example.net.  A      9.9.9.10
            """,
        ),
        (
            "transport/sts-id",
            "example.com",
            """
            _mta-sts.example.com.  CNAME  sts.example.net.
            sts.example.net.       TXT    "v=STSv1; id=2026-11-21"
            """,
        ),
        (
            "transport/tls-reports-multiple",
            "example.com",
            """
            _smtp._tls.example.com.  CNAME  tls.example.net.
            tls.example.net.         TXT    "v=TLSRPTv1; rua=mailto:a@example.net"
            tls.example.net.         TXT    "v=TLSRPTv1; rua=mailto:b@example.net"
            """,
        ),
    ],
)
def test_nothing_is_to_be_published_beside_an_alias(check: str, domain: str, fragment: str) -> None:
    """
    A name with a CNAME has no other data (RFC 1034 section 3.6.2); the remedy then says where the record is kept.
    """
    found = findings(fragment, check, domain)

    assert found
    assert [None] * len(found) == list(changes(found))
    assert all(finding.remedy is not None and str(finding.remedy.summary) for finding in found)


def test_records_joined_into_one_keep_what_stands_after_all() -> None:
    """
    exp= may stand anywhere in a record.
    """
    found = findings(
        """
        example.com.  TXT  "v=spf1 ip4:9.9.9.10 -all exp=why.example.com"
        example.com.  TXT  "v=spf1 ip4:9.9.9.11 ~all"
        why.example.com.  TXT  "no"
        """,
        "spf/multiple-records",
    )

    assert [('"v=spf1 ip4:9.9.9.10 exp=why.example.com ip4:9.9.9.11 -all"',)] == [
        fix.records for fix in changes(found) if fix is not None
    ]


def test_records_that_do_not_fit_into_one_are_not_joined() -> None:
    """
    The owner is not led from one permerror into another.
    """
    found = findings(
        f"""
        example.com.  TXT  "v=spf1 {" ".join(f"a:h{n}.example.com" for n in range(6))} -all"
        example.com.  TXT  "v=spf1 {" ".join(f"a:i{n}.example.com" for n in range(6))} -all"
        """,
        "spf/multiple-records",
    )

    assert [None] == list(changes(found))


def test_half_the_internet_is_one_flaw() -> None:
    """
    A range that begins at 0.0.0.0 is too large, and nobody's private network.
    """
    assert {"spf/huge-range"} == failing(
        """
        example.com.         TXT  "v=spf1 ip4:0.0.0.0/1 ip4:128.0.0.0/1 -all"
        example.com.         MX   10 mail.example.com.
        mail.example.com.    A    9.9.9.10
        x._domainkey.example.com.  TXT  "v=DKIM1; p="
        _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
        """
    )


def test_a_wildcard_of_several_types_is_seen_whole() -> None:
    """
    A text beside the MX of a wildcard, which is no SPF record, does not hide it.
    """
    assert findings(
        """
        example.com.    TXT  "v=spf1 -all"
        *.example.com.  MX   10 mail.example.com.
        *.example.com.  TXT  "verification=1"
        """,
        "spf/wildcard-without-record",
    )
