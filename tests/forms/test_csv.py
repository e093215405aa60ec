"""CSV for spreadsheets: each row says what the other forms say of the same verdict."""

from __future__ import annotations

import csv as standard
import io
from dataclasses import replace

from mailsetup.forms import csv
from mailsetup.model.dns import Outcome, WebAnswer, WebQuestion
from mailsetup.model.finding import Evidence, Fix, Remedy, Severity, Status, Verdict
from mailsetup.model.message import say

from .gallery import every_status, run


def rows(*verdicts: Verdict) -> list[dict[str, str]]:
    report = replace(every_status(), verdicts=verdicts)
    return list(standard.DictReader(io.StringIO("".join(csv.render(run(report))))))


def test_an_open_question_about_a_file_is_named() -> None:
    """
    Not only DNS can leave a check open.
    """
    asked = Evidence(
        WebQuestion("https://mta-sts.example.com/.well-known/mta-sts.txt"), WebAnswer(Outcome.TIMEOUT)
    )
    (row,) = rows(Verdict("transport/sts-mode", Status.INCONCLUSIVE, Severity.ERROR, (), (asked,)))

    assert "https://mta-sts.example.com/.well-known/mta-sts.txt:timeout" == row["message"]


def test_a_crash_says_why() -> None:
    """
    The reason stands where a message does.
    """
    crashed = Verdict("spf/plus-all", Status.CRASHED, Severity.ERROR)._replace(reason=say("KeyError"))
    (row,) = rows(crashed)

    assert ("crashed", "KeyError") == (row["status"], row["message"])


def test_what_is_to_be_deleted_is_said() -> None:
    """
    A record set without records is not an empty cell.
    """
    spf = every_status().verdicts[1]
    delete = spf.findings[0]._replace(remedy=Remedy(say("Delete it."), Fix("old.example.com", "TXT", ())))
    (row,) = rows(spf._replace(findings=(delete,)))

    assert "delete old.example.com. TXT" == row["record"]
