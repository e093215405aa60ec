"""Going on with a batch that was stopped: the whole lines of its output are what is done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mailsetup.model.dns import Outcome
from mailsetup.model.errors import InputError
from mailsetup.model.finding import Severity, Status
from mailsetup.model.message import phrase, say

from .exit_codes import Tally, threshold


class Done(NamedTuple):
    """The domains already judged, and their lines as they stand."""

    domains: frozenset[str]
    lines: tuple[str, ...]


def _count(tally: Tally, domain: str, verdict: Mapping[str, Any]) -> None:
    least = threshold(tally.fail_on)
    status = verdict["status"]
    unanswered = verdict.get("unanswered", ())
    if status == Status.CRASHED.value:
        tally.crashed = True
    elif status == Status.FAIL.value:
        open_ones = (f for f in verdict["findings"] if not f.get("waived"))
        tally.failed |= any(Severity(f["severity"]).rank >= least for f in open_ones)
    elif status == Status.INCONCLUSIVE.value and Severity(verdict["severity"]).rank >= least:
        asked = any(u["outcome"] != Outcome.UNASKED.value for u in unanswered)
        tally.undecided |= tally.strict or asked
    unasked = [u for u in unanswered if u["outcome"] == Outcome.UNASKED.value]
    tally.unasked.update(str(u["name"]) for u in unasked if "name" in u)
    if any((u.get("name"), u.get("rdtype")) == (domain, "TXT") and not u.get("detail") for u in unasked):
        tally.uncovered.add(domain)


def _counted(document: Mapping[str, Any], tally: Tally) -> None:
    """Lets what was found before count for the exit code: going on must not turn red to green."""
    quiet = (Status.PASS.value, Status.NOT_APPLICABLE.value)
    for verdict in document.get("verdicts", ()):
        if verdict["status"] not in quiet:
            _count(tally, document["domain"], verdict)


def read_done(path: str, tally: Tally) -> Done:
    """
    What a JSON-lines output holds, its findings counted in ``tally``.

    A last line that was cut short is left out and judged again.

    Raises `InputError` for a file that is not such an output.
    """
    place = Path(path)
    if not place.exists():
        return Done(frozenset(), ())
    from mailsetup.edge.files import read_text

    domains: set[str] = set()
    kept: list[str] = []
    lines = read_text(path, phrase("output")).splitlines(keepends=True)
    for number, line in enumerate(lines, 1):
        try:
            document = json.loads(line)
            domain = document["domain"]
            _counted(document, tally)
        except (ValueError, KeyError, TypeError, AttributeError):
            if number == len(lines):
                break
            raise InputError(
                say(
                    "{file}, line {number}: not a report in JSON lines; --resume wants the file of an earlier run",
                    file=path,
                    number=number,
                )
            ) from None
        domains.add(domain)
        kept.append(line if line.endswith("\n") else line + "\n")
    return Done(frozenset(domains), tuple(kept))
