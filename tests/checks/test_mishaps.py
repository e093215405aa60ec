"""What goes wrong when records are pasted by hand: one finding a mishap, and the record that was meant, ready to paste."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from mailsetup.model.finding import Verdict
from tests.checks.test_broken_zones import ZONES, Broken, complaints, verdicts_on

WELL_KEPT = ZONES[0]
KEY = WELL_KEPT.lines.rsplit("p=", 1)[1].strip().strip('"').replace('" "', "")
WHOLE_KEY = f"v=DKIM1; k=rsa; p={KEY}"
SELECTOR = "s1._domainkey.example.com."
SPF = "v=spf1 ip4:9.9.9.0/24 -all"
DMARC = "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"


def strings(text: str) -> str:
    """A text as TXT data of a zone file, cut at 200 octets."""
    return " ".join(f'"{text[i : i + 200]}"' for i in range(0, len(text), 200))


def told(lines: str) -> tuple[tuple[str, ...], list[str]]:
    """The checks that complain about the well-kept zone with some lines changed, and the texts they say to publish."""
    verdicts = verdicts_on(Broken("", "example.com", False, (), lines))
    offers = (
        f.remedy.change for v in verdicts if v.check in complaints(verdicts) for f in v.findings if f.remedy
    )
    texts = [
        "; ".join(r.replace('" "', "").strip('"') for r in fix.records) for fix in offers if fix is not None
    ]
    return complaints(verdicts), texts


@pytest.mark.parametrize(
    ("lines", "check", "meant"),
    [
        pytest.param(
            f"{SELECTOR} TXT {strings(WHOLE_KEY[:220])}\n{SELECTOR} TXT {strings(WHOLE_KEY[220:])}",
            "dkim/multiple-keys",
            WHOLE_KEY,
            id="a DKIM key cut into two records",
        ),
        pytest.param(
            f"{SELECTOR} TXT {strings(KEY)}", "dkim/public-key-absent", WHOLE_KEY, id="the key alone"
        ),
        pytest.param(
            f"{SELECTOR} TXT {strings(f'v=DKIM1; k=rsa; p=-----BEGIN PUBLIC KEY-----{KEY}-----END PUBLIC KEY-----')}",
            "dkim/public-key-unreadable",
            WHOLE_KEY,
            id="a key with the lines of its file",
        ),
        pytest.param(
            f"{SELECTOR} TXT {strings(WHOLE_KEY.replace(';', chr(92) * 2 + ';'))}",
            "dkim/version-wrong",
            WHOLE_KEY,
            id="semicolons with backslashes",
        ),
        pytest.param(
            f"{SELECTOR} TXT "
            + strings(f"\\226\\128\\156{WHOLE_KEY}\\226\\128\\157").replace('\\1" "28', "\\128"),
            "dkim/public-key-unreadable",
            WHOLE_KEY,
            id="a key in typographic quotation marks",
        ),
        pytest.param(
            f'_dmarc.example.com. TXT "{DMARC.replace(";", ",")}"',
            "dmarc/version-not-first",
            DMARC,
            id="commas in place of semicolons in DMARC",
        ),
        pytest.param(
            f'_dmarc.example.com. TXT "\\226\\128\\156{DMARC}\\226\\128\\157"',
            "dmarc/version-not-first",
            DMARC,
            id="DMARC in typographic quotation marks",
        ),
        pytest.param(
            f'_dmarc.example.com. TXT "{DMARC}; mailto:it@example.com"',
            "dmarc/syntax",
            f"{DMARC},mailto:it@example.com",
            id="a second report address behind a semicolon",
        ),
        pytest.param(
            f'_dmarc.example.com. NODATA TXT\nexample.com. TXT "{SPF} {DMARC}"',
            "dmarc/wrong-location",
            DMARC,
            id="DMARC pasted behind SPF",
        ),
        pytest.param(
            f'_dmarc.example.com. NODATA TXT\ndmarc.example.com. TXT "{DMARC}"',
            "dmarc/wrong-location",
            DMARC,
            id="DMARC at a name without its underscore",
        ),
        pytest.param(
            f'_dmarc.example.com. TXT "{SPF}"',
            "dmarc/missing",
            "v=DMARC1; p=none; rua=mailto:postmaster@example.com",
            id="SPF at the name of DMARC",
        ),
        pytest.param(
            "_dmarc.example.com. NODATA TXT\n*.example.com. CNAME www.example.com.\nwww.example.com. A 9.9.9.80",
            "dmarc/missing",
            "v=DMARC1; p=none; rua=mailto:postmaster@example.com",
            id="an alias for all names answers for DMARC",
        ),
        pytest.param(
            f'example.com. TXT "\\226\\128\\156{SPF}\\226\\128\\157"',
            "spf/misread-version",
            SPF,
            id="SPF in typographic quotation marks",
        ),
        pytest.param(
            'example.com. TXT "v=spf1, ip4:9.9.9.0/24, -all"', "spf/misread-version", SPF, id="commas in SPF"
        ),
        pytest.param(
            'example.com. TXT "v=spf1 ip4: 9.9.9.0/24 -all"',
            "spf/syntax-error",
            SPF,
            id="a space after the colon",
        ),
        pytest.param(
            'example.com. TXT "v=spf1 redirect=_spf.example.com"\n'
            '_spf.example.com. TXT "v=spf1 ip4:9.9.9.0/24 +all"',
            "spf/plus-all",
            "v=spf1 ip4:9.9.9.0/24 ~all",
            id="everybody may send, in a record of one's own",
        ),
        pytest.param(
            'example.com. TXT "v=spf1 include:https://_spf.example.net ip4:9.9.9.0/24 -all"\n'
            '_spf.example.net. TXT "v=spf1 ip4:9.9.8.0/24 -all"',
            "spf/include-without-record",
            "v=spf1 include:_spf.example.net ip4:9.9.9.0/24 -all",
            id="a web address as include",
        ),
        pytest.param(
            'example.com. TXT "v=spf1 include:_spf.gogle.com ip4:9.9.9.0/24 -all"',
            "spf/include-without-record",
            "v=spf1 include:_spf.google.com ip4:9.9.9.0/24 -all",
            id="a letter missing in a service's include",
        ),
        pytest.param(
            'example.com. TXT "v=spf1 -all ip4:9.9.9.0/24"',
            "spf/term-after-all",
            SPF,
            id="-all in front of the senders",
        ),
        pytest.param(
            f'example.com. TXT "{SPF.replace("ip4", "a:old1.example.com a:old2.example.com a:old3.example.com ip4")}"',
            "spf/too-many-void-lookups",
            SPF,
            id="hosts in SPF that are gone",
        ),
        pytest.param(
            '_smtp._tls.example.com. TXT "v=TLSRPTv1; rua=tls@example.com"',
            "transport/tls-reports-scheme",
            "v=TLSRPTv1; rua=mailto:tls@example.com",
            id="a mail address alone for TLS reports",
        ),
        pytest.param(
            '_smtp._tls.example.com. TXT "v=tlsrptv1; rua=mailto:tls@example.com"',
            "transport/tls-reports-version",
            "v=TLSRPTv1; rua=mailto:tls@example.com",
            id="TLS reports in small letters",
        ),
        pytest.param(
            "example.com. MX 10 mx1.mail.example.net.example.com.\nexample.com. MX 20 mx2.example.com.\n"
            "mx1.mail.example.net. A 9.9.9.11",
            "mx/target-unresolved",
            "10 mx1.mail.example.net.; 20 mx2.example.com.",
            id="a mail host with the domain behind it",
        ),
    ],
)
def test_a_mishap_is_told_once_and_mended(lines: str, check: str, meant: str) -> None:
    """
    The one check that names the cause complains, and what it says to publish is what was meant.
    """
    checks, offered = told(lines)

    assert ((check,), [meant]) == (checks, offered)


def test_an_address_with_the_domain_behind_it_is_told_as_an_address() -> None:
    """
    A panel puts the domain behind whatever has no dot at its end.
    """
    verdicts = verdicts_on(Broken("", "example.com", False, (), "example.com. MX 10 9.9.9.10.example.com."))

    (advice,) = (
        str(f.remedy.summary)
        for v in verdicts
        if v.check == "mx/target-unresolved"
        for f in v.findings
        if f.remedy
    )
    assert "mail.example.com with an A record for 9.9.9.10" in advice


def test_a_domain_that_never_sends_is_not_sent_for_mail_hosts() -> None:
    """
    Without MX and with -all alone, what is missing is the null MX; no finding says that the domain takes no mail.
    """
    lines = (
        'example.com. NODATA MX\nexample.com. TXT "v=spf1 -all"\n_dmarc.example.com. TXT "v=DMARC1; p=none"'
    )
    verdicts = verdicts_on(Broken("", "example.com", False, (), lines))

    found = {v.check: f for v in verdicts for f in v.findings}
    assert found["mx/missing"].remedy is not None
    assert str(found["mx/missing"].remedy.summary).startswith("SPF says that example.com never sends.")
    assert "takes" not in str(found["dmarc/parked"].message)


def test_a_promise_of_a_policy_that_is_not_there_is_one_finding() -> None:
    """
    Where MTA-STS is announced and no policy can be fetched, TLS reports about it are not asked for yet.
    """
    checks, _ = told('_mta-sts.example.com. TXT "v=STSv1; id=1"')

    assert ("transport/sts-host-missing",) == checks


def test_an_owner_is_not_sent_to_a_free_mailbox_service_for_its_consent() -> None:
    """
    Only report services consent; for a mailbox elsewhere the own domain is the way out.
    """
    lines = '_dmarc.example.com. TXT "v=DMARC1; p=reject; rua=mailto:me@example.net"\nexample.net. MX 10 mx1.example.com.'
    verdicts = verdicts_on(Broken("", "example.com", False, (), lines))

    (advice,) = (
        str(f.remedy.summary)
        for v in verdicts
        if v.check == "dmarc/outside-reports-unauthorized"
        for f in v.findings
        if f.remedy
    )
    assert "a mailbox at example.com" in advice


def test_of_a_cname_beside_mx_at_the_domain_itself_the_cname_goes() -> None:
    """
    The domain's own name holds SOA and NS records, so that nobody is told to delete the MX records there.
    """
    lines = "example.com. CNAME shop.example.net.\nexample.com. MX 10 mx1.example.com.\nshop.example.net. A 9.9.9.80"
    verdicts = verdicts_on(Broken("", "example.com", False, (), lines))

    advice = [
        str(f.remedy.summary)
        for v in verdicts
        if v.check == "dns/cname-and-other"
        for f in v.findings
        if f.remedy
    ]
    assert ["Delete the CNAME"] == [text[:16] for text in advice]


def advised(verdicts: Sequence[Verdict]) -> list[str]:
    """What the complaints say to do."""
    found = (f for v in verdicts if v.check in complaints(verdicts) for f in v.findings)
    return [str(f.remedy.summary) for f in found if f.remedy]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("_dmarc.example.com.", DMARC),
        ("_mta-sts.example.com.", "v=STSv1; id=20260101"),
        ("_smtp._tls.example.com.", "v=TLSRPTv1; rua=mailto:tls@example.com"),
        ("example.com.", SPF),
    ],
)
def test_quotation_marks_are_named(name: str, text: str) -> None:
    """
    The record to publish looks like the one that was pasted; so it must be said what is wrong with that.
    """
    verdicts = verdicts_on(Broken("", "example.com", False, (), f'{name} TXT "\\"{text}\\""'))
    advice = advised(verdicts)

    assert any("quotation marks" in said for said in advice), advice


def test_an_alias_pasted_as_a_text_is_told() -> None:
    """
    "Copy the whole record again, it was probably cut" would lead nowhere.
    """
    verdicts = verdicts_on(
        Broken(
            "", "example.com", False, (), f'{SELECTOR} TXT "s1-example-com._domainkey.tenant.example.net."'
        )
    )
    advice = advised(verdicts)

    assert any("CNAME" in said for said in advice), advice
