"""What only the owner can decide is said, and never offered as a record to paste."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.command import mailsetup, zone

NO_MX = """\
$ORIGIN example.com.
$TTL 3600
@ IN SOA ns1 hostmaster 1 7200 3600 1209600 3600
@ IN NS ns1
ns1 IN A 93.184.215.1
@ IN TXT "v=spf1 -all"
"""


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
