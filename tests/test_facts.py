"""What the project ships as data is what the sheets of facts say, value for value; what differs has its reason here."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
SHEETS = ROOT.parent / "shared" / "facts"

ASKED_MX = {"cloudflare-email-routing", "icewarp-cloud", "intermedia"}
"""The tenant tells host or preference."""
NO_DOMAINS = {"gmail-free", "outlook-com-free"}
"""Free mailboxes: their MX are the service's own, nothing a customer publishes."""
SENT_BY_OTHERS = {"resend", "customer-io", "mailchannels-inbound"}
"""Their include is another service's, so that it proves nothing of them."""

ABBREVIATED = re.compile(r"[A-Z0-9]{2,8}(?: .*)?")
"""The sheet's short names of its sources; our files spell them out."""


def sheet(name: str) -> Any:
    """A sheet of facts; without it the test is skipped, or fails where CI=true."""
    path = SHEETS / name
    if not path.is_file():
        if os.environ.get("CI") == "true":
            pytest.fail(f"the sheet {name} is not beside the project")
        pytest.skip(f"the sheet {name} is not beside the project")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def ours(folder: str, id: str) -> dict[str, Any]:
    """One file of ours."""
    return tomllib.loads((ROOT / folder / f"{id}.toml").read_text(encoding="utf-8"))


def plain(value: object) -> str:
    """A value without the names of its placeholders, which are ours to choose."""
    return re.sub(r"\{[^}]*\}", "{}", str(value)).lower()


def test_providers_have_the_mx_and_the_confidence_of_the_sheet() -> None:
    """
    Host by host with its preference, in the sheet's order.
    """
    wrong = []
    for fact in sheet("providers.yaml")["providers"]:
        made = ours("provider_profiles", fact["id"])
        wanted = [(plain(r["target"]), r["priority"]) for r in fact.get("mx", ())]
        got = [(plain(r["exchange"]), r["preference"]) for r in made.get("mx", ())]
        if fact["id"] not in ASKED_MX | NO_DOMAINS and wanted != got:
            wrong.append((fact["id"], wanted, got))
        if fact["confidence"] != made["confidence"]:
            wrong.append((fact["id"], fact["confidence"], made["confidence"]))

    assert [] == wrong


def test_providers_have_the_ending_of_spf_the_sheet_gives() -> None:
    """
    A redirect stands as what it becomes beside other senders (RFC 7208 section 6.1).
    """
    wrong = []
    for fact in sheet("providers.yaml")["providers"]:
        spf, made = fact.get("spf") or {}, ours("provider_profiles", fact["id"]).get("spf", {})
        wanted = spf["merged_form"].split()[-1] if "merged_form" in spf else spf.get("all")
        if wanted != made.get("qualifier"):
            wrong.append((fact["id"], wanted, made.get("qualifier")))

    assert [] == wrong


def test_services_are_recognised_by_what_the_sheet_says() -> None:
    """
    Filters, services that are recognised only, and senders: the same expressions and includes.
    """
    facts, wrong = sheet("providers.yaml"), []
    for fact in (*facts["detect_only"], *facts["gateways"], *facts["senders"]):
        detect = ours("provider_profiles", fact["id"])["detect"]
        if list(fact.get("mx", ())) != detect.get("mx", []) and "dkim" not in fact:
            wrong.append((fact["id"], "mx"))
        patterns = detect.get("spf_patterns", [])
        for include in fact.get("spf", ()):
            known = include in detect.get("spf", ()) or any(re.search(p, include) for p in patterns)
            if not known and fact["id"] not in SENT_BY_OTHERS:
                wrong.append((fact["id"], include))

    assert [] == wrong
    assert 70 <= len(facts["senders"])


def test_dns_hosts_are_those_of_the_sheet() -> None:
    """
    Each with its name servers, its way to the editor and how its form behaves.
    """
    wrong = []
    for fact in sheet("dns-hosts.yaml")["hosts"]:
        text = (ROOT / "mailsetup/dns_hosts" / f"{fact['id']}.toml").read_text(encoding="utf-8")
        made = set(map(str, leaves(tomllib.loads(text))))
        said = [value for value in leaves(fact) if not isinstance(value, bool | None)]
        wrong += [
            (fact["id"], v)
            for v in said
            if not ABBREVIATED.fullmatch(str(v)) and str(v) not in made and str(v) not in text
        ]

    assert [] == wrong


def test_block_lists_are_asked_as_the_sheet_says() -> None:
    """
    Zone, key, whether they are asked at all, what they weigh, and the severity of every code.
    """
    wrong = []
    for fact in sheet("blocklists.yaml")["lists"]:
        made = ours("mailsetup/blocklists", fact["id"])
        wanted = (
            fact["key"],
            fact["default"] == "on" or fact["default"] is True,
            fact["weight"],
            fact["confidence"],
        )
        got = (made.get("key", {}).get("need", "none"), made["default"], made["weight"], made["confidence"])
        severities = sorted(code["severity"] for code in fact.get("codes", ()) if "severity" in code)
        if wanted != got or severities != sorted(code["severity"] for code in made.get("codes", ())):
            wrong.append((fact["id"], wanted, got))

    assert [] == wrong


def test_dead_and_doubtful_lists_are_known_by_every_zone() -> None:
    """
    An old configuration that still asks one of them is told so.
    """
    facts = sheet("blocklists.yaml")
    texts = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "mailsetup/blocklists").glob("*.toml"))
    zones = [
        z for part in ("retired", "doubtful") for f in facts[part] for z in (f["zone"], *f.get("also", ()))
    ]

    assert [] == [zone for zone in zones if zone not in texts and not zone.startswith("l1-l4.")]


def test_receivers_ask_what_the_sheet_says_since_when_it_says() -> None:
    """
    Rule by rule: severity, words, the date in force, what can decide it, and the replies.
    """
    wrong = []
    for fact in sheet("sender-requirements.yaml")["providers"]:
        made = {rule["id"]: rule for rule in ours("mailsetup/receivers", fact["id"])["rules"]}
        for rule in fact.get("rules", ()):
            got = made.pop(rule["id"], {})
            wanted = (
                rule["severity"],
                rule["requirement"],
                rule["confidence"],
                rule["check"],
                rule["enforcement"]["codes"],
            )
            if wanted != tuple(
                got.get(k) for k in ("severity", "requirement", "confidence", "decidable", "codes")
            ):
                wrong.append(rule["id"])
            if re.findall(r"\d[\d-]+", str(rule["effective"])) != re.findall(
                r"\d[\d-]+", got.get("effective", "")
            ):
                wrong.append(f"{rule['id']}: {rule['effective']}")
        wrong += made

    assert [] == wrong


def test_rulebooks_hold_every_clause_that_is_sure_enough() -> None:
    """
    A document or clause of low confidence is left out; every other has its number, level, role and confidence.
    """
    wrong = []
    for fact in sheet("compliance.yaml")["documents"]:
        if fact["confidence"] == "low" or not fact["requirements"]:
            continue
        made = {clause["id"]: clause for clause in ours("mailsetup/policies", fact["id"])["clauses"]}
        for clause in fact["requirements"]:
            sure = clause.get("confidence", fact["confidence"])
            got = made.get(clause["id"])
            if got is None:
                wrong += [clause["id"]] if sure != "low" else []
                continue
            wanted = (clause["level"], clause["role"].replace("_", "-"), sure)
            if wanted != (got["level"], got["role"], got["confidence"]):
                wrong.append((clause["id"], wanted, got))
            if "section" in clause and not got["clause"].endswith(str(clause["section"])):
                wrong.append((clause["id"], clause["section"], got["clause"]))

    assert [] == wrong


def leaves(value: Any) -> Iterator[Any]:
    """Every single value in a document."""
    if isinstance(value, dict):
        for one in value.values():
            yield from leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one)
    else:
        yield value
