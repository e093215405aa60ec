"""What a remedy offers to paste is safe: it keeps what is there, stands where it can stand, and mends what it says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mailsetup.grammar.dkim import parse_dkim_key
from mailsetup.model.dns import DnsAnswer, DnsQuestion, Outcome
from mailsetup.model.finding import Finding, Fix, Severity, Status
from mailsetup.model.walk import replay
from mailsetup.run.registry import all_checks
from mailsetup.walks.dkim_keys import dkim_keys
from tests.checks.test_examples import verdicts_on
from tests.zones import world


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

    assert [('"v=spf1 ip4:9.9.9.10 exp=why.example.com ip4:9.9.9.11 ~all"',)] == [
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


MAIL = """
    example.com.               MX   10 mail.example.com.
    mail.example.com.          A    9.9.9.10
    example.com.               TXT  "v=spf1 mx -all"
    x._domainkey.example.com.  TXT  "v=DKIM1; p="
"""
ORGANIZATION = MAIL + '_dmarc.example.com.  TXT  "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"\n'


@pytest.mark.parametrize(
    ("check", "record"),
    [
        ("dmarc/missing", ""),
        ("dmarc/reports-missing", "v=DMARC1; p=none"),
        ("dmarc/policy-missing-without-reports", "v=DMARC1; adkim=r"),
    ],
)
def test_reports_are_never_sent_where_no_mail_is_taken(check: str, record: str) -> None:
    """
    A domain with a null MX has no postmaster who could read them.
    """
    fragment = 'example.com.  MX  0 .\nexample.com.  TXT  "v=spf1 ip4:9.9.9.10 -all"\n'
    fragment += f'_dmarc.example.com.  TXT  "{record}"\n' if record else ""
    found = findings(fragment, check)

    assert found
    assert not any("postmaster@" in text for fix in changes(found) if fix is not None for text in fix.records)


@pytest.mark.parametrize(
    ("check", "record"),
    [
        ("dmarc/ghost-policy-absent", "v=DMARC1; p=quarantine; rua=mailto:dmarc@example.com"),
        ("dmarc/ghost-policy-weaker", "v=DMARC1; p=quarantine; np=none; rua=mailto:dmarc@example.com"),
        ("dmarc/subdomain-policy-weaker", "v=DMARC1; p=quarantine; sp=none; rua=mailto:dmarc@example.com"),
    ],
)
def test_a_record_below_the_organization_says_nothing_of_names_below_it(check: str, record: str) -> None:
    """
    They follow the organizational domain's record (RFC 9989 section 4.10.1); psd=n makes the name one of its own.
    """
    zone = ORGANIZATION + "sub.example.com.  MX  10 mail.example.com.\n"

    assert () == findings(zone + f'_dmarc.sub.example.com.  TXT  "{record}"', check, "sub.example.com")
    assert findings(zone + f'_dmarc.sub.example.com.  TXT  "{record}; psd=n"', check, "sub.example.com")


def test_a_policy_for_ghosts_weaker_than_that_of_the_domain_is_told() -> None:
    """
    np= is compared with sp= and with p=.
    """
    record = "v=DMARC1; p=reject; sp=quarantine; np=quarantine; rua=mailto:dmarc@example.com"
    found = findings(MAIL + f'_dmarc.example.com.  TXT  "{record}"', "dmarc/ghost-policy-weaker")

    assert ["names that do not exist get quarantine, weaker than reject for example.com itself"] == [
        str(finding.message) for finding in found
    ]


def test_a_dead_mailbox_does_not_hide_a_stranger_who_did_not_consent() -> None:
    """
    Two addresses, two flaws: one host takes no mail, the other did not consent.
    """
    zone = MAIL + (
        '_dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; '
        'rua=mailto:d@nowhere.example.com,mailto:d@reports.example; ruf=mailto:d@failures.example"\n'
        "reports.example.   MX  10 mx.reports.example.\n"
        "failures.example.  MX  10 mx.failures.example.\n"
    )

    assert {
        "dmarc/report-mailbox-without-mail",
        "dmarc/outside-reports-unauthorized",
        "dmarc/outside-failure-reports-unauthorized",
    } == failing(zone)


def test_a_stranger_without_mail_is_one_flaw() -> None:
    """
    A host that takes no mail does not consent either; the dead mailbox is what counts.
    """
    zone = MAIL + '_dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:d@gone.example"\n'

    assert {"dmarc/report-mailbox-without-mail"} == failing(zone)


@pytest.mark.parametrize("tags", ["p=none; sp=reject", "p=none; np=reject"])
def test_a_test_of_the_policy_for_names_below_is_a_test(tags: str) -> None:
    """
    t=y lowers every policy of the record.
    """
    zone = MAIL + f'_dmarc.example.com.  TXT  "v=DMARC1; {tags}; t=y; rua=mailto:dmarc@example.com"\n'

    assert ["t=y: newer receivers treat reject as quarantine, older ones apply it in full"] == [
        str(finding.message) for finding in findings(zone, "dmarc/testing-mode")
    ]


def test_a_record_of_its_own_keeps_what_was_inherited() -> None:
    """
    The test mode and the address for reports go with the policy; reports to others need another consent.
    """
    zone = MAIL + (
        '_dmarc.example.com.  TXT  "v=DMARC1; p=reject; t=y; rua=mailto:dmarc@example.com,mailto:d@service.example"\n'
        'sub.example.com.     TXT  "v=spf1 ip4:9.9.9.9 -all"\n'
    )

    assert [('"v=DMARC1; p=reject; t=y; rua=mailto:dmarc@example.com"',)] == [
        fix.records for fix in changes(findings(zone, "dmarc/subdomain-inherits", "sub.example.com")) if fix
    ]


def test_an_organization_cut_short_by_a_record_above_says_so_itself() -> None:
    """
    Where a name above the domain has a record too, the domain ends the climb with psd=n; a record it has already.
    """
    zone = """
        _dmarc.github.io.          TXT  "v=DMARC1; p=reject"
        _dmarc.example.github.io.  TXT  "v=DMARC1; p=quarantine; rua=mailto:dmarc@example.github.io"
        example.github.io.         MX   10 mail.example.github.io.
    """
    found = findings(zone, "dmarc/treewalk-differs", "example.github.io")

    assert ['"v=DMARC1; p=quarantine; rua=mailto:dmarc@example.github.io; psd=n"'] == [
        record for fix in changes(found) if fix is not None for record in fix.records
    ]


def test_a_record_for_www_counts_for_www() -> None:
    """
    It is looked at for mail from that name; the domain itself has none.
    """
    zone = MAIL + '_dmarc.www.example.com.  TXT  "v=DMARC1; p=reject"\n'
    found = findings(zone, "dmarc/wrong-location")

    assert [Severity.WARNING] == [finding.severity for finding in found]
    assert "no receiver looks" not in str(found[0].message)
    assert found[0].remedy is not None
    assert "delete" not in str(found[0].remedy.summary)


@pytest.mark.parametrize(
    ("check", "zone"),
    [
        ("dmarc/leading-space", '_dmarc.example.com.  TXT  " v=DMARC1; p=reject"'),
        ("dmarc/version-not-first", '_dmarc.example.com.  TXT  "v=DMARC1 p=reject"'),
        ("dmarc/wrong-location", 'example.com.  TXT  "v=DMARC1; p=reject"'),
    ],
)
def test_a_policy_that_never_counted_is_not_let_loose_unwarned(check: str, zone: str) -> None:
    """
    Mended, it holds for the first time; whoever pastes it learns that before.
    """
    found = findings(MAIL + zone, check)

    assert found[0].remedy is not None
    assert "p=none" in str(found[0].remedy.summary)


def test_escaped_semicolons_are_mended() -> None:
    r"""
    Zone files write "\;", panels take it as it stands.
    """
    zone = MAIL + r'_dmarc.example.com.  TXT  "v=DMARC1\\; p=none\\; rua=mailto:dmarc@example.com"'

    assert ['"v=DMARC1; p=none; rua=mailto:dmarc@example.com"'] == [
        record
        for fix in changes(findings(zone, "dmarc/version-not-first"))
        if fix is not None
        for record in fix.records
    ]


def test_both_broken_policies_for_names_below_are_dropped() -> None:
    """
    A record with one of them left would still count as p=none.
    """
    record = "v=DMARC1; p=reject; sp=rejected; np=no; rua=mailto:dmarc@example.com"
    found = findings(MAIL + f'_dmarc.example.com.  TXT  "{record}"', "dmarc/subdomain-policy-invalid")

    assert ['"v=DMARC1; p=reject; rua=mailto:dmarc@example.com"'] == [
        text for fix in changes(found) if fix is not None for text in fix.records
    ]


KEY = "k=ed25519; p=mpLd1/TMh2ilyf8icrZLBPa/8/WjnR37z5BHjU5fPYM="


@pytest.mark.parametrize(
    ("check", "fragment"),
    [
        ("dkim/version-wrong", f's1._domainkey.example.com.  TXT  "v=DKIM2; {KEY}"'),
        ("dkim/name-doubled", f's1._domainkey.example.com.example.com.  TXT  "v=DKIM1; {KEY}"'),
    ],
)
def test_a_key_is_offered_as_its_remedy_says(check: str, fragment: str) -> None:
    """
    It begins with v=DKIM1 and stands at its own name.
    """
    found = findings(fragment, check, selectors="s1")

    assert [Fix("s1._domainkey.example.com", "TXT", (f'"v=DKIM1; {KEY}"',))] == list(changes(found))


WRAPPED = "MCowBQYDK2VwAyEAmpLd1/TMh2ilyf8icrZLBPa/8/WjnR37z5BHjU5fPYM="
BARE_RSA = (
    "MIIBCgKCAQEA4oD7zkq9KWVZTGk2U/Mt/e4YbDA831mwfpekmOIxVqz47YMX3m9J/XNN1fBBuFlzO4RmMLpd1+pAMN"
    "V5XjSrUs9Bkr8V7zta6lH19+Ednjd7EN+G70jV/n4GG49K2F3Rby1SgAxSPqOAwnkoS5nEAehbPJgKUzQKq1hPeyf8"
    "c+/LHZFPbL12+hslGckmO6js7HLkuak7lprfpgVwcV9lJRKx6gTffxZ16p9c+52J4uDhI2KUKJMpHETGTsVfU/EOFk"
    "ApuTV/m6k2V8NOWhHmdPMDi9Xtgsvnq+qalrKjfe7FMsHOyx/W222fz0J0/VlMfLk+df/hL4Jv5vT2xtXQowIDAQAB"
)


def test_an_ed25519_key_in_its_wrapping_is_offered_without_it() -> None:
    """
    The last 32 octets are the key (RFC 8463 section 4).
    """
    found = findings(
        f's1._domainkey.example.com.  TXT  "v=DKIM1; k=ed25519; p={WRAPPED}"',
        "dkim/ed25519-length",
        selectors="s1",
    )

    assert [Fix("s1._domainkey.example.com", "TXT", (f'"v=DKIM1; {KEY}"',))] == list(changes(found))


@pytest.mark.parametrize("value", ["mpLd1/TMh2ilyf8icrZLBA==", "AAAA" + WRAPPED[4:]])
def test_of_a_key_that_is_cut_nothing_is_offered(value: str) -> None:
    """
    Octets that are missing are nowhere in the record: the service has the whole key.
    """
    [found] = findings(
        f's1._domainkey.example.com.  TXT  "v=DKIM1; k=ed25519; p={value}"',
        "dkim/ed25519-length",
        selectors="s1",
    )
    assert found.remedy is not None

    assert (None, True) == (found.remedy.change, "whole key" in str(found.remedy.summary))


def test_a_bare_rsa_key_is_offered_in_its_wrapping() -> None:
    """
    The same key, as every receiver reads it.
    """
    bare = f'"v=DKIM1; k=rsa; p={BARE_RSA[:200]}" "{BARE_RSA[200:]}"'
    [fix] = changes(findings(f"s1._domainkey.example.com.  TXT  {bare}", "dkim/bare-rsa-key", selectors="s1"))
    assert fix is not None
    before, after = (
        parse_dkim_key(text.replace('" "', "").strip('"')).value for text in (bare, fix.records[0])
    )
    assert before is not None and after is not None

    assert ("pkcs1", "spki", 2048, 2048) == (before.form, after.form, before.bits, after.bits)
    assert after.public_key.endswith(before.public_key)


STS = """
    example.com.           MX   10 mail.example.com.
    mail.example.com.      A    9.9.9.10
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    _25._tcp.mail.example.com.  TLSA  3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
      | version: STSv1
      | mode: enforce
      | mx: mail.example.com
      | max_age: 604800
"""


@pytest.mark.parametrize(
    "check", ["transport/sts-mx-certificate", "dane/no-starttls", "transport/no-starttls"]
)
def test_a_host_that_refuses_us_is_not_said_to_lack_encryption(check: str) -> None:
    """
    A greeting of 554 says nothing of STARTTLS: it was never asked for.
    """
    refusing = STS + 'mail.example.com.  SMTP  "554 no service for your address"\n'

    assert () == findings(refusing, check, options="smtp deep web")


def test_a_short_key_in_full_is_a_key() -> None:
    """
    An Ed25519 key is 44 octets of DER: it is no digest that was cut.
    """
    zone = f"""
        example.com.                 MX    10 mail.example.com.
        _25._tcp.mail.example.com.   TLSA  3 1 0 302a300506032b6570032100{"ab" * 32}
    """

    assert () == findings(zone, "dane/data-length", options="deep")
    assert findings(zone.replace("302a300506032b6570032100", ""), "dane/data-length", options="deep")


def test_a_logo_needs_the_policy_of_the_organization() -> None:
    """
    A sub-domain's own reject does not make up for p=none above.
    """
    zone = """
        sub.example.com.                MX   10 mail.example.com.
        default._bimi.sub.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/m.pem"
        _dmarc.sub.example.com.         TXT  "v=DMARC1; p=reject"
        _dmarc.example.com.             TXT  "v=DMARC1; p=none; rua=mailto:dmarc@example.com"
    """

    assert findings(zone, "bimi/dmarc-too-weak", "sub.example.com", options="deep")
    assert () == findings(
        zone.replace("p=none", "p=quarantine"), "bimi/dmarc-too-weak", "sub.example.com", options="deep"
    )


def test_a_salt_is_worth_a_note() -> None:
    """
    RFC 9276 forbids iterations and advises against a salt.
    """
    found = findings("example.com.  NSEC3PARAM  1 0 0 aabb", "dnssec/nsec3-iterations", options="deep")

    assert [Severity.INFO] == [finding.severity for finding in found]
    assert () == findings("example.com.  NSEC3PARAM  1 0 0 -", "dnssec/nsec3-iterations", options="deep")


def test_mail_hosts_that_spf_lets_send_need_reverse_names() -> None:
    """
    With mx in SPF their addresses are sending addresses; without it they only take mail.
    """
    zone = """
        example.com.       MX   10 mail.example.com.
        mail.example.com.  A    9.9.9.10
        example.com.       TXT  "v=spf1 mx -all"
    """
    sends, takes = (
        findings(text, "reverse/missing", options="deep")
        for text in (zone, zone.replace("mx -all", "ip4:9.9.9.11 -all"))
    )

    assert [Severity.ERROR] == [f.severity for f in sends]
    assert [Severity.INFO] == [f.severity for f in takes if "9.9.9.10" in str(f.message)]
    assert [Severity.INFO] == [
        f.severity
        for f in findings(
            zone.replace("mail.example.com", "mx.example.net"), "reverse/missing", options="deep"
        )
    ]


def test_reports_on_encryption_go_to_a_mailbox_that_exists() -> None:
    """
    The postmaster is the one mailbox that every domain with mail has (RFC 5321 section 4.5.1).
    """
    for check in ("transport/sts-without-reports", "transport/tls-reports-missing"):
        zone = "example.com.  MX  10 mail.example.com.\nmail.example.com.  A  9.9.9.10\n"
        if "sts" in check.split("-")[0]:
            zone += '_mta-sts.example.com.  TXT  "v=STSv1; id=1"\nmta-sts.example.com.  A  9.9.9.10\n'

        assert ['"v=TLSRPTv1; rua=mailto:postmaster@example.com"'] == [
            record for fix in changes(findings(zone, check)) if fix is not None for record in fix.records
        ]


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("v=spf1 mx ~allgoogle-site-verification=abc", "v=spf1 mx ~all"),
        ("v=spf1 mx ~allv=spf1 ip4:9.9.9.10 -all", "v=spf1 mx ip4:9.9.9.10 -all"),
        ("v=spf1 mx +include=_spf.example.net -all", "v=spf1 mx +include:_spf.example.net -all"),
        ("v=spf1 +redirect=_spf.example.net", "v=spf1 redirect=_spf.example.net"),
        ("v=spf1 redirect=_spf.example.net~all", "v=spf1 redirect=_spf.example.net"),
        ("v=spf1 mx ip4: 9.9.9.10 ~all", "v=spf1 mx ip4:9.9.9.10 ~all"),
        ("v=spf1 mx include: _spf.example.net ~all", "v=spf1 mx include:_spf.example.net ~all"),
        ("v=spf1 a: ip4:9.9.9.10 ~all", None),
        ("v=spf1 mx \\226\\128\\147all", "v=spf1 mx -all"),
        ("v=spf1 mx ?moo=cow ~all", None),
    ],
)
def test_a_mended_spf_record_keeps_its_senders_and_its_end(broken: str, mended: str | None) -> None:
    """
    Slips met in real records: what is offered neither loses the all nor buries a redirect under one.
    """
    offered = {
        fix.records[0].strip('"')
        for v in verdicts_on(f'example.com.  TXT  "{broken}"', "example.com", {}, all_checks()).values()
        if v.check.startswith("spf/")
        for fix in changes(v.findings)
        if fix is not None
    }

    assert ({mended} if mended else set()) == offered


def test_a_term_that_lets_everybody_send_is_named_and_taken_out() -> None:
    """
    The owner reads which of their terms leads to +all.
    """
    found = findings(
        """
        example.com.       TXT  "v=spf1 ip4:9.9.9.10 include:a.example.net include:b.example.net -all"
        a.example.net.     TXT  "v=spf1 ip4:9.9.9.11 -all"
        b.example.net.     TXT  "v=spf1 include:c.example.net -all"
        c.example.net.     TXT  "v=spf1 +all"
        """,
        "spf/plus-all",
    )

    assert [('"v=spf1 ip4:9.9.9.10 include:a.example.net -all"',)] == [
        fix.records for fix in changes(found) if fix is not None
    ]
    assert found[0].remedy is not None
    assert "include:b.example.net" in str(found[0].remedy.summary)


def test_a_sub_domain_that_asserts_nothing_is_no_sender() -> None:
    """
    ?all alone lets nobody pass.
    """
    zone = MAIL + (
        '_dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; aspf=s; rua=mailto:dmarc@example.com"\n'
        'bounce.example.com.  TXT  "v=spf1 ?all"\n'
    )

    assert () == findings(zone, "dmarc/strict-alignment-breaks")


def test_more_hosts_than_were_tried_are_not_all_down() -> None:
    """
    Eight are spoken to; what the ninth does is not known.
    """
    lines = [
        f"example.com.  MX  {n} m{n}.example.com.\nm{n}.example.com.  A  9.9.9.{n}\nm{n}.example.com.  REFUSED SMTP"
        for n in range(1, 10)
    ]
    open_from_here = 'smtp.google.com.  SMTP  "220 mx.google.com ESMTP" SIZE STARTTLS TLSv1.3'

    assert () == findings("\n".join([*lines, open_from_here]), "mx/all-down", options="smtp")
    assert findings("\n".join([*lines[:8], open_from_here]), "mx/all-down", options="smtp")


def test_an_alias_at_a_selector_shows_that_keys_may_exist() -> None:
    """
    A server that denies the name above it does not tell the truth about what is below (RFC 8020).
    """
    zone = """
        example.com.                MX     10 mail.example.com.
        example.com.                TXT    "v=spf1 mx -all"
        s1._domainkey.example.com.  CNAME  s1.keys.service.example.
    """
    shown = world(zone)
    denied = DnsQuestion("_domainkey.example.com", "TXT")
    survey, asked = shown.follow(dkim_keys("example.com", ("s1",)), {})
    answers = {q: shown.answer(q) for q in asked} | {denied: DnsAnswer(Outcome.NO_NAME)}

    assert not survey.none_exist
    assert not replay(dkim_keys("example.com", ("s1",)), answers).none_exist
