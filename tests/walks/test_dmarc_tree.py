"""The tree walk of RFC 9989, by its own examples, beside the reader of RFC 7489."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsetup.model.dns import DnsQuestion
from mailsetup.model.mail_records import Policy
from mailsetup.walks.dmarc_record import dmarc_record
from mailsetup.walks.dmarc_tree import PolicySource, dmarc_tree, tree_names
from mailsetup.walks.report_consent import report_consent
from tests.corpora import corpus
from tests.zones import world


def tree(domain, *lines):
    return world("\n".join(lines), "dns.test").read(dmarc_tree(domain))


def record(domain, tags="p=none"):
    return f'_dmarc.{domain}. TXT "v=DMARC1; {tags}"'


def organization(domain, *lines):
    return tree(domain, *lines).organizational_domain


def test_the_names_asked_are_those_of_the_standard():
    """
    RFC 9989 section 4.10: eight questions for a name of fourteen labels, as its text lists them.
    """
    text = corpus("dmarc/dmarcbis-examples/section_4_10_tree_walk.txt").read_text(encoding="utf-8")
    listed = re.findall(r"\*\s+_dmarc\.([a-z.]+)\n", text)

    assert listed == list(tree_names("a.b.c.d.e.f.g.h.i.j.mail.example.com"))


@pytest.mark.parametrize("labels", range(1, 20))
def test_at_most_eight_names_are_asked(labels):
    """
    Whatever the depth.
    """
    names = tree_names(".".join("abcdefghijklmnopqrst"[:labels]))

    assert min(labels, 8) == len(names) == len(set(names))


def test_everything_is_asked_in_one_round():
    """
    All names are known beforehand; a second round only tells whether an inheriting domain exists.
    """
    walk = dmarc_tree("a.mail.example.com")
    place = world("", "dns.test")
    batch = next(walk)

    assert [f"_dmarc.{n}" for n in ("a.mail.example.com", "mail.example.com", "example.com", "com")] == [
        q.name for q in batch
    ]
    with pytest.raises(StopIteration):
        walk.send({q: place.answer(q) for q in batch})


# RFC 9989 appendix B.4 and the examples at the end of section 4.10.2
SIMPLE = (record("example.com"), record("signing.example.com"))
DEEP = "a.b.c.d.e.f.g.h.i.j.k.example.com"
BANK = (record("bank.example", "p=none; psd=y"), record("giant.bank.example"))


@pytest.mark.parametrize(
    ("domain", "lines", "expected"),
    [
        ("example.com", SIMPLE, "example.com"),
        ("signing.example.com", SIMPLE, "example.com"),
        (DEEP, SIMPLE, "example.com"),
        ("giant.bank.example", BANK, "giant.bank.example"),
        ("mail.giant.bank.example", BANK, "giant.bank.example"),
        ("mail.mega.bank.example", BANK, "mega.bank.example"),
        ("a.mail.example.com", (record("mail.example.com"), record("example.com")), "example.com"),
        (
            "a.mail.example.com",
            (record("mail.example.com", "p=none; psd=n"), record("example.com")),
            "mail.example.com",
        ),
        ("a.mail.example.com", (record("com", "p=none; psd=y"),), "example.com"),
        ("mail.example.com", (record("example.com", "p=none; psd=y"),), "mail.example.com"),
        ("example.com", (record("example.com", "p=none; psd=y"), record("com")), "example.com"),
        ("example.com", (), "example.com"),
        (
            "a.b.c.d.e.f.g.h.example.com",
            (record("e.f.g.h.example.com", "p=none; psd=y"),),
            "d.e.f.g.h.example.com",
        ),
        (
            "a.b.c.d.e.f.g.h.example.com",
            (record("d.e.f.g.h.example.com", "p=none; psd=y"),),
            "c.d.e.f.g.h.example.com",
        ),
    ],
)
def test_the_organizational_domain_is_that_of_the_standard(domain, lines, expected):
    """
    RFC 9989 section 4.10.2.
    """
    assert expected == organization(domain, *lines)


@pytest.mark.parametrize(
    ("domain", "lines", "source", "found_at", "policy"),
    [
        ("giant.bank.example", BANK, "own", "giant.bank.example", "none"),
        ("mail.giant.bank.example", BANK, "organizational domain", "giant.bank.example", "none"),
        (
            "mega.bank.example",
            (record("bank.example", "p=reject; sp=quarantine; np=none; psd=y"),),
            "public suffix",
            "bank.example",
            "none",
        ),
        (
            DEEP,
            (record("example.com", "p=none; np=reject"),),
            "organizational domain",
            "example.com",
            "reject",
        ),
        (
            "a.mail.example.com",
            (record("mail.example.com", "p=reject"), record("example.com")),
            "organizational domain",
            "example.com",
            "none",
        ),
        (
            "www.example.com",
            (record("example.com", "p=reject; sp=quarantine"), "www.example.com. A 9.9.9.9"),
            "organizational domain",
            "example.com",
            "quarantine",
        ),
        (
            "sub.example.com",
            (record("sub.example.com", "p=reject"), record("example.com")),
            "own",
            "sub.example.com",
            "reject",
        ),
        (
            "example.com",
            (record("example.com", "p=reject"), record("example.com", "p=none")),
            "none",
            "",
            None,
        ),
        (
            "sub.example.com",
            (record("sub.example.com"), record("sub.example.com"), record("example.com", "p=reject")),
            "organizational domain",
            "example.com",
            "reject",
        ),
        ("example.com", (record("example.com", "p=all"),), "own", "example.com", None),
        ("example.com", (), "none", "", None),
    ],
)
def test_the_policy_is_that_of_the_standard(domain, lines, source, found_at, policy):
    """
    RFC 9989 section 4.10.1: own, else the Organizational Domain's, else the public suffix's; sp and np as they apply.
    """
    found = tree(domain, *lines)

    assert (source, found_at, policy) == (found.source, found.found_at, found.policy)


def test_a_subdomain_record_does_not_govern_the_names_below_it():
    """
    They follow the Organizational Domain.
    """
    found = tree(
        "sub.example.com",
        record("sub.example.com", "p=none"),
        record("example.com", "p=reject; np=quarantine"),
    )

    assert (Policy.NONE, Policy.REJECT, Policy.QUARANTINE) == (
        found.policy,
        found.subdomain_policy,
        found.ghost_policy,
    )


def test_an_unknown_parent_cannot_turn_the_policy_of_a_domain_with_a_record():
    """
    It can still turn the Organizational Domain, which then is unknown.
    """
    found = tree("example.com", record("example.com", "p=reject"), "_dmarc.com. TIMEOUT")

    assert (PolicySource.OWN, Policy.REJECT, None) == (
        found.source,
        found.policy,
        found.organizational_domain,
    )


@pytest.mark.parametrize("failing", ["_dmarc.sub.example.com. SERVFAIL", "_dmarc.com. TIMEOUT"])
def test_an_unknown_answer_that_could_turn_the_policy_leaves_it_open(failing):
    """
    SERVFAIL is never "no record".
    """
    found = tree("sub.example.com", record("example.com", "p=reject"), failing)

    assert (PolicySource.UNKNOWN, None, None) == (found.source, found.policy, found.organizational_domain)


def test_an_answer_above_the_stop_is_not_read():
    """
    psd=n ends the reading; what failed above it does not matter.
    """
    found = tree("sub.example.com", record("example.com", "p=reject; psd=n"), "_dmarc.com. TIMEOUT")

    assert (Policy.REJECT, "example.com") == (found.policy, found.organizational_domain)


def test_an_unknown_existence_matters_only_where_sp_and_np_differ():
    """
    A domain that inherits is asked for once, to tell sp from np.
    """
    silent = "sub.example.com. TIMEOUT"

    assert Policy.REJECT is tree("sub.example.com", record("example.com", "p=reject"), silent).policy
    assert None is tree("sub.example.com", record("example.com", "p=reject; np=none"), silent).policy


@pytest.mark.parametrize(
    ("domain", "lines", "differs"),
    [
        ("example.com", (record("example.com"),), ()),
        ("sub.example.com", (record("sub.example.com"),), ("organizational domain",)),
        (
            "a.mail.example.com",
            (record("mail.example.com", "p=reject"),),
            ("organizational domain", "policy"),
        ),
        ("example.com", (record("example.com", "p=reject; t=y"),), ("policy",)),
        ("example.com", (record("example.com"), record("example.com", "p=reject")), ()),
        ("example.com", (record("example.com", "p=reject; pct=20"),), ("policy",)),
        ("ghost.example.com", (record("example.com", "p=none; np=reject"),), ("policy",)),
        (
            "sub.example.com",
            (record("sub.example.com"), record("sub.example.com"), record("example.com", "p=reject")),
            ("policy",),
        ),
    ],
)
def test_what_old_and_new_readers_disagree_on_is_named(domain, lines, differs):
    """
    RFC 9989 appendix C.3.
    """
    assert differs == tree(domain, *lines).differs


def test_the_record_may_be_an_alias():
    """
    CNAME at _dmarc is legal.
    """
    found = tree(
        "example.com", "_dmarc.example.com. CNAME d.example.net.", 'd.example.net. TXT "v=DMARC1; p=reject"'
    )

    assert (Policy.REJECT, ("d.example.net",)) == (found.policy, found.own.aliases)


def lookups(test):
    rows = json.loads(corpus("dmarc/mox/dmarc_lookup_verify_raw.json").read_text(encoding="utf-8"))
    rows = [row for row in rows if row["test"] == test]
    (zone,) = (row for row in rows if "zone_txt" in row)
    lines = [f'{name} TXT "{text}"' for name, texts in zone["zone_txt"].items() for text in texts]
    lines = [line for line in lines if not line.startswith(tuple(zone["dns_fail"]))]
    failing = [f"{name} SERVFAIL" for name in zone["dns_fail"]]
    place = world("\n".join([*lines, *failing]), "dns.test")
    return place, [[arg.strip('"') for arg in row["args"]] for row in rows if "zone_txt" not in row]


WITHOUT_RECORD = {
    "ErrDNS": PolicySource.UNKNOWN,
    "ErrNoRecord": PolicySource.NONE,
    "ErrMultipleRecords": PolicySource.NONE,
}


def test_every_lookup_of_mox_is_read_as_it_says():
    """
    7 of 7; where a broken piece makes mox discard a record, RFC 9989 section 4.8 passes over the piece.
    """
    place, cases = lookups("TestLookup")
    for domain, _, found_at, _, error in cases:
        found = place.read(dmarc_tree(domain))
        expected = {
            "ErrDNS": PolicySource.UNKNOWN,
            "ErrNoRecord": PolicySource.NONE,
            "ErrMultipleRecords": PolicySource.NONE,
        }
        if error in expected:
            assert expected[error] is found.source, domain
        else:
            assert found_at == found.found_at, domain
            assert (error == "ErrSyntax") == bool(found.found.parsed.faults), domain
    assert 7 == len(cases)


def test_every_consent_of_mox_is_read_as_it_says():
    """
    8 of 8, but for two that RFC 9990 section 4 takes: several records, and one with a broken piece, are consent.
    """
    place, cases = lookups("TestLookupExternalReportsAccepted")
    for domain, host, _, accepts, error in cases:
        place.records[f"_dmarc.{domain}"] = world(record(domain, f"p=none; rua=mailto:d@{host}")).records[
            f"_dmarc.{domain}"
        ]
        (consent,) = place.read(report_consent(domain))
        if error == "ErrMultipleRecords":
            assert consent.given and len(consent.records) == 2
        elif error == "ErrSyntax":
            assert consent.given
        else:
            assert {"true": True, "false": None if error == "ErrDNS" else False}[accepts] is consent.given, (
                host
            )
    assert 8 == len(cases)


@given(st.text(max_size=80), st.text(alphabet="ab.\\\x00é", max_size=60))
def test_no_text_and_no_name_makes_the_walks_raise(text, name):
    """
    Whatever DNS holds, and whatever was asked about.
    """
    from mailsetup.model.dns import TXT, DnsAnswer, Outcome

    answers = {}
    for walk in (dmarc_tree, dmarc_record, report_consent):
        step = walk(name)
        try:
            batch = next(step)
            while True:
                for q in batch:
                    rdata = (TXT.of("v=DMARC1; p=none; rua=mailto:a@" + text), TXT.of(text))[
                        len(q.name) % 2 :
                    ]
                    answers[q] = (
                        DnsAnswer(Outcome.FOUND, rdata) if q.rdtype == "TXT" else DnsAnswer(Outcome.NO_DATA)
                    )
                batch = step.send(answers)
        except StopIteration:
            pass


def test_a_name_too_long_to_exist_is_not_asked():
    """
    253 characters are the most a name can have (RFC 1035 section 2.3.4).
    """
    long = ".".join(["a" * 60] * 4) + ".com"
    with pytest.raises(StopIteration):
        next(dmarc_record(long))

    assert all(len(q.name) <= 253 for q in next(dmarc_tree(long)))
    assert DnsQuestion("_dmarc.com", "TXT") in next(dmarc_tree(long))
