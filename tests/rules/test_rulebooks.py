"""Rulebooks say what their sources say: every sourced document has its file, and what it warns of is told."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from mailsetup import ZoneFile
from mailsetup.forms.documents import report_document
from mailsetup.forms.terminal import Style, rules_lines
from mailsetup.model.finding import DomainReport
from mailsetup.model.language import speak
from mailsetup.run.audit import AuditSettings, audit_domain
from mailsetup.run.house_rules import HouseRules
from mailsetup.run.language import catalogue
from mailsetup.run.policy import load_policy, policy_names
from mailsetup.run.requirements import predicates
from tests.cli.command import GOOD_ZONE
from tests.corpora import corpus

SCHEMA = Path(__file__).parents[2] / "mailsetup" / "schemas" / "report.json"
REJECT = GOOD_ZONE.replace("p=quarantine", "p=reject")
NEWS = 'news IN MX 10 mail\nnews IN TXT "v=spf1 ip4:93.184.216.34 -all"\n'
"""A name below that takes and sends mail and has no DMARC record of its own."""
RULEBOOKS = sorted(set(policy_names()) - {"strict", "recommended", "ci"})
EVIDENCE = {
    *("cis-controls-8-1", "eu-2024-2690", "eu-nis2", "hipaa-security-rule", "iso-27002-2022"),
    *("pci-dss-4-0-1", "uk-cyber-essentials"),
}
OFF = {"se-msbfs-2020-7", "in-government-mail", "sa-nca-ecc", "enisa-2690-guidance"}
"""Too little is confirmed about these; they come along in no form."""


def facts() -> dict[str, Any]:
    """The collected facts about rulebooks; without them the test is skipped, or fails where CI=true."""
    text = corpus("../facts/compliance.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def sourced(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The requirements of a document that are known with high or medium confidence."""
    return [
        r
        for r in document["requirements"]
        if r.get("confidence", document["confidence"]) in ("high", "medium")
    ]


def with_parent(text: str) -> str:
    """The zone as a part of ``com``, so that a tree walk has an answer from there as well."""
    above = "$ORIGIN com.\n$TTL 3600\n@ IN SOA ns1.example host.example 1 7200 3600 1209600 3600\n@ IN NS ns1.example\n"
    return (
        above
        + "\n".join(line for line in text.splitlines() if not line.startswith(("@ IN SOA", "@ IN NS")))
        + "\n"
    )


def judged(policy: str, text: str = GOOD_ZONE, domain: str = "example.com") -> DomainReport:
    """A domain of a zone, judged under a policy."""
    settings = AuditSettings(house=HouseRules(policy=load_policy(policy)))
    return asyncio.run(
        audit_domain(
            domain, ZoneFile.of(text, "com" if text.startswith("$ORIGIN com.") else "example.com"), settings
        )
    )


def audited(policy: str, text: str = GOOD_ZONE, domain: str = "example.com") -> dict[str, Any]:
    """What a report in JSON says."""
    document = report_document(judged(policy, text, domain))
    jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))
    return document


def rules(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Its clauses by their id."""
    return {rule["id"]: rule for rule in report["clauses"]["rules"]}


def told(policy: str, text: str = GOOD_ZONE, *, verbose: bool = False) -> str:
    """What the terminal says of the rulebook, unfolded."""
    return " ".join(" ".join(rules_lines(judged(policy, text), Style(verbose=verbose))).split())


# What the facts say is what the files say.


def test_every_document_with_a_sourced_requirement_is_a_policy() -> None:
    wanted = {document["id"] for document in facts()["documents"] if sourced(document)}

    assert set() == wanted - set(policy_names())


def test_no_requirement_of_low_confidence_comes_along() -> None:
    documents = facts()["documents"]
    unsure = {r["id"] for d in documents for r in d["requirements"]} - {
        r["id"] for d in documents for r in sourced(d)
    }
    asked = {clause.id for name in RULEBOOKS for clause in load_policy(name).clauses}

    assert set() == unsure & asked
    assert set() == OFF & set(policy_names())


def test_every_sourced_requirement_is_a_clause_of_its_level_with_its_doubt_and_note() -> None:
    wanted, found = {}, {}
    for document in facts()["documents"]:
        for r in sourced(document):
            wanted[r["id"]] = (r["level"], r["role"].replace("_", "-"), r.get("doubt", ""), r.get("note", ""))
    for name in RULEBOOKS:
        for c in load_policy(name).clauses:
            if c.id in wanted:
                note = c.note if wanted[c.id][3] else ""
                found[c.id] = (c.level, c.role, c.doubt, note)

    assert wanted == found


def test_every_clause_asks_for_what_its_source_asks() -> None:
    """
    A rulebook may ask more exactly than the table of predicates can say; it never asks for less.
    """
    clauses = {c.id: c for name in RULEBOOKS for c in load_policy(name).clauses}
    less = [
        r["id"]
        for document in facts()["documents"]
        for r in sourced(document)
        if not {check.replace("_", "-") for check in r["checks"]} <= {*clauses[r["id"]].holds}
    ]

    assert [] == less


def test_every_warning_and_everything_that_is_not_required_is_kept() -> None:
    lost = []
    for document in facts()["documents"]:
        if not sourced(document):
            continue
        policy = load_policy(document["id"])
        lost += sorted({*document.get("warnings", ())} - {*policy.warnings})
        lost += sorted({*document.get("not_required", ())} - {*policy.not_required})

    assert [] == lost


def test_what_is_evidence_only_is_worded_so() -> None:
    """
    Rules that name goals and leave the measures to the organisation are supported by evidence, never met.
    """
    names = {name for name in RULEBOOKS if load_policy(name).wording == "supports evidence for"}
    profiles = {d for p in facts()["profiles"] if p["note"] == "evidence only" for d in p["documents"]}

    assert EVIDENCE == names
    assert set() == profiles - names


def test_a_profile_for_recommendations_has_no_must() -> None:
    """
    Norway's are recommendations only, and what federal agencies must do stands in the directive.
    """
    levels = {c.level for name in ("no-digdir-nsm", "nist-sp-800-177r1") for c in load_policy(name).clauses}

    assert "must" not in levels


def test_what_was_not_checked_about_a_rulebook_is_among_its_cautions() -> None:
    cautions = {
        "cz-nukib-email": "not checked",
        "dk-tekniske-minimumskrav": "not read",
        "nz-sge": "Deadline in doubt",
        "eu-mecsa": "not checked",
        "iso-27002-2022": "not read",
        "hipaa-security-rule": "not checked",
        "jp-common-standards-guideline": "not read",
    }
    silent = [n for n, words in cautions.items() if not any(words in w for w in load_policy(n).warnings)]

    assert [] == silent


# What a rulebook does not ask for.


@pytest.mark.parametrize("name", ["uk-cyber-essentials", "eu-nis2"])
def test_a_rulebook_that_asks_for_no_record_says_so_and_fails_nothing_for_it(name: str) -> None:
    report = audited(name)
    silent = [rule for rule in report["clauses"]["rules"] if rule["level"] == "none"]

    assert ["not_required"] == [rule["status"] for rule in silent]
    assert {"SPF", "DKIM", "DMARC"} < set(report["clauses"]["not_required"])
    text = told(name)
    assert "not asked for" in text
    assert "this rulebook does not ask for: SPF, DKIM, DMARC" in text


@pytest.mark.parametrize("name", sorted(EVIDENCE))
def test_where_there_is_only_evidence_nothing_is_called_missed_or_met(name: str) -> None:
    bare = "\n".join(line for line in GOOD_ZONE.splitlines() if "v=" not in line).split('  "M93ia')[0] + "\n"
    text = told(name, bare)
    head = text[text.index(load_policy(name).title) :]

    assert "MISSED" not in head
    assert "missed" not in head


def test_a_clause_that_asks_for_nothing_needs_no_predicate_and_others_do() -> None:
    assert [()] == [c.holds for c in load_policy("uk-cyber-essentials").clauses]
    assert all(c.holds for n in RULEBOOKS for c in load_policy(n).clauses if c.level != "none")


# What is read alike in every profile.


@pytest.mark.parametrize(
    ("record", "acts", "rejects"),
    [
        ("p=reject", "meets", "meets"),
        ("p=reject; pct=100", "meets", "meets"),
        ("p=reject; pct=99", "misses", "misses"),
        ("p=reject; pct=0", "misses", "misses"),
        ("p=quarantine", "meets", "misses"),
        ("p=quarantine; pct=50", "misses", "misses"),
        ("p=reject; t=y", "meets", "misses"),
        ("p=quarantine; t=y", "misses", "misses"),
        ("p=none", "misses", "misses"),
    ],
)
@pytest.mark.parametrize("domain", ["example.com", "news.example.com"])
def test_a_share_is_no_enforcement_and_testing_lowers_the_policy(
    domain: str, record: str, acts: str, rejects: str
) -> None:
    """
    Also where the policy is inherited: pct below 100 is not enforced, p=reject with t=y is quarantine, p=quarantine none.
    """
    text = with_parent(GOOD_ZONE.replace("p=quarantine", record) + NEWS)
    enforced = rules(audited("ca-gc-email-config", text, domain))["gc-email-dmarc-enforce"]
    rejected = rules(audited("cisa-bod-18-01", text, domain))["bod1801-dmarc-reject"]

    assert (acts, rejects) == (enforced["status"], rejected["status"])


@pytest.mark.parametrize(
    ("ending", "misses"), [("-all", set()), ("~all", {"au-ism", "ca-itsp-40-065", "nz-sge"})]
)
def test_the_ending_all_satisfies_is_fail_and_softfail_misses_three(ending: str, misses: set[str]) -> None:
    """
    The ISM, Canada and New Zealand want -all; BSI and the Netherlands accept ~all, which Internet.nl likes better.
    """
    text = GOOD_ZONE.replace("-all", ending)
    missing = set()
    for name in RULEBOOKS:
        asked = {
            c.id for c in load_policy(name).clauses if {"spf-all-fail", "spf-all-soft-or-fail"} & {*c.holds}
        }
        stands = rules(audited(name, text)) if asked else {}
        missing |= {name for clause in asked if stands[clause]["status"] == "misses"}

    assert misses == missing
    assert (
        "~all is the preferred ending" in rules(audited("internet-nl-mail"))["internetnl-spf-policy"]["note"]
    )


def test_a_key_of_exactly_2048_bits_satisfies_every_rulebook() -> None:
    sizes = {"dkim-rsa-min-1024", "dkim-rsa-min-2048", "dkim-rsa-max-2048"}
    for name in RULEBOOKS:
        asked = {c.id for c in load_policy(name).clauses if sizes & {*c.holds}}
        found = rules(audited(name)) if asked else {}

        assert "misses" not in {found[clause]["status"] for clause in asked}, name


def test_only_dane_and_mta_sts_together_satisfy_every_must() -> None:
    musts = {
        name: {p.partition("-")[0] for c in load_policy(name).clauses if c.level == "must" for p in c.holds}
        for name in RULEBOOKS
    }
    dane = {name for name, asked in musts.items() if "dane" in asked}
    mta_sts = {name for name, asked in musts.items() if "mta" in asked}

    assert {"bsi-tr-03108", "cz-nukib-email", "internet-nl-mail", "nl-forum-standaardisatie"} >= dane
    assert {"bsi-tr-03108", "cz-nukib-email", "nl-forum-standaardisatie"} <= dane
    assert {"au-ism", "nz-sge", "uk-securing-government-email"} == mta_sts


def test_the_standards_advice_against_reject_stands_next_to_the_clause_as_information() -> None:
    """
    Government profiles ask for p=reject where RFC 9989 advises against it; the clause is met all the same.
    """
    report = audited("cisa-bod-18-01", REJECT)
    rule = rules(report)["bod1801-dmarc-reject"]
    note = next(v for v in report["verdicts"] if v["check"] == "dmarc/reject-for-people")

    assert ("meets", "info") == (rule["status"], note["findings"][0]["severity"])
    assert "RFC 9989" in rule["advice"][0]
    assert "for your information: RFC 9989" in told("cisa-bod-18-01", REJECT)
    assert "advice" not in rules(audited("cisa-bod-18-01"))["bod1801-dmarc-reject"]


@pytest.mark.parametrize(
    ("policy", "clause", "mailbox"),
    [
        ("ca-gc-email-config", "gc-email-rua-cccs", "dmarc@cyber.gc.ca"),
        ("cisa-bod-18-01", "bod1801-dmarc-central-rua", "reports@dmarc.cyber.dhs.gov"),
    ],
)
def test_reports_must_go_to_the_authoritys_own_mailbox(policy: str, clause: str, mailbox: str) -> None:
    """
    A mailbox of one's own is not enough; the authority's beside it is, however its domain is written.
    """
    own = rules(audited(policy))[clause]
    text = GOOD_ZONE.replace("dmarc@example.com", f"dmarc@example.com,mailto:{mailbox.upper()}")
    both = rules(audited(policy, text))[clause]

    assert "misses" == own["status"]
    assert "misses" != both["status"]
    assert "clause-missed" in json.dumps(audited(policy)["verdicts"])


@pytest.mark.parametrize(
    ("spf", "status"),
    [("v=spf1 ip4:93.184.216.34 ip4:93.184.217.34 -all", "meets"), ("v=spf1 nonsense", "dns_cannot_tell")],
)
def test_norway_is_content_with_spf_or_dkim_beside_dmarc(spf: str, status: str) -> None:
    text = GOOD_ZONE.replace("v=spf1 ip4:93.184.216.34 ip4:93.184.217.34 -all", spf)

    assert status == rules(audited("no-digdir-nsm", text))["no-dmarc"]["status"]


# What a reader sees.


def test_doubts_cautions_and_what_is_not_judged_are_told() -> None:
    weak = GOOD_ZONE.replace("p=quarantine", "p=none")
    short = told("ca-gc-email-config", weak)
    long = told("m3aawg-dkim-rotation", GOOD_ZONE, verbose=True)
    cautious = told("nz-sge", GOOD_ZONE, verbose=True)

    assert "in doubt: vendor summary; level and date not read" in short
    assert "not judged: how long a key has been in use" in long
    assert "caution: Deadline in doubt" in cautious


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("name", RULEBOOKS)
def test_every_rulebook_can_be_read_in_both_languages(name: str, language: str) -> None:
    """
    No domain is called compliant, and a Russian page has no English sentence of ours.
    """
    speak(catalogue(language))
    try:
        text = told(name, verbose=True)
    finally:
        speak(None)
    policy = load_policy(name)
    ours = [t for c in policy.clauses for t in (c.title, c.doubt, c.note) if t.count(" ") > 2] + list(
        policy.warnings
    )

    assert "compliant" not in text
    if language == "ru":
        assert [] == [sentence for sentence in ours if " ".join(sentence.split()) in text]


def test_the_manual_names_every_policy_that_comes_along() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "policies.md").read_text(encoding="utf-8")

    assert [] == [name for name in policy_names() if f"`{name}`" not in manual]


@pytest.mark.parametrize("name", [n for n, p in sorted(predicates().items()) if p.advice])
def test_advice_stands_beside_a_check(name: str) -> None:
    assert predicates()[name].beside
