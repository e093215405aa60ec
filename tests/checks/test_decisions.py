"""What only the owner can decide is said, and never offered as a record to paste."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.cli.command import mailsetup, zone

NO_MX = """\
$ORIGIN example.com.
$TTL 3600
@ IN SOA ns1 hostmaster 1 7200 3600 1209600 3600
@ IN NS ns1
ns1 IN A 93.184.215.1
@ IN TXT "v=spf1 -all"
"""
ZONE = """\
$ORIGIN example.com.
$TTL 3600
@ IN SOA ns1 hostmaster 1 7200 3600 1209600 3600
@ IN NS ns1
ns1 IN A 93.184.215.1
"""


def findings(tmp_path: Path, records: str, check: str, domain: str = "example.com") -> list[dict[str, Any]]:
    """What a check says of some records of example.com, as JSON."""
    result = mailsetup(
        "audit", domain, "--offline", "--zone", zone(tmp_path, ZONE + records + "\n"), "--format", "json"
    )
    verdicts = json.loads(result.out)["reports"][0]["verdicts"]
    return [finding for v in verdicts if v["check"] == check for finding in v["findings"]]


def test_a_forgotten_mx_is_not_mended_by_a_null_mx(tmp_path: Path) -> None:
    """
    A null MX turns all mail away: the remedy names it for whoever wants that, and no change is offered.
    """
    result = mailsetup(
        "audit", "example.com", "--offline", "--zone", zone(tmp_path, NO_MX), "--format", "json"
    )
    report = json.loads(result.out)["reports"][0]
    found = [f for v in report["verdicts"] if v["check"] == "mx/missing" for f in v["findings"]]

    assert [None] == [f["remedy"].get("change") for f in found]
    assert "mailsetup plan" in found[0]["remedy"]["summary"]
    assert "RFC 7505" in found[0]["remedy"]["summary"]
    assert not any(change["rdtype"] == "MX" for change in report.get("fixes", ()))


def test_an_spf_record_without_quotation_marks_in_a_zone_file_is_given_back_whole(tmp_path: Path) -> None:
    """
    The file shows the spaces, and what it publishes has none (RFC 7208 section 3.3): the cure is the quotation marks.
    """
    [found] = findings(tmp_path, "@ IN TXT v=spf1 ip4:93.184.215.9 -all", "spf/misread-version")

    assert "3 strings, which readers join without a space" in found["message"]
    assert ['"v=spf1 ip4:93.184.215.9 -all"'] == found["remedy"]["change"]["records"]


def test_only_the_first_version_of_a_misread_record_is_mended(tmp_path: Path) -> None:
    """
    Two records pasted into one behind a blank: no sender is lost with the second version.
    """
    found = findings(tmp_path, '@ IN TXT " v=spf1 ip4:93.184.215.9 v=spf1 mx -all"', "spf/misread-version")

    assert ['"v=spf1 ip4:93.184.215.9 v=spf1 mx -all"'] == found[0]["remedy"]["change"]["records"]
