"""Whatever a list cannot say is unknown, because ...: never listed, and never clean."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailsetup.model.blocklist import Kind
from mailsetup.model.case import Scope
from mailsetup.model.dns import Outcome
from mailsetup.model.finding import Status
from mailsetup.profiles.blocklists import blocklist_named
from mailsetup.run.blocklist_forms import html_form, standard_form
from mailsetup.run.blocklist_words import headline
from mailsetup.run.blocklists import BlocklistRun, TargetReport
from mailsetup.run.judge import judge
from mailsetup.run.registry import checks_by_id
from mailsetup.walks.blocklist_proof import Standing, Why
from mailsetup.walks.blocklist_subjects import Subject, blocklist_subjects
from mailsetup.walks.blocklistings import ListingStatus, listings
from tests.zones import world

from .asking import said

ZEN = "2.0.0.127.zen.spamhaus.org. A 127.0.0.2\n"
HERE = "9.113.0.203.zen.spamhaus.org."


@pytest.mark.parametrize(
    ("fragment", "why"),
    [
        (ZEN + HERE + " A 127.255.255.254", Why.RESOLVER),
        (ZEN + HERE + " A 127.255.255.255", Why.QUOTA),
        (ZEN + HERE + " A 127.255.255.252", Why.MISUSE),
        (ZEN + HERE + " A 127.0.0.2\n" + HERE + " A 127.255.255.254", Why.RESOLVER),
        ("*.zen.spamhaus.org. A 127.255.255.254", Why.RESOLVER),
        ("*.zen.spamhaus.org. A 127.0.0.2", Why.WORLD),
        ("*.zen.spamhaus.org. A 198.51.100.7", Why.FOREIGN),
        ("*.zen.spamhaus.org. CNAME parking.test.\nparking.test. A 198.51.100.7", Why.FOREIGN),
        (ZEN + HERE + " A 198.51.100.7", Why.FOREIGN),
        ("example.test. A 198.51.100.7", Why.DEAD),
        ("zen.spamhaus.org. LAME", Why.SILENCE),
        ("2.0.0.127.zen.spamhaus.org. TIMEOUT", Why.SILENCE),
        ("2.0.0.127.zen.spamhaus.org. REFUSED", Why.RESOLVER),
        (ZEN + "1.0.0.127.zen.spamhaus.org. TIMEOUT", Why.SILENCE),
        (ZEN + HERE + " TIMEOUT", Why.SILENCE),
        (ZEN + HERE + " REFUSED", Why.RESOLVER),
        (ZEN + HERE + " SERVFAIL", Why.SILENCE),
        (ZEN + HERE + " UNASKED", Why.OFFLINE),
        (ZEN + HERE + ' TXT "no address"', Why.SILENCE),
    ],
)
def test_what_a_list_cannot_say_is_unknown(fragment: str, why: Why) -> None:
    """
    A refusal, the world, a parked or dead zone, silence: unknown, with its reason in words.
    """
    listing = said("spamhaus-zen", fragment + "\n" + HERE + ' TXT "listed"')

    assert (ListingStatus.UNKNOWN, why) == (listing.status, listing.why)
    assert str(listing.reason)
    assert not listing.hits
    assert not listing.text


def test_a_proven_list_without_the_entry_is_clean() -> None:
    """
    NXDOMAIN from a list that proved itself is the one clean answer.
    """
    listing = said("spamhaus-zen", ZEN)

    assert (ListingStatus.CLEAN, Standing.PROVEN) == (listing.status, listing.proof)


def test_a_listing_has_its_meaning_and_reason() -> None:
    """
    Several codes are all told; the reason is escaped.
    """
    listing = said(
        "spamhaus-zen",
        ZEN + f'{HERE} A 127.0.0.4\n{HERE} A 127.0.0.9\n{HERE} TXT "see \\027[31m https://x.test"',
    )

    assert ListingStatus.LISTED is listing.status
    assert ["127.0.0.4", "127.0.0.9"] == [hit.answer for hit in listing.hits]
    assert "see \\x1b[31m https://x.test" == listing.text


def test_an_undocumented_answer_is_unexpected() -> None:
    """
    It is neither a listing nor clean.
    """
    listing = said(
        "psbl", "2.0.0.127.psbl.surriel.com. A 127.0.0.2\n9.113.0.203.psbl.surriel.com. A 127.0.0.77"
    )

    assert ListingStatus.UNEXPECTED is listing.status
    assert listing.open
    assert ("127.0.0.77",) == listing.unexpected


def test_a_list_that_wants_registration_says_so() -> None:
    """
    Silence from a list that serves registered resolvers only is not a dead list.
    """
    for fragment in (
        "x.test. A 192.0.2.1",
        "b.barracudacentral.org. LAME",
        "2.0.0.127.b.barracudacentral.org. REFUSED",
    ):
        listing = said("barracuda-brbl", fragment)

        assert (ListingStatus.UNKNOWN, Why.REGISTRATION) == (listing.status, listing.why)
        assert not listing.decisive


def test_a_list_without_test_entries_is_unproven() -> None:
    """
    What it says is shown, and that it could not prove itself.
    """
    listed = said("fmbla-bl", "9.113.0.203.bl.fmb.la. A 127.0.0.2")
    clean = said("fmbla-bl", "x.test. A 192.0.2.1")

    assert (ListingStatus.LISTED, Standing.UNPROVEN) == (listed.status, listed.proof)
    assert (ListingStatus.CLEAN, Standing.UNPROVEN) == (clean.status, clean.proof)


def test_a_list_without_test_entries_that_lists_everything_is_unknown() -> None:
    """
    A wildcard is found out even where the operator names no test entry.
    """
    listing = said("fmbla-bl", "*.bl.fmb.la. A 127.0.0.2")

    assert (ListingStatus.UNKNOWN, Why.WORLD) == (listing.status, listing.why)


def test_a_list_of_addresses_that_lists_loopback_is_read_all_the_same() -> None:
    """
    Where 127.0.0.1 is rightly listed, another entry shows that not everything is.
    """
    fragment = "*.127.bogons.cymru.com. A 127.0.0.2\n1.0.0.10.bogons.cymru.com. A 127.0.0.2"

    assert ListingStatus.LISTED is said("cymru-bogons", fragment, "10.0.0.1").status
    assert ListingStatus.CLEAN is said("cymru-bogons", fragment).status


def test_each_kind_is_proven_by_itself() -> None:
    """
    A list may be sound for IPv4 and dead for IPv6.
    """
    assert ListingStatus.CLEAN is said("spamhaus-zen", ZEN).status
    assert Why.DEAD is said("spamhaus-zen", ZEN, "2001:db8::1").why


def test_an_ipv6_listing_is_found_by_its_nibbles() -> None:
    """
    IPv6 may be listed while IPv4 is clean.
    """
    test = "2.0.0.0.0.0.f.7.f.f.f.f" + ".0" * 20 + ".zen.spamhaus.org. A 127.0.0.2\n"
    entry = "1" + ".0" * 23 + ".8.b.d.0.1.0.0.2.zen.spamhaus.org. A 127.0.0.3"

    assert ListingStatus.LISTED is said("spamhaus-zen", ZEN + test + entry, "2001:db8::1").status
    assert ListingStatus.CLEAN is said("spamhaus-zen", ZEN + test + entry).status


def test_over_use_of_an_allow_list_is_not_trust() -> None:
    """
    The code that means over-use looks like the highest trust, and comes for every address.
    """
    listing = said("dnswl", "*.list.dnswl.org. A 127.0.10.3")

    assert (ListingStatus.UNKNOWN, Why.QUOTA) == (listing.status, listing.why)


def test_a_list_proves_itself_by_its_own_entries() -> None:
    """
    Test entries are the operator's: names of its own, in either letter case.
    """
    fragment = "test.uribl.com.multi.uribl.com. A 127.0.0.14\nbad.example.multi.uribl.com. A 127.0.0.2"
    monkey = "_dnsbl_.test.uribl.spameatingmonkey.net. A 127.0.0.2"

    assert ListingStatus.LISTED is said("uribl-multi", fragment, "bad.example", Kind.DOMAIN).status
    assert ListingStatus.CLEAN is said("sem-uri", monkey, "bad.example", Kind.DOMAIN).status
    assert Why.DEAD is said("sem-uri", fragment, "bad.example", Kind.DOMAIN).why


def test_a_list_of_registrable_domains_is_asked_for_those() -> None:
    """
    Host parts are taken off where the operator wants it.
    """
    fragment = "test.uribl.com.multi.uribl.com. A 127.0.0.14\nexample.co.uk.multi.uribl.com. A 127.0.0.2"

    assert ListingStatus.LISTED is said("uribl-multi", fragment, "www.mail.example.co.uk", Kind.DOMAIN).status


def test_a_name_that_is_too_long_for_a_list_is_unknown() -> None:
    """
    A name that cannot be asked for is not clean.
    """
    name = ".".join(["a" * 60] * 4)
    listing = said("spamhaus-dbl", "test.dbl.spamhaus.org. A 127.0.1.2", name, Kind.DOMAIN)

    assert ListingStatus.UNKNOWN is listing.status


def test_what_belongs_to_a_domain_is_asked_for() -> None:
    """
    The domain, its mail hosts, the single addresses that SPF lets send, its name servers; large networks are not.
    """
    found = world(
        """
        example.com.        MX   10 mx.mail.example.net.
        mx.mail.example.net. A   203.0.113.9
        mx.mail.example.net. AAAA 2001:db8::9
        example.com. TXT "v=spf1 ip4:203.0.113.9 ip4:198.51.100.0/30 ip4:10.1.2.3 include:s.example.org -ip4:192.0.2.7"
        s.example.org.      TXT  "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::25 a:out.example.org -all"
        out.example.org.    A    192.0.2.200
        """
    ).read(blocklist_subjects("example.com"))
    values = {(s.kind.value, s.value): s.role.value for s in found.subjects}

    assert "given" == values["domain", "example.com"]
    assert "mx" == values["domain", "example.net"]
    assert "mx" == values["ipv4", "203.0.113.9"]
    assert "mx" == values["ipv6", "2001:db8::9"]
    assert "spf" == values["ipv4", "198.51.100.3"]
    assert "spf" == values["ipv6", "2001:db8::25"]
    assert "spf" == values["ipv4", "192.0.2.200"]
    assert "ns" == values["nameserver", "ns1.dns.test"]
    assert ("ipv4", "10.1.2.3") not in values
    assert ("ipv4", "192.0.2.7") not in values
    assert 1 == found.left_out


def test_a_budget_bounds_the_sending_addresses() -> None:
    """
    However long the record, so many addresses are asked for; the rest is counted.
    """
    terms = " ".join(f"ip4:203.0.113.{i}" for i in range(1, 41))
    found = world(f'example.com. TXT "v=spf1 {terms} -all"').read(blocklist_subjects("example.com"))

    assert 20 == sum(s.role.value == "spf" for s in found.subjects)
    assert 20 == found.left_out


def test_a_missing_answer_about_the_domain_is_told() -> None:
    """
    Where the mail hosts are not known, more may be listed.
    """
    found = world("example.com. TIMEOUT MX").read(blocklist_subjects("example.com"))

    assert ("example.com MX",) == found.unknown


@pytest.mark.parametrize(
    ("fragment", "asked"),
    [
        ("x.test. A 192.0.2.1", 0),
        (ZEN, 1),
        (ZEN + HERE + " A 127.0.0.2", 2),
    ],
)
def test_a_list_proves_itself_before_it_is_asked_and_gives_reasons_after(fragment: str, asked: int) -> None:
    """
    A list that fails its test is asked nothing else; a reason is asked for after a listing only.
    """
    subject = Subject(Kind.IPV4, "203.0.113.9")
    _, questions = world(fragment, "unused.test").follow(
        listings(blocklist_named("spamhaus-zen"), [subject]), {}
    )

    assert [("2.0.0.127.zen.spamhaus.org", "A"), ("1.0.0.127.zen.spamhaus.org", "A")] == [
        (q.name, q.rdtype)
        for q in questions[:2]  # type: ignore[union-attr]
    ]
    assert [(HERE.rstrip("."), "A"), (HERE.rstrip("."), "TXT")][:asked] == [
        (q.name, q.rdtype)
        for q in questions[2:]  # type: ignore[union-attr]
    ]


def test_a_list_that_is_withheld_leaves_an_audit_open() -> None:
    """
    Where a public resolver would only be refused nobody is asked, and the verdict is inconclusive, not a pass.
    """
    zen = replace(blocklist_named("spamhaus-zen"), withheld="its operator refuses public resolvers")
    scope = Scope("example.com", options=frozenset({"blocklists"}), blocklists=(zen,))
    checks = [checks_by_id()["blocklists/listed-major"], checks_by_id()["blocklists/resolver-refused"]]
    case = world("example.com. MX 10 mx.example.com.\nmx.example.com. A 203.0.113.9").case(
        dict.fromkeys(walk for check in checks for walk in check.reads), scope
    )
    major, refused = judge(case, checks)

    assert not [q for q in case.snapshot.answers if "spamhaus" in str(q[0])]
    assert Status.INCONCLUSIVE is major.status
    assert [Outcome.REFUSED] == [e.answer.outcome for e in major.unanswered]
    assert Status.FAIL is refused.status


@pytest.mark.parametrize("form", ["junit", "sarif", "github"])
def test_every_form_tells_that_more_may_be_listed(form: str) -> None:
    """
    A build that reads JUnit, SARIF or annotations learns that the mail hosts were never looked for.
    """
    found = world("example.com. TIMEOUT MX").read(blocklist_subjects("example.com"))
    target = TargetReport("example.com", Kind.DOMAIN, (), 0, found.unknown, found.unanswered)
    run = BlocklistRun("2026-11-21T12:00:00Z", (target,), ())

    assert 3 == run.exit_code()
    assert "example.com MX" in "".join(standard_form(run, form, "error"))


def test_a_list_that_cannot_prove_itself_is_no_clean_bill() -> None:
    """
    Where only lists without test entries had no entry, the page is not green, and the headline says why.
    """
    asked = [said("fmbla-bl", "example.test. A 198.51.100.7"), said("psbl", "example.test. A 198.51.100.7")]
    target = TargetReport("203.0.113.9", Kind.IPV4, tuple(asked))
    page = "".join(html_form(BlocklistRun("2026-11-22T12:00:00Z", (target,), ())))

    assert [ListingStatus.CLEAN, ListingStatus.UNKNOWN] == [one.status for one in asked]
    assert Standing.UNPROVEN is asked[0].proof
    assert "no entry on 1 list that cannot prove itself, 1 could not say" == headline(target)
    assert "badge is-open" in page
    assert "badge is-pass" not in page


def test_a_list_that_proved_itself_is() -> None:
    proven = said("psbl", "2.0.0.127.psbl.surriel.com. A 127.0.0.2")
    target = TargetReport("203.0.113.9", Kind.IPV4, (proven,))
    page = "".join(html_form(BlocklistRun("2026-11-22T12:00:00Z", (target,), ())))

    assert "not listed on 1 list" == headline(target)
    assert "badge is-pass" in page
