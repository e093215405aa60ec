"""Before and after: which findings were mended, which are new, which cannot be told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mailsetup.model.finding import DomainReport, Status

OF_POLICY = "policy/"


class Change(NamedTuple):
    """One finding that was or is there, at a name, in words."""

    check: str
    owner: str
    severity: str
    message: str


class Comparison(NamedTuple):
    """
    Two runs on a domain.

    ``mended`` stood before and its check now passes or no longer speaks of that name; ``vanished`` stood before and
    its check is open or does not apply now: unknown is not mended. ``apart`` counts findings of checks that only one
    of the runs judged; ``other_policy`` says that the runs followed different policies.
    """

    since: str
    grade: str
    mended: tuple[Change, ...]
    fresh: tuple[Change, ...]
    left: int
    vanished: tuple[Change, ...]
    apart: int
    other_policy: bool


def compare(before: Mapping[str, Any], report: DomainReport) -> Comparison:
    """An earlier report's document beside a report of now; findings are told apart by check and name."""
    then = {
        (v["check"], f["owner"]): Change(v["check"], f["owner"], str(f.get("severity", "")), f["message"])
        for v in before["verdicts"]
        for f in v["findings"]
    }
    now = {
        (v.check, f.owner): Change(v.check, f.owner, f.severity.value, str(f.message))
        for v in report.verdicts
        for f in v.findings
    }
    other_policy = str(before.get("policy", "")) != report.policy
    common = {v["check"] for v in before["verdicts"]} & {v.check for v in report.verdicts}
    if other_policy:
        common = {check for check in common if not check.startswith(OF_POLICY)}
    apart = [key for key in then.keys() ^ now.keys() if key[0] not in common]
    then = {key: change for key, change in then.items() if key[0] in common}
    now = {key: change for key, change in now.items() if key[0] in common}
    settled = {v.check for v in report.verdicts if v.status in (Status.PASS, Status.FAIL)}
    gone = [change for key, change in then.items() if key not in now]
    return Comparison(
        str(before.get("as_of", "")),
        str(before.get("grade", "")),
        tuple(c for c in gone if c.check in settled),
        tuple(change for key, change in now.items() if key not in then),
        len(now.keys() & then.keys()),
        tuple(c for c in gone if c.check not in settled),
        len(apart),
        other_policy,
    )
