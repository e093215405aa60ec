"""Policies weigh checks that exist; rulebooks cite a clause for what they ask; a domain is never called compliant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailsetup.model.errors import InputError, UsageError
from mailsetup.model.finding import Finding, Severity, Status, Verdict
from mailsetup.model.message import say
from mailsetup.run.policy import load_policy, parse_policy, policy_names, shown, weighed
from mailsetup.run.registry import checks_by_id
from mailsetup.run.requirement_facts import FACTS
from mailsetup.run.requirements import predicates
from tests.cli.command import GOOD_ZONE, mailsetup, refused, zone

RULEBOOKS = [name for name in policy_names() if name not in ("strict", "recommended", "ci")]
REPORTS = "v=DMARC1; p=quarantine"


@pytest.mark.parametrize("name", policy_names())
def test_every_policy_can_be_loaded_and_names_checks_that_exist(name: str) -> None:
    policy = load_policy(name)

    assert set() == {*policy.severities, *policy.off} - set(checks_by_id())
    assert policy.title


@pytest.mark.parametrize("name", sorted(predicates()))
def test_every_predicate_names_checks_and_facts_that_exist(name: str) -> None:
    predicate = predicates()[name]

    assert set() == set(predicate.checks) - set(checks_by_id())
    assert predicate.fact in ("", *FACTS)
    assert predicate.decided in ("full", "partial", "none")
    assert predicate.decided == "full" or predicate.rest


@pytest.mark.parametrize("name", RULEBOOKS)
def test_every_clause_of_a_rulebook_says_where_it_stands(name: str) -> None:
    policy = load_policy(name)

    assert policy.clauses
    assert policy.source.startswith("https://")
    assert all(c.clause and c.confidence in ("high", "medium") for c in policy.clauses)


@pytest.mark.parametrize("name", ["pci-dss-4-0-1", "eu-nis2", "eu-2024-2690"])
def test_rules_that_name_no_protocol_are_only_supported_by_evidence(name: str) -> None:
    assert "supports evidence for" == load_policy(name).wording


def test_recommended_changes_nothing() -> None:
    policy = load_policy("recommended")

    assert ({}, frozenset()) == (policy.severities, policy.off)


def test_a_rulebook_fails_only_on_what_it_asks_for() -> None:
    """
    What it does not name is shown as a note; the flaws that explain everything else away keep their weight.
    """
    policy = load_policy("cisa-bod-18-01")

    assert Severity.ERROR is policy.severities["spf/missing-record"]
    assert Severity.INFO is policy.severities["mx/single-place"]
    assert "names/does-not-exist" not in policy.severities


def test_a_policy_may_switch_checks_off() -> None:
    policy = parse_policy('[checks]\n"mx/single-place" = "off"\n"spf/plus-all" = "warning"\n', "mine.toml")

    assert frozenset({"mx/single-place"}) == policy.off
    verdicts = tuple(Verdict(c, Status.PASS, Severity.INFO) for c in ("mx/single-place", "spf/plus-all"))
    assert ["spf/plus-all"] == [v.check for v in shown(verdicts, policy.off)]
    assert {"spf/plus-all": Severity.WARNING} == dict(policy.severities)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[checks]\n"spf/plus-al" = "error"', "spf/plus-all"),
        ('[checks]\n"spf/plus-all" = "fatal"', "error, warning, info, off"),
        ('[cheks]\n"spf/plus-all" = "error"', "checks"),
        (
            '[[clauses]]\nid = "a"\nclause = "1"\ntitle = "t"\nlevel = "must"\nholds = ["spf-vald"]',
            "spf-valid",
        ),
        ('[[clauses]]\nid = "a"\ntitle = "t"\nlevel = "must"\nholds = ["spf-valid"]', "needs clause"),
        ("checks = 3", "must be a table"),
        ("clauses = 3", "list of tables"),
        ("not toml", "is TOML"),
    ],
)
def test_a_policy_that_cannot_be_used_is_refused_by_file_and_key(text: str, named: str) -> None:
    with pytest.raises(InputError) as refusal:
        parse_policy(text, "mine.toml")

    assert str(refusal.value).startswith("mine.toml")
    assert named in str(refusal.value)


def test_an_unknown_policy_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UsageError, match="strict"):
        load_policy("strikt")


@pytest.mark.parametrize(
    ("said", "policy", "weighs"),
    [
        (Severity.WARNING, Severity.ERROR, Severity.ERROR),
        (Severity.WARNING, Severity.INFO, Severity.INFO),
        (Severity.INFO, Severity.ERROR, Severity.INFO),
        (Severity.ERROR, Severity.INFO, Severity.INFO),
        (Severity.ERROR, Severity.ERROR, Severity.ERROR),
    ],
)
def test_a_finding_weighs_as_its_check_and_less_where_the_check_thought_less_of_it(
    said: Severity, policy: Severity, weighs: Severity
) -> None:
    """
    The check warns by itself; what it thinks less of stays less, what it thinks more of weighs no more than asked.
    """
    found = Finding("spf/huge-range", said, "example.com", say("x"))
    verdicts = (Verdict("spf/huge-range", Status.FAIL, Severity.WARNING, (found,)),)

    assert weighs is weighed(verdicts, {"spf/huge-range": policy})[0].findings[0].severity


def test_the_grade_is_of_the_mail_and_not_of_the_policy(tmp_path: Path) -> None:
    source = zone(tmp_path)
    arguments = ("audit", "example.com", "--zone", source, "--offline", "--format", "json")
    grades = {
        json.loads(mailsetup(*arguments, "--policy", name).out)["reports"][0]["grade"]
        for name in ("recommended", "strict", "nz-sge")
    }

    assert 1 == len(grades)


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_a_policy_leaves_its_mark_on_the_report(form: str, tmp_path: Path) -> None:
    """
    Also one that changes nothing but severities; without one, and by the usual one, there is none.
    """
    (tmp_path / "ours.toml").write_text(
        'title = "Ours"\n[checks]\n"spf/plus-all" = "info"\n', encoding="utf-8"
    )
    arguments = ("audit", "example.com", "--zone", zone(tmp_path), "--offline", "--format", form)
    marks = []
    for policy in ((), ("--policy", "recommended"), ("--policy", "strict"), ("--policy", "ours.toml")):
        document = json.loads(mailsetup(*arguments, *policy, folder=tmp_path).out)
        marks.append(document.get("reports", [document])[0].get("policy"))

    assert [None, None, "strict", "ours"] == marks


def test_the_policy_decides_what_fails_a_run(tmp_path: Path) -> None:
    weak = zone(tmp_path, GOOD_ZONE.replace("p=quarantine", "p=none"))

    by_default = mailsetup("audit", "example.com", "--zone", weak, "--offline")
    strictly = mailsetup("audit", "example.com", "--zone", weak, "--offline", "--policy", "strict")

    assert (0, 1) == (by_default.code, strictly.code)


def test_a_rulebook_is_told_clause_by_clause(tmp_path: Path) -> None:
    """
    BOD 18-01 asks for reject: quarantine, which no check of ours calls a flaw, misses it.
    """
    source = zone(tmp_path)
    run = mailsetup(
        "audit",
        "example.com",
        "--zone",
        source,
        "--offline",
        "--policy",
        "cisa-bod-18-01",
        "--format",
        "json",
    )
    report = json.loads(run.out)["reports"][0]
    stands = {rule["id"]: rule["status"] for rule in report["clauses"]["rules"]}
    missed = next(v for v in report["verdicts"] if v["check"] == "policy/clause-missed")

    assert 1 == run.code
    assert ("meets", "misses", "unknown") == (
        stands["bod1801-spf"],
        stands["bod1801-dmarc-reject"],
        stands["bod1801-starttls"],
    )
    assert "II.1.a.iv" in missed["findings"][0]["message"]


def test_evidence_is_worded_as_evidence(tmp_path: Path) -> None:
    source = zone(tmp_path)
    run = mailsetup(
        "audit", "example.com", "--zone", source, "--offline", "--policy", "pci-dss-4-0-1", "--format", "json"
    )
    clauses = json.loads(run.out)["reports"][0]["clauses"]

    assert "supports evidence for" == clauses["wording"]
    assert "meets" not in {rule["status"] for rule in clauses["rules"]}


def test_an_unknown_policy_is_refused_in_one_sentence(tmp_path: Path) -> None:
    result = mailsetup("audit", "example.com", "--zone", zone(tmp_path), "--offline", "--policy", "nothing")

    assert "neither a policy nor a file" in refused(result)
