"""Receivers' rules: met, missed, open, or more than DNS shows; unknown stays unknown and nothing is promised."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mailsetup.model.in_force import SHAPE, in_force
from mailsetup.run.readiness import receivers, wanted
from mailsetup.run.requirements import State, predicates
from tests.cli.command import GOOD_ZONE, mailsetup, zone

SCHEMA = Path(__file__).parents[2] / "mailsetup" / "schemas" / "audit.json"
RULES = {rule["id"]: rule for receiver in receivers() for rule in receiver["rules"]}
NAMED = {
    *("google", "yahoo", "microsoft", "apple", "gmx", "laposte", "orange", "mailru", "yandex"),
    *("comcast", "tonline", "proximus", "cloudflare-routing"),
}
PARKED = (
    GOOD_ZONE.split("@ IN MX")[0]
    + '@ IN MX 0 .\n@ IN TXT "v=spf1 -all"\n_dmarc IN TXT "v=DMARC1; p=reject"\n'
)


def stands(folder: Path, text: str, *more: str) -> dict[str, dict[str, Any]]:
    """Every rule as a report has it, by its id."""
    run = mailsetup(
        "audit", "example.com", "--zone", zone(folder, text), "--offline", "--format", "json", *more
    )
    document = json.loads(run.out)
    jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))
    return {rule["id"]: rule for r in document["reports"][0]["readiness"] for rule in r["rules"]}


def test_every_rule_says_in_one_shape_since_when_it_holds() -> None:
    """
    A day, a day before which it was there, the date of its page, or a rule of old; said in words alike.
    """
    dates = {rule["effective"] for rule in RULES.values() if rule.get("effective")}

    assert [] == sorted(text for text in dates if not SHAPE.fullmatch(text))
    assert ["since 2024-02-01", "since before 2014", "on a page of 2026-05-15", "a rule of old"] == [
        str(in_force(text)) for text in ("2024-02-01", "before 2014", "page 2026-05-15", "old")
    ]


def test_every_receiver_of_the_list_has_its_file() -> None:
    assert NAMED <= {receiver["id"] for receiver in receivers()}


@pytest.mark.parametrize("rule", sorted(wanted()))
def test_what_a_rule_asks_of_dns_are_predicates_and_the_rule_is_known(rule: str) -> None:
    wants = wanted()[rule]

    assert rule in RULES
    assert set() == {*wants.holds, *wants.either} - set(predicates())
    assert "none" != RULES[rule]["decidable"]["dns"]


def test_a_rule_dns_decides_names_what_it_asks() -> None:
    """
    A rule that DNS alone decides has predicates; else nobody could say that it is missed.
    """
    silent = {
        rule["id"]
        for rule in RULES.values()
        if rule["decidable"]["dns"] == "full"
        and rule["severity"] == "required"
        and rule["id"] not in wanted()
    }

    assert set() == silent - {"COMCAST-NODYNAMIC"}


def test_a_sound_domain_misses_nothing_and_is_not_promised_delivery(tmp_path: Path) -> None:
    found = stands(tmp_path, GOOD_ZONE)

    assert "misses" not in {rule["status"] for rule in found.values()}
    assert ("meets", "dns_cannot_tell", "unknown") == (
        found["GOOGLE-BULK-DMARC"]["status"],
        found["GOOGLE-BULK-SPF"]["status"],
        found["GOOGLE-ALL-PTR"]["status"],
    )


def test_a_domain_without_dmarc_misses_the_rules_that_ask_for_it_since_their_day(tmp_path: Path) -> None:
    """
    The answer of the name above is not in the file, so offline it stays open; a second record decides it.
    """
    bare = GOOD_ZONE.replace("_dmarc IN TXT", '_dmarc IN TXT "v=DMARC1; p=none"\n_dmarc IN TXT')
    found = stands(tmp_path, bare)
    missed = {rule for rule, told in found.items() if told["status"] == "misses"}

    assert {
        *("GOOGLE-BULK-DMARC", "YAHOO-BULK-DMARC", "MS-BULK-DMARC", "APPLE-BULK-DMARC"),
        *("ORANGE-AUTH-ALL3", "YANDEX-DMARC"),
    } == missed
    assert ("2024-02-01", ["dmarc/multiple"]) == (
        found["GOOGLE-BULK-DMARC"]["effective"],
        found["GOOGLE-BULK-DMARC"]["because"],
    )
    assert found["GOOGLE-BULK-DMARC"]["codes"]
    assert found["GOOGLE-BULK-DMARC"]["sources"]


def test_one_of_spf_and_dkim_is_enough_where_a_receiver_says_so(tmp_path: Path) -> None:
    two_records = GOOD_ZONE.replace("@ IN TXT", '@ IN TXT "v=spf1 mx -all"\n@ IN TXT')
    only_spf_broken = stands(tmp_path, two_records)
    neither = stands(tmp_path, two_records.split("s1._domainkey")[0])

    assert ("dns_cannot_tell", "misses") == (
        only_spf_broken["LAPOSTE-ALIGNED"]["status"],
        only_spf_broken["GOOGLE-BULK-SPF"]["status"],
    )
    assert "misses" == neither["LAPOSTE-ALIGNED"]["status"]


def test_an_unanswered_question_leaves_a_rule_open(tmp_path: Path) -> None:
    lost = GOOD_ZONE.replace("_dmarc IN TXT", "_dmarc IN CNAME elsewhere.example.net.\n; ")
    found = stands(tmp_path, lost)

    assert "unknown" == found["GOOGLE-BULK-DMARC"]["status"]
    assert "dmarc/missing" in found["GOOGLE-BULK-DMARC"]["because"]


def test_rules_for_senders_are_not_asked_of_a_domain_that_sends_nothing(tmp_path: Path) -> None:
    assert {"not_applicable"} == {rule["status"] for rule in stands(tmp_path, PARKED).values()}


def test_every_status_is_a_known_word(tmp_path: Path) -> None:
    assert {rule["status"] for rule in stands(tmp_path, GOOD_ZONE).values()} <= set(map(str, State))


def test_the_terminal_shows_them_when_asked_and_lines_do_not_carry_them(tmp_path: Path) -> None:
    """
    A batch in JSON lines stays as fast and as small as it was.
    """
    source = zone(tmp_path, GOOD_ZONE)
    arguments = ("audit", "example.com", "--zone", source, "--offline")
    plain, asked = mailsetup(*arguments), mailsetup(*arguments, "--receivers")
    line = json.loads(mailsetup(*arguments, "--format", "jsonl").out)

    assert "Receivers' published rules" not in plain.out
    assert "Gmail (personal accounts): 2 met" in " ".join(asked.out.split())
    assert "readiness" not in line
