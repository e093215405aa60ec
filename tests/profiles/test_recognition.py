"""Who runs a domain's mail: the provider, the filter in front, the senders, the DNS host, and how sure that is."""

from __future__ import annotations

import gzip
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsetup.model.detection import Certainty, Detection
from mailsetup.model.dns import MX, TXT, DnsAnswer, DnsQuestion, Outcome
from mailsetup.profiles import Detectors, detect, detect_walk, detectors, selector_hints
from mailsetup.profiles.host_index import last_labels
from mailsetup.profiles.recognition import DetectionFacts
from tests.corpora import corpus
from tests.zones import world

RECOGNISED_AT_LEAST = 0.45
"""Share of the corpus domains with MX of which some exchange is known; most others have hosts of their own."""


@pytest.fixture(scope="module")
def data() -> Detectors:
    return detectors(
        dns_hosts=[(r"\.ns\.example-host\.net$", "example-host", "Example Host")],
    )


def seen(fragment: str, data: Detectors, domain: str = "example.com") -> Detection:
    found: Detection = world(fragment, domain).read(detect_walk(domain, data))
    return found


def brief(found: Detection) -> dict[str, list[str]]:
    groups = {
        "mailboxes": found.mailboxes,
        "gateways": found.gateways,
        "senders": found.senders,
        "hints": found.hints,
    }
    return {
        name: [f"{d.profile_id} {d.certainty.value}" for d in group]
        for name, group in groups.items()
        if group
    }


def test_the_mx_are_certain(data: Detectors) -> None:
    """
    Where the MX point mail goes, and SPF adds its evidence.
    """
    found = seen(
        """
        example.com. MX 1 smtp.google.com.
        example.com. TXT "v=spf1 include:_spf.google.com include:sendgrid.net ~all"
        example.com. TXT "google-site-verification=abc"
        """,
        data,
    )

    assert {"mailboxes": ["google-workspace certain"], "senders": ["sendgrid certain"]} == brief(found)
    assert ["mx", "spf", "txt"] == [t.kind for t in found.mailboxes[0].evidence]


@pytest.mark.parametrize(
    "text", ["google-site-verification=abc", "MS=ms12345678", "protonmail-verification=0123"]
)
def test_a_verification_text_alone_proves_nothing(text: str, data: Detectors) -> None:
    """
    It is a hint, and the reason says that no mail need run there.
    """
    found = seen(f'example.com. MX 10 mail.example.com.\nexample.com. TXT "{text}"', data)

    assert () == found.all
    assert [Certainty.HINT] == [d.certainty for d in found.hints]
    assert "does not show that mail runs there" in str(found.hints[0].reason)


def test_an_mx_for_verification_only_is_no_mail(data: Detectors) -> None:
    """
    An exchange that only proves ownership is neither a provider nor a host of one's own.
    """
    found = seen(
        """
        example.com. MX 10 mail.example.com.
        example.com. MX 32767 ms12345678.msv1.invalid.outlook.com.
        """,
        data,
    )

    assert {"hints": ["microsoft-365 hint"]} == brief(found)
    assert ("mail.example.com",) == found.own_hosts


@pytest.mark.parametrize(
    "evidence",
    [
        'example.com. TXT "v=spf1 include:spf.protection.outlook.com -all"',
        "autodiscover.example.com. CNAME autodiscover.outlook.com.",
    ],
)
def test_a_filter_in_front_hides_a_provider_that_is_then_likely(evidence: str, data: Detectors) -> None:
    """
    The MX show the filter; what is behind it is read from SPF or autodiscover and called likely.
    """
    found = seen(f"example.com. MX 10 mxa-00112233.gslb.pphosted.com.\n{evidence}", data)

    assert {"mailboxes": ["microsoft-365 likely"], "gateways": ["proofpoint certain"]} == brief(found)


def test_behind_a_filter_autodiscover_weighs_more_than_spf(data: Detectors) -> None:
    """
    SPF also names web hosts and forgotten providers; the one that autodiscover names keeps the mail.
    """
    found = seen(
        """
        example.com. MX 10 mx1.topsec.com.
        example.com. TXT "v=spf1 include:_spf.google.com include:spf.protection.outlook.com ~all"
        autodiscover.example.com. CNAME autodiscover.outlook.com.
        """,
        data,
    )

    assert ["microsoft-365 likely"] == brief(found)["mailboxes"]
    assert ["google-workspace likely"] == brief(found)["senders"]


def test_the_free_service_is_not_a_tenant(data: Detectors) -> None:
    """
    Hosts of the free Outlook.com are told from those of a tenant.
    """
    found = seen("example.com. MX 5 example-com.olc.protection.outlook.com.", data)

    assert {"mailboxes": ["outlook-com-free certain"]} == brief(found)


def test_shared_exchanges_need_a_second_proof(data: Detectors) -> None:
    """
    Amazon WorkMail and plain SES receiving have the same MX; autodiscover tells them apart.
    """
    mx = 'example.com. MX 10 inbound-smtp.us-east-1.amazonaws.com.\nexample.com. TXT "v=spf1 include:amazonses.com -all"\n'
    alone = seen(mx, data)
    proved = seen(mx + "autodiscover.example.com. CNAME autodiscover.mail.us-east-1.awsapps.com.", data)

    assert {"mailboxes": ["amazon-ses likely"], "hints": ["amazon-workmail hint"]} == brief(alone)
    assert ["amazon-workmail certain"] == brief(proved)["mailboxes"]
    assert "closing" == proved.mailboxes[0].status


def test_another_region_is_not_shared(data: Detectors) -> None:
    found = seen("example.com. MX 10 inbound-smtp.ap-south-1.amazonaws.com.", data)

    assert {"mailboxes": ["amazon-ses certain"]} == brief(found)


def test_a_reseller_stands_in_for_the_service_it_sells(data: Detectors) -> None:
    """
    The e-mail name of the reseller, asked only for such exchanges, tells its tenants from others.
    """
    mx = "example.com. MX 0 example-com.mail.protection.outlook.com.\n"
    found = seen(mx + "email.example.com. CNAME email.secureserver.net.", data)

    assert ["godaddy-microsoft-365 certain"] == brief(found)["mailboxes"]
    assert ["microsoft-365 certain"] == brief(seen(mx, data))["mailboxes"]


def test_a_hoster_behind_a_shared_relay_is_told_by_spf(data: Detectors) -> None:
    """
    MailChannels is a filter of its own and the inbound of a hoster; SPF decides.
    """
    mx = "example.com. MX 10 mx1.mailchannels.net.\n"
    hoster = seen(mx + 'example.com. TXT "v=spf1 include:netblocks.dreamhost.com ~all"', data)

    assert ["dreamhost certain"] == brief(hoster)["mailboxes"]
    assert {"gateways": ["mailchannels-inbound certain"]} == brief(seen(mx, data))


def test_spf_of_another_provider_makes_it_a_sender(data: Detectors) -> None:
    """
    Mail arrives at one provider; another that SPF allows may send, and is not called the mailbox.
    """
    found = seen(
        """
        example.com. MX 10 mail.protonmail.ch.
        example.com. TXT "v=spf1 include:_spf.google.com include:_spf.protonmail.ch ~all"
        """,
        data,
    )

    assert {"mailboxes": ["proton-mail certain"], "senders": ["google-workspace likely"]} == brief(found)


def test_an_excluded_include_allows_nobody(data: Detectors) -> None:
    """
    -include: lets nobody send.
    """
    found = seen(
        'example.com. MX 10 mail.example.com.\nexample.com. TXT "v=spf1 -include:sendgrid.net ~all"', data
    )

    assert () == found.senders


def test_an_include_below_the_domain_is_followed_once(data: Detectors) -> None:
    """
    People split long records over names of their own.
    """
    found = seen(
        """
        example.com. MX 10 mail.example.com.
        example.com. TXT "v=spf1 include:_spf.example.com -all"
        _spf.example.com. TXT "v=spf1 include:spf.mandrillapp.com -all"
        """,
        data,
    )

    assert {"senders": ["mandrill certain"]} == brief(found)
    assert "_spf.example.com" == found.senders[0].evidence[0].owner


def test_the_dns_host_of_a_subdomain_is_that_of_the_zone_above(data: Detectors) -> None:
    """
    Name servers stand at the zone cut.
    """
    answers = {
        DnsQuestion("mail.example.com", "NS"): DnsAnswer(Outcome.NO_DATA, zone="example.com"),
        DnsQuestion("example.com", "NS"): DnsAnswer(Outcome.FOUND, ("a.ns.example-host.net",)),
    }
    walk = detect_walk("mail.example.com", data)
    batch = next(walk)
    try:
        while True:
            batch = walk.send({q: answers.get(q, DnsAnswer(Outcome.NO_DATA)) for q in batch})
    except StopIteration as end:
        found: Detection = end.value

    assert [("example-host", "dns-host")] == [(d.profile_id, d.role) for d in found.dns_hosts]


def test_unknown_answers_are_named_and_nothing_is_concluded(data: Detectors) -> None:
    """
    A time-out at MX is not the absence of a provider.
    """
    found = seen('example.com. TIMEOUT MX\nexample.com. TXT "v=spf1 include:_spf.google.com ~all"', data)

    assert ("example.com", "MX") in found.unknown
    assert {"mailboxes": ["google-workspace likely"]} == brief(found)
    assert "no answer" in str(found.mailboxes[0].reason)


def test_a_null_mx_is_said(data: Detectors) -> None:
    found = seen("example.com. MX 0 .", data)

    assert found.null_mx and () == found.all and () == found.own_hosts


def test_a_plain_domain_costs_one_round_of_four_questions(data: Detectors) -> None:
    walk = detect_walk("example.com", data)
    batch = next(walk)

    assert [
        ("example.com", "MX"),
        ("example.com", "TXT"),
        ("example.com", "NS"),
        ("autodiscover.example.com", "CNAME"),
    ] == [(q.name, q.rdtype) for q in batch if isinstance(q, DnsQuestion)]
    with pytest.raises(StopIteration):
        walk.send({q: DnsAnswer(Outcome.NO_NAME) for q in batch})


def test_selectors_follow_the_services_found(data: Detectors) -> None:
    """
    The selectors asked for are those of the services that MX and SPF name.
    """
    hints = selector_hints(data)

    assert ("selector1", "selector2", "k2", "k3", "k1") == hints.for_domain(
        ("Example-com.mail.protection.outlook.com.",), ("servers.mcsv.net",)
    )
    assert () == hints.for_domain(("mail.example.com",), ())


names = st.text(st.characters(codec="latin-1"), max_size=60)


@given(
    st.lists(names, max_size=4),
    st.lists(st.one_of(names, names.map("v=spf1 include:".__add__)), max_size=4),
    names,
)
def test_no_answer_makes_it_raise(exchanges: list[str], texts: list[str], alias: str) -> None:
    """
    Any octets in any record are read, bounded, and never raise.
    """
    found = detect(
        DetectionFacts(
            "example.com",
            DnsAnswer(Outcome.FOUND, tuple(MX(10, e) for e in exchanges)),
            DnsAnswer(Outcome.FOUND, tuple(TXT.of(t) for t in texts)),
            DnsAnswer(Outcome.FOUND, (alias,)),
            "example.com",
            {"autodiscover": DnsAnswer(Outcome.FOUND, (alias,))},
        ),
        DATA,
    )

    assert "example.com" == found.domain


DATA = detectors()


def test_the_share_of_real_domains_recognised(
    data: Detectors, record_property: pytest.RecordProperty
) -> None:
    """
    Of the real domains with MX nearly half have an exchange that a profile knows.

    The corpus is of public bodies, which often run hosts of their own or of a regional data centre.
    """
    path = corpus("dns-real/domain_profiles_mx_spf.jsonl.gz")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    known = own = total = 0
    for row in rows:
        exchanges = [e.rstrip(".").lower() for e in row["mx"] if e.rstrip(".")]
        total += bool(exchanges)
        known += any(data.mx.find(e) for e in exchanges)
        own += bool(exchanges) and all(e.endswith(row["domain"]) for e in exchanges)
    share = known / total
    print(
        f"recognised: {known} of {total} domains with MX, {share:.1%}; {known / (total - own):.1%} without own hosts"
    )
    record_property("recognised", f"{share:.3f}")

    assert share >= RECOGNISED_AT_LEAST


@pytest.mark.parametrize(
    ("pattern", "endings"),
    [
        (r"\.mail\.example\.(com|net)$", ("example.com", "example.net")),
        (r"^mx[12]\.example\.com$", ("example.com",)),
        (r"^example\.com$", ("example.com",)),
        (r"(^|\.)a\.example\.com$", ("example.com",)),
        (r"\.mail\.(us|eu)\.example\.com$", ("example.com",)),
        (r"\.x\.(com|co\.uk)$", ("x.com", "co.uk")),
        (r"example\.com$", ()),
        (r"\.example\.[a-z.]+$", ()),
        (r"\.(a|b)?example\.com$", ()),
        (r"(^|[.-])mail", ()),
        (r"^mx\.other\.net$|\.mail\.example\.com$", ()),
    ],
)
def test_a_pattern_is_filed_under_the_labels_it_ends_in(pattern: str, endings: tuple[str, ...]) -> None:
    """
    Only where every host it can match ends in these labels; else it is tried for each host.
    """
    assert endings == last_labels(pattern)


def test_the_index_finds_what_trying_every_pattern_finds(data: Detectors) -> None:
    """
    For the exchanges of the corpus the index and a plain loop agree.
    """
    path = corpus("dns-real/mx_hosts_distinct.jsonl")
    hosts = {
        json.loads(line)["value"].lower() for line in path.read_text(encoding="utf-8").splitlines() if line
    }
    patterns = [(re.compile(p), k.id) for k in data.known.values() for p in k.patterns.mx]
    for host in sorted(hosts)[::7]:
        expected = {one for pattern, one in patterns if pattern.search(host)}

        assert expected == set(data.mx.find(host)), host
