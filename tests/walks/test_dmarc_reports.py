"""Where DMARC reports go, whether they may, whether anybody takes them; records in wrong places; sub-domains that send."""

from __future__ import annotations

import pytest

from mailsetup.walks.dmarc_mailboxes import dmarc_mailboxes
from mailsetup.walks.dmarc_misplaced import dmarc_misplaced
from mailsetup.walks.dmarc_subdomain_senders import dmarc_subdomain_senders
from mailsetup.walks.report_consent import report_consent, report_wildcards
from tests.zones import world

OUTSIDE = (
    '_dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:d@reports.example; ruf=mailto:f@reports.example"\n'
)
NAME = "example.com._report._dmarc.reports.example."


def asked(text, walk):
    return [(q.name, q.rdtype) for q in world(text).follow(walk("example.com"), {})[1]]


@pytest.mark.parametrize(
    ("line", "given"),
    [
        (f'{NAME} TXT "v=DMARC1"', True),
        (f'{NAME} TXT "v=DMARC1;"\n{NAME} TXT "v=DMARC1; p=none"', True),
        ('*._report._dmarc.reports.example. TXT "v=DMARC1;"', True),
        (f'{NAME} CNAME all.reports.example.\nall.reports.example. TXT "v=DMARC1;"', True),
        (f'{NAME} TXT "v=spf1 -all"', False),
        (f'{NAME} TXT "welcome"', False),
        ("", False),
        (f"{NAME} TIMEOUT", None),
    ],
)
def test_consent_is_a_record_that_begins_with_the_version(line, given):
    """
    Several records, a wildcard or an alias are consent as well (RFC 9990 section 4); silence is not refusal.
    """
    (consent,) = world(OUTSIDE + line).read(report_consent("example.com"))

    assert (given, ("rua", "ruf")) == (consent.given, consent.tags)


@pytest.mark.parametrize("host", ["example.com", "mail.example.com", "EXAMPLE.COM."])
def test_a_host_of_the_same_organization_needs_no_consent(host):
    """
    Nothing is asked beyond the record itself.
    """
    text = f'_dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:d@{host}"'

    assert [("_dmarc.example.com", "TXT")] == asked(text, report_consent)


def test_customers_of_one_public_suffix_are_strangers():
    """
    example.co.uk is not kin to other.co.uk.
    """
    text = '_dmarc.example.co.uk. TXT "v=DMARC1; p=none; rua=mailto:d@other.co.uk"'

    assert 1 == len(world(text).read(report_consent("example.co.uk")))


def test_a_wildcard_is_asked_by_its_own_name():
    """
    The literal star tells a wildcard from a record made for the domain.
    """
    everybody = OUTSIDE + '*._report._dmarc.reports.example. TXT "v=DMARC1;"'

    assert [True] == [c.given for c in world(everybody).read(report_wildcards("example.com"))]
    assert [False] == [
        c.given for c in world(OUTSIDE + f'{NAME} TXT "v=DMARC1;"').read(report_wildcards("example.com"))
    ]


@pytest.mark.parametrize(
    ("line", "accepts"),
    [
        ("reports.example. MX 10 mx.reports.example.", True),
        ("reports.example. MX 0 .", False),
        ("reports.example. A 9.9.9.9", True),
        ("reports.example. AAAA 2620:fe::fe", True),
        ("", False),
        ("reports.example. TIMEOUT", None),
        ("reports.example. TIMEOUT A", None),
    ],
)
def test_a_mailbox_takes_mail_by_mx_or_address(line, accepts):
    """
    The address counts only where there is no MX (RFC 5321 section 5.1).
    """
    assert [accepts] == [box.accepts for box in world(OUTSIDE + line).read(dmarc_mailboxes("example.com"))]


def test_few_hosts_are_looked_at():
    """
    A hostile record of many addresses costs a bounded number of questions.
    """
    uris = ",".join(f"mailto:d@h{i}.example" for i in range(30))
    place = world("")
    from mailsetup.model.dns import TXT

    place.records["_dmarc.example.com"] = {"TXT": [TXT.of(f"v=DMARC1; p=none; rua={uris}")]}

    assert 10 == len(place.read(report_consent("example.com")))


def test_other_places_are_searched_only_where_the_right_one_is_known_to_be_empty():
    """
    A copy elsewhere never hides the real record, and silence is not emptiness.
    """
    right = '_dmarc.example.com. TXT "v=DMARC1; p=none"\nexample.com. TXT "v=DMARC1; p=reject"'

    assert (
        1 == len(asked(right, dmarc_misplaced)) == len(asked("_dmarc.example.com. SERVFAIL", dmarc_misplaced))
    )
    assert 6 == len(asked("", dmarc_misplaced))


STRICT = '_dmarc.example.com. TXT "v=DMARC1; p=none; aspf=s"\n'


def test_subdomains_are_searched_only_where_alignment_is_strict():
    """
    Relaxed alignment covers them.
    """
    assert 1 == len(asked('_dmarc.example.com. TXT "v=DMARC1; p=none"', dmarc_subdomain_senders))
    assert 15 < len(asked(STRICT, dmarc_subdomain_senders))


@pytest.mark.parametrize(
    ("line", "senders"),
    [
        ('bounce.example.com. TXT "v=spf1 ip4:9.9.9.9 -all"', ["bounce.example.com"]),
        ('shop.example.com. TXT "v=spf1 a -all"', ["shop.example.com"]),
        ('bounce.example.com. TXT "v=spf1 -all"', []),
        ('*.example.com. TXT "v=spf1 a -all"', []),
    ],
)
def test_a_subdomain_sends_when_its_spf_lets_somebody(line, senders):
    """
    Those given are asked too; what a wildcard answers is nobody's sender.
    """
    found = world(STRICT + line).read(dmarc_subdomain_senders("example.com", ("shop.example.com",)))

    assert senders == [question.name for question, _ in found.senders]
